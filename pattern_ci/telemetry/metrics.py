"""Monthly metrics: the counts that stay of a writer's month when its events are compacted."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pattern_ci import files
from pattern_ci.errors import StorageError
from pattern_ci.messages import telemetry as messages
from pattern_ci.telemetry.checking import METRICS, problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SCHEMA_VERSION = 1
_DIGEST_BYTES = 6  # a chance of one in 10^10 that an event of 10,000 is taken for another
COUNT_KEYS = ("type", "operation_kind", "pattern_id", "pattern_version")
COUNT_SUMS = ("events", "used", "successes", "failures", "seconds", "saved_minutes")
ERROR_KEYS = ("error_signature", "error_class", "operation_kind", "pattern_id", "recovery_method")
ERROR_SUMS = ("occurrences", "tried", "worked")

Counts = dict[tuple[str, ...], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """What one writer did in one month. Counts are by COUNT_KEYS, errors by ERROR_KEYS."""

    month: str
    writer: str
    events: int = 0
    counts: Counts = field(default_factory=dict)
    errors: Counts = field(default_factory=dict)
    seen: frozenset[bytes] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        """Plain data, in an order of its own: equal counts are equal files."""
        return {
            "schema_version": SCHEMA_VERSION,
            "month": self.month,
            "writer": self.writer,
            "events": self.events,
            "counts": _plain(self.counts, COUNT_KEYS, COUNT_SUMS),
            "errors": _plain(self.errors, ERROR_KEYS, ERROR_SUMS),
            "seen": base64.b64encode(b"".join(sorted(self.seen))).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Metrics:
        """Read plain data that fits the schema; ValueError for a `seen` that is no base 64."""
        raw = base64.b64decode(data["seen"], validate=True)
        return cls(
            month=data["month"],
            writer=data["writer"],
            events=data["events"],
            counts={tuple(row[key] for key in COUNT_KEYS): dict(row) for row in data["counts"]},
            errors={tuple(row[key] for key in ERROR_KEYS): dict(row) for row in data["errors"]},
            seen=frozenset(
                raw[at : at + _DIGEST_BYTES] for at in range(0, len(raw), _DIGEST_BYTES)
            ),
        )

    def daily_rows(self) -> list[tuple[Any, ...]]:
        """The counts as rows of the index; the day is the month."""
        names = (*COUNT_KEYS, *COUNT_SUMS, "last")
        return [(self.month, *(row[name] for name in names)) for row in self.counts.values()]

    def error_rows(self) -> list[tuple[Any, ...]]:
        """The errors as rows of the index; the day is the month."""
        names = (*ERROR_KEYS, *ERROR_SUMS, "last")
        return [(self.month, *(row[name] for name in names)) for row in self.errors.values()]

    def with_events(self, events: Iterable[dict[str, Any]]) -> Metrics:
        """These metrics and events that they have not seen."""
        counts, errors = _copy(self.counts), _copy(self.errors)
        seen, added = set(self.seen), 0
        for event in events:
            digest = digest_of(event["id"])
            if digest in seen:
                continue
            seen.add(digest)
            added += 1
            _count(counts, event)
            if event.get("error"):
                _count_error(errors, event)
        return Metrics(
            month=self.month,
            writer=self.writer,
            events=self.events + added,
            counts=counts,
            errors=errors,
            seen=frozenset(seen),
        )


def digest_of(event_id: str) -> bytes:
    """What is kept of an id, to know the event again."""
    return hashlib.sha256(event_id.encode("ascii")).digest()[:_DIGEST_BYTES]


def read_metrics(path: Path) -> Metrics | None:
    """Metrics on disk, None when there are none. Raises StorageError for a file that is not ours.

    Going on without them would lose counts, so this is no case for a warning.
    """
    raw = files.read_bytes(path)
    if raw is None:
        return None
    try:
        data = json.loads(raw)
        wrong = problem(data, METRICS)
        if wrong is None:
            return Metrics.from_dict(data)
    except ValueError as error:
        wrong = str(error)
    raise StorageError(messages.bad_metrics(str(path), wrong), next_step=messages.RESTORE)


def encoded(metrics: Metrics) -> bytes:
    """The file: JSON that a person can read and git can compare by line."""
    data = metrics.to_dict()
    wrong = problem(data, METRICS)
    assert wrong is None, f"metrics fit their schema: {wrong}"
    return json.dumps(data, indent=1).encode("ascii") + b"\n"


def outcome(event: dict[str, Any]) -> bool | None:
    """Whether an event tells of a success; that of a resolution is the resolution's."""
    success: bool | None = event.get("success")
    done = event.get("resolution")
    return done["success"] if done and success is None else success


def saved_minutes(event: dict[str, Any]) -> float | None:
    """Minutes that the event says were saved, where it says something that can be."""
    saved = event.get("parameters", {}).get("time_saved_minutes")
    usable = isinstance(saved, int | float) and not isinstance(saved, bool) and abs(saved) < 1e9
    return float(saved) if usable else None


def _count(counts: Counts, event: dict[str, Any]) -> None:
    row = _row(counts, event, COUNT_KEYS, COUNT_SUMS)
    success = outcome(event)
    row["events"] += 1
    row["used"] += bool(event.get("used_pattern"))
    row["successes"] += success is True
    row["failures"] += success is False
    row["seconds"] = round(row["seconds"] + (event.get("duration_s") or 0), 6)
    row["saved_minutes"] = round(row["saved_minutes"] + (saved_minutes(event) or 0), 6)


def _count_error(errors: Counts, event: dict[str, Any]) -> None:
    done = event.get("resolution")
    flat = event | {
        "error_signature": event["error"]["signature"],
        "error_class": event["error"].get("class"),
        "recovery_method": done["method"] if done else None,
    }
    row = _row(errors, flat, ERROR_KEYS, ERROR_SUMS)
    tried = event["type"] == "resolution"
    row["occurrences"] += not tried
    row["tried"] += tried
    row["worked"] += tried and outcome(event) is True


def _row(
    counts: Counts, event: dict[str, Any], keys: tuple[str, ...], sums: tuple[str, ...]
) -> dict[str, Any]:
    key = tuple(event.get(name) or "" for name in keys)
    if key not in counts:
        counts[key] = {**dict(zip(keys, key, strict=True)), **dict.fromkeys(sums, 0), "last": ""}
    row = counts[key]
    row["last"] = max(row["last"], event["ts"])
    return row


def _plain(counts: Counts, keys: tuple[str, ...], sums: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: counts[key][name] for name in (*keys, *sums, "last")} for key in sorted(counts)]


def _copy(counts: Counts) -> Counts:
    return {key: dict(row) for key, row in counts.items()}
