"""What the repository on GitHub is asked, through the real door."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubUnavailableError
from pattern_ci.main import main
from pattern_ci.setup.asking import ask_github
from pattern_ci.setup.remote import delete_branches
from pattern_ci.setup.removal import Fate, Item
from testing import emulate as emulation
from testing.fake_github import FakeGitHub
from testing.repos import build_repo, git
from tests.setup.test_asking import FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from testing.emulate import Emulate


@pytest.fixture(scope="module")
def emulate() -> Iterator[Emulate]:
    """A server that answers as GitHub does."""
    with emulation.running() as server:
        yield server


def test_what_github_says_becomes_a_fact() -> None:
    """Name, default branch, login and permissions come from the token's own view."""
    seen = ask_github(FakeGitHub(), FACTS)

    assert (seen.full_name, seen.default_branch, seen.login) == ("octo/demo", "main", "pattern-bot")
    assert "push" in seen.permissions
    assert seen.problem == ""


@pytest.mark.parametrize("verb", ["repository", "identity"])
def test_an_error_becomes_the_row(verb: str) -> None:
    """What GitHub refuses is said with its reason and next step; nothing else is claimed."""
    github = FakeGitHub()
    github.fail(verb, GitHubUnavailableError("it is down.", why="503.", next_step="wait."))

    seen = ask_github(github, FACTS)

    assert (seen.problem, seen.next_step) == ("it is down. 503.", "wait.")
    assert seen.permissions == frozenset()


def test_a_branch_that_moved_since_the_plan_is_not_deleted() -> None:
    """Between plan and deletion somebody pushes: their commit stays, and it is said."""
    github = FakeGitHub({"README.md": "# demo\n"})
    tip = github.human_pushes("pattern-ci/x", {"a": "1\n"})
    plan = [Item(name="pattern-ci/x", fate=Fate.REMOVE, reason="ours", tip=tip)]
    newer = github.human_pushes("pattern-ci/x", {"a": "2\n"})

    done = delete_branches(github, plan)

    assert [item.fate for item in done] == [Fate.KEEP]
    assert github.tip("pattern-ci/x") == newer


def test_doctor_asks_github_through_the_real_client(
    emulate: Emulate,
    repo_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`doctor --online` finds the repository by its remote and says who we are there."""
    repository = emulate.new_repository("asked", {"README.md": "# demo\n"})
    build_repo(repo_path, {"README.md": "# demo\n"})
    git(repo_path, "remote", "add", "origin", f"git@github.com:{repository.slug}.git")
    monkeypatch.setenv("GITHUB_API_URL", emulate.url)
    monkeypatch.setenv("GITHUB_TOKEN", emulation.BOT_TOKEN)

    assert main(["doctor", str(repo_path), "--online", "--format", "json"]) == 0

    rows = json.loads(capsys.readouterr().out)["checks"]
    said = next(row["what"] for row in rows if row["topic"] == "github")
    assert said == f"{repository.slug}, default branch main, seen as {emulation.BOT}."
    assert emulation.BOT_TOKEN not in json.dumps(rows)
