"""Ids of events: ordered by time and unique, also when the clock goes backwards."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from pattern_ci import files

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_COUNTS = 1 << 16
WRITER_FILE = "writer"


def next_id(moment: datetime, last: str, chance: str) -> str:
    """An id for `moment` that comes after `last`; `chance` is 16 hexadecimal digits at random.

    12 digits of milliseconds, 4 of a counter, 16 of chance. A moment that does not come after that
    of `last` counts on from there: order is kept, and the time itself is in the event.
    """
    now = max(0, int(moment.timestamp() * 1000)) * _COUNTS
    if last:
        now = max(now, int(last[:16], 16) + 1)
    return f"{now:016x}{chance}"


def chance() -> str:
    """16 hexadecimal digits at random."""
    return secrets.token_hex(8)


def writer_of(state_dir: Path) -> str:
    """The id of this clone as a writer: made at random once, kept in its state folder."""
    path = state_dir / WRITER_FILE
    known = _read(path)
    if known is None:
        files.write_atomic(path, f"{chance()}\n".encode("ascii"))
        known = _read(path)  # another process may have been quicker: one of the two counts
    return known or chance()


def _read(path: Path) -> str | None:
    text = (files.read_text(path) or "").strip()
    return text if len(text) == 16 and not text.strip("0123456789abcdef") else None


def stamp(moment: datetime) -> str:
    """A moment in UTC as events write it."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
