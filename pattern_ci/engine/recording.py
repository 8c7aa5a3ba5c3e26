"""What telemetry is told about a step: one event for each time that it was executed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pattern_ci.diagnosis.engine import ErrorEngine, error_ref
from pattern_ci.engine.breakers import key
from pattern_ci.messages import engine as messages
from pattern_ci.model.event import Event, EventType, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.event import ErrorRef
    from pattern_ci.model.execution import ExecutionResult
    from pattern_ci.model.pattern import Spec

READ = 200_000  # characters: what went wrong stands near the end, and reading on costs time


@dataclass(frozen=True, kw_only=True)
class Told:
    """One execution: of which kind, with which pattern if any, and why without one.

    `said` is what its program printed, where that is known.
    """

    id: str
    operation_kind: str
    inputs: Mapping[str, Any]
    result: ExecutionResult
    spec: Spec | None = None
    reason: str = ""
    run: str | None = None
    commit: str | None = None
    source: Source = Source.ORCHESTRATOR
    said: str = ""


def event_of(told: Told) -> Event:
    """`pattern.executed` where a pattern served the operation, `pattern.missing` where none did."""
    result, spec = told.result, told.spec
    signed = result.signature
    return Event(
        id=told.id,
        type=EventType.MISSING if spec is None else EventType.EXECUTED,
        source=told.source,
        operation_kind=told.operation_kind,
        pattern_id=None if spec is None else spec.pattern_id,
        pattern_version=None if spec is None else spec.version,
        used_pattern=spec is not None,
        file_types=signed.file_types if signed else (),
        tools_used=signed.tools if signed else (),
        input_signature=signed.input_signature if signed else None,
        output_signature=signed.output_signature if signed else None,
        verification=signed.verification if signed else None,
        parameters=dict(told.inputs),
        success=result.success,
        duration_s=round(result.duration_s, 6),
        error=error_of(told),
        reason=told.reason or result.error or None,
        commit=told.commit,
        run=told.run,
    )


def events_of(told: Told) -> list[Event]:
    """Everything about one execution: itself first, then what its executor learned on the way."""
    whole = event_of(told)
    return [whole, *(_learned(one, whole) for one in told.result.events)]


def _learned(one: Event, whole: Event) -> Event:
    """What an executor learned, about its own execution unless it names another operation."""
    placed = replace(one, source=whole.source, commit=whole.commit, run=whole.run)
    if one.operation_kind is not None:
        return placed
    return replace(
        placed,
        operation_kind=whole.operation_kind,
        pattern_id=whole.pattern_id,
        pattern_version=whole.pattern_version,
    )


def quarantine_event(spec: Spec, *, run: str | None) -> Event:
    """The breaker has taken a version of a pattern out of use."""
    return Event(
        type=EventType.LIFECYCLE,
        source=Source.ORCHESTRATOR,
        operation_kind=spec.operation_kind,
        pattern_id=spec.pattern_id,
        pattern_version=spec.version,
        parameters={"subject": "pattern", "subject_id": spec.pattern_id, "status": "quarantined"},
        reason=messages.quarantined(key(spec)),
        run=run,
    )


def error_of(told: Told) -> ErrorRef | None:
    """The error of an execution that failed, as the diagnosis of what it printed names it."""
    result = told.result
    if result.success:
        return None
    said = told.said or str(result.outputs.get("stdout") or result.error)
    tool = result.signature.tools[0] if result.signature and result.signature.tools else None
    found = ErrorEngine().observe(said[-READ:], tool=tool, exit_code=1)
    found = found or ErrorEngine().observe(result.error, exit_code=1)
    return error_ref(found[0]) if found else None
