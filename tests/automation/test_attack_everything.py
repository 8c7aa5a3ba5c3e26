"""Every kind of action in one run: planned, killed, unread, and met by another run."""

from __future__ import annotations

import contextlib
import re
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from pattern_ci.automation.bot_prs.facts import Limit
from pattern_ci.errors import GitHubUnavailableError
from pattern_ci.github.plan import PlanRecorder
from pattern_ci.model.bot_change import ChangeKind
from pattern_ci.model.digests import text_digest
from testing.fake_github import READS, DiedError, FakeGitHub
from tests.automation.worlds import NOW, PREFIX, name, proposal, publish_all, said, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.automation.bot_prs.publish import Published
    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.bot_change import BotChange
    from pattern_ci.model.github import PullRequest

T = TypeVar("T")
KINDS = frozenset({ChangeKind.PATTERN, ChangeKind.VERSION})
ON = settings(dashboard=True, checks_workflow="ci.yml")
LIMIT = 9
DOWN = GitHubUnavailableError("GitHub has a fault of its own.")
# As many as the run below makes.
WRITES = 29


class Counting(FakeGitHub):
    """Counts what is asked, and lets somebody else have a turn before some write."""

    def __init__(self, files: dict[str, str]) -> None:
        super().__init__(files, login="github-actions[bot]")
        self.asked: dict[str, int] = {}
        self.turn: Callable[[], object] | None = None
        self.before = -1

    def _read(self, verb: str, answer: Callable[[], T]) -> T:
        self.asked[verb] = self.asked.get(verb, 0) + 1
        return super()._read(verb, answer)

    def _write(self, verb: str, work: Callable[[], T]) -> T:
        self.before -= 1
        turn = self.turn
        if turn is not None and self.before < 0:
            self.turn = None
            turn()
        return super()._write(verb, work)


def _registry(text: str, *, before: str) -> BotChange:
    return proposal(
        9, files={"registry.txt": text}, before={"registry.txt": text_digest(before)},
        kind=ChangeKind.VERSION, digest=text_digest(text),
    )  # fmt: skip


def _report() -> BotChange:
    return proposal(30, files={}, kind=ChangeKind.REPORT)


def _world() -> Counting:
    """One to change, one edited, one merged by hand, one to start anew, one that goes, one that
    comes back, one merged, one rejected, one that conflicts; two boxes are ticked.
    """
    world = Counting({"registry.txt": "one\n"})
    world.now = NOW
    world.human_adds_workflow("ci.yml")
    roomy = ON._replace(limit=Limit(20, 20))

    def run(*numbers: int) -> None:
        changes = [*map(proposal, numbers), _registry("one\ntwo\n", before="one\n")]
        publish_all(
            world, *changes, limits=roomy, kinds=KINDS, rev=world.tip("main"), now=world.now
        )

    run(1, 2, 3, 4, 5, 6, 7, 8)
    world.human_merges(7)
    world.human_closes(8)
    # One more day and its branch is over; what this run closes may still be opened again.
    world.now += timedelta(days=7)
    run(1, 2, 3, 4, 5)
    world.human_pushes(PREFIX + name(2), {"mine.txt": "mine"})
    run(1, 2, 3, 4, 5)
    world.human_pushes("main", {"registry.txt": "zero\none\n", **proposal(3).files})
    (board,) = world.issues(author=world.login)
    world.human_ticks(board.number, "PAT-P-002")
    world.human_ticks(board.number, "PAT-P-004")
    world.now += timedelta(days=1)
    world.revive()
    world.asked.clear()
    return world


def _run(world: Counting, port: GitHubPort | None = None) -> Published:
    changes = (
        proposal(1, "two"), *map(proposal, (2, 3, 4, 6, 10, 11, 12)),
        _registry("zero\none\ntwo\n", before="zero\none\n"), _report(),
    )  # fmt: skip
    return publish_all(
        port or world, *changes, limits=ON._replace(limit=Limit(LIMIT, 2)), kinds=KINDS,
        rev=world.tip("main"), now=world.now, merged={name(3): "patterns/specs/p3.pattern.yaml"},
    )  # fmt: skip


def _settle(world: Counting) -> None:
    for _ in range(5):
        world.revive()
        _run(world)
        if not world.writes:
            return
    pytest.fail("the runs never come to rest")


def _state(world: FakeGitHub) -> dict[str, Any]:
    """What GitHub holds, without ids and numbers, which depend on who came first."""
    pulls = world.pull_requests(state="all")
    issues = world.issues(author=world.login, state="all")
    threads = [*(pull.number for pull in pulls), *(issue.number for issue in issues)]
    return {
        "pulls": sorted(map(_look, pulls)),
        "trees": {branch: world.tree(branch) for branch, _ in world.branches("")},
        "heads": [f"head={pull.head_sha}" in pull.body for pull in pulls if pull.state == "open"],
        "issues": sorted((issue.state, _plain(issue.body)) for issue in issues),
        "comments": sorted(
            _plain(comment.body) for number in threads for comment in world.comments(number)
        ),
    }


