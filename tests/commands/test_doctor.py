"""`doctor` reads a real repository, names what is wrong, and changes nothing."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from pattern_ci.main import main
from testing.repos import build_repo, commit, git, write_tree

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, str]
Output = pytest.CaptureFixture[str]


@pytest.fixture
def repo(repo_path: Path, capsys: Output) -> Path:
    """A repository with everything that `init` writes, and a hook that git runs."""
    build_repo(repo_path, {"README.md": "# demo\n"})
    assert main(["init", str(repo_path), "--apply"]) == 0
    commit(repo_path, {}, "pattern-ci")
    hook = repo_path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexec pre-commit hook-impl\n")
    hook.chmod(0o755)
    capsys.readouterr()
    return repo_path


def _ask(capsys: Output, path: Path, *words: str) -> tuple[int, list[Row]]:
    code = main(["doctor", str(path), "--format", "json", *words])
    said = json.loads(capsys.readouterr().out)
    assert said["schema_version"] == 1
    assert said["ok"] == (code == 0)
    return code, said["checks"]


def _bad(rows: list[Row]) -> list[tuple[str, str]]:
    return [(row["level"], row["topic"]) for row in rows if row["level"] != "ok"]


def _source(repo: Path, tmp_path: Path, rev: str) -> str:
    """The hooks come from a repository on this disk, which has the tag v1."""
    made = build_repo(tmp_path / "source", {"a": "1\n"})
    git(made, "tag", "v1")
    (repo / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {made}\n    rev: {rev}\n    hooks:\n      - id: pattern-suggest\n"
        "      - id: pattern-validate\n  - repo: https://example.invalid/x\n    rev: v9\n"
        "    hooks: [{id: other}]\n"
    )
    return str(made)


@pytest.mark.parametrize(
    ("rev", "level", "said"),
    [("v1", "ok", "has v1"), ("v2", "fail", "has no tag or branch v2"),
     ("0123abc", "note", "does not list its commits")],
)  # fmt: skip
def test_the_rev_of_the_hooks_is_looked_up(
    repo: Path, tmp_path: Path, capsys: Output, rev: str, level: str, said: str
) -> None:
    """With --online alone; entries of others are not asked about."""
    made = _source(repo, tmp_path, rev)

    _, offline = _ask(capsys, repo)
    code, rows = _ask(capsys, repo, "--online")

    assert not any(made in row["what"] for row in offline)
    (row,) = (row for row in rows if made in row["what"])
    assert (row["level"], row["topic"]) == (level, "hooks")
    assert said in row["what"]
    assert ("--ref COMMIT" in row["next"]) == (level == "fail")
    assert code == 1  # there is no remote either
    assert not any("example.invalid" in one["what"] for one in rows)


def test_a_source_that_does_not_answer_is_a_note(
    repo: Path, tmp_path: Path, capsys: Output
) -> None:
    """Nobody knows then; it is no failure of the hooks."""
    made = _source(repo, tmp_path, "v1")
    shutil.rmtree(made)

    _, rows = _ask(capsys, repo, "--online")

    (row,) = (row for row in rows if made in row["what"])
    assert row["level"] == "note"
    assert "not known: whether" in row["what"]


def test_after_init_all_is_well(repo: Path, capsys: Output) -> None:
    """A set-up repository has nothing to look at; nothing is written."""
    assert main(["doctor", str(repo)]) == 0

    assert capsys.readouterr().out.endswith("\n\nAll is well.\n")
    assert git(repo, "status", "--porcelain", "--ignored") == ""
    assert not (repo / ".git/pattern-ci").exists()


def test_a_new_repository_is_led_to_init(tmp_path: Path, capsys: Output) -> None:
    """Without anything of ours there are warnings, no failure, and the step is `init`."""
    code, rows = _ask(capsys, build_repo(tmp_path / "new", {"a": "1\n"}))

    assert code == 0
    assert _bad(rows) == [("warn", "config"), ("warn", "hooks"), ("warn", "workflow")]
    assert all("pattern-ci init" in row["next"] for row in rows if row["level"] == "warn")


def test_a_wrong_configuration_fails_with_its_places(repo: Path, capsys: Output) -> None:
    """Each problem is a row with file, line and column; the exit code is 1."""
    write_tree(repo, {".github/pattern-ci.yml": "version: 1\ntrian: {}\nignore: 7\n"})

    code, rows = _ask(capsys, repo)

    assert code == 1
    assert _bad(rows) == [("fail", "config")] * 2
    problems = [row["what"] for row in rows if row["level"] == "fail"]
    assert problems[0].startswith(".github/pattern-ci.yml:2:1: config-unknown-key: ")
    assert problems[1].startswith(".github/pattern-ci.yml:3:1: config-type: ")


@pytest.mark.parametrize(
    ("permissions", "bad"),
    [
        ("{contents: write, pull-requests: write, issues: write, actions: write}", []),
        ("{contents: write, pull-requests: write}", [("fail", "workflow")]),
        ("write-all", []),
        ("{contents: write}", [("fail", "workflow")]),
        ("read-all", [("fail", "workflow")]),
        ("{}", [("fail", "workflow")]),
        ("", [("fail", "workflow")]),
    ],
)
def test_the_calling_job_must_grant_what_is_needed(
    repo: Path, capsys: Output, permissions: str, bad: list[tuple[str, str]]
) -> None:
    """A job that grants too little fails with the line to add; GitHub would not start it."""
    text = (
        f"on: push\njobs:\n  own:\n    runs-on: x\n  call:\n    permissions: {permissions}\n"
        "    uses: octo/pattern-ci/.github/workflows/pattern-train.yml@v1\n"
    )
    write_tree(repo, {".github/workflows/pattern-ci.yml": text})

    code, rows = _ask(capsys, repo)

    assert _bad(rows) == bad
    assert code == (1 if bad else 0)
    assert not bad or "job `call`" in next(r["what"] for r in rows if r["topic"] == "workflow")


def test_permissions_of_the_whole_workflow_count(repo: Path, capsys: Output) -> None:
    """Without permissions of its own a job has those of the file, or the repository's default."""
    job = "on: workflow_dispatch\njobs:\n  call:\n    uses: ./.github/workflows/pattern-train.yml\n"
    flow = ".github/workflows/pattern-ci.yml"
    write_tree(repo, {flow: f"permissions: write-all\n{job}", ".github/workflows/odd.yml": "[\n"})
    assert _bad(_ask(capsys, repo)[1]) == []

    write_tree(repo, {flow: job})

    assert _bad(_ask(capsys, repo)[1]) == [("warn", "workflow")]


