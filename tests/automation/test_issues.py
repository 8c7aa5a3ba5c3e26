"""Changes without files are issues: one an identity, edited in place, closed by their readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.errors import GitHubPermissionError, GitHubUnavailableError
from pattern_ci.model.bot_change import ChangeKind
from pattern_ci.model.digests import text_digest
from pattern_ci.model.safe import Markdown
from testing.fake_github import FakeGitHub
from tests.automation.worlds import proposal, publish_all, said

if TYPE_CHECKING:
    from pattern_ci.model.bot_change import BotChange


def _report(text: str = "Week one.\n") -> BotChange:
    digest = text_digest(text)
    return proposal(1, files={}, kind=ChangeKind.REPORT, digest=digest, text=Markdown(text))


def _written(world: FakeGitHub) -> list[str]:
    return [write["verb"] for write in world.writes]


def test_a_report_becomes_one_issue_and_no_branch() -> None:
    """Nothing but the issue is written, and a second run writes nothing."""
    world = FakeGitHub()

    done = publish_all(world, _report())

    assert [said(action) for action in done.actions] == [("open", "new")]
    assert _written(world) == ["create_issue"]
    world.revive()
    publish_all(world, _report())
    assert not world.writes


def test_a_changed_report_is_edited_in_place() -> None:
    """Another digest, the same issue."""
    world = FakeGitHub()
    publish_all(world, _report())
    world.revive()

    publish_all(world, _report("Week two.\n"))

    assert _written(world) == ["update_issue"]
    (issue,) = world.issues(author=world.login, state="all")
    assert issue.body.endswith("Week two.\n")


def test_a_report_that_was_closed_stays_closed() -> None:
    """Whoever closed it does not want it, also when its content changes."""
    world = FakeGitHub()
    publish_all(world, _report())
    world.human_closes_issue(1)
    world.revive()

    done = publish_all(world, _report("Week two.\n"))

    assert [said(action) for action in done.actions] == [("skip", "rejected")]
    assert not world.writes


def test_a_report_that_somebody_edited_is_left_alone() -> None:
    """What people write into it is theirs."""
    world = FakeGitHub()
    publish_all(world, _report())
    (issue,) = world.issues(author=world.login, state="all")
    world.human_edits_issue(issue.number, body=issue.body + "\nMy notes.\n")
    world.revive()

    done = publish_all(world, _report("Week two.\n"))

    assert [said(action) for action in done.actions] == [("skip", "edited")]
    assert not world.writes


def test_issues_that_cannot_be_read_are_not_opened_anew() -> None:
    """The report waits; pull requests go on."""
    world = FakeGitHub()
    publish_all(world, _report())
    world.revive()
    world.fail("issues", GitHubUnavailableError("a fault."))

    done = publish_all(world, _report("Week two.\n"), proposal(2))

    assert [said(action) for action in done.actions] == [("open", "new"), ("skip", "unknown")]
    assert "create_issue" not in _written(world)


def test_a_token_that_may_not_write_issues_stops_the_rest_of_them() -> None:
    """One refusal is enough: the next would be refused as well."""
    world = FakeGitHub()
    world.fail("create_issue", GitHubPermissionError("no."), times=5)
    other = proposal(3, files={}, kind=ChangeKind.REPORT)

    done = publish_all(world, _report(), other)

    assert [said(action)[1] for action in done.actions] == ["failed", "stopped"]
    assert len(done.errors) == 1
