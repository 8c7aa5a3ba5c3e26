"""Candidates and anti-patterns as their lifecycle events left them: pure, from oldest to newest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CANDIDATE_STATUS = {
    "pending": "pending",
    "candidate": "pending",
    "draft": "pending",
    "approved": "approved",
    "active": "approved",
    "quarantined": "approved",
    "deprecated": "approved",
    "retired": "approved",
    "rejected": "rejected",
}
_ANTI_PATTERN_STATUS = frozenset({"active", "fixed", "archived"})


class Step(NamedTuple):
    """One lifecycle event."""

    timestamp: str
    subject: str
    subject_id: str
    status: str
    details: Mapping[str, Any]


def candidates(steps: Iterable[Step]) -> list[tuple[Any, ...]]:
    """Rows of `pattern_candidates`, by when they were first seen."""
    found: dict[str, dict[str, Any]] = {}
    for step in steps:
        status = _CANDIDATE_STATUS.get(step.status)
        if step.subject != "candidate" or not step.subject_id or status is None:
            continue
        row = found.setdefault(step.subject_id, {"detected_at": step.timestamp})
        row["status"] = status
        row.update({name: step.details[name] for name in _CARRIED if name in step.details})
    return [
        (
            number, row["detected_at"], identity, json.dumps(row.get("examples", [])),
            _number(row.get("confidence")), row["status"], _text(row.get("spec")),
        )
        for number, (identity, row) in enumerate(found.items(), 1)
    ]  # fmt: skip


_CARRIED = ("examples", "confidence", "spec", "name", "occurrences", "affected_patterns")


def anti_patterns(steps: Iterable[Step]) -> list[tuple[Any, ...]]:
    """Rows of `anti_patterns`, by when they were first seen."""
    found: dict[str, dict[str, Any]] = {}
    for step in steps:
        if step.subject != "anti_pattern" or not step.subject_id:
            continue
        if step.status not in _ANTI_PATTERN_STATUS:
            continue
        row = found.setdefault(step.subject_id, {"detected_at": step.timestamp})
        row["status"] = step.status
        row.update({name: step.details[name] for name in _CARRIED if name in step.details})
    return [
        (
            identity, _text(row.get("name")), row["detected_at"],
            int(_number(row.get("occurrences")) or 0),
            json.dumps(row.get("affected_patterns", [])), row["status"],
        )
        for identity, row in found.items()
    ]  # fmt: skip


def confidences(steps: Iterable[Step]) -> list[tuple[float, str]]:
    """The last confidence that was told of each pattern, and the pattern."""
    found = {}
    for step in steps:
        value = _number(step.details.get("confidence"))
        if step.subject == "pattern" and value is not None:
            found[step.subject_id] = value
    return [(value, name) for name, value in found.items()]


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
