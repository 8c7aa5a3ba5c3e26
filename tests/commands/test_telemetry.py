"""`pattern-ci telemetry`: says what is there, plans before it writes, answers questions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.engine.run_log import RunLog
from pattern_ci.model.event import ErrorRef, EventType
from pattern_ci.render import lock
from pattern_ci.telemetry import ids
from pattern_ci.telemetry.recording import Made
from testing.repos import Tree, build_repo, git, write_tree
from tests.mining.worlds import Ran, cli
from tests.telemetry.worlds import WRITER, contents, event, line, shard

if TYPE_CHECKING:
    from pathlib import Path

CONFIG: Tree = {".github/pattern-ci.yml": "version: 1\ntelemetry: {enabled: true}\n"}
OLD = {"month": "2024-01"}


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """Three events in the spool, one of them a failure, and one in the tree."""
    build_repo(repo_path, CONFIG)
    failed = line(2, success=False, error=ErrorRef(signature="E 1\nof ::error::x"))
    shard(repo_path / ".git/pattern-ci/spool", line(0), line(1), failed)
    shard(repo_path / "patterns/telemetry", line(3, type=EventType.MISSING, used_pattern=False))
    return repo_path


def ask(repo: Path, *words: str) -> Any:
    """The JSON of a run that went well."""
    ran = cli("telemetry", *words, "--repo", repo, "--format", "json")
    assert (ran.code, ran.err) == (0, ""), ran
    return json.loads(ran.out)


def test_flush_plans_first(repo: Path) -> None:
    """Nothing changes without consent; then events move, once, and are ready for git."""
    before = contents(repo)
    planned = cli("telemetry", "flush", "--repo", repo)
    assert planned.code == 0
    assert "would move 3 events to patterns/telemetry/2026-05" in planned.out
    assert "would add a line to .gitattributes" in planned.out
    assert contents(repo) == before

    done = ask(repo, "flush", "--apply")

    assert done["shards"] == [{"shard": f"2026-05/{WRITER}.jsonl", "events": 3, "set_aside": 0}]
    assert "merge=union" in (repo / ".gitattributes").read_text()
    assert (repo / f"patterns/telemetry/2026-05/{WRITER}.jsonl").read_bytes().count(b"\n") == 4
    assert cli("telemetry", "flush", "--repo", repo, "--apply").out == (
        "Nothing waits in the spool.\n"
    )
    assert git(repo, "status", "--porcelain") == "?? .gitattributes\n?? patterns/\n"


def test_flush_brings_what_a_killed_run_still_holds(repo: Path) -> None:
    """The plan counts it too, each event once; without consent to record it stays where it is."""
    runs = repo / ".git/pattern-ci/runs"
    (repo / ".git/pattern-ci" / ids.WRITER_FILE).write_text(f"{WRITER}\n")
    with lock.held(runs):
        log = RunLog(runs / "20260101-000000-000001")
    log.append("run.started")
    log.append("step.ended", told=[Made("2026-05", line(0)), Made("2026-05", line(7))])
    log.append("step.ended", told=[Made("2026-06", line(8, ts="2026-06-01T00:00:00.000Z"))])
    log.close()

    before = contents(repo)
    planned = ask(repo, "flush")
    assert contents(repo) == before
    done = ask(repo, "flush", "--apply")

    assert planned["shards"] == done["shards"]
    assert [one["events"] for one in done["shards"]] == [4, 1]
    kept = (repo / f"patterns/telemetry/2026-05/{WRITER}.jsonl").read_bytes()
    assert kept.count(b"\n") == 5
    assert kept.count(line(7)) == 1


def test_flush_asks_no_run_without_consent(repo: Path) -> None:
    """What was recorded while it was given is flushed; nothing is added."""
    log = RunLog(repo / ".git/pattern-ci/runs/20260101-000000-000001")
    log.append("run.started", told=[Made("2026-05", line(7))])
    log.close()
    (repo / ".github/pattern-ci.yml").write_text("version: 1\n")

    assert [one["events"] for one in ask(repo, "flush")["shards"]] == [3]
    assert [one["events"] for one in ask(repo, "flush", "--apply")["shards"]] == [3]


def test_status_says_what_is_there_and_writes_nothing(repo: Path) -> None:
    """Events, broken lines, what was set aside, and whether anything is recorded."""
    with (repo / f"patterns/telemetry/2026-05/{WRITER}.jsonl").open("ab") as handle:
        handle.write(b"\xff\xfe garbage\n" + line(5)[:25])
    before = contents(repo)

    ran = cli("telemetry", "status", "--repo", repo)
    data = ask(repo, "status")

    assert ran.out.startswith("recording: on; ")
    assert "1 event in 1 shard, 1 line that are no events, 25 bytes of a line" in ran.out
    assert data["spool"]["events"] == 3
    assert (data["enabled"], data["recording"], data["commit"]) == (True, True, "manual")
    assert contents(repo) == before


def test_status_says_that_nothing_is_recorded(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default, and by the switch for all automation."""
    build_repo(repo_path, {"a": "1\n"})
    assert (
        "recording: off; `telemetry: {enabled: true}`"
        in cli("telemetry", "status", "--repo", repo_path).out
    )

    write_tree(repo_path, CONFIG)
    monkeypatch.setenv("DISABLE_PATTERN_AUTOMATION", "1")

    assert (
        "recording: off, DISABLE_PATTERN_AUTOMATION is set"
        in cli("telemetry", "status", "--repo", repo_path).out
    )


