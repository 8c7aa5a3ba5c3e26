"""What has lost its purpose is closed with its reason, opened again when needed, and tidied up."""

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
from tests.automation.worlds import NOW, PREFIX, name, proposal, publish_all, said, settings

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.publish import Published
    from pattern_ci.model.bot_change import BotChange

WHOLE = frozenset({ChangeKind.PATTERN})
DAY = timedelta(days=1)
ONE = name(1)
BRANCH = PREFIX + ONE


def _run(world: FakeGitHub, *changes: BotChange, **facts: Any) -> Published:
    """A run that knows every candidate there is, on the history of the base branch."""
    given = {"kinds": WHOLE, "rev": world.tip("main"), "now": world.now, **facts}
    return publish_all(world, *changes, **given)


def _opened(*changes: BotChange) -> FakeGitHub:
    world = FakeGitHub()
    world.now = NOW
    _run(world, *changes)
    world.revive()
    return world


def _verdicts(done: Published) -> list[tuple[str, str]]:
    return [said(action) for action in done.actions]


def _written(world: FakeGitHub) -> list[str]:
    return [write["verb"] for write in world.writes]


def _closing_words(world: FakeGitHub, number: int = 1) -> str:
    (comment,) = world.comments(number)
    return comment.body


# -- closing -----------------------------------------------------------------------------------


def test_what_the_history_no_longer_supports_is_closed_with_the_reason() -> None:
    """A comment says why, the marker that it was no verdict; its branch stays for now."""
    world = _opened(proposal(1))

    done = _run(world)

    assert _verdicts(done) == [("close", "not_needed")]
    assert world.pull(1).state == "closed"
    assert "no longer supports it" in _closing_words(world)
    marker = markers.read(world.pull(1).body)
    assert marker is not None
    assert marker.closed == "not_needed"
    assert BRANCH in dict(world.branches(PREFIX))


def test_a_second_run_closes_and_says_nothing_more() -> None:
    """Closed is closed."""
    world = _opened(proposal(1))
    _run(world)
    world.revive()

    _run(world)

    assert not world.writes


def test_what_takes_the_place_of_another_closes_it_and_gets_the_place() -> None:
    """Half of the members in common, another identity: the new one goes in, even at the limit."""
    world = _opened(proposal(1), proposal(2))
    _run(world, proposal(1), proposal(2), proposal(3))
    world.revive()
    better = proposal(4, members=proposal(1).members)

    done = _run(world, better, proposal(2), proposal(3))

    assert sorted(_verdicts(done)) == [
        ("close", "superseded"), ("none", "up_to_date"), ("none", "up_to_date"), ("open", "new"),
    ]  # fmt: skip
    assert _written(world)[:2] == ["create_comment", "update_pull_request"]
    assert better.name in _closing_words(world)
    assert sum(pull.state == "open" for pull in world.pull_requests(state="all")) == 3


def test_a_change_may_name_what_it_replaces() -> None:
    """A proposed version replaces the one before without sharing a member."""
    world = _opened(proposal(1))

    done = _run(world, proposal(2, replaces=(ONE,)))

    assert ("close", "superseded") in _verdicts(done)


def test_a_place_that_did_not_become_free_is_not_taken() -> None:
    """The limit holds when the closing fails."""
    world = _opened(proposal(1), proposal(2))
    _run(world, proposal(1), proposal(2), proposal(3))
    world.revive()
    world.fail("update_pull_request", GitHubUnavailableError("a fault."))
    better = proposal(4, members=proposal(1).members)

    done = _run(world, better, proposal(2), proposal(3))

    assert ("wait", "open_limit") in _verdicts(done)
    assert sum(pull.state == "open" for pull in world.pull_requests(state="all")) == 3


def test_what_was_merged_by_hand_is_closed_with_its_path() -> None:
    """The base branch has the pattern: whoever copied it there has approved it."""
    world = _opened(proposal(1))
    files = {path: text for path, text in proposal(1).files.items() if text is not None}
    world.human_pushes("main", files)
    spec = "patterns/specs/p1.pattern.yaml"

    done = _run(world, proposal(1), merged={ONE: spec}, web="https://github.com/octo/demo")

    assert _verdicts(done) == [("close", "by_hand")]
    assert f"https://github.com/octo/demo/blob/main/{spec}" in _closing_words(world)


def test_what_is_merged_elsewhere_only_is_not_closed() -> None:
    """The history that was read has it, the base branch has not: a run on another branch."""
    world = _opened(proposal(1))

    done = _run(world, proposal(1), merged={ONE: "patterns/specs/p1.pattern.yaml"})

    assert _verdicts(done) == [("none", "known")]
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
    world = _opened(proposal(1))

    done = _run(world, **facts)

    assert _verdicts(done) == [("none", "left_open")]
    assert not world.writes


def test_a_base_that_cannot_be_read_closes_nothing() -> None:
    """Neither yes nor no: the pull request stays and the error is told."""
    world = _opened(proposal(1))
    world.fail("branch_sha", GitHubUnavailableError("a fault."))

    done = _run(world)

    assert _verdicts(done) == [("skip", "unknown")]
    assert not world.writes
    assert len(done.errors) == 1


