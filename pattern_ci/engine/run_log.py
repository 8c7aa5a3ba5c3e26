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
from typing import TYPE_CHECKING, Any

from pattern_ci import files
from pattern_ci.errors import FatalError, StorageError
from pattern_ci.log_file import LogFile
from pattern_ci.telemetry.redaction import for_logs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pattern_ci.model.execution import Ran
    from pattern_ci.telemetry.recording import Made

FOLDER = "runs"  # below the state folder of a work tree
FILE = "events.jsonl"


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
            if self._fault is not None:
                raise self._fault
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
            if not self._due.empty():
                continue  # the last of them does for all
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
