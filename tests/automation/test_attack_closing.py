"""Closed by whom: what people closed stays closed, what we close we close for good reason."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.model.bot_change import ChangeKind
from pattern_ci.model.safe import Title
from testing.fake_github import FakeGitHub
from tests.automation.lives import opened, run, verdicts
from tests.automation.worlds import NOW, PREFIX, name, proposal, said, settings

if TYPE_CHECKING:
    from pattern_ci.model.bot_change import BotChange

DAY = timedelta(days=1)
BRANCH = PREFIX + name(1)
SPEC = "patterns/specs/p1.pattern.yaml"


def _like(number: int, other: int, **changes: Any) -> BotChange:
    """Another identity that was learned from the same files."""
    return proposal(number, members=proposal(other).members, **changes)


def test_one_that_a_person_opened_again_is_not_closed_as_merged_by_hand() -> None:
    """We closed it because the base branch has it; somebody wants it all the same."""
    world = opened(proposal(1))
    world.human_pushes("main", dict(proposal(1).files))
    assert verdicts(run(world, proposal(1), merged={name(1): SPEC})) == [("close", "by_hand")]
    world.human_reopens(1)
    world.revive()

    done = run(world, proposal(1), merged={name(1): SPEC})

    assert verdicts(done) == [("skip", "edited")]
    assert world.pull(1).state == "open"
    assert not world.writes


@pytest.mark.parametrize("seen", [True, False], ids=["a run in between", "no run in between"])
def test_closed_by_us_then_opened_and_closed_by_a_person_is_rejected(seen: bool) -> None:
    """The last word was a person's; that our marker still says otherwise does not help."""
    world = opened(proposal(1))
    run(world)
    world.now += DAY
    world.human_reopens(1)
    if seen:
        run(world)
    world.now += DAY
    world.human_closes(1)
    world.revive()

    done = run(world, proposal(1))

    assert verdicts(done) == [("skip", "rejected")]
    assert not world.writes


def test_what_we_closed_at_the_end_of_a_long_run_is_no_rejection() -> None:
    """The run looked at its clock before it started to write."""
    world = opened(proposal(1))
    begun = world.now
    world.now += timedelta(minutes=50)
    run(world, now=begun)

    assert verdicts(run(world, proposal(1))) == [("reopen", "needed_again")]


def test_a_rejection_covers_its_like_though_we_had_closed_the_same_once() -> None:
    """First closed by us, later proposed again and rejected: the rejection is the last word."""
    world = opened(proposal(1))
    run(world)
    world.now += 8 * DAY
    run(world, proposal(1))
    (again,) = world.pull_requests(state="open")
    world.human_closes(again.number)

    done = run(world, proposal(1), _like(2, 1))

    assert verdicts(done) == [("skip", "rejected"), ("skip", "same_as_rejected")]


def test_what_we_closed_ourselves_rejects_nothing_alike() -> None:
    """No longer needed is no verdict about others either."""
    world = opened(proposal(1))
    run(world)

    assert said(run(world, _like(2, 1)).actions[0]) == ("open", "new")


@pytest.mark.parametrize("facts", [{"kinds": frozenset()}, {"rev": "0" * 40}])
def test_half_a_history_closes_nothing_in_favour_of_another(facts: dict[str, Any]) -> None:
    """A shallow clone sees some of the members, and calls them something else."""
    world = opened(proposal(1))

    done = run(world, _like(2, 1), **facts)

    assert verdicts(done)[1] == ("none", "left_open")
    assert world.pull(1).state == "open"


@pytest.mark.parametrize("why", ["too little", "rejected", "invalid", "in the way"])
def test_what_is_not_proposed_takes_no_place(why: str) -> None:
    """Nothing is closed in favour of what nobody will see."""
    world = opened(proposal(1))
    better, facts = _like(2, 1), dict[str, Any]()
    if why == "too little":
        facts["limits"] = settings(min_saving=0.6)
    elif why == "rejected":
        world.human_pushes(PREFIX + name(2), {"x": "x"})
        world.human_closes(world.human_opens(PREFIX + name(2)))
    elif why == "invalid":
        facts["invalid"] = {name(2): "broken"}
    else:
        world.human_pushes("main", {"patterns/docs/p2.md": "a stranger's\n"})

    done = run(world, better, **facts)

    assert ("close", "superseded") not in verdicts(done)
    assert verdicts(done)[-1] == ("close", "not_needed")
    assert "takes its place" not in world.comments(1)[0].body


