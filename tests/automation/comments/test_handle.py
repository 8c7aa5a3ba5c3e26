"""Commands in comments, from the event to the answer."""

from __future__ import annotations

from typing import Any

import pytest

from pattern_ci.automation.comments.records import Ignored, Reason
from pattern_ci.errors import GitHubUnavailableError
from testing.fake_calls import DiedError
from tests.automation.comments.worlds import BRANCH, SUITE, World, build
from tests.messages.hostile import HOSTILE


@pytest.fixture
def world() -> World:
    """One open pull request of ours."""
    return build()


def _reason(world: World, body: str, **changes: Any) -> Reason | None:
    answer = world.says(body, **changes).answer
    assert answer is not None
    return answer.reason


def test_approve_merges_what_the_commenter_saw(world: World) -> None:
    """The suite is on main, and the commenter is told."""
    event = world.comments("/pattern approve")

    done = world.handle(event)

    assert done.answer is not None
    assert done.answer.reason is None
    assert world.github.pull(world.number).merged
    assert SUITE.items() <= world.github.tree("main").items()
    assert world.reactions(event) == ["+1"]
    assert len(world.replies()) == 1
    assert world.github.pull(world.number).head_sha[:10] in world.replies()[0]


def test_reject_closes_and_says_that_it_is_final(world: World) -> None:
    """The reason is kept in the reply; nothing is merged, and the marker blames nobody."""
    event = world.comments("/pattern reject too small")

    world.handle(event)

    pull = world.github.pull(world.number)
    assert (pull.state, pull.merged) == ("closed", False)
    assert "closed=" not in pull.body.splitlines()[0]
    assert world.reactions(event) == ["+1"]
    assert "final" in world.replies()[0]
    assert "too small" in world.replies()[0]


def test_explain_says_what_the_pattern_rests_on(world: World) -> None:
    """Confidence, hold-out, members and commits, and nothing is changed."""
    world.says("/pattern explain")

    (reply,) = world.replies()
    for part in ("PAT-PLUGINS-001", "0.90", "5 held-out files", "`plugins/alpha.py`", "aaaaaaaaaa"):
        assert part in reply
    assert world.written() == ["create_comment", "react"]
    assert world.github.pull(world.number).state == "open"


@pytest.mark.parametrize("role", ["read", "triage", "none"])
@pytest.mark.parametrize("verb", ["approve", "reject", "rename other", "explain", "what"])
def test_whoever_may_not_push_is_refused(world: World, role: str, verb: str) -> None:
    """A thumb down and the reason; nothing else is written."""
    world.github.roles["guest"] = role
    event = world.comments(f"/pattern {verb}", author="guest")

    done = world.handle(event)

    assert done.answer is not None
    assert done.answer.reason is Reason.NO_PERMISSION
    assert world.reactions(event) == ["-1"]
    assert world.written() == ["create_comment", "react"]
    assert world.github.pull(world.number).state == "open"


@pytest.mark.parametrize("role", ["write", "maintain", "admin"])
def test_whoever_may_push_may_command(world: World, role: str) -> None:
    """Each of the three roles."""
    world.github.roles["writer"] = role

    assert _reason(world, "/pattern approve", author="writer") is None


def test_a_word_that_is_none_lists_those_that_are(world: World) -> None:
    """The reply is the manual."""
    event = world.comments("/pattern merge")
    world.handle(event)

    assert world.reactions(event) == ["confused"]
    for verb in ("approve", "reject", "rename NAME", "explain"):
        assert f"`/pattern {verb}`" in world.replies()[0]


def test_what_is_not_ours_is_not_touched(world: World) -> None:
    """A person's pull request with our marker copied into it, from a branch of ours or not."""
    world.github.human_pushes("topic", {"x.txt": "x"})
    theirs = world.github.human_opens("topic")
    body = world.github.pull(world.number).body
    world.github.human_edits(theirs, body=body)
    ours, world.number = world.number, theirs

    for verb in ("approve", "reject", "rename other", "explain"):
        assert _reason(world, f"/pattern {verb}") is Reason.NOT_OURS
    assert {world.github.pull(number).state for number in (ours, theirs)} == {"open"}


@pytest.mark.parametrize("body", ["no marker", "<!-- pattern-ci:v1 handler=pattern -->\n"])
def test_without_its_marker_it_is_not_ours(world: World, body: str) -> None:
    """Somebody has edited the text away: it is theirs now."""
    world.github.human_edits(world.number, body=body)

    assert _reason(world, "/pattern approve") is Reason.NOT_OURS


def test_a_closed_one_is_not_merged(world: World) -> None:
    """Closing was final."""
    event = world.comments("/pattern approve")
    world.github.human_closes(world.number)

    done = world.handle(event)

    assert done.answer is not None
    assert done.answer.reason is Reason.NOT_OPEN
    assert not world.github.pull(world.number).merged


@pytest.mark.parametrize("verb", ["approve", "rename other"])
def test_commits_of_others_are_not_merged_unseen(world: World, verb: str) -> None:
    """The reply names what they change; the branch stays as it is."""
    tip = world.github.human_pushes(BRANCH, {"setup.py": "evil", "patterns/docs/plugins.md": "x"})
    event = world.comments(f"/pattern {verb}")

    done = world.handle(event)

    assert done.answer is not None
    assert done.answer.reason is Reason.CHANGED
    assert "`setup.py`" in world.replies()[0]
    assert world.github.tip(BRANCH) == tip
    assert world.reactions(event) == ["confused"]
    assert world.github.pull(world.number).state == "open"


