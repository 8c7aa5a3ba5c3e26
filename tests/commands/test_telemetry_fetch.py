"""`pattern-ci telemetry fetch`: what a branch holds comes here once, planned first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import HistoryUnreadableError, UsageError
from testing.repos import build_repo, commit, git
from tests.mining.worlds import cli
from tests.telemetry.worlds import WRITER, contents, line, shard

if TYPE_CHECKING:
    from pathlib import Path

BRANCH = "pattern-ci/telemetry"
OTHER = "00000000000000bb"
SHARD = f"patterns/telemetry/2026-05/{OTHER}.jsonl"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone that holds one event of three on the branch of its remote, and one of its own."""
    there = tmp_path / "there"
    build_repo(there, {"README.md": "demo\n"})
    here = tmp_path / "here"
    git(tmp_path, "clone", "--quiet", str(there), str(here))
    git(there, "switch", "--quiet", "--create", BRANCH)
    commit(there, {
        SHARD: (line(0) + line(1) + b"garbage\n" + line(2) + line(2)).decode(),
        "patterns/telemetry/ci-cursor.json": "{}\n",
        "patterns/telemetry/2026-05/notes.txt": "not ours\n",
        "elsewhere.txt": "x\n",
    })  # fmt: skip
    shard(here / "patterns/telemetry", line(1), writer=OTHER)
    shard(here / "patterns/telemetry", line(9))
    return here


def _fetched(clone: Path, *words: str) -> str:
    ran = cli("telemetry", "fetch", *words, "--repo", clone)
    assert (ran.code, ran.err) == (0, ""), ran
    return ran.out


def test_it_plans_first_and_a_second_run_writes_nothing(clone: Path) -> None:
    """Each event is there once; nothing but shards comes, and no branch of ours moves."""
    tree = clone / "patterns"
    before = contents(tree)

    planned = _fetched(clone)

    assert planned == (
        f"would add 2 events to {SHARD}\n"
        "Next: `pattern-ci telemetry fetch --apply` does this.\n"
        "(left out: 1 line that can be read as no event)\n"
    )
    assert contents(tree) == before
    assert f"added 2 events to {SHARD}" in _fetched(clone, "--apply")
    assert (clone / SHARD).read_bytes() == line(1) + line(0) + line(2)
    after = contents(tree)
    assert set(after) == {SHARD, f"patterns/telemetry/2026-05/{WRITER}.jsonl"}
    assert f"Everything on origin/{BRANCH} is here." in _fetched(clone, "--apply")
    assert contents(tree) == after
    assert git(clone, "branch", "--format", "%(refname:short)").split() == ["main"]


def test_what_was_compacted_here_does_not_come_back(clone: Path) -> None:
    """Counts know which events they hold."""
    (clone / SHARD).unlink()
    old = shard(clone / "patterns/telemetry", line(0), line(1), line(2), writer=OTHER)
    assert cli("telemetry", "compact", "--apply", "--repo", clone).code == 0
    assert old.metrics.exists()

    assert f"Everything on origin/{BRANCH} is here." in _fetched(clone, "--apply")

    assert not old.path.exists()


def test_programs_are_told_the_same(clone: Path) -> None:
    """As JSON."""
    told = json.loads(_fetched(clone, "--format", "json"))

    assert told["branch"] == BRANCH
    assert told["shards"] == [{"shard": f"2026-05/{OTHER}.jsonl", "events": 2, "refused_lines": 1}]


def test_without_the_branch_nothing_was_collected(clone: Path) -> None:
    """That is no error."""
    git(clone.parent / "there", "switch", "--quiet", "main")
    git(clone.parent / "there", "branch", "--quiet", "-D", BRANCH)

    said = _fetched(clone, "--apply")

    assert said == f"There is no origin/{BRANCH}: no workflow run was collected there yet.\n"


def test_a_remote_that_is_not_there_is_named(clone: Path) -> None:
    """Neither a wrong name nor an address that leads nowhere writes anything."""
    before = contents(clone / "patterns")

    unknown = cli("telemetry", "fetch", "--remote", "--upload-pack=x", "--repo", clone)
    assert unknown.code == UsageError.return_code
    named = cli("telemetry", "fetch", "--remote", "fork", "--repo", clone)
    assert named.code == UsageError.return_code
    assert "there is no remote 'fork': the remotes are origin" in named.err
    git(clone, "remote", "set-url", "origin", str(clone.parent / "nowhere"))
    away = cli("telemetry", "fetch", "--apply", "--repo", clone)
    assert away.code == HistoryUnreadableError.return_code
    assert "git ls-remote failed" in away.err
    assert contents(clone / "patterns") == before
