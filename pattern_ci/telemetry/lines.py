"""Lines of shards: read as a stream, judged one by one; what is no event is kept and named."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files
from pattern_ci.model.event import MAX_BYTES
from pattern_ci.telemetry.checking import event_problem, is_newer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _refuse(word: str) -> float:
    msg = f"{word} is not JSON"
    raise ValueError(msg)


# What `json.loads` ends up calling; it looks for white space around the value first.
_scan = json.JSONDecoder(parse_constant=_refuse).raw_decode
_ENDS = frozenset({"", "\n", "\r\n"})


class Line(NamedTuple):
    """A line with its place in bytes. `event` is None when it is none, and `problem` says why.

    `newer` marks an event of a later pattern-ci, which is left alone.
    """

    start: int
    raw: bytes
    event: dict[str, Any] | None
    problem: str = ""
    newer: bool = False

    @property
    def end(self) -> int:
        """Where the next line starts."""
        return self.start + len(self.raw)


def parse(raw: bytes, start: int = 0) -> Line:
    """Judge one line, with or without its end."""
    if len(raw) > MAX_BYTES:
        return Line(start, raw, None, "it is longer than an event may be")
    try:
        text = str(raw, "utf-8")
        data, end = _scan(text)
    except (ValueError, RecursionError):
        return Line(start, raw, None, "it is not JSON")
    if text[end:] not in _ENDS:
        return Line(start, raw, None, "it is more than one value")
    wrong = event_problem(data)
    if wrong is None:
        return Line(start, raw, data)
    return Line(start, raw, None, wrong, newer=is_newer(data))


def read(path: Path, start: int = 0) -> Iterator[Line]:
    """Every whole line from byte `start` on; a last line without an end is not there yet.

    Raises StorageError when the file cannot be read.
    """
    try:
        with path.open("rb", buffering=1 << 20) as handle:
            handle.seek(start)
            while raw := handle.readline(1 << 20):
                if not raw.endswith(b"\n") and len(raw) < 1 << 20:
                    return
                yield parse(raw, start)
                start += len(raw)
    except FileNotFoundError:
        return
    except OSError as error:
        raise files.storage_error(path, error, "read") from error


def split(raw: bytes) -> Iterator[Line]:
    """Every line of these bytes, the last one too if it has no end."""
    start = 0
    for part in raw.splitlines(keepends=True) if b"\r" not in raw else _split(raw):
        yield parse(part, start)
        start += len(part)


def _split(raw: bytes) -> list[bytes]:
    """Only a line feed ends a line."""
    *whole, rest = raw.split(b"\n")
    parts = [part + b"\n" for part in whole]
    return [*parts, rest] if rest else parts


def set_aside(folder: Path, name: str, raw: bytes) -> Path:
    """Keep bytes that are no event; the same bytes are kept once, however often this is told."""
    digest = hashlib.sha256(raw).hexdigest()[:16]
    path = folder / f"{name}-{digest}.bin"
    if not path.exists():
        files.write_atomic(path, raw)
    return path
