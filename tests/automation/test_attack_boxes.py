"""What people tick, and runs that fail, die or meet each other over it."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.automation.bot_prs.facts import Limit
from pattern_ci.errors import GitHubConflictError, GitHubUnavailableError
from pattern_ci.model.bot_change import ChangeKind
from testing.fake_github import DiedError, FakeGitHub
from tests.automation.worlds import NOW, PREFIX, name, proposal, publish_all, said, settings

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.publish import Published
    from pattern_ci.model.bot_change import BotChange
    from pattern_ci.model.github import Issue

ON = settings(dashboard=True)
FIVE = tuple(proposal(number) for number in (1, 2, 3, 4, 5))
DOWN = GitHubUnavailableError("GitHub has a fault of its own.")
BRANCH = PREFIX + name(1)


def _run(world: FakeGitHub, *changes: BotChange, **facts: Any) -> Published:
    whole = frozenset({ChangeKind.PATTERN})
    given = {"limits": ON, "kinds": whole, "rev": world.tip("main"), "now": world.now, **facts}
    return publish_all(world, *changes, **given)


def _world(*changes: BotChange) -> FakeGitHub:
    """Two runs have filled what places there are."""
    world = FakeGitHub()
    world.now = NOW
    for _ in range(2):
        _run(world, *changes)
    world.revive()
    return world


def _boards(world: FakeGitHub) -> list[Issue]:
    issues = world.issues(author=world.login, state="open")
    return [issue for issue in issues if "handler=dashboard" in issue.body]


def _tick(world: FakeGitHub, text: str) -> None:
    (board,) = _boards(world)
    world.human_ticks(board.number, text)


def _answered(done: Published) -> list[bool]:
    return [answer.done for answer in done.answers]


def _open(world: FakeGitHub) -> list[str]:
    return sorted(pull.title[-3:] for pull in world.pull_requests(state="open"))


def test_the_same_box_of_the_same_page_can_be_ticked_twice() -> None:
    """The first tick came to nothing and the page is as before: the second one is another wish."""
    world = _world(*FIVE)
    _tick(world, "PAT-P-005")
    world.fail("create_branch", DOWN)
    assert _answered(_run(world, *FIVE)) == [False]
    _run(world, *FIVE)
    _tick(world, "PAT-P-005")

    done = _run(world, *FIVE)

    assert _answered(done) == [True]
    assert "005" in _open(world)


def test_what_was_ticked_twice_rests_again() -> None:
    """Each page names the one that was answered before; that alone writes nothing."""
    world = _world(*FIVE)
    _tick(world, "PAT-P-005")
    for _ in range(2):
        _run(world, *FIVE)
    world.revive()

    _run(world, *FIVE)

    assert not world.writes


def test_a_tick_that_comes_while_a_run_writes_is_for_the_next_run() -> None:
    """The page is not written over it, and nobody says that it was answered."""

    class Ticking(FakeGitHub):
        """Somebody ticks a box as soon as the first pull request of a run is there."""

        armed = False

        def create_branch(self, branch: str, sha: str) -> None:
            """Tick, once."""
            super().create_branch(branch, sha)
            if self.armed:
                self.armed = False
                _tick(self, "PAT-P-005")

    world = Ticking()
    _run(world, *FIVE)
    world.armed = True

    first = _run(world, *FIVE)
    second = _run(world, *FIVE)

    assert not first.answers
    assert _answered(second) == [True]
    assert _open(world) == ["001", "002", "003", "005"]
    assert "[x]" not in _boards(world)[0].body


def test_one_that_is_opened_again_on_a_wish_is_answered_as_done() -> None:
    """We had closed it, and a limit held it back."""
    world = _world(proposal(1))
    _run(world)
    for _ in range(2):
        _run(world, *FIVE[1:4])
    _run(world, *FIVE[:4])
    _tick(world, "PAT-P-001")

    done = _run(world, *FIVE[:4])

    assert said(done.actions[0]) == ("reopen", "needed_again")
    assert _answered(done) == [True]


def test_what_is_asked_for_has_its_place_before_any_other() -> None:
    """Two are open and the last in rank is asked for: three are open, not four."""
    world = FakeGitHub()
    _run(world, *FIVE)
    _tick(world, "PAT-P-005")

    _run(world, *FIVE)

    assert _open(world) == ["001", "002", "005"]


def test_a_wish_that_fails_gives_no_place_away() -> None:
    """What was asked for and could not be opened leaves its place to the next run."""
    world = FakeGitHub()
    _run(world, *FIVE)
    _tick(world, "PAT-P-005")
    world.fail("create_pull_request", DOWN)

    _run(world, *FIVE)

    assert _open(world) == ["001", "002"]


def test_a_branch_that_somebody_asked_for_again_is_not_tidied_up() -> None:
    """Rejected more than a week ago: the branch is over, but for the box that was ticked."""
    world = _world(proposal(1))
    world.human_closes(1)
    _run(world, proposal(1))
    world.now = NOW + timedelta(days=8)
    _tick(world, "PAT-P-001")

    done = _run(world, proposal(1))

    assert _answered(done) == [True]
    assert _open(world) == ["001"]
    assert "prune" not in [action.verdict for action in done.actions]


@pytest.mark.parametrize("killed_after", range(1, 6))
@pytest.mark.parametrize("edit", ["push", "push and text"])
def test_a_run_that_dies_over_thrown_away_edits_is_finished(killed_after: int, edit: str) -> None:
    """After every write: the next run ends with our commit, our text and the answer that it did."""
    world = _world(proposal(1))
    world.human_pushes(BRANCH, {"mine.txt": "mine"})
    if edit != "push":
        world.human_edits(1, body=world.pull(1).body + "\nmine\n")
    _run(world, proposal(1))
    _tick(world, "PAT-P-001")
    world.die_after(killed_after)
    with contextlib.suppress(DiedError):
        _run(world, proposal(1))
    world.revive()

    _run(world, proposal(1))

    (board,) = _boards(world)
    (answer,) = world.comments(board.number)
    assert "Done: throw edits away" in answer.body
    assert "Not done" not in answer.body
    assert f"head={world.tip(BRANCH)}" in world.pull(1).body
    assert world.tree(BRANCH) == {**world.tree("main"), **proposal(1).files}
    world.revive()
    assert said(_run(world, proposal(1)).actions[0]) == ("none", "up_to_date")
    assert not world.writes


@pytest.mark.parametrize("killed_after", range(1, 6))
@pytest.mark.parametrize(("box", "number"), [("PAT-P-005", 5), ("PAT-P-002", 2)])
def test_the_answer_says_what_a_run_that_died_has_done(
    killed_after: int, box: str, number: int
) -> None:
    """Opened or started anew before it died: the next run answers that it was done."""
    world = _world(*FIVE)
    _tick(world, box)
    world.die_after(killed_after)
    with contextlib.suppress(DiedError):
        _run(world, *FIVE)
    world.revive()

    _run(world, *FIVE)

    (board,) = _boards(world)
    (answer,) = world.comments(board.number)
    assert "- Done" in answer.body
    assert "Not done" not in answer.body
    assert f"{number:03d}" in _open(world)


def test_a_box_is_not_carried_out_on_an_update_that_was_stopped() -> None:
    """The branch moved on without its text, and is to start anew: it does, once, and rests."""
    world = _world(proposal(1))
    _tick(world, "PAT-P-001")
    world.fail("update_pull_request", DOWN)
    _run(world, proposal(1, "two"), limits=ON._replace(dashboard=False))
    world.human_pushes("main", {"elsewhere.txt": "new"})

    done = _run(world, proposal(1, "two"))

    commit = world.commit(world.tip(BRANCH))
    assert _answered(done) == [True]
    assert commit is not None
    assert commit.parents == (world.tip("main"),)
    world.revive()
    _run(world, proposal(1, "two"))
    assert not world.writes


def test_the_same_box_twice_is_one_wish() -> None:
    """Whoever copies a line asks for nothing more; CRLF is how GitHub's editor writes."""
    world = _world(*FIVE)
    _tick(world, "PAT-P-005")
    (board,) = _boards(world)
    line = next(one for one in board.body.split("\n") if "[x]" in one)
    world.human_edits_issue(board.number, body=f"{board.body}\n{line}\n".replace("\n", "\r\n"))

    done = _run(world, *FIVE)

    assert _answered(done) == [True]
    assert _open(world) == ["001", "002", "003", "005"]
    (answer,) = world.comments(board.number)
    assert answer.body.count("PAT-P-005") == 1


