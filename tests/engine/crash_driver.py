"""Runs one plan many times, each time killed by the system at a later moment, then resumes it.

Each run is a fork of this small process. Calls that touch the disk or start a program are counted
before they happen; at the k-th one the fork is killed, and half of a write may be on disk by then.
A second fork resumes, undisturbed. Nothing in the package knows of this.

What a kill cannot change is done once or not at all: the library of the package is read before the
forks, and no fork waits for the disk, for what a killed process has written is there all the same.

After a power cut it is not: then every file of lines is cut to what the disk was waited for.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci.engine.opening import open_engine
from pattern_ci.engine.planning import read_plan
from pattern_ci.engine.running import run_plan
from pattern_ci.errors import FatalError, LockedError, UsageError
from pattern_ci.process import cores
from pattern_ci.registry import overlay
from pattern_ci.registry.library import load_library

if TYPE_CHECKING:
    from collections.abc import Callable

# A kill before an fsync leaves what a kill after it leaves, so these are no moments of their own.
CALLS = ("replace", "rename", "link", "unlink", "mkdir", "rmdir", "ftruncate", "write")
PLAN = "plan.yaml"
UNFINISHED = 99


_synced: dict[Path, tuple[int, int]] = {}  # bytes of lines, and of the file


def _cut_power(root: Path) -> None:
    for path in root.rglob("*.jsonl"):
        there, size = _synced.get(path.resolve(), (0, 0))
        with path.open("r+b") as file:
            lines = file.read(there)
            file.seek(0)
            file.write(lines.ljust(size, b"\n"))  # what was written over blank lines is blank
            file.truncate(size)


class _Death:
    """Ends this process at one of its calls that change something, counted from 1."""

    def __init__(self, moment: int, root: Path, *, power: bool) -> None:
        self._left = moment
        self._root = root
        self._power = power

    def _is_now(self) -> bool:
        self._left -= 1
        return self._left == 0

    def _die(self) -> None:
        if self._power:
            _cut_power(self._root)
        os.kill(os.getpid(), signal.SIGKILL)

    def wrapped(self, call: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        """A call that may come too late."""
        if self._is_now():
            self._die()
        return call(*arguments, **more)

    def half(self, call: Callable[..., Any], descriptor: int, data: bytes) -> Any:
        """A write that may stop halfway, or come too late."""
        if self._is_now():
            call(descriptor, data[: len(data) // 2])
            self._die()
        return self.wrapped(call, descriptor, data)

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Files that are opened to be written, and programs that are started."""
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
        if (writes or event == "subprocess.Popen") and self._is_now():
            self._die()


def _kill_at(moment: int, root: Path, *, power: bool) -> None:
    death = _Death(moment, root, power=power)
    for name in CALLS:
        call, how = getattr(os, name), death.half if name == "write" else death.wrapped
        setattr(os, name, lambda *a, call=call, how=how, **k: how(call, *a, **k))
    sys.addaudithook(death.hook)


def _run(root: Path, *, resume: bool) -> int:
    engine, _ = open_engine(root)
    kinds = engine.router.library.kinds
    plan, findings = read_plan(root / PLAN, shown=PLAN, kinds=kinds, patterns=frozenset())
    assert plan is not None, findings
    try:
        finished = run_plan(engine, plan, resume=resume)
    except UsageError:
        if not resume:
            raise
        return _run(root, resume=False)  # it was killed before there was a run
    return 0 if finished.result.success else 1


def _fork(root: Path, moment: int | None, *, power: bool = False) -> int:
    pid = os.fork()
    if pid == 0:
        code = UNFINISHED
        try:
            if moment is not None:
                _kill_at(moment, root, power=power)
            code = _run(root, resume=moment is None)
        except FatalError as error:
            sys.stderr.write(f"{error.line}\n")
            code = error.return_code
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _resumed(root: Path) -> int:
    """Once no program of the killed run is at work any more: each holds the lock of the run."""
    while (code := _fork(root, None)) == LockedError.return_code:
        threading.Event().wait(0.05)
    return code


def _no_wait(descriptor: int) -> None:
    """In place of an fsync."""
    path = Path(f"/proc/self/fd/{descriptor}").resolve()
    if path.suffix == ".jsonl":
        data = path.read_bytes()
        _synced[path] = len(data.rstrip(b"\n")) + 1, len(data)


def run(job: dict[str, Any]) -> list[list[int]]:
    """For each moment the exit codes of the run and of what resumed it; the last is undisturbed.

    `every` looks at one moment in so many; `power` takes away what nobody waited for.
    """
    codes: list[list[int]] = []
    once = lru_cache(load_library)
    for room, name, instead in (
        (overlay, "load_library", once),
        (os, "fsync", _no_wait),
        (os, "fdatasync", _no_wait),
    ):
        setattr(room, name, instead)
    warm = Path(job["work"]) / "0"
    shutil.copytree(job["pristine"], warm, symlinks=True)
    _run(warm, resume=False)  # what is imported here is not imported again in each fork
    while not codes or codes[-1][0] != 0:
        tried = _side_by_side(job, len(codes) + 1)
        ends = next((n for n, (first, _) in enumerate(tried, 1) if first == 0), len(tried))
        codes += tried[:ends]
    return codes


def _side_by_side(job: dict[str, Any], number: int) -> list[list[int]]:
    """The next few trials, one a processor, each in a process of its own."""
    started = []
    for one in range(number, number + cores()):
        reads, writes = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.write(writes, json.dumps(_trial(job, one)).encode())
            finally:
                os._exit(0)
        os.close(writes)
        started.append((pid, reads))
    return [_said(pid, reads) for pid, reads in started]


def _said(pid: int, reads: int) -> list[int]:
    with open(reads, "rb") as pipe:
        said: list[int] = json.loads(pipe.read())
    os.waitpid(pid, 0)
    return said


def _trial(job: dict[str, Any], number: int) -> list[int]:
    root = Path(job["work"]) / str(number)
    shutil.copytree(job["pristine"], root, symlinks=True)
    moment = (number - 1) * job.get("every", 1) + 1
    first = _fork(root, moment, power=job.get("power", False))
    return [first, 0 if first == 0 else _resumed(root)]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.load(sys.stdin))))
