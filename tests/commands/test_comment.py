"""`pattern-ci comment` as a workflow runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.commands.comment import comment
from pattern_ci.errors import AutomationDisabledError, GitHubAuthError, UsageError
from tests.automation.comments.worlds import World, build

if TYPE_CHECKING:
    from pathlib import Path

SIGNED = {"GITHUB_TOKEN": "t"}


@pytest.fixture
def world() -> World:
    """One open pull request of ours."""
    return build()


def _event(world: World, folder: Path, body: str, **changes: Any) -> Path:
    event = world.comments(body)
    payload = {
        "action": "created",
        "comment": {
            "id": event.comment_id,
            "body": body,
            "user": {"login": event.author, "type": "User"},
        },
        "issue": {"number": event.number, "body": event.issue_body, "pull_request": {"url": "x"}},
        "repository": {"full_name": event.slug},
    }
    path = folder / "event.json"
    path.write_text(json.dumps(payload | changes))
    return path


def _run(world: World, path: Path, **options: Any) -> int:
    fields: dict[str, Any] = {"apply": True, "environ": SIGNED, "repo": path.parent}
    return comment(path, connect=lambda *_, **__: world.github, **(fields | options))


def test_it_only_plans_unless_told(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan holds every write that the run then makes, and makes none."""
    path = _event(world, tmp_path, "/pattern rename helpers")

    assert _run(world, path, apply=False, form="json") == 0
    plan = json.loads(capsys.readouterr().out)

    assert world.written() == []
    assert (plan["planned"], plan["command"], plan["reaction"]) == (True, "rename", "+1")
    assert _run(world, path) == 0
    assert [one["verb"] for one in plan["writes"]] == world.written()
    assert capsys.readouterr().out == f"#{world.number}: `/pattern rename` was carried out.\n"


def test_a_refusal_is_no_failure_of_the_run(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was answered; the log says why."""
    path = _event(world, tmp_path, "/pattern merge")

    assert _run(world, path) == 0
    assert "was refused (unknown word)" in capsys.readouterr().out


def test_a_comment_without_a_command_is_one_line(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is asked of GitHub but who we are."""
    path = _event(world, tmp_path, "well done")

    assert _run(world, path) == 0
    assert "no /pattern command" in capsys.readouterr().out
    assert world.written() == []


def test_the_kill_switch_stops_it_before_anything_is_read(world: World, tmp_path: Path) -> None:
    """A plan writes nothing, so that it may go on."""
    path = _event(world, tmp_path, "/pattern approve")
    stopped = {**SIGNED, "DISABLE_PATTERN_AUTOMATION": "1"}
    before = world.github.usage()

    with pytest.raises(AutomationDisabledError):
        _run(world, path, environ=stopped)

    assert world.github.usage() == before
    assert _run(world, path, environ=stopped, apply=False) == 0
    assert world.written() == []


def test_without_a_token_it_says_where_it_looked(world: World, tmp_path: Path) -> None:
    """The names of both variables."""
    path = _event(world, tmp_path, "/pattern approve")

    with pytest.raises(GitHubAuthError, match="GITHUB_TOKEN or GH_TOKEN"):
        _run(world, path, environ={})


@pytest.mark.parametrize("text", ["", "[]", "{", '{"action": "created"}'])
def test_what_is_no_event_is_refused(world: World, tmp_path: Path, text: str) -> None:
    """One line, and nothing is asked."""
    path = tmp_path / "event.json"
    path.write_text(text)

    with pytest.raises(UsageError):
        _run(world, path)

    assert world.written() == []


def test_the_prefix_of_the_configuration_counts(world: World, tmp_path: Path) -> None:
    """A branch below another prefix is not ours."""
    path = _event(world, tmp_path, "/pattern approve")
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/pattern-ci.yml").write_text(
        "version: 1\nbot_prs:\n  branch_prefix: other/\n"
    )

    _run(world, path)

    assert not world.github.pull(world.number).merged


def test_an_event_that_is_not_there_is_told_from_one_that_is_none(
    world: World, tmp_path: Path
) -> None:
    """The line names the file, and nothing is asked."""
    before = world.github.usage()

    with pytest.raises(UsageError, match=r"gone\.json' is not there"):
        _run(world, tmp_path / "gone.json")

    assert world.github.usage() == before
