"""The hooks of telemetry in real commits: one event each, never in anybody's way."""

from __future__ import annotations

import json
import os
import subprocess  # noqa: TID251  # runs the hook hosts and real commits
import sys
from pathlib import Path
from typing import Any

import pytest

from pattern_ci import locks
from testing.repos import Tree, build_repo, git, write_tree
from tests.mining.worlds import Ran, cli

BIN = Path(sys.executable).parent
ON = "version: 1\ntelemetry: {enabled: true}\n"
STAGED = "version: 1\ntelemetry: {enabled: true, commit: staged}\n"
HOSTED = f"""\
repos:
  - repo: local
    hooks:
      - id: pattern-flush
        name: flush
        entry: {BIN / "pattern-ci"} hook pattern-flush
        language: system
        pass_filenames: false
        always_run: true
        stages: [pre-commit]
      - id: pattern-record
        name: record
        entry: {BIN / "pattern-ci"} hook pattern-record
        language: system
        pass_filenames: false
        always_run: true
        stages: [post-commit]
"""


def run(*words: str | Path, cwd: Path) -> Ran:
    """One program with a host's kind of environment."""
    done = subprocess.run(
        list(map(str, words)), cwd=cwd, capture_output=True, text=True, check=False,
        env=dict(os.environ) | {"PRE_COMMIT_COLOR": "never"},
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def world(path: Path, config: str = ON, **more: str) -> Path:
    """A repository with this configuration."""
    tree: Tree = {".github/pattern-ci.yml": config, "a.py": "1\n", **more}
    return build_repo(path, tree)


def git_hook(repo: Path, name: str, hook: str) -> None:
    """A hook of git's own, without a host."""
    path = repo / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\nexec {BIN / 'pattern-ci'} hook {hook}\n")
    path.chmod(0o755)


def spooled(repo: Path) -> list[dict[str, Any]]:
    """Every event in the spool."""
    return [
        json.loads(line)
        for path in sorted((repo / ".git/pattern-ci/spool").rglob("*.jsonl"))
        for line in path.read_text("ascii").splitlines()
    ]


def test_a_commit_is_one_event(repo_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Suffixes and counts, no name of a file or a person; the tree stays clean."""
    world(repo_path)
    git(repo_path, "rm", "-q", "a.py")
    write_tree(repo_path, {"b.py": "2\n", "docs/c.MD": "3\n", "Makefile": "4\n"})
    git(repo_path, "add", "--all")
    git(repo_path, "commit", "-q", "-m", "secret words: here")
    monkeypatch.chdir(repo_path)

    assert cli("hook", "pattern-record") == Ran(0, "", "")

    (event,) = spooled(repo_path)
    assert event["commit"] == git(repo_path, "rev-parse", "HEAD").strip()
    assert (event["type"], event["source"], event["operation_kind"]) == (
        "operation", "hook", "OPK-COMMIT"
    )  # fmt: skip
    assert event["file_types"] == ["md", "py"]
    assert event["parameters"] == {
        "files": 4, "added": 3, "changed": 0, "deleted": 1, "parents": 1, "how": "commit",
    }  # fmt: skip
    assert event["duration_s"] < 60
    written = json.dumps(event)
    assert all(word not in written for word in ("secret words", "Makefile", "b.py", "Maintainer"))
    assert git(repo_path, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("config", "environ"),
    [
        (None, {}),
        ("version: 1\n", {}),
        ("version: 1\ntelemetry: {enabled: false}\n", {}),
        (ON, {"DISABLE_PATTERN_AUTOMATION": "1"}),
    ],
)
def test_without_consent_nothing_is_written(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch, config: str | None, environ: dict[str, str]
) -> None:
    """No file, no word."""
    build_repo(repo_path, {".github/pattern-ci.yml": config} if config else {"a": "1\n"})
    monkeypatch.chdir(repo_path)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert cli("hook", "pattern-record") == Ran(0, "", "")
    assert cli("hook", "pattern-flush") == Ran(0, "", "")
    assert not (repo_path / ".git/pattern-ci").exists()


@pytest.mark.parametrize("config", ["telemetry: [\n", "version: 1\ntelemetry: {enabled: 3}\n"])
def test_a_configuration_that_cannot_be_read_is_no_consent(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch, config: str
) -> None:
    """It may have been meant to be: one line says that nothing is recorded, and no commit fails."""
    build_repo(repo_path, {".github/pattern-ci.yml": config})
    monkeypatch.chdir(repo_path)

    ran = cli("hook", "pattern-record")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("pattern-ci: this commit is not recorded: .github/pattern-ci.yml:2:")
    assert ran.err.count("\n") == 1
    assert cli("hook", "pattern-flush") == Ran(0, "", "")
    assert not (repo_path / ".git/pattern-ci").exists()


def test_a_commit_that_two_hooks_see_is_one_event(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook of git itself and one of a host; the next commit is another one."""
    world(repo_path)
    monkeypatch.chdir(repo_path)

    for _ in range(2):
        assert cli("hook", "pattern-record") == Ran(0, "", "")
    git(repo_path, "commit", "-q", "--allow-empty", "-m", "next")
    assert cli("hook", "pattern-record") == Ran(0, "", "")

    assert len({event["commit"] for event in spooled(repo_path)}) == 2
    assert len(spooled(repo_path)) == 2


def test_amend_merge_rebase_and_worktrees_are_recorded(repo_path: Path, tmp_path: Path) -> None:
    """Each commit that git makes is an event, in the spool that all work trees share."""
    world(repo_path)
    git_hook(repo_path, "post-commit", "pattern-record")
    write_tree(repo_path, {"b.py": "2\n"})
    git(repo_path, "add", "--all")
    git(repo_path, "commit", "-q", "-m", "second")
    git(repo_path, "commit", "-q", "--amend", "-m", "second, better")
    git(repo_path, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"), "HEAD~1")
    for name in ("c.py", "d.py"):
        write_tree(tmp_path / "side", {name: "3\n"})
        git(tmp_path / "side", "add", "--all")
        git(tmp_path / "side", "commit", "-q", "-m", name)
    git(tmp_path / "side", "rebase", "-q", "main")
    git(repo_path, "commit", "-q", "--allow-empty", "-m", "main moves on")
    git(repo_path, "merge", "-q", "--no-edit", "side")

    events = spooled(repo_path)
    said = [event["parameters"]["how"] for event in events]
    assert said[:4] == ["commit", "commit (amend)", "commit", "commit"]
    assert sum(how.startswith("rebase") for how in said) >= 1
    assert [event["id"] for event in events] == sorted({event["id"] for event in events})
    assert git(tmp_path / "side", "status", "--porcelain") == ""


def test_a_spool_that_cannot_be_written_fails_no_commit(repo_path: Path) -> None:
    """It is said in one line, and the commit is there; so with a lock that stays taken."""
    world(repo_path)
    git_hook(repo_path, "post-commit", "pattern-record")
    state = repo_path / ".git/pattern-ci"
    state.mkdir()
    (state / "spool").write_text("in the way")
    write_tree(repo_path, {"b.py": "2\n"})
    git(repo_path, "add", "--all")

    blocked = run("git", "commit", "-m", "second", cwd=repo_path)

    (state / "spool").unlink()
    git(repo_path, "commit", "-q", "--allow-empty", "-m", "third")
    (shard,) = (state / "spool").rglob("*.jsonl")
    with shard.open("rb") as handle:
        locks.take(handle.fileno())
        locked = run("git", "commit", "--allow-empty", "-m", "fourth", cwd=repo_path)
    assert (blocked.code, locked.code) == (0, 0)
    assert "pattern-ci: this commit is not recorded: cannot write" in blocked.err
    assert "this commit is not recorded: another pattern-ci is writing here" in locked.err
    assert len(spooled(repo_path)) == 1
    assert git(repo_path, "rev-list", "--count", "HEAD").strip() == "4"


@pytest.mark.parametrize("host", ["pre-commit", "prek"])
def test_events_go_with_the_next_commit(repo_path: Path, host: str) -> None:
    """Under a real host: recorded after one commit, staged into the next, the tree stays clean."""
    world(repo_path, STAGED, **{".pre-commit-config.yaml": HOSTED})
    done = run(BIN / host, "install", "-t", "pre-commit", "-t", "post-commit", cwd=repo_path)
    assert done.code == 0, done
    for number in (1, 2, 3):
        write_tree(repo_path, {f"new_{number}.py": "x\n"})
        git(repo_path, "add", "--all")
        ran = run("git", "commit", "-m", f"{number}", cwd=repo_path)
        assert ran.code == 0, ran

    (shard,) = (repo_path / "patterns/telemetry").rglob("*.jsonl")
    name = shard.relative_to(repo_path).as_posix()
    assert git(repo_path, "show", f"HEAD:{name}").count("\n") == 2
    assert len(spooled(repo_path)) == 1
    assert "merge=union" in git(repo_path, "show", "HEAD:.gitattributes")
    assert git(repo_path, "status", "--porcelain", "--ignored") == ""

    write_tree(repo_path, {"new_1.py": "y\n", "new_2.py": "y\n"})
    part = run("git", "commit", "-m", "part", "--", "new_1.py", cwd=repo_path)
    assert part.code == 0, part
    assert git(repo_path, "status", "--porcelain") == " M new_2.py\n"
    assert len(spooled(repo_path)) == 2

    # With -a git works on an index of its own, which becomes the real one.
    everything = run("git", "commit", "-a", "-m", "all", cwd=repo_path)
    assert everything.code == 0, everything
    assert git(repo_path, "show", f"HEAD:{name}").count("\n") == 4
    assert git(repo_path, "status", "--porcelain") == ""


def test_without_consent_next_to_nothing_is_loaded(repo_path: Path) -> None:
    """A repository without telemetry pays for one look at a file: no YAML, no process."""
    build_repo(repo_path, {".github/pattern-ci.yml": "version: 1\n"})
    heavy = {"yaml", "subprocess", "json", "pattern_ci.git", "pattern_ci.telemetry"}
    script = (
        "import sys; from pattern_ci.main import main; main(['hook', '{}']); print(*sys.modules)"
    )
    for hook in ("pattern-record", "pattern-flush"):
        ran = run(sys.executable, "-c", script.format(hook), cwd=repo_path)
        assert ran.code == 0, ran
        assert heavy & set(ran.out.split()) == set()
