"""One writer at a time: a lock that the system takes back from a process that died."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from pattern_ci import locks
from pattern_ci.errors import LockedError
from pattern_ci.files import storage_error
from pattern_ci.messages import render as messages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def held(state_dir: Path, *, wait_s: float = 0.0) -> Iterator[int]:
    """Hold the lock of `state_dir`. Raises LockedError when another has it all of `wait_s` long.

    Yields its descriptor: a program that inherits it holds the lock of a process that was killed
    for as long as it runs.

    The file stays behind; what counts is the system's lock on it, which ends with its process, so
    that nothing needs to guess whether a process id is still the same process.
    """
    path = state_dir / "lock"
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise storage_error(path, error, "write") from error
    try:
        try:
            taken = locks.wait_for(descriptor, wait_s)
        except OSError as error:
            raise storage_error(path, error, "lock") from error
        if not taken:
            os.lseek(descriptor, 0, os.SEEK_SET)
            pid = os.read(descriptor, 20).decode("ascii", "replace").strip()
            raise LockedError(messages.locked(pid), next_step=messages.WAIT_STEP)
        _sign(descriptor)
        try:
            yield descriptor
        finally:
            # A daemon that a program has left behind may keep the file open for as long as it runs.
            locks.release(descriptor)
    finally:
        os.close(descriptor)


def _sign(descriptor: int) -> None:
    """Leave the process id for the message of whoever has to wait; a full disk does not matter."""
    said = str(os.getpid()).encode()
    with contextlib.suppress(OSError):
        if os.read(descriptor, len(said) + 1) == said:
            return  # cutting a file may cost as much as syncing one, and a run locks often
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, said)
