"""What the circuit breaker is told about an execution, and telemetry when that ends a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.engine.breaker import Door
from pattern_ci.engine.recording import quarantine_event

if TYPE_CHECKING:
    from datetime import datetime

    from pattern_ci.engine.breakers import Breakers
    from pattern_ci.model.execution import ExecutionResult
    from pattern_ci.model.pattern import Spec
    from pattern_ci.telemetry.recording import Recorder


def judge(
    spec: Spec,
    result: ExecutionResult,
    *,
    breakers: Breakers,
    recorder: Recorder,
    now: datetime,
    run: str | None = None,
) -> None:
    """Note how an execution ended; the failed trial of a half-open one takes the version away.

    Inputs that a pattern refuses say nothing about the pattern, and neither does its verdict.
    """
    if result.declined:
        breakers.leave(spec)
        return
    before = result.success or breakers.of(spec).quarantined
    door = breakers.note(spec, success=result.success, now=now)
    if door is Door.QUARANTINED and not before:
        recorder.record(quarantine_event(spec, run=run))