@pytest.mark.parametrize("what", ["push", "text", "target"])
def test_what_a_person_touched_is_not_closed(what: str) -> None:
    """It is theirs, needed or not."""
    world = _opened(proposal(1))
    if what == "push":
        world.human_pushes(BRANCH, {"mine": "mine"})
    elif what == "text":
        world.human_edits(1, body=world.pull(1).body + "\nmine\n")
    else:
        world.human_edits(1, body="mine")

    done = _run(world)

    assert _verdicts(done) == [("skip", "edited")]
    assert not world.writes


def test_one_that_a_person_opened_again_is_left_open() -> None:
    """We closed it, somebody wants it: no fight."""
    world = _opened(proposal(1))
    _run(world)
    world.human_reopens(1)
    world.revive()

    done = _run(world)

    assert _verdicts(done) == [("skip", "edited")]
    assert not world.writes


def test_a_run_that_dies_while_closing_says_the_reason_once() -> None:
    """The comment was written, the closing was not: the next run finds it said."""
    world = _opened(proposal(1))
    world.die_after(1)
    with pytest.raises(DiedError):
        _run(world)
    world.revive()

    _run(world)

    assert world.pull(1).state == "closed"
    assert len(world.comments(1)) == 1


# -- needed again ------------------------------------------------------------------------------


def test_needed_again_within_a_week_the_same_one_is_opened() -> None:
    """No second pull request, no new commit; the marker forgets that it was closed."""
    world = _opened(proposal(1))
    _run(world)
    world.revive()
    world.now = NOW + 7 * DAY

    done = _run(world, proposal(1))

    assert _verdicts(done) == [("reopen", "needed_again")]
    assert _written(world) == ["update_pull_request"]
    assert world.pull(1).state == "open"
    world.revive()
    assert _verdicts(_run(world, proposal(1))) == [("none", "up_to_date")]
    assert not world.writes


def test_opened_again_it_says_what_it_would_say_now() -> None:
    """The content changed meanwhile: the branch and the text follow in the same run."""
    world = _opened(proposal(1))
    _run(world)

    _run(world, proposal(1, "two"))

    pull = world.pull(1)
    assert pull.state == "open"
    assert "two" in pull.body
    assert world.tree(BRANCH) == {**world.tree("main"), **proposal(1, "two").files}
    world.revive()
    _run(world, proposal(1, "two"))
    assert not world.writes


def test_after_a_week_a_new_one_is_opened() -> None:
    """The old one is history; it is no rejection."""
    world = _opened(proposal(1))
    _run(world)
    world.now = NOW + 8 * DAY

    done = _run(world, proposal(1))

    assert said(done.actions[0])[0] == "open"
    assert [pull.state for pull in world.pull_requests(state="all")] == ["open", "closed"]


def test_one_whose_branch_is_gone_is_opened_anew() -> None:
    """GitHub opens none again without its branch: it is made once more, from the base."""
    world = _opened(proposal(1))
    _run(world)
    world.human_deletes(BRANCH)

    done = _run(world, proposal(1))

    assert _verdicts(done) == [("open", "new")]
    assert [pull.state for pull in world.pull_requests(state="all")] == ["open", "closed"]


def test_one_whose_branch_a_person_used_is_not_opened_again() -> None:
    """What was pushed after the closing is theirs."""
    world = _opened(proposal(1))
    _run(world)
    pushed = world.human_pushes(BRANCH, {"mine": "mine"})
    world.revive()

    done = _run(world, proposal(1))

    assert _verdicts(done) == [("skip", "strange_branch")]
    assert world.tip(BRANCH) == pushed
    assert not world.writes


def test_one_that_cannot_be_opened_again_is_opened_anew() -> None:
    """GitHub refuses some; the branch is there."""
    world = _opened(proposal(1))
    _run(world)
    world.fail("update_pull_request", GitHubConflictError("it cannot be reopened."))

    _run(world, proposal(1))

    assert [pull.state for pull in world.pull_requests(state="all")] == ["open", "closed"]


def test_what_a_person_closed_is_not_opened_again() -> None:
    """Closing is final, also within the week."""
    world = _opened(proposal(1))
    world.human_closes(1)

    done = _run(world, proposal(1))

    assert _verdicts(done) == [("skip", "rejected")]


def test_opening_again_counts_against_the_limits() -> None:
    """It is one more that somebody has to look at."""
    world = _opened(proposal(1))
    _run(world)
    _run(world, proposal(2), proposal(3))
    _run(world, proposal(2), proposal(3), proposal(4))

    done = _run(world, proposal(1), proposal(2), proposal(3), proposal(4))

    assert said(done.actions[0]) == ("wait", "open_limit")
    assert world.pull(1).state == "closed"


# -- branches ----------------------------------------------------------------------------------


def test_the_branch_of_a_merged_one_goes_at_once() -> None:
    """Its work is on the base branch."""
    world = _opened(proposal(1))
    world.human_merges(1)

    done = _run(world, proposal(1))

    assert ("prune", "over") in _verdicts(done)
    assert not world.branches(PREFIX)