def test_hooks_are_found_where_git_looks(repo: Path, capsys: Output, tmp_path: Path) -> None:
    """`core.hooksPath` and worktrees are followed; a file that cannot run does not count."""
    git(repo, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert _bad(_ask(capsys, tmp_path / "tree")[1]) == []
    elsewhere = tmp_path / "hooks"
    elsewhere.mkdir()
    git(repo, "config", "core.hooksPath", str(elsewhere))
    assert _bad(_ask(capsys, repo)[1]) == [("warn", "hooks")]
    script = elsewhere / "pre-commit"
    script.write_text("#!/bin/sh\nexec prek hook-impl\n")
    assert _bad(_ask(capsys, repo)[1]) == [("warn", "hooks")]

    script.chmod(0o755)

    assert _bad(_ask(capsys, repo)[1]) == []


def test_hooks_of_the_git_configuration_count(repo: Path, capsys: Output) -> None:
    """Newer git runs hooks that its configuration names; no script is needed then."""
    (repo / ".git/hooks/pre-commit").unlink()
    git(repo, "config", "hook.checks.command", "pre-commit run")
    git(repo, "config", "hook.checks.event", "pre-push")
    assert _bad(_ask(capsys, repo)[1]) == [("warn", "hooks")]

    git(repo, "config", "--add", "hook.checks.event", "pre-commit")

    assert _bad(_ask(capsys, repo)[1]) == []


def test_kinds_of_clones_are_told_apart(repo: Path, capsys: Output, tmp_path: Path) -> None:
    """Shallow, partial, bare, detached and empty repositories each have their row."""
    url = repo.as_uri()
    git(tmp_path, "init", "--quiet", "empty")
    git(tmp_path, "clone", "--quiet", "--depth=1", url, "shallow")
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", url, "partial")
    git(tmp_path, "clone", "--quiet", "--bare", url, "bare")
    git(tmp_path, "clone", "--quiet", url, "detached")
    git(tmp_path / "detached", "checkout", "--quiet", "--detach")
    said = {}

    for name in ("empty", "shallow", "partial", "bare", "detached"):
        code, rows = _ask(capsys, tmp_path / name)
        assert code == 0, rows
        said[name] = [row["what"] for row in rows if row["topic"] == "repository"]

    assert {name: len(rows) for name, rows in said.items()} == dict.fromkeys(said, 1)
    assert "no commits" in said["empty"][0]
    assert "shallow" in said["shallow"][0]
    assert "partial" in said["partial"][0]
    assert "bare" in said["bare"][0]
    assert "detached" in said["detached"][0]


def test_local_state_is_measured_and_a_cut_off_change_is_named(repo: Path, capsys: Output) -> None:
    """The cache has a size; a journal that is still there is a warning."""
    write_tree(repo, {".git/pattern-ci/cache.db": b"x" * 2_000_000})
    assert "2.0 MB" in next(r["what"] for r in _ask(capsys, repo)[1] if r["topic"] == "cache")
    write_tree(repo, {".git/pattern-ci/journal/entry": "x"})

    code, rows = _ask(capsys, repo)

    assert (code, _bad(rows)) == (0, [("warn", "cache")])


def test_a_broken_pattern_fails(repo: Path, capsys: Output) -> None:
    """A spec that cannot be read is named with its place."""
    write_tree(repo, {"patterns/specs/x.pattern.yaml": "pattern_id: [\n"})

    code, rows = _ask(capsys, repo)

    assert (code, _bad(rows)) == (1, [("fail", "patterns")])
    assert "patterns/specs/x.pattern.yaml:" in next(r["what"] for r in rows if r["level"] == "fail")


def test_the_environment_is_looked_at(
    repo: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kill switch, token and a wrong threshold each have a row; the token stays hidden."""
    monkeypatch.setenv("DISABLE_PATTERN_AUTOMATION", "1")
    monkeypatch.setenv("PATTERN_AUTO_APPROVE_THRESHOLD", "much")
    monkeypatch.setenv("GH_TOKEN", "ghp_verysecret")

    code, rows = _ask(capsys, repo)

    assert (code, _bad(rows)) == (1, [("fail", "environment"), ("warn", "kill switch")])
    assert "a classic personal token is set." in [row["what"] for row in rows]
    assert "verysecret" not in json.dumps(rows)


def test_online_without_remote_or_token_says_which_is_missing(repo: Path, capsys: Output) -> None:
    """GitHub is not asked; the row tells what to add. The tests let git reach nothing."""
    code, rows = _ask(capsys, repo, "--online")
    assert (code, _bad(rows)) == (1, [("note", "hooks"), ("fail", "github")])
    assert "git remote add" in rows[-1]["next"]
    git(repo, "remote", "add", "origin", "git@github.com:octo/demo.git")

    code, rows = _ask(capsys, repo, "--online")

    assert (code, _bad(rows)) == (1, [("note", "hooks"), ("fail", "github")])
    assert "token" in rows[-1]["what"].lower()


def test_outside_a_repository_it_fails_with_one_row(tmp_path: Path, capsys: Output) -> None:
    """There is one row about the repository and the exit code is 1, also with --online."""
    code, rows = _ask(capsys, tmp_path, "--online")

    assert (code, _bad(rows)) == (1, [("fail", "repository")])
