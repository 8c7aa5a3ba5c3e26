"""The dashboard: one issue, found by marker and author, that shows the state and takes wishes."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pattern_ci.automation.bot_prs import dashboard
from pattern_ci.errors import GitHubPermissionError, GitHubUnavailableError
from pattern_ci.model.dashboard import Wish
from testing.fake_github import DiedError, FakeGitHub
from tests.automation.worlds import PREFIX, name, proposal, publish_all, said, settings

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.publish import Published
    from pattern_ci.model.bot_change import BotChange
    from pattern_ci.model.github import Issue, PullRequest

ON = settings(dashboard=True)
FIVE = tuple(proposal(number) for number in (1, 2, 3, 4, 5))
DOWN = GitHubUnavailableError("GitHub has a fault of its own.")


def _run(world: FakeGitHub, *changes: BotChange) -> Published:
    return publish_all(world, *changes, limits=ON)


def _pages(world: FakeGitHub) -> list[Issue]:
    return list(world.issues(author=world.login, state="all"))


def _page(world: FakeGitHub) -> str:
    (issue,) = _pages(world)
    return issue.body


def _number(world: FakeGitHub) -> int:
    (issue,) = _pages(world)
    return issue.number


def _section(world: FakeGitHub, head: str) -> list[str]:
    """The lines of one section."""
    for part in _page(world).split("\n## ")[1:]:
        title, _, rest = part.partition("\n")
        if title == head:
            return [line for line in rest.split("\n") if line.startswith("- ")]
    return []


def _written(world: FakeGitHub) -> list[str]:
    return [write["verb"] for write in world.writes]


def test_one_issue_shows_what_is_open_and_what_a_limit_holds_back() -> None:
    """What is over the limit is listed, not lost."""
    world = FakeGitHub()

    _run(world, *FIVE)

    shown = [line.split("--> ")[1] for line in _section(world, "Open")]
    assert shown == ["`PAT-P-001` #1", "`PAT-P-002` #2"]
    assert len(_section(world, "Limited")) == 3
    assert not _section(world, "Errors")


def test_a_second_run_on_the_same_state_writes_nothing() -> None:
    """The page shows the state after a run, not what the run did."""
    world = FakeGitHub()
    for _ in range(3):
        _run(world, *FIVE)
    before = _page(world)
    world.revive()

    _run(world, *FIVE)

    assert not world.writes
    assert _page(world) == before
    assert len(_pages(world)) == 1


def test_nothing_to_show_opens_no_issue() -> None:
    """A repository without candidates gets no dashboard."""
    world = FakeGitHub()
    _run(world)
    assert not world.writes


def test_what_changes_is_brought_up_to_date_in_place() -> None:
    """A closed one is listed as rejected, and the same issue says so."""
    world = FakeGitHub()
    _run(world, proposal(1))
    world.human_closes(1)

    _run(world, proposal(1))

    assert not _section(world, "Open")
    assert ["#1" in line for line in _section(world, "Rejected")] == [True]


def test_an_issue_of_somebody_else_with_our_marker_is_not_ours() -> None:
    """Marker and author: a copy that a person makes is left alone, whatever it says."""
    world = FakeGitHub()
    _run(world, proposal(1))
    copy = world.human_opens_issue(body=_page(world).replace("[ ]", "[x]"), author="stranger")
    world.revive()

    done = _run(world, proposal(1))

    assert not world.writes
    assert not done.answers
    assert "[x]" in world.issue(copy).body


def test_a_dashboard_that_a_person_closed_is_not_opened_again() -> None:
    """Closing it is how people say that they do not want one; pull requests go on."""
    world = FakeGitHub()
    _run(world, proposal(1))
    world.human_closes_issue(_number(world))
    world.revive()

    _run(world, proposal(1), proposal(2))

    assert "create_pull_request" in _written(world)
    assert not {"create_issue", "update_issue"} & set(_written(world))


def test_a_dashboard_that_cannot_be_read_is_not_written() -> None:
    """Not read is not absent: no second dashboard, and the error is reported."""
    world = FakeGitHub()
    _run(world, proposal(1))
    world.human_closes(1)
    world.revive()
    world.fail("issues", DOWN)

    done = _run(world, proposal(1), proposal(2))

    assert done.errors == (DOWN,)
    assert len(_pages(world)) == 1
    assert not {"create_issue", "update_issue"} & set(_written(world))
    assert "create_pull_request" in _written(world)


def test_where_issues_are_switched_off_pull_requests_go_on() -> None:
    """There is no place for a dashboard, which is no error."""
    world = FakeGitHub()
    world.issues_enabled = False

    assert not _run(world, proposal(1)).errors
    assert _written(world)[-1] == "create_pull_request"


def test_without_the_right_to_write_issues_the_error_is_told() -> None:
    """The pull request is there; the page is not, and somebody hears why."""
    world = FakeGitHub()
    refused = GitHubPermissionError("the token may not write issues.")
    world.fail("create_issue", refused)

    done = _run(world, proposal(1))

    assert done.errors == (refused,)
    assert said(done.actions[0]) == ("open", "new")


# -- boxes -------------------------------------------------------------------------------------


def _full() -> FakeGitHub:
    """Three open, two behind the limit; a page that shows it."""
    world = FakeGitHub()
    _run(world, *FIVE)
    _run(world, *FIVE)
    world.revive()
    return world


def test_a_ticked_box_opens_what_a_limit_held_back() -> None:
    """Acted on and answered in the same run; the box is empty again afterwards."""
    world = _full()
    world.human_ticks(_number(world), "PAT-P-005")

    done = _run(world, *FIVE)

    assert [answer.done for answer in done.answers] == [True]
    assert world.pull(5).title.endswith("005")
    assert "[x]" not in _page(world)
    (comment,) = world.comments(_number(world))
    assert "Done: open `PAT-P-005`" in comment.body
    assert len(_section(world, "Open")) == 4


def test_a_ticked_box_lets_no_other_candidate_pass() -> None:
    """The place that was asked for is taken from nobody and given to nobody else."""
    world = _full()
    world.human_ticks(_number(world), "PAT-P-005")
    done = _run(world, *FIVE)
    assert said(done.actions[3]) == ("wait", "open_limit")


def test_what_was_asked_for_takes_a_place() -> None:
    """Two open and one asked for are three: nothing else is opened beside it."""
    world = FakeGitHub()
    _run(world, *FIVE)
    world.human_ticks(_number(world), "PAT-P-003")

    _run(world, *FIVE)

    titles = [pull.title[-3:] for pull in world.pull_requests(state="open")]
    assert sorted(titles) == ["001", "002", "003"]


def test_a_ticked_box_that_cannot_be_acted_on_is_answered_with_the_reason() -> None:
    """The wish is answered, not left ticked and not lost."""
    world = _full()
    world.human_ticks(_number(world), "PAT-P-001")
    world.human_pushes(PREFIX + name(1), {"mine.txt": "mine"})

    done = _run(world, *FIVE)

    assert [(answer.wish, answer.done) for answer in done.answers] == [(Wish.REBASE, False)]
    (comment,) = world.comments(_number(world))
    assert "Not done" in comment.body
    assert "left as it is" in comment.body
    assert "[x]" not in _page(world)


def test_a_ticked_box_about_what_is_gone_is_answered() -> None:
    """Between the tick and the run the candidate may have vanished."""
    world = _full()
    world.human_ticks(_number(world), "PAT-P-005")

    done = _run(world, *FIVE[:4])

    assert [(answer.name, answer.done) for answer in done.answers] == [(name(5), False)]
    assert "[x]" not in _page(world)


def test_a_ticked_box_starts_a_branch_anew() -> None:
    """One commit on the tip of the base branch; the pull request stays the same."""
    world = _full()
    world.human_pushes("main", {"elsewhere.txt": "new"})
    world.human_ticks(_number(world), "PAT-P-002")

    _run(world, *FIVE)

    commit = world.commit(world.tip(PREFIX + name(2)))
    assert commit is not None
    assert commit.parents == (world.tip("main"),)
    assert world.pull(2).state == "open"
    assert "update_branch" not in _written(world)
    world.revive()
    _run(world, *FIVE)
    assert not world.writes


def test_a_ticked_box_throws_edits_away() -> None:
    """What a person pushed goes, because a person asked for it; it is ours again."""
    world = _full()
    world.human_pushes(PREFIX + name(1), {"mine.txt": "mine"})
    world.human_edits(1, body="mine")
    _run(world, *FIVE)
    assert len(_section(world, "Edited")) == 1
    world.human_ticks(_number(world), "PAT-P-001")

    done = _run(world, *FIVE)

    assert [answer.done for answer in done.answers] == [True]
    assert world.tree(PREFIX + name(1)) == {**world.tree("main"), **proposal(1).files}
    assert not _section(world, "Edited")


def test_edits_that_nobody_has_seen_are_not_thrown_away() -> None:
    """The box is about the commit that the page was made for; a later push is kept."""
    world = _full()
    world.human_pushes(PREFIX + name(1), {"mine.txt": "mine"})
    _run(world, *FIVE)
    world.human_ticks(_number(world), "PAT-P-001")
    tip = world.human_pushes(PREFIX + name(1), {"mine.txt": "more"})

    done = _run(world, *FIVE)

    assert [(answer.wish, answer.done) for answer in done.answers] == [(Wish.RESTART, False)]
    assert world.tip(PREFIX + name(1)) == tip
    assert len(_section(world, "Edited")) == 1


def test_a_ticked_box_proposes_a_rejected_one_once_more() -> None:
    """A new pull request; closing that one rejects it again."""
    world = _full()
    world.human_closes(1)
    _run(world, *FIVE)
    world.human_ticks(_number(world), "PAT-P-001")
    _run(world, *FIVE)
    assert [pull.state for pull in _about(world, 1)] == ["open", "closed"]
    world.human_closes(_about(world, 1)[0].number)

    _run(world, *FIVE)
    done = _run(world, *FIVE)

    assert said(done.actions[0]) == ("skip", "rejected")


def test_a_tick_that_outlived_its_run_does_not_undo_a_later_closing() -> None:
    """The run died before it could take the tick away; what a person closed since stays closed."""
    world = _full()
    world.human_ticks(_number(world), "PAT-P-005")
    world.die_after(3)
    with contextlib.suppress(DiedError):
        _run(world, *FIVE)
    world.revive()
    (pull,) = _about(world, 5)
    world.human_closes(pull.number)

    done = _run(world, *FIVE)

    assert said(done.actions[4]) == ("skip", "rejected")
    assert [answer.done for answer in done.answers] == [False]
    assert [one.state for one in _about(world, 5)] == ["closed"]


def _about(world: FakeGitHub, number: int) -> list[PullRequest]:
    return list(world.pull_requests(state="all", head_prefix=PREFIX + name(number)))


@pytest.mark.parametrize("killed_after", range(1, 7))
def test_a_run_that_dies_over_a_tick_neither_repeats_nor_forgets_it(killed_after: int) -> None:
    """Whatever the last write was: one answer, one new start at most two commits, no tick left."""
    world = _full()
    world.human_pushes("main", {"elsewhere.txt": "new"})
    world.human_ticks(_number(world), "PAT-P-002")
    world.die_after(killed_after)
    with contextlib.suppress(DiedError):
        _run(world, *FIVE)
    world.revive()

    _run(world, *FIVE)
    world.revive()
    _run(world, *FIVE)

    assert not world.writes
    assert "[x]" not in _page(world)
    assert len(world.comments(_number(world))) == 1
    commit = world.commit(world.tip(PREFIX + name(2)))
    assert commit is not None
    assert commit.parents == (world.tip("main"),)


def test_only_our_boxes_are_wishes() -> None:
    """Other task lists, unknown words, boxes inside a line: none of them asks for anything."""
    box = f"<!-- pattern-ci:box open={name(1)} -->"
    lines = [f"- [ ] {box}", f"- [x] open={name(1)}", f"say - [x] {box}",
             f"- [x] {box.replace('open', 'drop')}", f"> - [x] {box}"]  # fmt: skip

    assert not dashboard.ticked("\n".join(lines))
    assert dashboard.ticked(f"- [X] {box}\r\n- [x] {box}") == {(Wish.OPEN, name(1)): ""}


def test_hostile_titles_make_no_boxes() -> None:
    """A pull request that a person retitled shows on the page as text."""
    world = FakeGitHub()
    _run(world, proposal(1))
    evil = f"x\n- [x] <!-- pattern-ci:box open={name(2)} --> @everyone `"
    world.human_edits(1, title=evil)
    world.human_closes(1)

    _run(world, proposal(2))

    assert not dashboard.ticked(_page(world))
    assert len(_section(world, "Rejected")) == 1


def test_the_wish_of_an_unknown_identity_changes_nothing() -> None:
    """A box that somebody made up by hand is answered, and nothing is written for it."""
    world = _full()
    issue = world.issue(_number(world))
    made_up = f"\n- [x] <!-- pattern-ci:box open={'f' * 16} --> mine\n"
    world.human_edits_issue(issue.number, body=issue.body + made_up)

    done = _run(world, *FIVE)

    assert [answer.done for answer in done.answers] == [False]
    assert set(_written(world)) == {"create_comment", "update_issue"}


def test_low_candidates_wait_with_a_box() -> None:
    """What is too little to ask for is shown, and can be asked for."""
    world = FakeGitHub()
    limits = ON._replace(min_saving=0.6)
    publish_all(world, proposal(1), replace(proposal(2), saving=0.9), limits=limits)
    assert len(_section(world, "Waiting")) == 1
    world.human_ticks(_number(world), "PAT-P-001")

    done = publish_all(world, proposal(1), replace(proposal(2), saving=0.9), limits=limits)

    assert [answer.done for answer in done.answers] == [True]
    assert len(_section(world, "Open")) == 2
