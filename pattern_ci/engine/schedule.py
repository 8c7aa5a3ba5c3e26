"""Which steps may run now: pure, over the states that are known."""

from __future__ import annotations

from enum import StrEnum, unique
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pattern_ci.model.plan import Plan, Step


@unique
class State(StrEnum):
    """Where a step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


_LOST = frozenset({State.FAILED, State.SKIPPED})


def ready(waiting: Iterable[Step], states: Mapping[str, State], *, free: int) -> list[Step]:
    """Steps to start now, in the order given: their needs are done, and so many workers free."""
    able = (step for step in waiting if all(states[need] is State.DONE for need in step.needs))
    return list(islice(able, free))


def hopeless(plan: Plan, states: Mapping[str, State]) -> list[str]:
    """Steps that can never run: something that they need did not succeed."""
    return [
        step.id
        for step in plan.steps
        if states[step.id] is State.WAITING and any(states[need] in _LOST for need in step.needs)
    ]
