"""Which steps may run now: pure, over the states that are known."""

from __future__ import annotations

from enum import StrEnum, unique
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.plan import Plan


@unique
class State(StrEnum):
    """Where a step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


_LOST = frozenset({State.FAILED, State.SKIPPED})


def ready(plan: Plan, states: Mapping[str, State], *, workers: int) -> list[str]:
    """Steps to start now, in the order of the plan: their needs are done and a worker is free."""
    free = workers - list(states.values()).count(State.RUNNING)
    able = (
        step.id
        for step in plan.steps
        if states[step.id] is State.WAITING
        and all(states[need] is State.DONE for need in step.needs)
    )
    return list(islice(able, max(0, free)))


def hopeless(plan: Plan, states: Mapping[str, State]) -> list[str]:
    """Steps that can never run: something that they need did not succeed."""
    return [
        step.id
        for step in plan.steps
        if states[step.id] is State.WAITING and any(states[need] in _LOST for need in step.needs)
    ]
