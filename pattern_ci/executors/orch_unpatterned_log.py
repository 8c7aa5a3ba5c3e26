"""`orch_unpatterned_log`: tells telemetry of an operation that ran without a pattern (VEV)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.diagnosis.engine import ErrorEngine, error_ref
from pattern_ci.executors.flows import refused
from pattern_ci.messages.validate import unknown_kind
from pattern_ci.model.event import Event, EventType, Source
from pattern_ci.model.execution import ExecutionResult
from pattern_ci.registry.overlay import overlay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.event import ErrorRef
    from pattern_ci.model.execution import Context


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """One event `pattern.missing` about what `inputs` say was done; nothing is written or run."""
    folder = str(inputs["patterns"])
    kinds = overlay(context.root / folder, shown=folder).kinds
    named = str(inputs["operation_kind"])
    if named not in kinds:
        return refused([unknown_kind(named, sorted(kinds))])
    return ExecutionResult(
        success=True,
        outputs={"operation_kind": named, "used_pattern": False},
        events=(_event(named, inputs),),
    )


def _event(kind: str, inputs: Mapping[str, Any]) -> Event:
    return Event(
        type=EventType.MISSING,
        source=Source.EXECUTOR,
        operation_kind=kind,
        used_pattern=False,
        tools_used=tuple(inputs["tools"]),
        parameters=dict(inputs["parameters"]),
        success=inputs["success"],
        duration_s=inputs.get("duration_s"),
        error=_error(inputs),
        reason=inputs["reason"],
    )


def _error(inputs: Mapping[str, Any]) -> ErrorRef | None:
    """The error that was printed, as diagnosis names it; None for what went well."""
    if inputs["success"] or "error" not in inputs:
        return None
    tool = next(iter(inputs["tools"]), None)
    found = ErrorEngine().observe(inputs["error"], tool=tool, exit_code=1)
    return error_ref(found[0]) if found else None