def _look(pull: PullRequest) -> tuple[str, ...]:
    return pull.head_ref, pull.title, pull.state, pull.author, pull.base_ref, _plain(pull.body)


def _plain(body: str) -> str:
    return re.sub(r"\b(head|base|after|key|at)=\S+|#\d+", "", body)


@cache
def _unhurt() -> dict[str, Any]:
    world = _world()
    _settle(world)
    return _state(world)


def test_the_world_holds_every_kind_of_action() -> None:
    """Else the tests below would say less than they seem to."""
    world = _world()

    done = _run(world)

    assert {action.verdict.value for action in done.actions} == {
        "open", "reopen", "update", "close", "prune", "wait",
    }  # fmt: skip
    assert [answer.done for answer in done.answers] == [True, True]
    assert not done.errors
    assert len(world.writes) == WRITES
    assert {write["verb"] for write in world.writes} == {
        "commit_files", "create_branch", "update_branch", "replace_branch", "delete_branch",
        "create_pull_request", "update_pull_request", "create_issue", "update_issue",
        "create_comment", "dispatch_workflow",
    }  # fmt: skip


def test_the_runs_come_to_rest() -> None:
    """Every handler's second run on the same state writes nothing."""
    world = _world()
    _settle(world)
    world.revive()

    done = _run(world)

    assert not world.writes
    assert not done.errors
    assert all(_unhurt()["heads"])


def test_a_plan_is_the_record_of_its_run() -> None:
    """Close, reopen, prune, start anew, dashboard, answers: the same writes in the same order."""
    world = _world()
    plan = PlanRecorder(world)

    planned = _run(world, plan)

    assert not world.writes
    done = _run(world)
    assert list(plan.writes) == list(world.writes)
    assert [said(action) for action in planned.actions] == [said(one) for one in done.actions]
    assert [answer.done for answer in planned.answers] == [answer.done for answer in done.answers]


@pytest.mark.parametrize("killed_after", range(1, WRITES + 1))
def test_whatever_write_was_the_last_the_end_is_the_same(killed_after: int) -> None:
    """No comment twice, no answer lost, no branch or text half-way."""
    world = _world()
    world.die_after(killed_after)
    with contextlib.suppress(DiedError):
        _run(world)
    assert len(world.writes) == killed_after

    _settle(world)

    assert _state(world) == _unhurt()


@pytest.mark.parametrize("nth", range(1, WRITES + 1))
def test_a_write_without_an_answer_is_made_good(nth: int) -> None:
    """It happened, and we never heard: the runs that follow end where they would have ended."""
    world = _world()
    whole = _world()
    _run(whole)
    verb = whole.writes[nth - 1]["verb"]
    if verb == "dispatch_workflow":
        return  # its pull request says that checks wait, as far as we know
    place = sum(write["verb"] == verb for write in whole.writes[:nth])
    world.fail(verb, DOWN, nth=place, after=True)

    done = _run(world)

    assert len(done.errors) == 1
    _settle(world)
    if all(answer.done for answer in done.answers):
        assert _state(world)["pulls"] == _unhurt()["pulls"]
        assert _state(world)["trees"] == _unhurt()["trees"]


def _asked() -> list[tuple[str, int]]:
    world = _world()
    _run(world)
    assert world.asked.keys() <= READS
    asked = sorted(world.asked.items())
    return [(verb, nth) for verb, often in asked for nth in range(1, often + 1)]


@pytest.mark.parametrize(("verb", "nth"), _asked())
def test_what_could_not_be_read_is_left_alone(verb: str, nth: int) -> None:
    """Each read of the run fails in turn: nothing is written to what rests on it, or nothing."""
    before, world = _world(), _world()
    world.fail(verb, DOWN, nth=nth)

    try:
        done = _run(world)
    except GitHubUnavailableError:
        assert not world.writes
        return

    assert len(done.errors) == 1
    for action in done.actions:
        if action.reason in ("unknown", "failed"):
            assert _about(world, action.identity) == _about(before, action.identity)
    _settle(world)
    if all(answer.done for answer in done.answers):
        assert _state(world) == _unhurt()


def _about(world: FakeGitHub, identity: str) -> tuple[object, ...]:
    branch = PREFIX + identity
    pulls = world.pull_requests(state="all", head_prefix=branch)
    return dict(world.branches(branch)).get(branch), *map(_look, pulls)


@pytest.mark.parametrize("before", range(WRITES))
def test_two_runs_at_once_keep_the_limits_and_come_to_rest(before: int) -> None:
    """A whole second run before each write of the first: one pull request an identity, no loss."""
    world = _world()
    turns: list[Published] = []
    world.before, world.turn = before, lambda: turns.append(_run(world))

    _run(world)

    assert len(turns) == 1
    heads = [pull.head_ref for pull in world.pull_requests(state="open")]
    assert len(heads) == len(set(heads)) <= LIMIT
    _settle(world)
    assert _state(world)["pulls"] == _unhurt()["pulls"]
    assert _state(world)["trees"] == _unhurt()["trees"]
    assert all(_state(world)["heads"])
