"""Errors seen and what was done about them, by signature; events are enough to rebuild it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from pattern_ci.model.diagnosis import Diagnosis, ErrorClass, ErrorStatistics
from pattern_ci.model.event import EventType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pattern_ci.model.event import Event


@dataclass
class _Record:
    """One signature; times sort as text (RFC 3339, UTC)."""

    kind: ErrorClass = ErrorClass.UNKNOWN
    occurrences: int = 0
    first_seen: str = ""
    last_seen: str = ""
    tried: Counter[str] = field(default_factory=Counter)
    helped: Counter[str] = field(default_factory=Counter)

    def seen(self, at: str, times: int = 1) -> None:
        self.occurrences += times
        self.first_seen = min(filter(None, (self.first_seen, at)), default="")
        self.last_seen = max(self.last_seen, at)

    def join(self, other: _Record) -> None:
        self.seen(other.first_seen, other.occurrences)
        self.last_seen = max(self.last_seen, other.last_seen)
        self.tried += other.tried
        self.helped += other.helped


class ErrorRegistry:
    """Signatures with counts, times, classes, and how often each way of recovery helped."""

    def __init__(self) -> None:
        self._records: dict[str, _Record] = {}

    @classmethod
    def from_events(cls, events: Iterable[Event]) -> Self:
        """Rebuild it: errors of operations are occurrences, resolutions are attempts."""
        registry = cls()
        for event in events:
            if event.error is None:
                continue
            if event.type is EventType.RESOLUTION:
                if event.resolution is not None:
                    done = event.resolution
                    registry.attempted(event.error.signature, done.method, helped=done.success)
            else:
                kind = _kind(event.error.kind)
                registry._of(event.error.signature, kind).seen(event.ts)
        return registry

    def saw(self, diagnoses: Iterable[Diagnosis], *, at: str) -> None:
        """Count what a run said, at a time (RFC 3339, UTC)."""
        for one in diagnoses:
            self._of(one.signature, one.kind).seen(at)

    def attempted(self, signature: str, method: str, *, helped: bool) -> None:
        """Count an attempt to make an error go away."""
        record = self._of(signature, ErrorClass.UNKNOWN)
        record.tried[method] += 1
        record.helped[method] += helped

    def renamed(self, old: str, new: str) -> None:
        """A template became more general: what was known of the old one is known of the new."""
        record = self._records.pop(old, None)
        if record is not None:
            self._of(new, record.kind).join(record)

    def methods(self, signature: str) -> list[tuple[str, int, int]]:
        """Ways of recovery with how often they helped and were tried, the best first."""
        record = self._records.get(signature, _Record())
        found = [(name, record.helped[name], tried) for name, tried in record.tried.items()]
        return sorted(found, key=lambda one: (-one[1], one[2], one[0]))

    def knows(self, signature: str) -> bool:
        """Whether the error was seen before."""
        return signature in self._records

    def statistics(self) -> list[ErrorStatistics]:
        """A row for each signature, the most frequent first: the table `error_patterns`."""
        rows = [self._row(signature) for signature in self._records]
        return sorted(rows, key=lambda row: (-row.occurrences, row.error_signature))

    def _row(self, signature: str) -> ErrorStatistics:
        record = self._records[signature]
        tried, helped = record.tried.total(), record.helped.total()
        best = next((name for name, hits, _ in self.methods(signature) if hits), None)
        return ErrorStatistics(
            error_signature=signature,
            kind=record.kind,
            occurrences=record.occurrences,
            first_seen=record.first_seen,
            last_seen=record.last_seen,
            attempted_resolutions=tried,
            successful_resolutions=helped,
            success_rate=helped / tried if tried else None,
            recovery_method=best,
        )

    def _of(self, signature: str, kind: ErrorClass) -> _Record:
        record = self._records.setdefault(signature, _Record(kind))
        if record.kind is ErrorClass.UNKNOWN:
            record.kind = kind
        return record


def _kind(name: str | None) -> ErrorClass:
    try:
        return ErrorClass(name or "")
    except ValueError:
        return ErrorClass.UNKNOWN
