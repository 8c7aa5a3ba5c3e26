"""The door to programs that may hang or flood: a time limit, bounded output, whole groups ended.

Output is read to its end but kept only at both ends, so that a program that prints without limit
fills neither memory nor disk. What a program leaves running in its group is ended with it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, NamedTuple, NoReturn

from pattern_ci import clock, process
from pattern_ci.errors import ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

CHUNK_BYTES = 1 << 16
OUTPUT_BYTES = 1 << 20  # kept of each stream: half from its start, half from its end
GRACE_S = 2.0  # between asking a group to end and ending it
_DRAIN_S = 1.0  # for pipes that a process outside of the group still holds

_live: set[subprocess.Popen[bytes]] = set()
_this_thread = threading.local()


class Ended(NamedTuple):
    """What is left of a program: exit code (None: ended at its time limit), both ends of output."""

    returncode: int | None
    stdout: bytes
    stderr: bytes
    cut: bool


class Group:
    """Programs that are ended together; once they are, no other one starts among them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self.over = False

    def adopt(self) -> None:
        """Every program that this thread runs from now on is one of them."""
        _this_thread.group = self

    def end(self, grace_s: float = GRACE_S) -> None:
        """Ask each to end, and end it with all that it has started when it has not after that."""
        with self._lock:
            self.over = True
            running = list(self._running)
        for child in running:
            _signal(child, signal.SIGTERM)
        ends = clock.monotonic() + grace_s
        for child in running:
            try:
                child.wait(max(0.0, ends - clock.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(child, _KILL)
            except BaseException:  # a second interrupt: nobody is asked any more
                for one in running:
                    _signal(one, _KILL)
                raise

    def start(self, starting: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        """Start one of them. Raises ProcessError when they have been ended."""
        with self._lock:  # held meanwhile: either it does not start, or `end` knows of it
            if self.over:
                msg = "it was not started: what it was for is given up."
                raise ProcessError(msg)
            child = starting()
            self._running.add(child)
        return child

    def gone(self, child: subprocess.Popen[bytes]) -> None:
        """It has come to its end."""
        with self._lock:
            self._running.discard(child)


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: bytes | None = None,
    timeout_s: float | None = None,
    limit: int = OUTPUT_BYTES,
    inherit: Sequence[int] = (),
    grace_s: float = GRACE_S,
) -> Ended:
    """Run a program to its end or its time limit; `inherit` are descriptors that it keeps open.

    Raises ProcessError when it cannot be started.
    """
    started = clock.monotonic()
    group = _group()
    child = group.start(lambda: _start(command, cwd=cwd, env=env, stdin=stdin, inherit=inherit))
    _live.add(child)
    streams: list[_Ends] = []
    try:
        for stream in (child.stdout, child.stderr):
            assert stream is not None
            streams.append(_Ends(stream, limit))
        threading.Thread(target=_feed, args=(child.stdin, stdin), daemon=True).start()
        code = _wait(child, timeout_s, grace_s)
    finally:
        _signal(child, _KILL)  # what it left running; the group is empty otherwise
        child.wait()
        _live.discard(child)
        group.gone(child)
        for kept in streams:
            kept.close()
    process.trace(command, started, code)
    cut = any(kept.cut for kept in streams)
    return Ended(code, streams[0].data, streams[1].data, cut)


def _group() -> Group:
    """The group of this thread; else one for a single program."""
    group: Group | None = getattr(_this_thread, "group", None)
    return group or Group()


def started(child: subprocess.Popen[bytes]) -> None:
    """A program that another door has started in a group of its own is ended with all others.

    At once where it is one of programs that have been ended.
    """
    _live.add(child)
    if _group().over:
        _signal(child, _KILL)


def gone(child: subprocess.Popen[bytes]) -> None:
    """It has come to its end."""
    _live.discard(child)


def end_all() -> None:
    """End every program that runs now, for a run that is given up."""
    for child in list(_live):
        _signal(child, _KILL)


@contextmanager
def ended_politely() -> Iterator[None]:
    """While this holds, a request to end (SIGTERM, as CI sends it) is an interrupt like Ctrl-C.

    So what was started ends with us. Only the main thread can listen; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _start(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: bytes | None,
    inherit: Sequence[int],
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            pass_fds=tuple(inherit) if os.name == "posix" else (),
        )
    except (OSError, ValueError) as error:
        raise process.not_started(command[0], error) from error


def _wait(child: subprocess.Popen[bytes], timeout_s: float | None, grace_s: float) -> int | None:
    try:
        return child.wait(timeout_s)
    except subprocess.TimeoutExpired:
        _signal(child, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            child.wait(grace_s)
        return None


_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, number)
        else:
            child.kill()


def _feed(sink: IO[bytes] | None, data: bytes | None) -> None:
    if sink is None:
        return
    with suppress(OSError), sink:  # it may end without reading
        view = memoryview(data or b"")
        while view:
            view = view[sink.write(view) :]


class _Ends:
    """Reads a stream to its end in a thread and keeps at most `limit` bytes, half from each end."""

    def __init__(self, source: IO[bytes], limit: int) -> None:
        self._source, self._half = source, max(1, limit // 2)
        self._head, self._tail = bytearray(), bytearray()
        self.cut = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def data(self) -> bytes:
        """What was kept."""
        return bytes(self._head + self._tail)

    def close(self) -> None:
        """Wait for the end of the stream, but not for somebody outside of the group."""
        self._thread.join(_DRAIN_S)
        self._source.close()

    def _read(self) -> None:
        with suppress(OSError, ValueError):  # closed while we read
            while chunk := self._source.read(CHUNK_BYTES):
                self._keep(chunk)

    def _keep(self, chunk: bytes) -> None:
        room = self._half - len(self._head)
        self._head += chunk[:room] if room > 0 else b""
        self._tail += chunk[room:] if room > 0 else chunk
        if len(self._tail) > self._half:
            self.cut = True
            del self._tail[: -self._half]
