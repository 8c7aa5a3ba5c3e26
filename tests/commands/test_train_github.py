"""`pattern-ci train --pull-request` on a GitHub in memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci.commands.train import Options, train
from pattern_ci.errors import (
    AutomationDisabledError,
    GitHubAuthError,
    GitHubPermissionError,
    GitHubUnavailableError,
)
from pattern_ci.main import main
from testing.fake_github import FakeGitHub
from testing.repos import commit, plugin_tree, write_tree
from tests.commands.training import ENVIRON, Say, never, on_github, printed, tree, verdicts

if TYPE_CHECKING:
    from pathlib import Path


def test_pull_requests_are_opened_within_the_limits(clone: Path, capsys: Say) -> None:
    """Files at their final places with status active, two a run, and then nothing more."""
    world = FakeGitHub()

    assert on_github(clone, world) == 0
    first = printed(capsys)
    before = tree(clone)
    assert on_github(clone, world) == 0
    again = printed(capsys)
    writes = len(world.writes)
    assert on_github(clone, world) == 0
    rest = printed(capsys)

    assert first["mode"] == "pull-request"
    assert not first["planned"]
    assert verdicts(first).count("open") == 2
    # Two times commit, branch and pull request; then the dashboard.
    assert first["requests"]["writes"] == 7
    assert len(world.writes) == writes
    assert "open" not in verdicts(rest)
    assert again["limits"] == {"open_limit": 3, "new_per_run": 2}
    pull = world.pull(1)
    added = set(world.tree(pull.head_ref)) - set(world.tree("main"))
    assert all(path.startswith("patterns/") for path in added)
    assert not any("/drafts/" in path for path in added)
    spec = next(path for path in added if path.startswith("patterns/specs/"))
    assert "status: active" in world.tree(pull.head_ref)[spec]
    assert "https://github.com/octo/demo/commit/" in pull.body
    assert tree(clone) == before


def test_closing_is_final_also_after_new_members(clone: Path, capsys: Say) -> None:
    """Two more files of the same kind do not bring a closed proposal back."""
    world = FakeGitHub()
    while True:
        world.revive()
        on_github(clone, world)
        if not world.writes:
            break
        for pull in world.pull_requests(state="open"):
            world.human_closes(pull.number)
    closed = len(world.pull_requests(state="all"))
    assert closed >= 2
    commit(clone, plugin_tree("lambda_point"), "add lambda_point")
    commit(clone, plugin_tree("mu"), "add mu")
    capsys.readouterr()

    assert on_github(clone, world) == 0

    data = printed(capsys)
    assert not world.writes
    assert set(verdicts(data)) == {"skip"}
    assert len(world.pull_requests(state="all")) == closed


def test_what_was_merged_is_a_pattern(clone: Path, capsys: Say) -> None:
    """After the merge arrived in the clone, nothing proposes or drafts it again."""
    world = FakeGitHub()
    on_github(clone, world)
    capsys.readouterr()
    pull = world.pull(1)
    added: dict[str, str | bytes | None] = {
        path: text.encode()
        for path, text in world.tree(pull.head_ref).items()
        if path.startswith("patterns/")
    }
    world.human_merges(1)
    commit(clone, added, "Merge #1")
    world.revive()

    assert on_github(clone, world) == 0
    merged = next(one for one in printed(capsys)["actions"] if one["identity"] in pull.head_ref)
    main(["train", str(clone), "--format", "json"])
    local = next(one for one in printed(capsys)["actions"] if one["identity"] in pull.head_ref)

    assert merged["action"] == local["action"] == "none"
    assert "here already: patterns/specs/" in merged["reason"]


def test_a_plan_of_pull_requests_makes_no_writes(clone: Path, capsys: Say) -> None:
    """It lists the writes that the run then makes."""
    world = FakeGitHub()

    assert on_github(clone, world, plan=True) == 0
    plan = printed(capsys)
    assert not world.writes
    assert on_github(clone, world) == 0

    assert plan["planned"]
    assert plan["writes"] == list(world.writes)
    assert printed(capsys)["writes"] == []


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "no token in GITHUB_TOKEN or GH_TOKEN"),
        ({"GITHUB_TOKEN": "token"}, "no GitHub repository is known"),
    ],
)
def test_without_token_or_remote_it_plans_and_says_so(
    clone: Path, capsys: Say, environ: dict[str, str], said: str
) -> None:
    """One line on standard error, exit code 0, and GitHub is not asked."""
    options = Options(repo=clone, pull_request=True)

    code = train(options, environ=environ, connect=never)

    out, err = capsys.readouterr()
    assert code == 0
    lines = [line for line in err.splitlines() if line.startswith("pattern-ci: ")]
    assert len(lines) == 1
    assert said in lines[0]
    assert "Next: " in lines[0]
    assert "would be drafted" in out


def test_switched_off_it_only_plans(clone: Path, capsys: Say) -> None:
    """`train.enabled: false` turns a run that was asked for pull requests into its plan."""
    write_tree(clone, {".github/pattern-ci.yml": "version: 1\ntrain: {enabled: false}\n"})
    world = FakeGitHub()

    assert on_github(clone, world) == 0

    out, err = capsys.readouterr()
    assert json.loads(out)["planned"]
    assert "keeps pull requests off" in err
    assert not world.writes


@pytest.mark.parametrize("name", ["DISABLE_PATTERN_AUTOMATION", "PATTERN_AUTOMATION_ENABLED"])
def test_the_kill_switch_stops_writing_but_not_planning(
    clone: Path, capsys: Say, name: str
) -> None:
    """`--pull-request` ends with its own category; its plan and local work go on."""
    environ = {**ENVIRON, name: "1" if name.startswith("DISABLE") else "0"}
    world = FakeGitHub()

    with pytest.raises(AutomationDisabledError, match="no pull request is written"):
        on_github(clone, world, environ)
    assert on_github(clone, world, environ, plan=True) == 0
    assert not world.writes
    assert train(Options(repo=clone, apply=True), environ=environ, connect=never) == 0
    assert (clone / "patterns/drafts").is_dir()
    capsys.readouterr()


@pytest.mark.parametrize(
    "error", [GitHubAuthError("the token is not accepted."), GitHubUnavailableError("down.")]
)
def test_a_door_that_stays_shut_ends_the_run_before_mining(
    clone: Path, capsys: Say, error: GitHubAuthError | GitHubUnavailableError
) -> None:
    """The error keeps its category and nothing is written."""
    world = FakeGitHub()
    world.fail("identity", error)

    with pytest.raises(type(error)):
        on_github(clone, world)

    assert not world.writes
    assert "train: history" not in capsys.readouterr().err


def test_a_forbidden_write_has_its_exit_code_and_one_line(clone: Path, capsys: Say) -> None:
    """Actions may not create pull requests: said once, with the setting; the report stands."""
    world = FakeGitHub()
    error = GitHubPermissionError("not permitted.", next_step="turn on the setting.")
    world.fail("create_pull_request", error, times=9)

    assert on_github(clone, world) == 42

    out, err = capsys.readouterr()
    assert err.count("turn on the setting") == 1
    assert [one["action"] for one in json.loads(out)["actions"]][:2] == ["skip", "wait"]
