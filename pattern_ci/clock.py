"""The door to time: the only module that reads a clock or sleeps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def now() -> datetime:
    """The current time, in UTC."""
    from datetime import UTC, datetime  # most runs never ask

    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds on a clock that never goes back; for durations only."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait; zero and negative values return at once."""
    if seconds > 0:
        time.sleep(seconds)