def test_a_push_just_before_the_closing_keeps_it_open() -> None:
    """GitHub has no lease for closing; the tip is compared at the last moment."""

    class Racing(FakeGitHub):
        """A person pushes after everything was looked at."""

        armed = False

        def branch_sha(self, branch: str) -> str | None:
            """Push as soon as the base was looked at."""
            tip = super().branch_sha(branch)
            if self.armed and branch == "main":
                self.human_pushes(BRANCH, {"mine": "mine"})
                self.armed = False
            return tip

    world = Racing()
    world.now = NOW
    run(world, proposal(1))
    world.revive()
    world.armed = True

    done = run(world)

    assert verdicts(done) == [("skip", "failed")]
    assert world.pull(1).state == "open"
    assert not world.writes
    assert verdicts(run(world)) == [("skip", "edited")]


@pytest.mark.parametrize("members", ["5:", "9" * 5000 + ":ab", "5:.", "0:"])
def test_a_marker_that_somebody_damaged_ends_no_run(members: str) -> None:
    """Its members say nothing; everything else goes on."""
    world = opened(proposal(1))
    body = re.sub(r"members=\S+", f"members={members}", world.pull(1).body)
    world.human_edits(1, body=body)
    world.human_closes(1)

    done = run(world, proposal(1), proposal(2))

    assert verdicts(done) == [("skip", "rejected"), ("open", "new")]


@pytest.mark.parametrize("at", ["9" * 10, "0", "9" * 40])
def test_a_time_that_somebody_made_up_ends_no_run(at: str) -> None:
    """The marker of a closed one is anybody's to edit."""
    world = opened(proposal(1))
    run(world)
    world.human_edits(1, body=re.sub(r"at=\d+", f"at={at}", world.pull(1).body))

    assert len(run(world, proposal(1)).actions) == 1


def test_another_login_resurrects_and_touches_nothing() -> None:
    """From the workflow's token to an App: rejected stays rejected, open and branches stay."""
    world = opened(proposal(1), proposal(2))
    run(world, proposal(1), proposal(2), proposal(3))
    world.human_closes(1)
    before = [(pull.body, pull.state) for pull in world.pull_requests(state="all")]
    tips = world.branches(PREFIX)
    world.login = "an-app[bot]"
    world.now += 9 * DAY
    world.revive()

    done = run(world, proposal(1), proposal(2, "two"))

    assert verdicts(done) == [("skip", "rejected"), ("skip", "edited"), ("skip", "edited")]
    assert not world.writes
    assert [(pull.body, pull.state) for pull in world.pull_requests(state="all")] == before
    assert world.branches(PREFIX) == tips


def test_a_base_branch_with_another_name_loses_nothing() -> None:
    """What went to the old one is left alone and still counts; what was rejected stays so."""
    world = opened(proposal(1), proposal(2))
    world.human_closes(1)
    world.human_pushes("trunk", {})
    world.revive()

    done = run(world, proposal(1), proposal(2, "two"), limits=settings(base="trunk"))

    assert verdicts(done) == [("skip", "rejected"), ("skip", "edited")]
    assert not world.writes


def test_a_fork_with_the_name_of_our_branch_is_not_ours() -> None:
    """Neither its pull request nor its being closed says anything about our identity."""
    world = opened(proposal(1))
    body = world.pull(1).body
    world.human_closes(1)
    world.human_deletes_fork(1)
    world.human_deletes(BRANCH)
    world.revive()

    done = run(world, proposal(1))

    assert verdicts(done) == [("open", "new")]
    assert (world.pull(1).body, world.pull(1).state) == (body, "closed")


def test_reports_of_one_identity_are_one_issue() -> None:
    """The first counts; runs do not write each over the other."""
    one = proposal(1, files={}, kind=ChangeKind.REPORT)
    two = replace(one, digest="other", title=Title("Other"))
    world = opened(one, two)

    done = run(world, one, two)

    assert len(world.issues(author=world.login, state="all")) == 1
    assert verdicts(done) == [("none", "up_to_date"), ("skip", "duplicate")]
    assert not world.writes


def test_a_report_of_the_same_identity_does_not_stand_in_for_files() -> None:
    """It ranks first, but has nothing to commit."""
    report = proposal(1, files={}, kind=ChangeKind.REPORT, rank=1.0)

    world = opened(proposal(1), report)

    assert world.tree(BRANCH) == {**world.tree("main"), **proposal(1).files}


def test_a_report_that_somebody_renamed_is_left_alone() -> None:
    """The title of an issue is text as well."""
    report = proposal(1, files={}, kind=ChangeKind.REPORT)
    world = opened(report)
    world.human_edits_issue(1, title="Mine")

    done = run(world, replace(report, digest="other"))

    assert verdicts(done) == [("skip", "edited")]
    assert world.issue(1).title == "Mine"


def test_a_report_that_was_closed_is_not_up_to_date() -> None:
    """Closed is closed, whatever it says; the dashboard does not list it as open."""
    report = proposal(1, files={}, kind=ChangeKind.REPORT)
    world = opened(report)
    world.human_closes_issue(1)

    assert verdicts(run(world, report)) == [("skip", "rejected")]
    assert not world.writes
