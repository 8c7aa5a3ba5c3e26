"""Runs against a GitHub in memory: what is written, what is finished later, what is left alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.errors import (
    GitHubAuthError,
    GitHubConflictError,
    GitHubError,
    GitHubPermissionError,
    GitHubRateLimitError,
    GitHubUnavailableError,
    RequestBudgetError,
)
from pattern_ci.github.plan import PlanRecorder
from testing.fake_github import DiedError, FakeGitHub
from tests.automation.worlds import PREFIX, name, proposal, publish_all, said, settings

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.publish import Published
    from pattern_ci.model.bot_change import BotChange

# The reads that a run may make; `issues` belongs to the dashboard's tests.
READS = ("identity", "repository", "branch_sha", "branches", "commit", "pull_requests", "file_text")
DOWN = GitHubUnavailableError("GitHub has a fault of its own.")


def _said(published: Published) -> list[tuple[str, str]]:
    return [said(action) for action in published.actions]


def _state(world: FakeGitHub) -> dict[str, Any]:
    """What GitHub holds, without ids that differ from run to run."""
    pulls = [
        replace(pull, head_sha="", url="", body=re.sub(r"head=\w+", "head=", pull.body))
        for pull in world.pull_requests(state="all")
    ]
    tips = {branch: world.tree(branch) for branch, _ in world.branches("")}
    heads = [
        marker.head == pull.head_sha
        for pull in world.pull_requests(state="open")
        if (marker := markers.read(pull.body))
    ]
    return {"pulls": pulls, "tips": tips, "recorded heads": heads}


def _settle(world: FakeGitHub, *proposals: BotChange) -> None:
    """Run until a run writes nothing."""
    for _ in range(6):
        world.revive()
        publish_all(world, *proposals)
        if not world.writes:
            return
    pytest.fail("the runs never come to rest")


def test_a_proposal_becomes_a_branch_and_a_pull_request() -> None:
    """Files on top of the base, a marker with the head, and nothing else is touched."""
    world = FakeGitHub()
    one = proposal()

    done = publish_all(world, one, limits=settings(label="patterns"))

    assert _said(done) == [("open", "new")]
    assert not done.errors
    pull = world.pull(1)
    assert (pull.title, pull.base_ref, pull.labels) == (one.title, "main", ("patterns",))
    assert pull.head_ref == PREFIX + one.identity
    assert world.tree(pull.head_ref) == {**world.tree("main"), **one.files}
    marker = markers.read(pull.body)
    assert marker is not None
    assert (marker.head, marker.digest) == (pull.head_sha, one.digest)
    assert [write["verb"] for write in world.writes] == [
        "commit_files", "create_branch", "create_pull_request",
    ]  # fmt: skip


def test_a_second_run_writes_nothing() -> None:
    """Not even when what it proposes is spread over two runs by the limits."""
    world = FakeGitHub()
    proposals = [proposal(number) for number in (1, 2, 3, 4, 5)]

    first = publish_all(world, *proposals)
    second = publish_all(world, *proposals)
    before = len(world.writes)
    third = publish_all(world, *proposals)

    assert _said(first)[:3] == [("open", "new"), ("open", "new"), ("wait", "new_limit")]
    assert _said(second)[2:] == [
        ("open", "new"), ("wait", "open_limit"), ("wait", "open_limit"),
    ]  # fmt: skip
    assert len(world.writes) == before
    assert _said(third)[:3] == [("none", "up_to_date")] * 3


def test_changed_content_is_a_commit_on_top() -> None:
    """New text, a file that goes away with the old content, and the marker follows."""
    world = FakeGitHub()
    publish_all(world, proposal(1, "two"))
    first = world.tip(PREFIX + name(1))

    done = publish_all(world, proposal(1, "three"))

    pull = world.pull(1)
    assert _said(done) == [("update", "changed")]
    assert pull.head_sha != first
    commit = world.commit(pull.head_sha)
    assert commit is not None
    assert commit.parents == (first,)
    assert world.tree(pull.head_ref) == {**world.tree("main"), **proposal(1, "three").files}
    marker = markers.read(pull.body)
    assert marker is not None
    assert (marker.head, marker.digest) == (pull.head_sha, proposal(1, "three").digest)
    assert "three" in pull.body
    assert len(world.pull_requests(state="all")) == 1
    assert publish_all(world, proposal(1, "three")).actions[0].reason == "up_to_date"


def test_many_updates_leave_exactly_the_newest_files() -> None:
    """What an older commit of ours brought and a newer content does not hold is deleted."""
    world = FakeGitHub()

    for content in ("two", "three", "one", "four", "two"):
        publish_all(world, proposal(1, content))

    assert world.tree(PREFIX + name(1)) == {**world.tree("main"), **proposal(1, "two").files}


@pytest.mark.parametrize("content", ["one", "two"])
def test_plan_and_run_make_the_same_writes(content: str) -> None:
    """The plan of a run is the record of that run, for new, changed and orphaned ones."""
    world = FakeGitHub()
    publish_all(world, proposal(1))
    world.die_after(5 - len(world.writes))
    with pytest.raises(DiedError):
        publish_all(world, proposal(1), proposal(2))
    world.revive()
    asked = [proposal(1, content), proposal(2, content), proposal(3)]
    plan = PlanRecorder(world)

    planned = publish_all(plan, *asked)

    assert not world.writes
    done = publish_all(world, *asked)
    assert list(plan.writes) == list(world.writes)
    assert len(world.writes) >= 4
    assert _said(planned) == _said(done)


def _first(world: FakeGitHub) -> None:
    publish_all(world, proposal(1), proposal(2))


def _later(world: FakeGitHub) -> None:
    publish_all(world, proposal(1, "two"), proposal(2, "three"), proposal(3))


@pytest.mark.parametrize("killed_after", range(1, 12))
def test_a_killed_run_is_finished_by_the_next(killed_after: int) -> None:
    """Killed after any write, the runs that follow end where an unhurt run ends."""
    unhurt, hurt = FakeGitHub(), FakeGitHub()
    for world in (unhurt, hurt):
        _first(world)
        world.revive()
    final = (proposal(1, "two"), proposal(2, "three"), proposal(3))
    _later(unhurt)
    total = len(unhurt.writes)
    _settle(unhurt, *final)
    hurt.die_after(killed_after)

    try:
        _later(hurt)
    except DiedError:
        assert killed_after <= total
    _settle(hurt, *final)

    assert _state(hurt) == _state(unhurt)
    assert all(_state(hurt)["recorded heads"])


@pytest.mark.parametrize("killed_after", [1, 2])
def test_a_killed_first_run_is_finished_with_newer_content(killed_after: int) -> None:
    """History went on meanwhile: the branch that was left is brought up to date first."""
    world = FakeGitHub()
    world.die_after(killed_after)
    with pytest.raises(DiedError):
        publish_all(world, proposal(1, "two"))

    _settle(world, proposal(1, "three"))

    assert len(world.pull_requests(state="all")) == 1
    assert world.tree(PREFIX + name(1)) == {**world.tree("main"), **proposal(1, "three").files}


@pytest.mark.parametrize(
    "verb", ["commit_files", "create_branch", "create_pull_request", "update_branch"]
)
@pytest.mark.parametrize("after", [False, True])
def test_a_write_without_an_answer_is_finished_later(verb: str, after: bool) -> None:
    """Whether it happened or not, the item is reported, others go on, the next run finishes."""
    unhurt, world = FakeGitHub(), FakeGitHub()
    for each in (unhurt, world):
        publish_all(each, proposal(1), proposal(2))
        each.revive()
    final = (proposal(1, "two"), proposal(2, "three"), proposal(3))
    _settle(unhurt, *final)
    world.fail(verb, DOWN, after=after)

    done = publish_all(world, *final)

    assert [error.return_code for error in done.errors] == [46]
    assert sum(action.reason == "failed" for action in done.actions) == 1
    assert sum(action.verdict in ("open", "update") for action in done.actions) == 2
    _settle(world, *final)
    assert _state(world) == _state(unhurt)


def _with_history() -> FakeGitHub:
    """An open request to update, one that a person pushed to, and an orphan of ours."""
    world = FakeGitHub()
    publish_all(world, proposal(1), proposal(2))
    world.human_pushes(PREFIX + name(2), {"notes.md": "mine\n"})
    world.revive()
    world.die_after(2)
    with pytest.raises(DiedError):
        publish_all(world, proposal(3))
    world.revive()
    return world


_WISHES = (proposal(1, "two"), proposal(2, "two"), proposal(3), proposal(4))


def _touched(before: FakeGitHub, after: FakeGitHub) -> set[str]:
    """Identities whose branch or pull request is not the same in both."""
    looks = [
        {
            name(number): (
                dict(world.branches("")).get(PREFIX + name(number)),
                [pull.body for pull in world.pull_requests(state="all", head_prefix=PREFIX)
                 if pull.head_ref == PREFIX + name(number)],
            )
            for number in range(1, 5)
        }
        for world in (before, after)
    ]  # fmt: skip
    return {each for each in looks[0] if looks[0][each] != looks[1][each]}


@pytest.mark.parametrize("verb", READS)
@pytest.mark.parametrize("nth", range(1, 14))
def test_a_failed_read_writes_nothing_to_its_item(verb: str, nth: int) -> None:
    """Each read in turn fails: what rests on it is left as it is, and reported."""
    before, whole, world = _with_history(), _with_history(), _with_history()
    publish_all(whole, *_WISHES)
    world.fail(verb, DOWN, nth=nth)

    try:
        done = publish_all(world, *_WISHES)
    except GitHubUnavailableError:
        assert not world.writes
        return

    world.revive()
    touched = _touched(before, world)
    unread = {action.identity for action in done.actions if action.reason in ("unknown", "failed")}
    assert len(unread) == len(done.errors) <= 1
    assert not touched & unread
    # The place of one that could not be read goes to the next in line, never beyond.
    assert touched - {name(4)} == _touched(before, whole) - unread - {name(4)}


@pytest.mark.parametrize(
    "error",
    [
        GitHubAuthError("the token is not accepted."),
        GitHubRateLimitError("the limit is used up."),
        RequestBudgetError("the budget is used up."),
        GitHubPermissionError("the token may not do that."),
    ],
)
def test_an_error_that_concerns_all_stops_the_writing(error: GitHubError) -> None:
    """It is met and reported once; nothing more is sent."""
    world = FakeGitHub()
    world.fail("create_branch", error, times=9)

    done = publish_all(world, proposal(1), proposal(2), proposal(3))

    assert done.errors == (error,)
    assert _said(done) == [("skip", "failed"), ("wait", "stopped"), ("wait", "new_limit")]
    assert [write["verb"] for write in world.writes] == ["commit_files"]


def test_when_actions_may_not_open_requests_updates_still_happen() -> None:
    """The setting is reported once, and the open request gets its newer content."""
    world = FakeGitHub()
    publish_all(world, proposal(3))
    world.revive()
    error = GitHubPermissionError("not permitted to create pull requests.")
    world.fail("create_pull_request", error, times=9)

    done = publish_all(world, proposal(1), proposal(2), proposal(3, "two"))

    assert done.errors == (error,)
    assert _said(done) == [("skip", "failed"), ("wait", "stopped"), ("update", "changed")]
    world.revive()
    assert _said(publish_all(world, proposal(1), proposal(2)))[0] == ("open", "branch_ready")


def test_a_conflict_is_one_items_matter() -> None:
    """A branch that a rule protects, or that appeared meanwhile, leaves the others going."""
    world = FakeGitHub()
    world.fail("create_branch", GitHubConflictError("a protection rule forbids it."))

    done = publish_all(world, proposal(1), proposal(2))

    assert _said(done) == [("skip", "failed"), ("open", "new")]
    assert [error.return_code for error in done.errors] == [44]


def test_a_push_in_between_is_not_lost() -> None:
    """Somebody pushes after we looked and before we write: the move is refused."""

    class Racing(FakeGitHub):
        """A person pushes at the last moment."""

        def update_branch(self, branch: str, sha: str, *, expected: str) -> None:
            """Push first."""
            self.human_pushes(branch, {"notes.md": "mine\n"})
            super().update_branch(branch, sha, expected=expected)

    world = Racing()
    publish_all(world, proposal(1))
    body = world.pull(1).body

    done = publish_all(world, proposal(1, "two"))

    assert _said(done) == [("skip", "failed")]
    assert world.tree(PREFIX + name(1))["notes.md"] == "mine\n"
    assert world.pull(1).body == body
    assert _said(publish_all(world, proposal(1, "two"))) == [("skip", "edited")]
