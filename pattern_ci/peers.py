"""The door to a process of our own that is talked to in messages, and can be ended at any time.

Messages are Python values. Both ends are the same version of this package, started by one another:
nobody else writes into the pipes.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci import bounded, process
from pattern_ci.errors import ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LENGTH: Final = struct.Struct(">Q")
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_END_S = 5.0  # for a process that was killed, or that has nothing left to read


class _Ended(NamedTuple):
    """The last that is heard of a process, and why if it did not just end."""

    why: Exception | None


class Pipes(NamedTuple):
    """Both ways of a conversation; one thread may read, several may write."""

    source: IO[bytes]
    sink: IO[bytes]
    writing: threading.Lock

    def send(self, message: object, otherwise: Callable[[Exception], object] | None = None) -> None:
        """Send a value, or what `otherwise` makes of why it is none that can be sent.

        Raises ProcessError when nobody listens any more.
        """
        try:
            data = pickle.dumps(message)
        except Exception as error:  # whoever waits has to be told something
            if otherwise is None:
                raise
            data = pickle.dumps(otherwise(error))
        with self.writing:
            try:
                self.sink.write(_LENGTH.pack(len(data)) + data)
                self.sink.flush()
            except (OSError, ValueError) as error:
                msg = "the other end of a pipe is gone."
                raise ProcessError(msg) from error

    def receive(self) -> Any:
        """The next value. Raises EOFError at the end."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        return pickle.loads(self._exactly(length))  # noqa: S301  # written by ourselves

    def _exactly(self, count: int) -> bytes:
        data = self.source.read(count)
        if len(data) < count:
            raise EOFError
        return data


class Peer:
    """The function `main` of a module, as a process in a group of its own."""

    def __init__(self, module: str) -> None:
        # Without -P a folder that happens to be the current one could stand in for our modules; run
        # by -m, its records would not be those of the module that we know.
        code = f"from {module} import main; main()"
        command = [sys.executable, "-P", "-c", code]
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise process.not_started(command[0], error) from error
        bounded.started(self._child)
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._pipes = Pipes(self._child.stdout, self._child.stdin, threading.Lock())
        self._said: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether it could be asked for more."""
        return self._child.poll() is None

    def send(self, message: object, otherwise: Callable[[Exception], object] | None = None) -> None:
        """Tell it something. Raises ProcessError when it is gone."""
        self._pipes.send(message, otherwise)

    def receive(self, timeout_s: float | None) -> Any:
        """What it says next. Raises TimeoutError when it says nothing, EOFError when it ended."""
        try:
            message = self._said.get(timeout=timeout_s)
        except queue.Empty as error:
            raise TimeoutError from error
        if isinstance(message, _Ended):
            raise EOFError from message.why
        return message

    def end(self) -> None:
        """End it and whatever it has started, at once."""
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._child.pid, _KILL)
            else:
                self._child.kill()
        self._child.wait(_END_S)
        bounded.gone(self._child)
        self._reader.join(_END_S)
        with suppress(OSError):
            self._pipes.sink.close()
        self._pipes.source.close()

    def _read(self) -> None:
        try:
            while True:
                self._said.put(self._pipes.receive())
        except Exception as error:  # noqa: BLE001  # nothing more can be understood; it is told why
            self._said.put(_Ended(None if isinstance(error, EOFError) else error))


def own_pipes() -> Pipes:
    """The pipes of a process that was started as a peer; what it prints goes nowhere now."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return Pipes(sys.stdin.buffer, sink, threading.Lock())


def end_after(seconds: float | None) -> None:
    """Have the kernel end this process after some time, whatever it does then; None: never."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0.0 if seconds is None else max(seconds, 0.001))


def take_environment(env: Mapping[str, str]) -> None:
    """Have the environment of the process that asks."""
    os.environ.clear()
    os.environ.update(env)


def leave() -> None:
    """End this process without waiting for its threads."""
    os._exit(0)
