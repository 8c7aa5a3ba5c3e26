"""What others wrote is called here: whatever it raises is a failure, and no end of the run."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pattern_ci.errors import (
    FatalError,
    LockedError,
    RevisionError,
    SpecError,
    StorageError,
    UsageError,
    VariablesError,
    WouldOverwriteError,
)
from pattern_ci.messages import engine as messages
from pattern_ci.model.execution import CheckResult, ExecutionResult

if TYPE_CHECKING:
    from collections.abc import Callable

_NOTHING = ExecutionResult(success=False)
# What was asked for, or the state of the repository and the machine, stands against the work.
_NOT_ITS_FAULT = (
    LockedError, RevisionError, StorageError, UsageError, VariablesError, WouldOverwriteError,
)  # fmt: skip
# What is told, logged and written down is walked over level by level, a call or two for each.
MOST_LEVELS = 100


def guarded(
    act: Callable[[], ExecutionResult], *, so_far: ExecutionResult = _NOTHING
) -> ExecutionResult:
    """What comes of it; one that raises makes a failure of what was known so far.

    So does one that answers what could not be told to anybody.
    """
    try:
        return _told(act())
    except FatalError as error:
        declined = isinstance(error, _NOT_ITS_FAULT)
        return replace(so_far, success=False, error=error.line, declined=declined)
    except Exception as error:  # noqa: BLE001  # whatever an executor or a check raises is its failure
        return replace(so_far, success=False, error=messages.raised(error))


def _told(result: ExecutionResult) -> ExecutionResult:
    """The result with its outputs as plain data. Raises SpecError when it holds anything else."""
    whole = isinstance(result, ExecutionResult)
    if not whole or not all(isinstance(one, CheckResult) for one in result.verification):
        raise SpecError(messages.no_result(result))
    try:
        said = [dict(result.outputs), result.verification, result.error]
        text = json.dumps(said, allow_nan=False, ensure_ascii=False)
        text.encode("utf-8", "surrogateescape")  # names of files may be no UTF-8
        outputs, *_ = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise SpecError(messages.not_plain(error)) from error
    if _levels(outputs) > MOST_LEVELS:
        raise SpecError(messages.too_deep(MOST_LEVELS))
    return replace(result, outputs=outputs)


def _levels(data: Any) -> int:
    """How deep data is nested, counted up to one level too many."""
    level, count = [data], 0
    while level and count <= MOST_LEVELS:
        inside = [list(one.values()) if isinstance(one, dict) else one for one in level]
        level = [one for each in inside if isinstance(each, list) for one in each]
        count += 1
    return count