def test_two_dashboards_become_one() -> None:
    """Runs at the same time opened both: the older stays, the other names it and is closed."""
    world = _world(*FIVE)
    (board,) = _boards(world)
    spare = world.create_issue(title=board.title, body=board.body).number
    world.revive()

    _run(world, *FIVE)

    assert [issue.number for issue in _boards(world)] == [board.number]
    assert world.issue(spare).state == "closed"
    assert f"#{board.number}" in world.issue(spare).body
    world.revive()
    _run(world, *FIVE)
    assert not world.writes


def test_a_folded_dashboard_switches_nothing_off() -> None:
    """Only closing the dashboard itself says that none is wanted."""
    world = _world(*FIVE)
    (board,) = _boards(world)
    world.create_issue(title=board.title, body=board.body)
    _run(world, *FIVE)
    world.human_edits_issue(board.number, body="deleted")

    _run(world, *FIVE)

    assert len(_boards(world)) == 1


def test_what_has_no_candidate_has_no_box() -> None:
    """A report is an issue: nothing starts it anew, nor opens what a person closed."""
    reports = [proposal(one, files={}, kind=ChangeKind.REPORT) for one in (1, 2)]
    world = FakeGitHub()
    _run(world, *reports)
    world.human_closes_issue(1)

    _run(world, *reports)

    (board,) = _boards(world)
    assert "## Rejected" in board.body
    assert "[ ]" not in board.body


