"""Items 33 and 36: what GitHub refuses has one line each, wherever GitHub is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubError
from pattern_ci.github import answers
from pattern_ci.github.answers import Answer
from pattern_ci.main import main
from pattern_ci.messages import github as messages
from testing import emulate as emulation
from testing.repos import build_repo, git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from testing.emulate import Emulate

# What GitHub answers in each of these situations: what we were doing, status, its own words.
SITUATIONS = {
    "a duplicate": (messages.OPEN_PULL, 422, "A pull request already exists for octo:x."),
    "a stale branch": (messages.MOVE_BRANCH, 422, "Update is not a fast forward"),
    "a protected branch": (messages.MOVE_BRANCH, 403, "Protected branch update failed"),
    "a closed pull request": (messages.CHANGE_PULL, 422, "state cannot be changed."),
    "a deleted branch": (messages.READ_BRANCH, 404, "Not Found"),
    "Actions may not": (
        messages.OPEN_PULL, 403,
        "GitHub Actions is not permitted to create or approve pull requests.",
    ),
    "the token may not": (messages.OPEN_PULL, 403, "Resource not accessible by integration"),
}  # fmt: skip


def _refusal(doing: str, status: int, words: str) -> GitHubError:
    error = answers.refusal(
        Answer(status=status, headers={}, text=json.dumps({"message": words})), doing
    )
    assert isinstance(error, GitHubError)
    return error


def test_33_each_situation_is_told_from_the_others() -> None:
    """No two of them say the same, and each category has its own exit code."""
    errors = {name: _refusal(*said) for name, said in SITUATIONS.items()}

    assert len({error.what for error in errors.values()}) == len(SITUATIONS)
    assert {name: error.return_code for name, error in errors.items()} == {
        "a duplicate": 44,
        "a stale branch": 44,
        "a protected branch": 44,
        "a closed pull request": 40,
        "a deleted branch": 43,
        "Actions may not": 42,
        "the token may not": 42,
    }
    assert "approve pull requests" in errors["Actions may not"].next_step


@pytest.fixture(scope="module")
def emulate() -> Iterator[Emulate]:
    """A server of one's own, at an address that is not GitHub's."""
    with emulation.running() as server:
        yield server


def test_36_a_server_of_ones_own_is_asked_and_no_other(
    emulate: Emulate,
    repo_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The remote of an enterprise server and the address of its API are all that is needed."""
    repository = emulate.new_repository("enterprise", {"README.md": "# demo\n"})
    build_repo(repo_path, {"README.md": "# demo\n"})
    git(repo_path, "remote", "add", "origin", f"https://git.example.com/{repository.slug}.git")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example.com")
    monkeypatch.setenv("GITHUB_API_URL", emulate.url)
    monkeypatch.setenv("GITHUB_TOKEN", emulation.BOT_TOKEN)

    assert main(["train", str(repo_path), "--pull-request", "--plan", "--format", "json"]) == 0
    capsys.readouterr()
    main(["doctor", str(repo_path), "--online", "--format", "json"])

    rows = json.loads(capsys.readouterr().out)["checks"]
    assert any(row["what"].startswith(f"{repository.slug}, default branch") for row in rows)
