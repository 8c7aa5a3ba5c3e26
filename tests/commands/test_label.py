"""`pattern-ci label` as a workflow runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.automation.guard.labels import LABEL
from pattern_ci.commands.label import label
from pattern_ci.errors import AutomationDisabledError, GitHubAuthError, GitHubPermissionError
from testing.fake_github import FakeGitHub

if TYPE_CHECKING:
    from pathlib import Path

SIGNED = {"GITHUB_TOKEN": "t"}
SHA = "a" * 40


@pytest.fixture
def github() -> FakeGitHub:
    """A repository with one open pull request of a person."""
    made = FakeGitHub()
    made.human_pushes("topic", {"patterns/x": "x"})
    made.human_opens("topic")
    return made


def _run(github: FakeGitHub, folder: Path, ids: str, **options: Any) -> int:
    payload = {
        "action": "opened",
        "pull_request": {
            "number": 1,
            "user": {"login": "maintainer", "type": "User"},
            "body": None,
            "merged": False,
            "head": {"ref": "topic", "sha": SHA, "repo": {"full_name": github.slug}},
            "base": {"ref": "main", "sha": SHA},
        },
        "repository": {"full_name": github.slug},
    }
    path = folder / "event.json"
    path.write_text(json.dumps(payload))
    fields: dict[str, Any] = {"apply": True, "environ": SIGNED}
    return label(path, quarantine=ids, connect=lambda *_, **__: github, **(fields | options))


def test_the_label_comes_and_goes_and_a_second_run_writes_nothing(
    github: FakeGitHub, tmp_path: Path
) -> None:
    """Other labels stay."""
    github.add_labels(1, ["mine"])
    before = len(github.writes)

    for ids, held in (("PAT-A-001", True), ("", False)):
        assert _run(github, tmp_path, ids) == 0
        assert _run(github, tmp_path, ids) == 0
        assert set(github.pull(1).labels) == ({"mine", LABEL} if held else {"mine"})

    assert len(github.writes) - before == 2


def test_it_only_plans_unless_told(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line, and no write."""
    assert _run(github, tmp_path, "PAT-A-001", apply=False) == 0

    assert capsys.readouterr().out == f"Plan: #1: the label {LABEL} was set.\n"
    assert github.writes == ()


def test_json_says_what_was_done(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For programs."""
    _run(github, tmp_path, "PAT-A-001", form="json")

    data = json.loads(capsys.readouterr().out)
    assert (data["label"], data["added"], data["removed"]) == (LABEL, True, False)


def test_a_token_that_may_not_is_a_note(
    github: FakeGitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The findings were shown before; a label is not worth a red job."""
    github.fail("add_labels", GitHubPermissionError("the token may not label."))

    assert _run(github, tmp_path, "PAT-A-001") == 0
    said = capsys.readouterr()
    assert "may not" in said.out
    assert "the token may not label." in said.err


def test_a_closed_pull_request_is_left_alone(github: FakeGitHub, tmp_path: Path) -> None:
    """Its labels are history."""
    github.human_closes(1)

    assert _run(github, tmp_path, "PAT-A-001") == 0
    assert github.writes == ()


def test_without_a_token_it_says_where_it_looked(github: FakeGitHub, tmp_path: Path) -> None:
    """The names of both variables."""
    with pytest.raises(GitHubAuthError, match="GITHUB_TOKEN or GH_TOKEN"):
        _run(github, tmp_path, "", environ={})


def test_the_kill_switch_stops_it(github: FakeGitHub, tmp_path: Path) -> None:
    """Before anything is asked."""
    before = github.usage()

    with pytest.raises(AutomationDisabledError):
        _run(github, tmp_path, "x", environ={**SIGNED, "DISABLE_PATTERN_AUTOMATION": "1"})

    assert github.usage() == before