def test_compact_plans_first(repo: Path) -> None:
    """Old events become counts after consent; queries say the same afterwards."""
    shard(repo / "patterns/telemetry", line(10), line(11), **OLD)
    answer = ask(repo, "query")["rows"]
    planned = cli("telemetry", "compact", "--repo", repo)
    assert f"would count 2 events of patterns/telemetry/2024-01/{WRITER}.jsonl" in planned.out
    assert (repo / f"patterns/telemetry/2024-01/{WRITER}.jsonl").exists()

    done = ask(repo, "compact", "--apply")

    counted = {step["shard"]: step["counted"] for step in done["shards"]}
    assert counted[f"2024-01/{WRITER}.jsonl"] == 2
    assert not (repo / f"patterns/telemetry/2024-01/{WRITER}.jsonl").exists()
    assert ask(repo, "query")["rows"] == answer
    assert cli("telemetry", "compact", "--repo", repo, "--apply").out.startswith("No month")


def test_query_answers_from_spool_and_tree(repo: Path) -> None:
    """The standard questions, filters, and text that steers no log."""
    (row,) = ask(repo, "query", "patterns")["rows"]
    assert (row["pattern_id"], row["uses"], row["failures"]) == ("PAT-PLUGINS-PY-001", 3, 1)
    assert row["last_used"] == event(2).ts
    assert ask(repo, "query", "missing")["rows"][0]["times"] == 1
    assert ask(repo, "query", "--since", "2026-05-02")["rows"] == []
    assert ask(repo, "query", "kinds", "--kind", "OPK-OTHER")["rows"] == []

    text = cli("telemetry", "query", "failures", "--repo", repo).out

    assert text.splitlines()[0].startswith("error signature")
    assert "E 1 of ::error::x" in text
    assert not any(said.startswith("::") for said in text.splitlines())


def test_the_index_may_lie_elsewhere(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PATTERN_DB_PATH names its file; one that is no index is refused and left."""
    monkeypatch.setenv("PATTERN_DB_PATH", str(tmp_path / "mine" / "x.db"))
    ask(repo, "query")
    assert (tmp_path / "mine" / "x.db").exists()
    assert not (repo / ".git/pattern-ci/pipeline.db").exists()

    (tmp_path / "notes.txt").write_text("mine " * 300)
    monkeypatch.setenv("PATTERN_DB_PATH", str(tmp_path / "notes.txt"))
    ran = cli("telemetry", "query", "--repo", repo)

    assert ran.code == 36
    assert ran.err.count("\n") == 1
    assert "Next: move it away or name another file in PATTERN_DB_PATH" in ran.err
    assert (tmp_path / "notes.txt").read_text() == "mine " * 300


def test_where_nothing_can_be_written_questions_are_answered(repo: Path) -> None:
    """The index is in memory then; the answer is the same and nothing is left behind."""
    wanted = ask(repo, "query")
    for path in (repo / ".git/pattern-ci").glob("pipeline.db*"):
        path.unlink()
    (repo / ".git/pattern-ci/pipeline.db").mkdir()  # root may write everywhere; not into a folder

    assert ask(repo, "query") == wanted


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("status", "kinds"), 2, "takes no question"),
        (("query", "--limit", "0"), 2, "from 1 on"),
        (("query", "--since", "yesterday"), 2, "--since"),
        (("query", "wrong"), 2, "invalid choice"),
        ((), 2, "ACTION"),
    ],
)
def test_wrong_words_are_named(repo: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """One clear line, code 2."""
    ran = cli("telemetry", *words, "--repo", repo)

    assert ran.code == code
    assert said in ran.err
    assert ran.out == ""


def test_a_bare_clone_can_be_asked_and_not_written(repo: Path, tmp_path: Path) -> None:
    """There is no tree to flush into."""
    bare = tmp_path / "bare.git"
    git(repo, "clone", "-q", "--bare", str(repo), str(bare))

    assert cli("telemetry", "query", "--repo", bare) == Ran(0, "No event fits.\n", "")
    refused = cli("telemetry", "flush", "--repo", bare, "--apply")
    assert refused.code == 2
    assert "has no work tree" in refused.err


def test_a_day_that_is_none_is_said(repo: Path) -> None:
    """In words, and not by the name of a function."""
    ran = cli("telemetry", "query", "--since", "2026-13-01", "--repo", repo)

    assert ran.code == 2
    assert "2026-13-01 is no day of the form 2026-05-31" in ran.err
