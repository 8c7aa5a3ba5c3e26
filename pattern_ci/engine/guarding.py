"""What others wrote is called here: whatever it raises is a failure, and no end of the run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pattern_ci.errors import FatalError
from pattern_ci.messages import engine as messages
from pattern_ci.model.execution import ExecutionResult

if TYPE_CHECKING:
    from collections.abc import Callable

_NOTHING = ExecutionResult(success=False)


def guarded(
    act: Callable[[], ExecutionResult], *, so_far: ExecutionResult = _NOTHING
) -> ExecutionResult:
    """What comes of it; one that raises makes a failure of what was known so far."""
    try:
        return act()
    except FatalError as error:
        return replace(so_far, success=False, error=error.line)
    except Exception as error:  # noqa: BLE001  # whatever an executor or a check raises is its failure
        return replace(so_far, success=False, error=messages.raised(error))
