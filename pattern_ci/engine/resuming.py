"""What the log of an interrupted run says about each step: pure."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pattern_ci.model.plan import Plan


@unique
class Standing(StrEnum):
    """Where a step stood when its run was interrupted."""

    DONE = "done"
    UNDER_WAY = "under way"
    TO_DO = "to do"


class Stood(NamedTuple):
    """A step's standing, and the last line about it that counts (empty when there is none)."""

    standing: Standing
    last: Mapping[str, Any]


def standings(plan: Plan, entries: Iterable[Mapping[str, Any]]) -> dict[str, Stood]:
    """Each step's standing: a failed one is to be done; one begun and not ended is under way."""
    found = {step.id: Stood(Standing.TO_DO, {}) for step in plan.steps}
    for entry in entries:
        name = entry.get("step")
        if not isinstance(name, str) or name not in found:
            continue
        if entry["event"] == "step.started":
            found[name] = Stood(Standing.UNDER_WAY, entry)
        elif entry["event"] in ("step.ended", "step.decided"):
            done = Standing.DONE if entry.get("success") else Standing.TO_DO
            found[name] = Stood(done, entry)
    return found


@unique
class Decision(StrEnum):
    """What to do about a step that was under way."""

    DONE = "done"
    REDO = "redo"
    ASK = "ask"


def decide(passed: Iterable[bool | None], *, idempotent: bool) -> Decision:
    """By ground truth where it can be asked: all checks hold, or one does not; else by the flag."""
    asked = [result for result in passed if result is not None]
    if asked:
        return Decision.DONE if all(asked) else Decision.REDO
    return Decision.REDO if idempotent else Decision.ASK
