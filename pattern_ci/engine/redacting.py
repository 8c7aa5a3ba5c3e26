"""Takes secrets out of what an execution said before it is reported, logged or written down."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from pattern_ci.telemetry.redaction import for_reports

if TYPE_CHECKING:
    from pattern_ci.model.execution import ExecutionResult


def without_secrets(result: ExecutionResult) -> ExecutionResult:
    """The result with a mark for each secret in its texts and in names of files."""
    redactor = for_reports(os.environ)
    return replace(
        result,
        error=redactor.text(result.error),
        outputs=redactor.data(dict(result.outputs)),
        changes=tuple(one._replace(path=redactor.text(one.path)) for one in result.changes),
        verification=tuple(
            one._replace(name=redactor.text(one.name), detail=redactor.text(one.detail))
            for one in result.verification
        ),
    )