def test_a_branch_that_was_replaced_is_said_to_be(world: World) -> None:
    """There is no way from it to what we left."""
    base = world.github.tip("main")
    world.github.human_sets(BRANCH, base)
    world.github.human_pushes(BRANCH, {"x.txt": "x"})

    assert _reason(world, "/pattern approve") is Reason.CHANGED
    assert "replaced" in world.replies()[0]


def test_an_update_after_the_comment_is_looked_at_first(world: World) -> None:
    """The commenter saw an older head: not what they would have merged."""
    old = world.github.pull(world.number)
    event = world.comments("/pattern approve", issue_body=old.body.replace(old.head_sha, "b" * 40))

    done = world.handle(event)

    assert done.answer is not None
    assert done.answer.reason is Reason.UPDATED_SINCE
    assert not world.github.pull(world.number).merged


def test_what_github_refuses_is_the_answer(world: World) -> None:
    """A rule of the repository forbids the merge, and says so itself."""
    world.github.blocked.add(world.number)
    event = world.comments("/pattern approve")

    done = world.handle(event)

    assert done.answer is not None
    assert done.answer.reason is Reason.GITHUB
    assert world.reactions(event) == ["confused"]
    assert "Pull Request is not mergeable" in world.replies()[0]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"action": "edited"}, Ignored.NOT_NEW),
        ({"action": "deleted"}, Ignored.NOT_NEW),
        ({"is_pull_request": False}, Ignored.NO_PULL_REQUEST),
        ({"is_bot": True}, Ignored.A_BOT),
        ({"author": "renovate[bot]"}, Ignored.A_BOT),
        ({"author": "pattern-bot"}, Ignored.A_BOT),
        ({"body": "well done"}, Ignored.NO_COMMAND),
    ],
)
def test_what_is_no_command_of_a_person_is_left_alone(
    world: World, changes: dict[str, Any], why: Ignored
) -> None:
    """No answer, no reaction, no request at all."""
    event = world.comments(**({"body": "/pattern approve"} | changes))
    before = world.github.usage()

    done = world.handle(event)

    assert (done.ignored, done.answer) == (why, None)
    assert world.github.usage() == before
    assert world.written() == []


@pytest.mark.parametrize("verb", ["approve", "reject", "rename other", "explain", "nonsense"])
def test_a_second_delivery_does_nothing(world: World, verb: str) -> None:
    """Zero writes over every command."""
    event = world.comments(f"/pattern {verb}")
    world.handle(event)
    written = world.written()

    again = world.handle(event)

    assert again.ignored is Ignored.ANSWERED
    assert world.written() == written


def test_a_marker_in_a_comment_of_somebody_else_silences_nothing(world: World) -> None:
    """Only our own reply counts as an answer."""
    event = world.comments("/pattern explain")
    world.github.human_comments(
        world.number, f"<!-- pattern-ci:v1 handler=comment key={event.comment_id} -->"
    )

    assert world.handle(event).answer is not None


def test_a_read_that_fails_leads_to_nothing(world: World) -> None:
    """What is not known is not decided; the next delivery may answer."""
    event = world.comments("/pattern reject")
    world.github.fail_reads(GitHubUnavailableError("no answer."))

    with pytest.raises(GitHubUnavailableError):
        world.handle(event)

    assert world.written() == []


@pytest.mark.parametrize("text", HOSTILE[::10])
def test_hostile_reasons_stay_text(world: World, text: str) -> None:
    """Whatever is written behind a command, nothing of it comes alive in the reply."""
    world.says(f"/pattern reject {text}")

    (reply,) = world.replies()
    assert "<!--" not in reply
    assert "<img" not in reply
    assert "@octocat" not in reply


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_an_answer_that_was_lost_is_given_by_the_next_run(world: World, verb: str) -> None:
    """The pull request is what was asked for: nothing is done again, and it is said."""
    event = world.comments(f"/pattern {verb}")
    world.github.die_after(1)
    with pytest.raises(DiedError):
        world.handle(event)
    world.github.die_after(1_000)

    done = world.handle(event)

    assert done.answer is not None
    assert done.answer.reason is None
    assert world.reactions(event) == ["+1"]
    assert world.written()[1:] == ["create_comment", "react"]


def test_approving_what_was_closed_does_not_count_as_done(world: World) -> None:
    """Nor does rejecting what was merged."""
    world.github.human_merges(world.number)

    assert _reason(world, "/pattern reject") is Reason.NOT_OPEN


def test_a_run_that_dies_after_the_act_is_finished_by_the_next(world: World) -> None:
    """The name is on the branch already; the second delivery commits nothing and says it."""
    event = world.comments("/pattern rename helpers")
    world.github.die_after(2)
    with pytest.raises(DiedError):
        world.handle(event)
    tip = world.github.tip(BRANCH)
    world.github.die_after(1_000)

    done = world.handle(event)

    assert world.github.tip(BRANCH) == tip
    assert done.answer is not None
    assert done.answer.reason is None
    assert world.reactions(event) == ["+1"]
