"""Events and shards as literals, and a process that ends at any moment of its writing."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pattern_ci.model.event import Event, EventType, Source
from pattern_ci.telemetry import fitting, ids
from pattern_ci.telemetry.places import Shard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from _typeshed import ReadableBuffer as Buffer

WRITER = "00000000000000aa"
START = datetime(2026, 5, 1, 12, tzinfo=UTC)
KILLED = -9


def event(number: int = 0, **changes: Any) -> Event:
    """A whole event; later numbers are later events."""
    moment = START + timedelta(minutes=number)
    values: dict[str, Any] = {
        "id": ids.next_id(moment, "", f"{number:016x}"), "ts": ids.stamp(moment), "writer": WRITER,
        "type": EventType.EXECUTED, "source": Source.EXECUTOR, "operation_kind": "OPK-ADD-PLUGIN",
        "pattern_id": "PAT-PLUGINS-PY-001", "pattern_version": "1.0.0", "used_pattern": True,
        "success": True, "duration_s": 0.5, "file_types": ("py",),
    }  # fmt: skip
    return Event(**(values | changes))


def line(number: int = 0, **changes: Any) -> bytes:
    """The event as a shard holds it."""
    return fitting.encode(event(number, **changes).to_dict())


def shard(root: Path, *raw: bytes, month: str = "2026-05", writer: str = WRITER) -> Shard:
    """A shard that holds just these bytes."""
    found = Shard(root, month, writer)
    found.path.parent.mkdir(parents=True, exist_ok=True)
    found.path.write_bytes(b"".join(raw))
    return found


def contents(*roots: Path) -> dict[str, bytes]:
    """Every file below these folders, by path from the first one's parent.

    Empty ones are none, and so are unfinished copies in the state folder, which nobody reads.
    """
    top = roots[0].parent
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for root in roots
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.stat().st_size
        if not (path.parent.name == "aside" and path.name.endswith(".tmp"))
    }


def killed_at(moment: int, act: Callable[[], object]) -> int:
    """Run `act` in a fork that is killed at its `moment`-th write; the exit code, 0 if it ended.

    A write of several bytes is two moments: before it and in its middle.
    """
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            _arm(moment)
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _arm(moment: int) -> None:
    count = 0

    def tick(half: Callable[[], object] | None = None) -> None:
        nonlocal count
        for before_it in (True, False) if half else (True,):
            count += 1
            if count == moment:
                if not before_it and half:
                    half()
                os.kill(os.getpid(), signal.SIGKILL)

    def guarded(name: str) -> None:
        real = getattr(os, name)

        def call(*words: Any, **named: Any) -> Any:
            tick()
            return real(*words, **named)

        setattr(os, name, call)

    write = os.write

    def write_slowly(descriptor: int, data: Buffer) -> int:
        data = bytes(data)
        tick(lambda: write(descriptor, data[: len(data) // 2]))
        return write(descriptor, data)

    setattr(os, "write", write_slowly)  # noqa: B010  # the same way as the others below
    for name in ("fsync", "ftruncate", "replace", "unlink", "mkdir"):
        guarded(name)


def every_moment(prepare: Callable[[int], Callable[[], object]]) -> Iterable[int]:
    """Kill at each moment in turn until one run comes to its end; yields the moment of each."""
    for moment in range(1, 200):
        code = killed_at(moment, prepare(moment))
        assert code in (0, KILLED)
        yield moment
        if code == 0:
            return
    msg = "it never came to its end"
    raise AssertionError(msg)
