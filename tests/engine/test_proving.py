"""Examples are held to the ground truth: one that fails, is not refused, or cannot be executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.engine.proving import Example, executed
from pattern_ci.engine.scratch import NOTHING
from tests.executors.worlds import pattern_of

if TYPE_CHECKING:
    from pathlib import Path

VALUES = {"files": [{"path": "a.txt", "content": "a\n"}]}
WRONG = {"check": "contains", "path": "a.txt", "expected": "b"}


def test_an_example_is_more_than_its_pattern(tmp_path: Path) -> None:
    """Its own checks are asked; and what it needs and is not here is said, not failed."""
    plain = Example("plain", VALUES, NOTHING)
    wrong = Example("wrong", VALUES, NOTHING, truths=(WRONG,))
    needs = Example("needs", VALUES, {**NOTHING, "needs": ["sh", "no-such-program"]})

    proofs = list(executed(pattern_of("atomic_create"), [plain, wrong, needs], tmp_path))

    assert [(one.instance, one.holds) for one in proofs] == [
        ("plain", True), ("wrong", False), ("needs", True),
    ]  # fmt: skip
    assert proofs[1].error.endswith("contains a.txt (it is false, not true)")
    assert proofs[2].skipped == "needs no-such-program, which is not here"
    assert proofs[2].checks == ()


def test_a_negative_example_that_is_executed_does_not_hold(tmp_path: Path) -> None:
    (proof,) = executed(
        pattern_of("atomic_create"), [Example("accepted", VALUES, NOTHING, refused=True)], tmp_path
    )

    assert not proof.holds
    assert [(one.name, one.passed) for one in proof.checks] == [
        ("refused", False), ("unchanged", False),
    ]  # fmt: skip
