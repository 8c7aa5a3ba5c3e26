"""The event log of a run: what was begun and what is done, each before the next act.

JSON lines below `.git/pattern-ci/runs/<id>/`. It is what an interrupted run resumes from, and where
the events of its steps are before they are in the spool: a line that ends a step carries them.
"""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files
from pattern_ci.errors import FatalError, LockedError, StorageError
from pattern_ci.log_file import LogFile
from pattern_ci.render import lock
from pattern_ci.telemetry.redaction import for_logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from pattern_ci.model.execution import Ran
    from pattern_ci.telemetry.recording import Made

FOLDER = "runs"  # below the state folder of a work tree
FILE = "events.jsonl"
KEPT_RUNS = 20
# The line that ends a run is short, and no other line holds these words in this form.
_LAST_BYTES = 60
_OVER = (b'{"event": "run.ended"', b'{"event": "run.abandoned"')

Entry = dict[str, Any]


class Recorded(NamedTuple):
    """The log of an earlier run, by its folder; lines that cannot be read are counted."""

    folder: Path
    entries: tuple[Entry, ...]
    torn: int

    @property
    def plan_digest(self) -> str | None:
        """The digest of the plan that was run."""
        return next((e.get("plan") for e in self.entries if e["event"] == "run.started"), None)

    @property
    def told(self) -> Iterator[bytes]:
        """The events of its steps, as lines of a shard."""
        for entry in self.entries:
            for event in entry.get("told") or ():
                yield json.dumps(event, separators=(",", ":")).encode("ascii")

    @property
    def interrupted(self) -> bool:
        """Whether nothing says that it came to an end."""
        begun = any(entry["event"] == "run.started" for entry in self.entries)
        return begun and self.entries[-1]["event"] not in ("run.ended", "run.abandoned")


class RunLog:
    """Appends to the log of a run, which nobody else writes; several threads may use one.

    Lines that are due at the same time wait for the disk together: who comes while another waits
    finds its line on the disk, or waits once for all that came meanwhile (group commit). After
    `soon` a thread beside waits, so that what only looks can go on meanwhile; it also hands the
    events on to the `spool`.
    """

    def __init__(self, folder: Path, spool: Callable[[Sequence[Made]], None] | None = None) -> None:
        self.folder = folder
        self._spool = spool
        self._to_tell: deque[Sequence[Made]] = deque()
        self._handing = threading.Lock()
        self._file = LogFile(folder / FILE)
        self._lock = threading.Lock()
        self._waiting = threading.Lock()
        self._fault: StorageError | None = None
        self._due: SimpleQueue[bool] = SimpleQueue()
        self._beside: threading.Thread | None = None
        self._written = self._synced = 0
        self._redactor = for_logs(os.environ)

    @property
    def run_id(self) -> str:
        """The name of the run: that of its folder."""
        return self.folder.name

    def append(
        self, event: str, *, sync: bool = True, told: Sequence[Made] = (), **fields: Any
    ) -> None:
        """Write one line; with `sync`, wait until the disk has it. Raises StorageError.

        `told` are the events that belong to it, handed on to the spool later. That a step has ended
        needs no sync of its own: the line of the next step brings it to the disk too, or else
        `soon` does, and were it lost to a power cut in between, the step would count as under way.
        """
        line = json.dumps({"event": event, **fields}).encode("ascii")
        if told:
            line = b'%b, "told": [%b]}' % (line[:-1], b", ".join(one.line[:-1] for one in told))
        with self._lock:
            self._file.append(line + b"\n")
            self._written += 1
            if told:
                self._to_tell.append(told)
        if sync:
            self.settle()

    def settle(self) -> None:
        """Wait until the disk has every line that was written before this. Raises StorageError."""
        wanted = self._written
        with self._waiting:
            if self._fault is not None:
                raise self._fault  # a disk says once that it lost something, and then never again
            if self._synced < wanted:
                there = self._written
                try:
                    self._file.sync()
                except StorageError as fault:
                    self._fault = fault
                    raise
                self._synced = there

    def soon(self) -> None:
        """Begin to wait for the disk, so that `settle` takes less long or no time at all."""
        self._due.put(True)
        if self._beside is None:
            self._begin()

    def _begin(self) -> None:
        with self._lock:
            if self._beside is None:
                self._beside = threading.Thread(target=self._work, name="log", daemon=True)
                self._beside.start()

    def hand_on(self) -> None:
        """Give the spool every event that it has not got. Raises StorageError, LockedError."""
        with self._handing:
            while self._to_tell and self._spool is not None:
                self._spool(self._to_tell[0])
                self._to_tell.popleft()

    def _work(self) -> None:
        while self._due.get():
            with suppress(FatalError):  # whoever settles is told; what is not handed on stays here
                self.settle()
                self.hand_on()

    def clean(self, text: str) -> str:
        """What a step said, as it may be kept: texts that are ours need no cleaning."""
        return self._redactor.text(text)

    def keep(self, step: str, attempt: int, ran: Ran) -> None:
        """Keep what a program printed beside the log, for people; its size is bounded already."""
        for name, data in (("out", ran.stdout), ("err", ran.stderr)):
            if data:
                said = self.clean(data.decode("utf-8", "backslashreplace"))
                files.write_plain(self.folder / f"{step}.{attempt}.{name}", said.encode())

    def close(self) -> None:
        """Let go of the file; what the spool does not take now, it gets from here later."""
        if self._beside is not None:
            self._due.put(False)
            self._beside.join()
            self._beside = None
        with suppress(FatalError):
            self.hand_on()
        self._file.close()


