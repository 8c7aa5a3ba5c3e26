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
MOST_BYTES: Final = 1 << 28  # of a message; what says that it is longer is none of ours
_END_S = 5.0  # for a process that was killed
_LAST_S = 1.0  # for what one that has ended said last


class _Ended(NamedTuple):
    """The last that is heard of a process, and why if it did not just end."""

    why: BaseException | None


class Pipes(NamedTuple):
    """Both ways of a conversation; one thread may read, several may write."""

    source: IO[bytes]
    sink: IO[bytes]
    writing: threading.Lock

    def send(self, message: object, otherwise: Callable[[Exception], object] | None = None) -> None:
        """Send a value, or what `otherwise` makes of why it is none that can be sent.

        Raises ProcessError when nobody listens any more.
        """
        self.write(packed(message, otherwise))

    def write(self, data: bytes) -> None:
        """Send what is packed already."""
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
        if length > MOST_BYTES:
            raise _too_long(length)
        return pickle.loads(self._exactly(length))  # noqa: S301  # written by ourselves

    def _exactly(self, count: int) -> bytes:
        data = self.source.read(count)
        if len(data) < count:
            raise EOFError
        return data


def packed(message: object, otherwise: Callable[[Exception], object] | None = None) -> bytes:
    """A value as it is sent, or what `otherwise` makes of why it cannot be."""
    try:
        data = pickle.dumps(message)
        if len(data) > MOST_BYTES:
            raise _too_long(len(data))
    except Exception as error:  # whoever waits has to be told something
        if otherwise is None:
            raise
        return pickle.dumps(otherwise(error))
    return data


def _too_long(length: int) -> ValueError:
    msg = f"a message of {length} bytes is longer than {MOST_BYTES}"
    return ValueError(msg)


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
        self._to_say: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        for act in (self._write, self._watch):
            threading.Thread(target=act, daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether it could be asked for more."""
        return self._child.poll() is None

    def send(self, message: object, otherwise: Callable[[Exception], object] | None = None) -> None:
        """Tell it something. Nobody waits until it listens; one that is gone is not told."""
        self._to_say.put(packed(message, otherwise))

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
        self._to_say.put(None)
        self._reader.join(_LAST_S)

    def _read(self) -> None:
        why: BaseException | None = None
        try:
            with self._pipes.source:
                while True:
                    self._said.put(self._pipes.receive())
        except EOFError:
            pass
        except BaseException as error:  # noqa: BLE001  # nothing more can be understood; it is told why
            why = error
        self._said.put(_Ended(why))

    def _write(self) -> None:
        with suppress(ProcessError, OSError), self._pipes.sink:
            while (data := self._to_say.get()) is not None:
                self._pipes.write(data)

    def _watch(self) -> None:
        """Nothing more is heard of one that has ended, though what it started may hold the pipe."""
        self._child.wait()
        self._reader.join(_LAST_S)
        self._said.put(_Ended(None))


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