def test_a_failed_tidying_up_is_told_beside_what_its_candidate_is() -> None:
    """Two lines about one identity: rejected, and the branch that could not be deleted."""
    world = _world(proposal(1))
    world.human_closes(1)
    world.now = NOW + timedelta(days=8)
    world.fail("delete_branch", GitHubConflictError("a rule protects the branch."))

    _run(world, proposal(1))

    (board,) = _boards(world)
    assert re.findall(r"## (\w+)", board.body) == ["Errors", "Rejected"]
    assert board.body.count("a rule protects the branch") == 1


def test_a_page_of_the_worst_lines_keeps_every_section() -> None:
    """Below what GitHub takes, with its marker, each section with what fits and what does not."""
    hostile = "`@x #1 <!-- | $ " * 20
    many = [replace(proposal(one, rank=1 - one / 1000), name=hostile + str(one))
            for one in range(1, 501)]  # fmt: skip
    broken = {name(one): hostile * 3 + str(one) for one in range(1, 300)}
    world = FakeGitHub()

    _run(world, *many, invalid=broken, limits=ON._replace(limit=Limit(60, 60)))

    (board,) = _boards(world)
    assert re.findall(r"^## (\w+)", board.body, re.MULTILINE) == ["Errors", "Open", "Limited"]
    assert len(board.body) < 65_536
    assert board.body.startswith("<!-- pattern-ci:v1 handler=dashboard -->\n")
    assert len(re.findall(r"^- and \d+ more", board.body, re.MULTILINE)) == 3
    world.revive()
    _run(world, *many, invalid=broken, limits=ON._replace(limit=Limit(60, 60)))
    assert not world.writes