def next_name(now: datetime, newest: str | None) -> str:
    """The id of a new run: its time, and after that of the newest, also when clocks go back.

    Digits alone, for what looks like chance would be taken out of the events that name the run.
    """
    digits = int(f"{now:%Y%m%d%H%M%S%f}")
    if newest is not None and newest.replace("-", "").isdecimal():
        digits = max(digits, int(newest.replace("-", "")) + 1)
    text = f"{digits:020}"
    return f"{text[:8]}-{text[8:14]}-{text[14:]}"


def newest_name(runs: Path) -> str | None:
    """The id of the newest run that is kept."""
    return next((folder.name for folder in _folders(runs)), None)


def read_log(folder: Path) -> Recorded:
    """Every whole line of a log."""
    raw = files.read_bytes(folder / FILE) or b""
    entries: list[Entry] = []
    torn = 0
    for line in raw.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            torn += 1
            continue
        if isinstance(entry, dict) and isinstance(entry.get("event"), str):
            entries.append(entry)
        else:
            torn += bool(line.strip())
    return Recorded(folder, tuple(entries), torn)


def interrupted_runs(runs: Path) -> list[Recorded]:
    """The logs of runs that did not come to an end, the newest first; the others are not read."""
    open_ones = [folder for folder in _folders(runs) if not _ended(folder / FILE)]
    return [run for run in map(read_log, open_ones) if run.interrupted]


def told_by(runs: Iterable[Recorded]) -> Iterator[bytes]:
    """The events in the logs of runs, as lines of a shard."""
    return (event for run in runs for event in run.told)


def left_behind(state_dir: Path) -> list[bytes]:
    """The events that interrupted runs may not have handed on; none while a run is under way."""
    runs = state_dir / FOLDER
    if not interrupted_runs(runs):
        return []
    try:
        with lock.held(runs):
            return list(told_by(interrupted_runs(runs)))
    except LockedError:
        return []


def _ended(path: Path) -> bool:
    """Whether the last line of a log says that the run is over."""
    return any(mark in files.read_end(path, _LAST_BYTES) for mark in _OVER)


def _folders(runs: Path) -> list[Path]:
    return [runs / name for name in sorted(files.folders(runs), reverse=True)]


def forget_old(runs: Path, *, keep: int = KEPT_RUNS) -> None:
    """Delete all but the newest runs."""
    for folder in _folders(runs)[keep:]:
        files.remove_tree(folder)
