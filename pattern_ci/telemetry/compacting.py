"""Compaction: events of months that are long over become counts; what has a story stays whole.

The counts are written before the events go, and they know which events they hold: a run that ends
anywhere is finished by the next one, and no event counts twice.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files
from pattern_ci.telemetry import lines, places
from pattern_ci.telemetry.metrics import Metrics, encoded, read_metrics

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pattern_ci.telemetry.places import Shard

# Days for which events stay (design, section 5).
KEEP_DAYS = 90
# Each step of these tells what something is today; the others are sums.
KEPT_WHOLE = frozenset({"lifecycle"})


class Step(NamedTuple):
    """What happens to one shard: events that become counts, lines that stay, lines set aside."""

    shard: Shard
    counted: int
    kept: int
    set_aside: int


class Work(NamedTuple):
    """A step with all that it needs; None where nothing is written."""

    step: Step
    metrics: bytes | None
    rest: bytes | None
    bad: Sequence[bytes]


def is_over(month: str, today: date) -> bool:
    """Whether every day of a month lies more than KEEP_DAYS back."""
    first = date.fromisoformat(f"{month}-01")
    next_month = (first + timedelta(days=32)).replace(day=1)
    return next_month + timedelta(days=KEEP_DAYS) <= today


def plan(tree: Path, today: date) -> list[Work]:
    """What compaction would do; nothing when it was done. Raises StorageError as reading does."""
    shards = [shard for shard in places.shards(tree) if is_over(shard.month, today)]
    return [work for work in map(_work, shards) if work is not None]


def carry_out(works: Sequence[Work], tree: Path, aside: Path) -> None:
    """Do all of it; one run at a time. Raises StorageError when the disk refuses."""
    places.sweep(tree)
    for work in works:
        _carry_out(work, aside)


def _carry_out(work: Work, aside: Path) -> None:
    """One shard: bad lines are kept elsewhere, then counts are written, then the shard shrinks."""
    shard = work.step.shard
    for raw in work.bad:
        lines.set_aside(aside, f"{shard.month}-{shard.writer}", raw)
    if work.metrics is not None:
        files.write_atomic(shard.metrics, work.metrics)
    if work.rest:
        files.write_atomic(shard.path, work.rest)
    elif work.rest is not None:
        files.remove(shard.path)


def _work(shard: Shard) -> Work | None:
    before = read_metrics(shard.metrics)
    raw = files.read_bytes(shard.path) or b""
    found = list(lines.split(raw))
    kept: list[bytes] = []
    bad: list[bytes] = []
    events = []
    known: set[str] = set()
    for line in found:
        if line.event is None:
            (kept if line.newer else bad).append(line.raw)
        elif line.event["id"] not in known:
            known.add(line.event["id"])
            if line.event["type"] in KEPT_WHOLE:
                kept.append(line.raw.rstrip(b"\r\n") + b"\n")
            else:
                events.append(line.event)
    metrics = (before or Metrics(month=shard.month, writer=shard.writer)).with_events(events)
    rest = b"".join(kept)
    if rest == raw:
        return None
    counted = metrics.events - (before.events if before else 0)
    return Work(
        Step(shard, counted, len(kept), len(bad)),
        encoded(metrics) if counted else None,
        rest,
        bad,
    )
