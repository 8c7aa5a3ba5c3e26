"""What has lost its purpose is closed with its reason, opened again when needed, and tidied up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.errors import GitHubConflictError, GitHubUnavailableError
from testing.fake_github import DiedError, FakeGitHub
from tests.automation.lives import opened, run, verdicts, written
from tests.automation.worlds import NOW, PREFIX, name, proposal, said

DAY = timedelta(days=1)
ONE = name(1)
BRANCH = PREFIX + ONE


def _closing_words(world: FakeGitHub, number: int = 1) -> str:
    (comment,) = world.comments(number)
    return comment.body


# -- closing -----------------------------------------------------------------------------------


def test_what_the_history_no_longer_supports_is_closed_with_the_reason() -> None:
    """A comment says why, the marker that it was no verdict; its branch stays for now."""
    world = opened(proposal(1))

    done = run(world)

    assert verdicts(done) == [("close", "not_needed")]
    assert world.pull(1).state == "closed"
    assert "no longer supports it" in _closing_words(world)
    marker = markers.read(world.pull(1).body)
    assert marker is not None
    assert marker.closed == "not_needed"
    assert BRANCH in dict(world.branches(PREFIX))


def test_a_second_run_closes_and_says_nothing_more() -> None:
    """Closed is closed."""
    world = opened(proposal(1))
    run(world)
    world.revive()

    run(world)

    assert not world.writes


def test_what_takes_the_place_of_another_closes_it_and_gets_the_place() -> None:
    """Half of the members in common, another identity: the new one goes in, even at the limit."""
    world = opened(proposal(1), proposal(2))
    run(world, proposal(1), proposal(2), proposal(3))
    world.revive()
    better = proposal(4, members=proposal(1).members)

    done = run(world, better, proposal(2), proposal(3))

    assert sorted(verdicts(done)) == [
        ("close", "superseded"), ("none", "up_to_date"), ("none", "up_to_date"), ("open", "new"),
    ]  # fmt: skip
    assert written(world)[:2] == ["create_comment", "update_pull_request"]
    assert better.name in _closing_words(world)
    assert sum(pull.state == "open" for pull in world.pull_requests(state="all")) == 3


def test_a_change_may_name_what_it_replaces() -> None:
    """A proposed version replaces the one before without sharing a member."""
    world = opened(proposal(1))

    done = run(world, proposal(2, replaces=(ONE,)))

    assert ("close", "superseded") in verdicts(done)


def test_a_place_that_did_not_become_free_is_not_taken() -> None:
    """The limit holds when the closing fails."""
    world = opened(proposal(1), proposal(2))
    run(world, proposal(1), proposal(2), proposal(3))
    world.revive()
    world.fail("update_pull_request", GitHubUnavailableError("a fault."))
    better = proposal(4, members=proposal(1).members)

    done = run(world, better, proposal(2), proposal(3))

    assert ("wait", "open_limit") in verdicts(done)
    assert sum(pull.state == "open" for pull in world.pull_requests(state="all")) == 3


def test_what_was_merged_by_hand_is_closed_with_its_path() -> None:
    """The base branch has the pattern: whoever copied it there has approved it."""
    world = opened(proposal(1))
    files = {path: text for path, text in proposal(1).files.items() if text is not None}
    world.human_pushes("main", files)
    spec = "patterns/specs/p1.pattern.yaml"

    done = run(world, proposal(1), merged={ONE: spec}, web="https://github.com/octo/demo")

    assert verdicts(done) == [("close", "by_hand")]
    assert f"https://github.com/octo/demo/blob/main/{spec}" in _closing_words(world)


def test_what_is_merged_elsewhere_only_is_not_closed() -> None:
    """The history that was read has it, the base branch has not: a run on another branch."""
    world = opened(proposal(1))

    done = run(world, proposal(1), merged={ONE: "patterns/specs/p1.pattern.yaml"})

    assert verdicts(done) == [("none", "known")]
    assert not world.writes


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"kinds": frozenset()}, id="a history that was not seen whole"),
        pytest.param({"rev": "0" * 40}, id="the history of another branch"),
    ],
)
def test_who_does_not_know_everything_closes_nothing(facts: dict[str, Any]) -> None:
    """That a candidate is missing must mean that there is none."""
    world = opened(proposal(1))

    done = run(world, **facts)

    assert verdicts(done) == [("none", "left_open")]
    assert not world.writes


def test_a_base_that_cannot_be_read_closes_nothing() -> None:
    """Neither yes nor no: the pull request stays and the error is told."""
    world = opened(proposal(1))
    world.fail("branch_sha", GitHubUnavailableError("a fault."))

    done = run(world)

    assert verdicts(done) == [("skip", "unknown")]
    assert not world.writes
    assert len(done.errors) == 1


@pytest.mark.parametrize("what", ["push", "text", "target"])
def test_what_a_person_touched_is_not_closed(what: str) -> None:
    """It is theirs, needed or not."""
    world = opened(proposal(1))
    if what == "push":
        world.human_pushes(BRANCH, {"mine": "mine"})
    elif what == "text":
        world.human_edits(1, body=world.pull(1).body + "\nmine\n")
    else:
        world.human_edits(1, body="mine")

    done = run(world)

    assert verdicts(done) == [("skip", "edited")]
    assert not world.writes


def test_one_that_a_person_opened_again_is_left_open() -> None:
    """We closed it, somebody wants it: no fight."""
    world = opened(proposal(1))
    run(world)
    world.human_reopens(1)
    world.revive()

    done = run(world)

    assert verdicts(done) == [("skip", "edited")]
    assert not world.writes


def test_a_run_that_dies_while_closing_says_the_reason_once() -> None:
    """The comment was written, the closing was not: the next run finds it said."""
    world = opened(proposal(1))
    world.die_after(1)
    with pytest.raises(DiedError):
        run(world)
    world.revive()

    run(world)

    assert world.pull(1).state == "closed"
    assert len(world.comments(1)) == 1


# -- needed again ------------------------------------------------------------------------------


def test_needed_again_within_a_week_the_same_one_is_opened() -> None:
    """No second pull request, no new commit; the marker forgets that it was closed."""
    world = opened(proposal(1))
    run(world)
    world.revive()
    world.now = NOW + 7 * DAY

    done = run(world, proposal(1))

    assert verdicts(done) == [("reopen", "needed_again")]
    assert written(world) == ["update_pull_request"]
    assert world.pull(1).state == "open"
    world.revive()
    assert verdicts(run(world, proposal(1))) == [("none", "up_to_date")]
    assert not world.writes


def test_opened_again_it_says_what_it_would_say_now() -> None:
    """The content changed meanwhile: the branch and the text follow in the same run."""
    world = opened(proposal(1))
    run(world)

    run(world, proposal(1, "two"))

    pull = world.pull(1)
    assert pull.state == "open"
    assert "two" in pull.body
    assert world.tree(BRANCH) == {**world.tree("main"), **proposal(1, "two").files}
    world.revive()
    run(world, proposal(1, "two"))
    assert not world.writes


def test_after_a_week_a_new_one_is_opened() -> None:
    """The old one is history; it is no rejection."""
    world = opened(proposal(1))
    run(world)
    world.now = NOW + 8 * DAY

    done = run(world, proposal(1))

    assert said(done.actions[0])[0] == "open"
    assert [pull.state for pull in world.pull_requests(state="all")] == ["open", "closed"]


def test_one_whose_branch_is_gone_is_opened_anew() -> None:
    """GitHub opens none again without its branch: it is made once more, from the base."""
    world = opened(proposal(1))
    run(world)
    world.human_deletes(BRANCH)

    done = run(world, proposal(1))

    assert verdicts(done) == [("open", "new")]
    assert [pull.state for pull in world.pull_requests(state="all")] == ["open", "closed"]


def test_one_whose_branch_a_person_used_is_not_opened_again() -> None:
    """What was pushed after the closing is theirs."""
    world = opened(proposal(1))
    run(world)
    pushed = world.human_pushes(BRANCH, {"mine": "mine"})
    world.revive()

    done = run(world, proposal(1))

    assert verdicts(done) == [("skip", "strange_branch")]
    assert world.tip(BRANCH) == pushed
    assert not world.writes


def test_one_that_cannot_be_opened_again_is_opened_anew() -> None:
    """GitHub refuses some; the branch is there."""
    world = opened(proposal(1))
    run(world)
    world.fail("update_pull_request", GitHubConflictError("it cannot be reopened."))

    run(world, proposal(1))

    assert [pull.state for pull in world.pull_requests(state="all")] == ["open", "closed"]


def test_what_a_person_closed_is_not_opened_again() -> None:
    """Closing is final, also within the week."""
    world = opened(proposal(1))
    world.human_closes(1)

    done = run(world, proposal(1))

    assert verdicts(done) == [("skip", "rejected")]


def test_opening_again_counts_against_the_limits() -> None:
    """It is one more that somebody has to look at."""
    world = opened(proposal(1))
    run(world)
    run(world, proposal(2), proposal(3))
    run(world, proposal(2), proposal(3), proposal(4))

    done = run(world, proposal(1), proposal(2), proposal(3), proposal(4))

    assert said(done.actions[0]) == ("wait", "open_limit")
    assert world.pull(1).state == "closed"
