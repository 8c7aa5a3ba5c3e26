"""Takes secrets out of what an execution said before it is reported, logged or written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.model.execution import CheckResult, ExecutionResult, FileChange

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pattern_ci.model.execution import OperationSignature
    from pattern_ci.telemetry.redaction import Redactor


def without_secrets(
    result: ExecutionResult,
    redactor: Redactor,
    *,
    changes: Iterable[FileChange] = (),
    duration_s: float,
    signature: OperationSignature,
) -> ExecutionResult:
    """The result as the engine knows it, a mark for each secret in its texts and names of files."""
    clean = redactor.text
    return ExecutionResult(
        success=result.success,
        outputs=redactor.data(dict(result.outputs)),
        verification=tuple(
            CheckResult(clean(one.name), one.passed, clean(one.detail))
            for one in result.verification
        ),
        error=clean(result.error),
        declined=result.declined,
        events=result.events,
        changes=tuple(FileChange(clean(one.path), *one[1:]) for one in changes),
        signature=signature,
        duration_s=duration_s,
    )
