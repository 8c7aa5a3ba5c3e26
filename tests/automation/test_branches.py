"""Branches go when they are over, and start anew when they conflict; never over a person's push."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.facts import Limit
from pattern_ci.errors import GitHubConflictError, GitHubUnavailableError
from pattern_ci.model.bot_change import ChangeKind
from pattern_ci.model.digests import text_digest
from testing.fake_github import DiedError, FakeGitHub
from tests.automation.lives import opened, run, verdicts, written
from tests.automation.worlds import NOW, PREFIX, name, proposal, said, settings

if TYPE_CHECKING:
    from pattern_ci.model.bot_change import BotChange

DAY = timedelta(days=1)
ONE = name(1)
BRANCH = PREFIX + ONE


def test_the_branch_of_a_merged_one_goes_at_once() -> None:
    """Its work is on the base branch."""
    world = opened(proposal(1))
    world.human_merges(1)

    done = run(world, proposal(1))

    assert ("prune", "over") in verdicts(done)
    assert not world.branches(PREFIX)


def test_the_branch_of_a_closed_one_goes_after_a_week() -> None:
    """Until then it may be opened again."""
    world = opened(proposal(1))
    world.human_closes(1)
    world.now = NOW + 7 * DAY
    run(world, proposal(1))
    assert world.branches(PREFIX)
    world.now += DAY

    run(world, proposal(1))

    assert not world.branches(PREFIX)
    assert verdicts(run(world, proposal(1))) == [("skip", "rejected")]


def _with_unmarked(world: FakeGitHub) -> None:
    world.human_edits(1, body="mine")


def _with_push(world: FakeGitHub) -> None:
    world.human_pushes(BRANCH, {"mine": "mine"})


def _with_other_author(world: FakeGitHub) -> None:
    world.login = "another-bot"


def _with_stacked(world: FakeGitHub) -> None:
    world.human_pushes("feature", {"x": "x"})
    world.human_opens("feature", base=BRANCH)


@pytest.mark.parametrize("touch", [_with_unmarked, _with_push, _with_other_author, _with_stacked])
def test_a_branch_is_kept_where_one_proof_is_missing(touch: Any) -> None:
    """Prefix, marker, author, the commit that we left, and nothing that rests on it."""
    world = opened(proposal(1))
    world.human_merges(1)
    touch(world)
    world.revive()

    done = run(world, proposal(1))

    assert ("prune", "over") not in verdicts(done)
    assert BRANCH in dict(world.branches(PREFIX))


def test_a_branch_without_a_pull_request_is_kept() -> None:
    """Somebody else may have made it."""
    world = FakeGitHub()
    world.human_pushes(PREFIX + name(9), {"x": "x"})

    run(world)

    assert not world.writes


def test_a_branch_that_moved_meanwhile_is_kept() -> None:
    """Deleting compares with the tip that was looked at."""
    world = opened(proposal(1))
    world.human_merges(1)
    world.fail("delete_branch", GitHubConflictError("it moved."))

    done = run(world, proposal(1))

    assert ("skip", "failed") in verdicts(done)
    assert BRANCH in dict(world.branches(PREFIX))


# -- conflicts ---------------------------------------------------------------------------------


def _editing(text: str, *, before: str) -> BotChange:
    """A change to a file that the base branch has."""
    return proposal(
        1, files={"registry.txt": text}, before={"registry.txt": text_digest(before)},
        kind=ChangeKind.VERSION, digest=text_digest(text),
    )  # fmt: skip


def _conflicted() -> FakeGitHub:
    world = FakeGitHub({"registry.txt": "one\n"})
    world.now = NOW
    run(world, _editing("one\ntwo\n", before="one\n"))
    world.human_pushes("main", {"registry.txt": "zero\none\n"})
    world.revive()
    return world


def test_a_conflict_starts_the_branch_anew_under_a_lease() -> None:
    """One commit on the new tip of the base branch, the same pull request, nothing lost."""
    world = _conflicted()
    assert world.mergeable(1) is False
    wanted = _editing("zero\none\ntwo\n", before="zero\none\n")

    done = run(world, wanted)

    assert said(done.actions[0]) == ("update", "conflict")
    assert "replace_branch" in written(world)
    assert world.mergeable(1) is True
    assert world.tree(BRANCH)["registry.txt"] == "zero\none\ntwo\n"
    world.revive()
    run(world, wanted)
    assert not world.writes


def test_a_push_in_between_keeps_the_branch_as_it_is() -> None:
    """The lease fails; the person's commit stays."""
    world = _conflicted()
    world.fail("replace_branch", GitHubConflictError("it moved."))

    done = run(world, _editing("zero\none\ntwo\n", before="zero\none\n"))

    assert said(done.actions[0]) == ("skip", "failed")
    assert world.tree(BRANCH)["registry.txt"] == "one\ntwo\n"


def test_a_change_made_for_another_text_is_not_forced_on_the_base() -> None:
    """What it was computed from is not what is there now: it waits for the next look."""
    world = _conflicted()

    done = run(world, _editing("one\ntwo\n", before="one\n"))

    assert said(done.actions[0]) == ("skip", "in_the_way")
    assert not world.writes


def test_while_github_is_undecided_nothing_is_done() -> None:
    """Mergeable is unknown for some seconds after a push."""
    world = _conflicted()
    world.undecided.add(1)
    same = _editing("one\ntwo\n", before="one\n")

    done = run(world, same)

    assert said(done.actions[0]) == ("none", "up_to_date")
    assert not world.writes


@pytest.mark.parametrize("killed_after", [1, 2])
def test_a_new_start_that_died_is_finished(killed_after: int) -> None:
    """After the commit, or after the branch: the next run brings it to its end."""
    world = _conflicted()
    world.die_after(killed_after)
    wanted = _editing("zero\none\ntwo\n", before="zero\none\n")
    with pytest.raises(DiedError):
        run(world, wanted)
    world.revive()

    run(world, wanted)

    marker = markers.read(world.pull(1).body)
    assert marker is not None
    assert marker.head == world.tip(BRANCH)
    assert marker.base == world.tip("main")
    world.revive()
    run(world, wanted)
    assert not world.writes


def test_what_the_clone_knows_is_not_asked() -> None:
    """No path of the change was touched since its branch was made: GitHub need not compute."""
    world = opened(proposal(1))
    nothing: dict[str, str | None] = dict.fromkeys(proposal(1).files)
    world.fail("mergeable", GitHubUnavailableError("a fault."))

    done = run(world, proposal(1), read_here=lambda _sha, paths: {p: nothing[p] for p in paths})

    assert verdicts(done) == [("none", "up_to_date")]
    assert not done.errors


def test_kinds_share_the_limit_and_may_have_their_own() -> None:
    """Three open are three open, whatever they are about; an override lifts it for one kind."""
    rule = replace(proposal(4), kind=ChangeKind.RULE)
    world = opened(proposal(1), proposal(2))
    run(world, proposal(1), proposal(2), proposal(3))
    every = (proposal(1), proposal(2), proposal(3), rule)

    held = run(world, *every)
    lifted = run(world, *every, limits=settings(limits={ChangeKind.RULE: Limit(4, 1)}))

    assert said(held.actions[3]) == ("wait", "open_limit")
    assert said(lifted.actions[3]) == ("open", "new")