def test_the_branch_of_a_closed_one_goes_after_a_week() -> None:
    """Until then it may be opened again."""
    world = _opened(proposal(1))
    world.human_closes(1)
    world.now = NOW + 7 * DAY
    _run(world, proposal(1))
    assert world.branches(PREFIX)
    world.now += DAY

    _run(world, proposal(1))

    assert not world.branches(PREFIX)
    assert _verdicts(_run(world, proposal(1))) == [("skip", "rejected")]


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
    world = _opened(proposal(1))
    world.human_merges(1)
    touch(world)
    world.revive()

    done = _run(world, proposal(1))

    assert ("prune", "over") not in _verdicts(done)
    assert BRANCH in dict(world.branches(PREFIX))


def test_a_branch_without_a_pull_request_is_kept() -> None:
    """Somebody else may have made it."""
    world = FakeGitHub()
    world.human_pushes(PREFIX + name(9), {"x": "x"})

    _run(world)

    assert not world.writes


def test_a_branch_that_moved_meanwhile_is_kept() -> None:
    """Deleting compares with the tip that was looked at."""
    world = _opened(proposal(1))
    world.human_merges(1)
    world.fail("delete_branch", GitHubConflictError("it moved."))

    done = _run(world, proposal(1))

    assert ("skip", "failed") in _verdicts(done)
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
    _run(world, _editing("one\ntwo\n", before="one\n"))
    world.human_pushes("main", {"registry.txt": "zero\none\n"})
    world.revive()
    return world


def test_a_conflict_starts_the_branch_anew_under_a_lease() -> None:
    """One commit on the new tip of the base branch, the same pull request, nothing lost."""
    world = _conflicted()
    assert world.mergeable(1) is False
    wanted = _editing("zero\none\ntwo\n", before="zero\none\n")

    done = _run(world, wanted)

    assert said(done.actions[0]) == ("update", "conflict")
    assert "replace_branch" in _written(world)
    assert world.mergeable(1) is True
    assert world.tree(BRANCH)["registry.txt"] == "zero\none\ntwo\n"
    world.revive()
    _run(world, wanted)
    assert not world.writes


def test_a_push_in_between_keeps_the_branch_as_it_is() -> None:
    """The lease fails; the person's commit stays."""
    world = _conflicted()
    world.fail("replace_branch", GitHubConflictError("it moved."))

    done = _run(world, _editing("zero\none\ntwo\n", before="zero\none\n"))

    assert said(done.actions[0]) == ("skip", "failed")
    assert world.tree(BRANCH)["registry.txt"] == "one\ntwo\n"


def test_a_change_made_for_another_text_is_not_forced_on_the_base() -> None:
    """What it was computed from is not what is there now: it waits for the next look."""
    world = _conflicted()

    done = _run(world, _editing("one\ntwo\n", before="one\n"))

    assert said(done.actions[0]) == ("skip", "in_the_way")
    assert not world.writes


def test_while_github_is_undecided_nothing_is_done() -> None:
    """Mergeable is unknown for some seconds after a push."""
    world = _conflicted()
    world.undecided.add(1)
    same = _editing("one\ntwo\n", before="one\n")

    done = _run(world, same)

    assert said(done.actions[0]) == ("none", "up_to_date")
    assert not world.writes


@pytest.mark.parametrize("killed_after", [1, 2])
def test_a_new_start_that_died_is_finished(killed_after: int) -> None:
    """After the commit, or after the branch: the next run brings it to its end."""
    world = _conflicted()
    world.die_after(killed_after)
    wanted = _editing("zero\none\ntwo\n", before="zero\none\n")
    with pytest.raises(DiedError):
        _run(world, wanted)
    world.revive()

    _run(world, wanted)

    marker = markers.read(world.pull(1).body)
    assert marker is not None
    assert marker.head == world.tip(BRANCH)
    assert marker.base == world.tip("main")
    world.revive()
    _run(world, wanted)
    assert not world.writes


def test_what_the_clone_knows_is_not_asked() -> None:
    """No path of the change was touched since its branch was made: GitHub need not compute."""
    world = _opened(proposal(1))
    nothing: dict[str, str | None] = dict.fromkeys(proposal(1).files)
    world.fail("mergeable", GitHubUnavailableError("a fault."))

    done = _run(world, proposal(1), read_here=lambda _sha, paths: {p: nothing[p] for p in paths})

    assert _verdicts(done) == [("none", "up_to_date")]
    assert not done.errors


def test_kinds_share_the_limit_and_may_have_their_own() -> None:
    """Three open are three open, whatever they are about; an override lifts it for one kind."""
    rule = replace(proposal(4), kind=ChangeKind.RULE)
    world = _opened(proposal(1), proposal(2))
    _run(world, proposal(1), proposal(2), proposal(3))
    every = (proposal(1), proposal(2), proposal(3), rule)

    held = _run(world, *every)
    lifted = _run(world, *every, limits=settings(limits={ChangeKind.RULE: Limit(4, 1)}))

    assert said(held.actions[3]) == ("wait", "open_limit")
    assert said(lifted.actions[3]) == ("open", "new")
