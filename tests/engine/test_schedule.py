"""Scheduling: needs hold, at most N at once, everything ends, whatever the plan looks like."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pattern_ci.engine.orchestrator import Orchestrator
from pattern_ci.engine.schedule import State, hopeless, ready
from pattern_ci.engine.steps import Outcome
from pattern_ci.errors import StorageError
from pattern_ci.model.execution import ExecutionResult
from pattern_ci.model.plan import Plan, Step

if TYPE_CHECKING:
    from pattern_ci.engine.run_log import RunLog
    from pattern_ci.engine.steps import StepRunner


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Steps in any order of the file; each needs some that come before it in a hidden order."""
    count = draw(st.integers(1, 12))
    steps = []
    for number in range(count):
        needs = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        named = tuple(f"s{need}" for need in sorted(needs))
        steps.append(Step(id=f"s{number}", operation_kind="OPK-X", needs=named))
    return Plan(name="p", steps=tuple(draw(st.permutations(steps))), digest="d")


@given(plans(), st.integers(1, 4), st.data())
def test_needs_hold_and_no_more_than_n_run_at_once(
    plan: Plan, workers: int, data: st.DataObject
) -> None:
    """Steps end in any order and with any outcome; what needed a failure is never started."""
    states = {step.id: State.WAITING for step in plan.steps}
    failed: set[str] = set()
    while {State.WAITING, State.RUNNING} & set(states.values()):
        waiting = [step for step in plan.steps if states[step.id] is State.WAITING]
        free = workers - list(states.values()).count(State.RUNNING)
        for step in ready(waiting, states, free=free):
            assert all(states[need] is State.DONE for need in step.needs)
            states[step.id] = State.RUNNING
        running = [name for name, state in states.items() if state is State.RUNNING]
        assert 1 <= len(running) <= workers
        name = data.draw(st.sampled_from(running))
        states[name] = data.draw(st.sampled_from([State.DONE, State.FAILED]))
        failed |= {name} if states[name] is State.FAILED else set()
        while lost := hopeless(plan, states):
            states |= dict.fromkeys(lost, State.SKIPPED)

    for step in plan.steps:
        broken = any(states[need] in (State.FAILED, State.SKIPPED) for need in step.needs)
        assert (states[step.id] is State.SKIPPED) == broken


class _Log:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def append(self, event: str, **fields: object) -> None:
        self.lines.append(f"{event} {fields['step']}")

    def soon(self) -> None:
        """Nothing waits for a disk."""


class _Runner:
    """Stands for the step wrapper: waits for a second step to be there, or fails."""

    def __init__(self, fails: frozenset[str], together: int) -> None:
        self.stop = threading.Event()
        self.order: list[str] = []
        self._fails = fails
        self._meet = threading.Barrier(together, timeout=20)

    def run(self, step: Step) -> Outcome:
        self._meet.wait()
        self.order.append(step.id)
        if step.id == "disk":
            msg = "the disk is full."
            raise StorageError(msg)
        return Outcome(ExecutionResult(success=step.id not in self._fails), 1)


def _orchestrator(plan: Plan, runner: _Runner, log: _Log) -> Orchestrator:
    return Orchestrator(plan, cast("StepRunner", runner), cast("RunLog", log), workers=2)


def _plan(**needs: tuple[str, ...]) -> Plan:
    steps = tuple(Step(id=name, operation_kind="OPK-X", needs=need) for name, need in needs.items())
    return Plan(name="p", steps=steps, digest="d")


def test_independent_steps_run_side_by_side() -> None:
    """Each of two pairs is inside at the same time: neither could go on alone."""
    runner = _Runner(frozenset(), together=2)
    plan = _plan(a=(), b=(), c=("a", "b"), d=("a", "b"))

    result = _orchestrator(plan, runner, _Log()).run()

    assert result.success
    assert set(runner.order[:2]) == {"a", "b"}


def test_a_failure_skips_what_needs_it_and_nothing_else() -> None:
    """Its dependents are skipped one after another; the other branch goes on."""
    runner, log = _Runner(frozenset({"a"}), together=1), _Log()

    result = _orchestrator(_plan(a=(), b=("a",), c=("b",), d=()), runner, log).run()

    assert {name: state.value for name, state in result.states.items()} == {
        "a": "failed",
        "b": "skipped",
        "c": "skipped",
        "d": "done",
    }
    assert sorted(runner.order) == ["a", "d"]
    assert log.lines == ["step.skipped b", "step.skipped c"]


def test_an_error_of_the_run_itself_comes_out_and_stops_the_rest() -> None:
    """A full disk is no failure of a step."""
    runner = _Runner(frozenset(), together=1)

    with pytest.raises(StorageError):
        _orchestrator(_plan(disk=(), later=("disk",)), runner, _Log()).run()

    assert runner.stop.is_set()
    assert runner.order == ["disk"]
