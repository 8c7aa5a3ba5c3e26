"""Recording: an event is stamped, cleaned, fitted, checked and appended to the spool, synced.

`open_recorder` gives the recorder that the configuration asks for; without consent it records
nothing. Nothing is ever sent anywhere.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pattern_ci import clock
from pattern_ci.appending import WAIT_SECONDS, LineFile
from pattern_ci.errors import StorageError
from pattern_ci.model.config import automation_disabled
from pattern_ci.telemetry import fitting, ids, lines, places
from pattern_ci.telemetry.redaction import Redactor, from_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pattern_ci.model.config import Config
    from pattern_ci.model.event import Event

_KEPT = frozenset({"schema_version", "id", "ts", "writer", "type", "source", "commit"})


class Made(NamedTuple):
    """An event as the line of a shard, and the month that it belongs to."""

    month: str
    line: bytes


class Recorder(Protocol):
    """Takes events. Raises StorageError when the disk refuses, LockedError when it is taken."""

    def record(self, event: Event, *, once: bool = False) -> None:
        """Keep an event for good, or raise. Several threads may call this at once.

        `once` is for an event about a commit that two may see: not again right behind itself.
        """
        ...

    def lines(self, events: Iterable[Event]) -> list[Made]:
        """What these events become, for whoever keeps them elsewhere first; none without consent.

        Those without an id get one that comes after that of the event before.
        """
        ...

    def add(self, made: Sequence[Made]) -> None:
        """Add lines. They survive the end of this process; a power cut once `sync` has returned."""
        ...

    def sync(self) -> None:
        """Wait until the disk has every event."""
        ...

    def restore(self, kept: Iterable[bytes]) -> int:
        """Add those of these lines that are not there, for good; how many were missing."""
        ...


class NullRecorder:
    """Records nothing: telemetry is off."""

    def record(self, event: Event, *, once: bool = False) -> None:
        """Forget it."""

    def lines(self, events: Iterable[Event]) -> list[Made]:
        """None."""
        del events
        return []

    def add(self, made: Sequence[Made]) -> None:
        """There are none."""

    def sync(self) -> None:
        """Nothing waits."""

    def restore(self, kept: Iterable[bytes]) -> int:
        """Nobody consents any more."""
        del kept
        return 0


class SpoolRecorder:
    """Appends to `<root>/<yyyy-mm>/<writer>.jsonl`: one locked, synced write an event."""

    def __init__(
        self,
        root: Path,
        *,
        writer: str,
        redactor: Redactor,
        aside: Path,
        now: Callable[[], datetime] = clock.now,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._root = root
        self._writer = writer
        self._redactor = redactor
        self._aside = aside
        self._now = now
        self._wait = wait_seconds
        self._guard = threading.Lock()
        self._file: LineFile | None = None
        self._month = ""
        self._waits = False
        self._fault: StorageError | None = None

    def record(self, event: Event, *, once: bool = False) -> None:
        """Keep an event; its id, time and writer are set here unless they are set already."""
        moment = self._now()
        data = self._data(event, moment)

        def made(last: bytes) -> bytes:
            if once and _is_about(last, event):
                return b""
            data["id"] = data["id"] or ids.next_id(moment, _id_of(last), ids.chance())
            return fitting.line(data)

        with self._guard:
            self._opened(places.month_of(data["ts"])).append(made)

    def lines(self, events: Iterable[Event]) -> list[Made]:
        """The same as lines that are not yet kept."""
        moment = self._now()
        found, last = [], ""
        for event in events:
            data = self._data(event, moment)
            last = data["id"] = data["id"] or ids.next_id(moment, last, ids.chance())
            found.append(Made(places.month_of(data["ts"]), fitting.line(data)))
        return found

    def add(self, made: Sequence[Made]) -> None:
        """Add lines, without waiting for the disk."""
        with self._guard:
            for month, line in made:
                self._opened(month).append(lambda _, line=line: line, sync=False)  # type: ignore[misc]
                self._waits = True

    def sync(self) -> None:
        """Wait until the disk has every event."""
        with self._guard:
            self._settle()

    def restore(self, kept: Iterable[bytes]) -> int:
        """Add those of these lines that the spool lacks; what was flushed meanwhile is a double."""
        added = 0
        for month, found in _by_month(kept).items():
            with self._guard:
                file = self._opened(month)
                known = {line.event["id"] for line in lines.read(file.path) if line.event}
                missing = [raw for name, raw in found.items() if name not in known]
                _append(file, b"".join(missing))
                added += len(missing)
        return added

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            self._let_go()

    def _data(self, event: Event, moment: datetime) -> dict[str, Any]:
        data = clean(event, self._redactor)
        data["ts"] = data["ts"] or ids.stamp(moment)
        data["writer"] = self._writer
        return data

    def _settle(self) -> None:
        if self._fault is not None:
            raise self._fault  # a disk says once that it lost something
        if self._file is not None and self._waits:
            try:
                self._file.sync()
            except StorageError as fault:
                self._fault = fault
                raise
        self._waits = False

    def _let_go(self) -> None:
        self._settle()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self, month: str) -> LineFile:
        if self._file is None or month != self._month:
            self._let_go()
            shard = places.Shard(self._root, month, self._writer)
            self._file = LineFile(shard.path, mender(shard, self._aside), wait_seconds=self._wait)
            self._month = month
        return self._file


def open_recorder(
    state_dir: Path,
    config: Config,
    *,
    environ: Mapping[str, str] = os.environ,
    wait_seconds: float = WAIT_SECONDS,
) -> NullRecorder | SpoolRecorder:
    """The recorder for a repository: `git.Repo.state_dir` and its configuration.

    Off unless `telemetry.enabled` is set; DISABLE_PATTERN_AUTOMATION switches it off as well.
    Raises StorageError when recording is on and the state folder cannot be written.
    """
    if not config.telemetry.enabled or automation_disabled(environ):
        return NullRecorder()
    return SpoolRecorder(
        places.spool(state_dir),
        writer=ids.writer_of(state_dir),
        redactor=from_environment(environ),
        aside=state_dir / places.ASIDE,
        wait_seconds=wait_seconds,
    )


def clean(event: Event, redactor: Redactor) -> dict[str, Any]:
    """The event as plain data, redacted and inside every limit but that of the whole line."""
    data = event.to_dict()
    for name, value in data.items():
        if value is None or name in _KEPT or not value or value is True:
            continue
        data[name] = redactor.data(fitting.plain(value) if name == "parameters" else value)
    return fitting.bounded(data)


def mender(shard: places.Shard, aside: Path) -> Callable[[bytes], bool]:
    """What becomes of a torn line of a shard: whole events stay, anything else is set aside."""

    def mend(torn: bytes) -> bool:
        if lines.parse(torn).event is not None:
            return True
        lines.set_aside(aside, f"{shard.month}-{shard.writer}", torn)
        return False

    return mend


def _append(file: LineFile, raw: bytes) -> None:
    if raw:
        file.append(lambda _: raw)


def _by_month(kept: Iterable[bytes]) -> dict[str, dict[str, bytes]]:
    """Events by month and id, as the lines of a shard; what is none was written by nobody."""
    found: dict[str, dict[str, bytes]] = {}
    for raw in kept:
        event = lines.parse(raw).event
        if event is not None:
            month = found.setdefault(places.month_of(event["ts"]), {})
            month[event["id"]] = raw.rstrip(b"\n") + b"\n"
    return found


def _is_about(line: bytes, event: Event) -> bool:
    """Whether a line is an event of the same kind about the same commit."""
    last = lines.parse(line).event or {}
    same = last.get("operation_kind") == event.operation_kind
    return same and last.get("commit") == event.commit and event.commit is not None


def _id_of(line: bytes) -> str:
    """The id of the last line; empty when it has none."""
    # Our own lines start alike; parsing each again would cost as much as writing it.
    start = line.find(b'"id":"', 0, 40) + 6
    found = line[start : start + 32]
    if start >= 6 and len(found) == 32 and not found.strip(b"0123456789abcdef"):
        return found.decode("ascii")
    return ""
