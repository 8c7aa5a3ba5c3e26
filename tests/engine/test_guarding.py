"""What an executor answers can be told, logged and written down; anything else is its failure."""

from __future__ import annotations

from typing import Any

import pytest

from pattern_ci.engine.guarding import MOST_LEVELS, guarded
from pattern_ci.model.execution import CheckResult, ExecutionResult

# One that could be answered in JSON, and could not be written as UTF-8.
LONE = "\ud800"


def _nested(levels: int) -> dict[str, Any]:
    data: list[Any] = []
    for _ in range(levels - 2):
        data = [data]
    return {"x": data}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ExecutionResult(success=True, outputs={"x": {1, 2}}), "is no plain data"),
        (ExecutionResult(success=True, outputs={"x": float("nan")}), "is no plain data"),
        (ExecutionResult(success=True, outputs={LONE: 1}), "is no plain data"),
        (ExecutionResult(success=False, error=LONE), "is no plain data"),
        (ExecutionResult(success=True, verification=(CheckResult(LONE, True),)), "is no plain"),
        (ExecutionResult(success=True, outputs=_nested(MOST_LEVELS + 1)), "more than 100 levels"),
        (ExecutionResult(success=True, outputs=_nested(5_000)), "is no plain data"),
        (None, "is no result but NoneType"),
    ],
)
def test_an_answer_that_cannot_be_told_is_a_failure(answer: Any, said: str) -> None:
    """And nothing of it is left."""
    result = guarded(lambda: answer)

    assert said in result.error
    assert result == ExecutionResult(success=False, error=result.error)


def test_an_answer_is_plain_data_afterwards() -> None:
    """So that secrets in it are found; names of files that are no UTF-8 stay."""
    outputs: Any = {"paths": ("a", "b\udcff"), 1: _nested(MOST_LEVELS - 1)}

    result = guarded(lambda: ExecutionResult(success=True, outputs=outputs))

    assert result.success, result.error
    assert result.outputs == {"paths": ["a", "b\udcff"], "1": outputs[1]}
