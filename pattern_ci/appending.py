"""The door to files of lines that several processes append to: whole lines, synced, or nothing."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Self

from pattern_ci import locks
from pattern_ci.errors import LockedError
from pattern_ci.files import storage_error
from pattern_ci.messages import render as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Mend = Callable[[bytes], bool]

WAIT_SECONDS = 10.0
_TAIL_BYTES = 1 << 16


class LineFile:
    """One file of lines, for appending. Each call takes the lock of the file and gives it back.

    A last line without an end is mended before anything else is written: `mend` is given it, and
    says True when it is whole but for its end, or keeps the bytes elsewhere and says False.
    Raises StorageError for a disk that refuses, LockedError when another process keeps the lock.
    """

    def __init__(self, path: Path, mend: Mend, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self.path = path
        self._mend = mend
        self._wait = wait_seconds
        self._descriptor: int | None = None
        self._owner = 0
        self._size = 0
        self._last = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; a later call opens it again."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def append(self, make: Callable[[bytes], bytes], *, sync: bool = True) -> None:
        """Add what `make` makes of the last line (empty when there is none), and sync it.

        Without `sync` the line survives the end of this process, and a power cut only once another
        line is synced, or all that is there by `sync`.
        """
        descriptor = self._take(look=True)
        try:
            data = make(self._last)
            if data:
                self._write(descriptor, data, sync=sync)
                self._last = data
        finally:
            locks.release(descriptor)

    def sync(self) -> None:
        """Wait until the disk has all that this process appended; another thread may append on."""
        if self._descriptor is not None:
            try:
                os.fsync(self._descriptor)
            except OSError as error:
                raise storage_error(self.path, error, "write") from error

    @contextlib.contextmanager
    def drained(self) -> Iterator[bytes]:
        """All that is in the file, torn lines too; empty afterwards unless an error comes out."""
        descriptor = self._take(look=False)
        try:
            yield self._read(descriptor, 0)
            self._cut(descriptor, 0, sync=True)
            self._last = b""
        finally:
            locks.release(descriptor)

    def _take(self, *, look: bool) -> int:
        """The open file, locked; after a look its size is known and it ends with a whole line."""
        while True:
            descriptor = self._opened()
            try:
                taken = locks.wait_for(descriptor, self._wait)
                status = os.fstat(descriptor)
            except OSError as error:
                raise storage_error(self.path, error, "lock") from error
            if not taken:
                raise LockedError(messages.locked(""), next_step=messages.WAIT_STEP)
            if status.st_nlink:
                break
            self.close()  # somebody put another file in its place while we waited
        if look and status.st_size != self._size:
            try:
                self._look(descriptor, status.st_size)
            except BaseException:
                self._size = -1  # not mended: whoever comes next has to look again
                locks.release(descriptor)
                raise
        return descriptor

    def _opened(self) -> int:
        if self._descriptor is not None and self._owner != os.getpid():
            self.close()  # a copy of a process shares its parent's lock: it needs one of its own
        if self._descriptor is None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
                self._descriptor = os.open(self.path, flags, 0o666)
            except OSError as error:
                raise storage_error(self.path, error, "write") from error
            self._owner, self._size, self._last = os.getpid(), 0, b""
        return self._descriptor

    def _look(self, descriptor: int, size: int) -> None:
        """Learn the last line of a file that others wrote to; mend it if it has no end."""
        tail = self._read(descriptor, max(0, size - _TAIL_BYTES))
        if b"\n" not in tail:
            tail = self._read(descriptor, 0)
        whole, _, torn = tail.rpartition(b"\n")
        self._size = size
        self._last = whole.rpartition(b"\n")[2]
        if not torn:
            return
        if self._mend(torn):
            self._write(descriptor, b"\n")
            self._last = torn
        else:
            self._cut(descriptor, size - len(torn))

    def _read(self, descriptor: int, start: int) -> bytes:
        try:
            os.lseek(descriptor, start, os.SEEK_SET)
            parts = []
            while part := os.read(descriptor, 1 << 20):
                parts.append(part)
        except OSError as error:
            raise storage_error(self.path, error, "read") from error
        return b"".join(parts)

    def _cut(self, descriptor: int, size: int, *, sync: bool = False) -> None:
        try:
            os.ftruncate(descriptor, size)
            if sync:
                os.fsync(descriptor)
        except OSError as error:
            raise storage_error(self.path, error, "write") from error
        self._size = size

    def _write(self, descriptor: int, data: bytes, *, sync: bool = True) -> None:
        """All of the bytes, on the disk, or none of them."""
        try:
            written = os.write(descriptor, data)
            if written < len(data):
                self._write_rest(descriptor, data[written:])
            if sync:
                os.fsync(descriptor)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, self._size)
            raise storage_error(self.path, error, "write") from error
        self._size += len(data)

    def _write_rest(self, descriptor: int, rest: bytes) -> None:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
