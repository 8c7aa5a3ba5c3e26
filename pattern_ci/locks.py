"""The door to locks on open files, which the system takes back from a process that died."""

from __future__ import annotations

import os
import sys

from pattern_ci import clock

# Where Windows locks bytes, one far behind the text leaves the text readable.
_FAR = 1 << 20
_LONGEST_PAUSE = 0.02

if sys.platform == "win32":
    import msvcrt

    def take(descriptor: int) -> None:
        """Lock an open file; OSError (BlockingIOError, PermissionError) when another has it."""
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def release(descriptor: int) -> None:
        """Give a lock back."""
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def take(descriptor: int) -> None:
        """Lock an open file; OSError (BlockingIOError, PermissionError) when another has it."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(descriptor: int) -> None:
        """Give a lock back."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def wait_for(descriptor: int, seconds: float) -> bool:
    """Lock an open file, waiting at most that long; False when it stayed taken."""
    end, pause = None, 0.0005
    while True:
        try:
            take(descriptor)
        except (BlockingIOError, PermissionError):
            end = clock.monotonic() + seconds if end is None else end
            if clock.monotonic() >= end:
                return False
            clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return True
