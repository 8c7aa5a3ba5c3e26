"""The door to a log that this process alone writes, made to be waited for often.

Bringing a line to the disk costs half as much where the file does not grow by it: a file system has
no journal of its own to write then, nor the files of others that stand in it. So blank lines are
written ahead and written over; a reader passes over those that a killed process has left.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from pattern_ci.files import storage_error

if TYPE_CHECKING:
    from pathlib import Path

ROOM = 1 << 16  # bytes that are written ahead: the lines of some thirty steps


class LogFile:
    """Whole lines, appended. Whoever opens one sees to it that nobody else does.

    A last line without an end is dropped: what it should have told was not done. Raises
    StorageError for a disk that refuses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._size = 0  # of the lines
        self._room = 0  # of the file
        self._at = 0  # where the next write goes

    def append(self, line: bytes) -> None:
        """Add a line. It survives the end of this process; a power cut once `sync` has returned."""
        try:
            descriptor = self._opened()
            end = self._size + len(line)
            if end > self._room:
                self._write(descriptor, line + b"\n" * ROOM)
                self._room = end + ROOM
            else:
                self._write(descriptor, line)
        except OSError as error:
            self._forget()
            raise storage_error(self.path, error, "write") from error
        self._size = end

    def sync(self) -> None:
        """Wait until the disk has every line; another thread may append meanwhile."""
        if self._descriptor is None:
            return
        try:
            # Where a system cannot wait for the bytes alone, it waits for the times as well.
            getattr(os, "fdatasync", os.fsync)(self._descriptor)
        except OSError as error:
            raise storage_error(self.path, error, "write") from error

    def close(self) -> None:
        """Give back the room that was not needed; a later call opens the file again."""
        if self._descriptor is None:
            return
        with contextlib.suppress(OSError):  # blank lines are no harm
            os.ftruncate(self._descriptor, self._size)
        os.close(self._descriptor)
        self._descriptor = None

    def _opened(self) -> int:
        if self._descriptor is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            self._descriptor, self._at = os.open(self.path, flags, 0o666), 0
            self._size = self._room = _end_of_lines(self.path.read_bytes())
            os.ftruncate(self._descriptor, self._size)
        return self._descriptor

    def _write(self, descriptor: int, data: bytes) -> None:
        if self._at != self._size:
            self._at = os.lseek(descriptor, self._size, os.SEEK_SET)
        while data:
            written = os.write(descriptor, data)
            self._at += written
            data = data[written:]

    def _forget(self) -> None:
        """A line of which only a part could be written is none."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            self._room = self._size


def _end_of_lines(data: bytes) -> int:
    """Where the next line belongs: behind the last whole one."""
    if not data.endswith(b"\n"):
        return data.rfind(b"\n") + 1
    return len(data.rstrip(b"\n")) + 1 if data.strip(b"\n") else 0
