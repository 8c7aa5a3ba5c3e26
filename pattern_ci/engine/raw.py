"""A step without a pattern: the command that the plan gives for it, and the checks it names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pattern_ci.engine import ground_truth
from pattern_ci.engine.context import Place, Workspace
from pattern_ci.engine.guarding import guarded
from pattern_ci.engine.redacting import without_secrets
from pattern_ci.engine.signing import operation_signature
from pattern_ci.engine.truth_world import World
from pattern_ci.engine.witness import joined
from pattern_ci.errors import FatalError
from pattern_ci.messages import engine as messages
from pattern_ci.model.execution import ExecutionResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.execution import CheckResult, Ran
    from pattern_ci.model.plan import Step
    from pattern_ci.telemetry.redaction import Redactor

KEPT = 2000  # characters of output that stay with the result; the log of the step holds more
# Secrets are looked for in more than is kept: one whose beginning was cut away looks like none.
SEARCHED = 64_000


def command_of(step: Step) -> tuple[str, ...]:
    """What is started: never a shell, unless the plan says so."""
    return ("sh", "-c", *step.run) if step.shell else step.run


def execute_raw(step: Step, place: Place, redactor: Redactor) -> tuple[ExecutionResult, Ran | None]:
    """Run the command of a step; a failure is a result. Also gives what the program printed."""
    with joined(place.company):
        return _executed(step, place, redactor)


def _executed(step: Step, place: Place, redactor: Redactor) -> tuple[ExecutionResult, Ran | None]:
    context = Workspace(place, timeout_s=step.timeout_s)
    ran, error = None, ""
    try:
        ran = context.run(command_of(step))
        error = _error(ran, redactor)
    except FatalError as problem:
        error = problem.line
    done = ExecutionResult(success=not error, outputs=_outputs(ran, redactor), error=error)
    result = guarded(lambda: _proved(step, context, done), so_far=done) if done.success else done
    signature = operation_signature(
        step.operation_kind,
        step.inputs,
        outputs=result.outputs,
        changes=(),
        tools=context.tools,
        verification=result.verification,
    )
    took = ran.duration_s if ran else 0.0
    return without_secrets(result, redactor, duration_s=took, signature=signature), ran


def _proved(step: Step, context: Workspace, done: ExecutionResult) -> ExecutionResult:
    checks = truths_of(step, context)
    failed = [check for check in checks if check.passed is False]
    error = messages.not_true(failed) if failed else ""
    return replace(done, success=not failed, verification=checks, error=error)


def truths_of(step: Step, context: Workspace) -> tuple[CheckResult, ...]:
    """The checks that the plan names for a step."""
    return ground_truth.evaluate(step.ground_truth, World(context))


def _error(ran: Ran, redactor: Redactor) -> str:
    if ran.returncode is None:
        return messages.TIMED_OUT
    if ran.ok:
        return ""
    return messages.ended_with(ran.returncode, _said(ran.stderr or ran.stdout, redactor).encode())


def _outputs(ran: Ran | None, redactor: Redactor) -> Mapping[str, Any]:
    if ran is None:
        return {}
    return {"exit_code": ran.returncode, "stdout": _said(ran.stdout, redactor), "cut": ran.cut}


def _said(raw: bytes, redactor: Redactor) -> str:
    """The end of what was printed, its secrets taken out before anything is cut off."""
    text = raw.decode("utf-8", "replace")
    # From the beginning of a line, and where there is none, from that of the text.
    start = text.find("\n", max(0, len(text) - SEARCHED), -KEPT) + 1 if len(text) > SEARCHED else 0
    return redactor.text(text[start:])[-KEPT:]
