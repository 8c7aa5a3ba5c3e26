"""The circuit breaker of a pattern: one that keeps failing is left alone, then taken out of use.

Closed, it lets everything pass. After LIMIT failures in a row it opens: nothing passes for
COOL_S seconds. Then one trial passes (half-open): success closes it, failure quarantines this
version of the pattern. Pure; times are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 3  # failures in a row (design, section 7)
COOL_S = 60.0  # likewise


@unique
class Door(StrEnum):
    """What the breaker says to one who wants to execute."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, kw_only=True)
class Breaker:
    """What is remembered of one version of a pattern."""

    failures: int = 0
    opened_at: datetime | None = None
    quarantined: bool = False

    def door(self, now: datetime) -> Door:
        """Whether an execution may pass at this moment."""
        if self.quarantined:
            return Door.QUARANTINED
        if self.opened_at is None:
            return Door.CLOSED
        passed = (now - self.opened_at).total_seconds()
        # A clock that went back says nothing about how long it has been: one trial does no harm.
        return Door.OPEN if 0 <= passed < COOL_S else Door.HALF_OPEN

    def after(self, *, success: bool, now: datetime) -> Breaker:
        """What is remembered after an execution."""
        if success:
            return Breaker()
        failures = self.failures + 1
        if self.opened_at is not None:
            # One that ends while nothing may pass was begun before: it is not the trial.
            tried = self.door(now) is not Door.OPEN
            return replace(self, failures=failures, quarantined=self.quarantined or tried)
        return Breaker(failures=failures, opened_at=now if failures >= LIMIT else None)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "failures": self.failures,
            "opened_at": None if self.opened_at is None else self.opened_at.isoformat(),
            "quarantined": self.quarantined,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data. Raises ValueError, KeyError or TypeError for anything else."""
        opened = data["opened_at"]
        return cls(
            failures=int(data["failures"]),
            opened_at=None if opened is None else datetime.fromisoformat(opened),
            quarantined=bool(data["quarantined"]),
        )
