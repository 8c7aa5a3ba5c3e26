"""The door to other programs: argument lists only, never a shell."""

from __future__ import annotations

import gc
import os
import queue
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, NamedTuple

from pattern_ci import clock, output
from pattern_ci.errors import ProcessError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

CHUNK_BYTES = 1 << 20
TRACED = 300  # characters of a command line in a debug line


class Completed(NamedTuple):
    """What a finished program left behind: exit code, standard output and error as bytes."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    timeout: float | None = None,
) -> Completed:
    """Run a program to its end.

    Raises ProcessError when it cannot be started or takes longer than `timeout` seconds; an exit
    code other than 0 is the caller's to judge.
    """
    started = clock.monotonic()
    try:
        done = subprocess.run(
            list(command),
            cwd=cwd,
            env=dict(env) if env is not None else None,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except OSError as error:
        raise not_started(command[0], error) from error
    except subprocess.TimeoutExpired as error:
        msg = f"{command[0]} did not finish within {timeout:g} s."
        raise ProcessError(msg) from error
    trace(command, started, done.returncode)
    return Completed(done.returncode, done.stdout, done.stderr)


def trace(command: Sequence[str], started: float, returncode: int | None) -> None:
    """Say which program ran and how long, if anybody asked."""
    if output.is_verbose():
        words = " ".join(command[1:])[:TRACED]
        took = (clock.monotonic() - started) * 1000
        output.debug(command[0], f"{words} -> {returncode}, {took:.0f} ms")


def stream(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    separator: bytes = b"\0",
) -> Iterator[bytes]:
    """Yield standard output split at `separator`, while the program runs.

    Raises ProcessError when it cannot be started or ends with an exit code other than 0: what was
    yielded until then is incomplete.
    """
    try:
        child = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise not_started(command[0], error) from error
    started = clock.monotonic()
    with child:
        assert child.stdout is not None
        assert child.stderr is not None
        said: list[bytes] = []
        # The pipe for errors would fill up, and stop the program, while we read its output.
        drain = threading.Thread(target=said.extend, args=(child.stderr,))
        drain.start()
        try:
            yield from _split(child.stdout, separator)
        except GeneratorExit:
            child.kill()
            raise
        finally:
            # Before the pipes are closed: the thread still reads one of them.
            drain.join()
    trace(command, started, child.returncode)
    if child.returncode:
        text = b"".join(said).decode("utf-8", "replace").strip().splitlines()
        msg = f"{command[0]} ended with exit code {child.returncode}."
        raise ProcessError(msg, why=text[-1] if text else "")


def _split(source: IO[bytes], separator: bytes) -> Iterator[bytes]:
    rest = b""
    while chunk := source.read(CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(separator)
        yield from whole
    if rest:
        yield rest


def not_started(program: str, error: OSError | ValueError) -> ProcessError:
    """The one line for a program that does not start, by whatever door."""
    if isinstance(error, FileNotFoundError):
        msg = f"{program} was not found."
        return ProcessError(msg, next_step=f"install {program} or put it on PATH.")
    msg = f"{program} cannot be started: {getattr(error, 'strerror', None) or error}."
    return ProcessError(msg, next_step=f"see what {program} on PATH is.")


def collect_seldom() -> None:
    """Let what is loaded by now stay as it is, and look for garbage in what comes after.

    For a run that makes many records and few cycles, and then ends.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def cores() -> int:
    """Processors that this process may use; 1 where it cannot be copied."""
    if not hasattr(os, "fork"):
        return 1
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1


def spread(work: Callable[[int], str], count: int, *, copies: int) -> Iterator[tuple[int, str]]:
    """`work(number)` for each number below `count`, in any order, by copies of this process.

    Work must be pure: what a copy changes in memory is lost. What no copy answers (it was killed,
    or the work failed there) is done here, so that a fault is raised here as well.
    """
    left = set(range(count))
    if copies > 1:
        for number, answer in _answers(work, count, copies):
            left.discard(number)
            yield number, answer
    for number in sorted(left):
        yield number, work(number)


@contextmanager
def aside(work: Callable[[], str]) -> Iterator[Callable[[], str]]:
    """`work()` by a copy of this process while this one goes on; the function waits for its answer.

    Work must be pure. On one core, or where the copy was killed or the work failed in it, the work
    is done here when it is asked for, so that a fault is raised here as well.
    """
    if cores() <= 1:
        yield work
        return
    child = _Child(lambda _: work(), range(1))
    ready: queue.SimpleQueue[tuple[int, str] | None] = queue.SimpleQueue()
    thread = threading.Thread(target=child.pass_on, args=(ready,))
    thread.start()

    def answer() -> str:
        found = ready.get()
        return work() if found is None else found[1]

    try:
        yield answer
    finally:
        child.kill()
        thread.join()


def _answers(work: Callable[[int], str], count: int, copies: int) -> Iterator[tuple[int, str]]:
    """What the copies answer, as it comes in."""
    children = [_Child(work, range(first, count, copies)) for first in range(copies)]
    ready: queue.SimpleQueue[tuple[int, str] | None] = queue.SimpleQueue()
    # Each pipe is drained at once: a full one would stop its copy.
    threads = [threading.Thread(target=child.pass_on, args=(ready,)) for child in children]
    try:
        for thread in threads:
            thread.start()
        running = copies
        while running:
            found = ready.get()
            if found is None:
                running -= 1
            else:
                yield found
    finally:
        for child in children:
            child.kill()
        for thread in threads:
            thread.join()


class _Child:
    """A copy of this process that works on some numbers and writes each answer into a pipe."""

    def __init__(self, work: Callable[[int], str], numbers: Iterable[int]) -> None:
        source, sink = os.pipe()
        self._source = os.fdopen(source, "rb")
        self._pid = os.fork()
        if self._pid == 0:
            # What was there before is shared with the parent for as long as it is not touched.
            gc.freeze()
            # Nothing of the parent may run here at the end: no flush, no `finally`, no database.
            with suppress(BaseException), os.fdopen(sink, "wb") as out:
                for number in numbers:
                    answer = work(number).encode("utf-8", "surrogateescape")
                    out.write(b"%d %d\n%b" % (number, len(answer), answer))
                    out.flush()
            os._exit(0)
        os.close(sink)

    def pass_on(self, ready: queue.SimpleQueue[tuple[int, str] | None]) -> None:
        """Put every answer into the queue, then None."""
        with suppress(ValueError, OSError), self._source as source:
            while head := source.readline():
                number, size = map(int, head.split())
                answer = source.read(size)
                if len(answer) < size:
                    break  # the copy was killed while it wrote
                ready.put((number, answer.decode("utf-8", "surrogateescape")))
        ready.put(None)

    def kill(self) -> None:
        """End the copy if it has not ended."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


def environment(**changes: str | None) -> dict[str, str]:
    """Today's environment with changes; None removes a name."""
    env = dict(os.environ)
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env
