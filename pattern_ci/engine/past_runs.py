"""The logs of earlier runs: which were interrupted, what they hold, and which are forgotten."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files
from pattern_ci.engine.run_log import FILE, FOLDER
from pattern_ci.errors import LockedError
from pattern_ci.render import lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

KEPT_RUNS = 20
# The line that ends a run is short, and no other line holds these words in this form.
_LAST_BYTES = 60
_OVER = (b'{"event": "run.ended"', b'{"event": "run.abandoned"')

Entry = dict[str, Any]


class Recorded(NamedTuple):
    """The log of an earlier run, by its folder; lines that cannot be read are counted."""

    folder: Path
    entries: tuple[Entry, ...]
    torn: int

    @property
    def plan_digest(self) -> str | None:
        """The digest of the plan that was run."""
        return next((e.get("plan") for e in self.entries if e["event"] == "run.started"), None)

    @property
    def told(self) -> Iterator[bytes]:
        """The events of its steps, as lines of a shard."""
        for entry in self.entries:
            for event in entry.get("told") or ():
                yield json.dumps(event, separators=(",", ":")).encode("ascii")

    @property
    def interrupted(self) -> bool:
        """Whether nothing says that it came to an end."""
        begun = any(entry["event"] == "run.started" for entry in self.entries)
        return begun and self.entries[-1]["event"] not in ("run.ended", "run.abandoned")


def next_name(now: datetime, newest: str | None) -> str:
    """The id of a new run: its time, and after that of the newest, also when clocks go back.

    Digits alone, for what looks like chance would be taken out of the events that name the run.
    """
    digits = int(f"{now:%Y%m%d%H%M%S%f}")
    if newest is not None and newest.replace("-", "").isdecimal():
        digits = max(digits, int(newest.replace("-", "")) + 1)
    text = f"{digits:020}"
    return f"{text[:8]}-{text[8:14]}-{text[14:]}"


def newest_name(runs: Path) -> str | None:
    """The id of the newest run that is kept."""
    return next((folder.name for folder in _folders(runs)), None)


def read_log(folder: Path) -> Recorded:
    """Every whole line of a log."""
    raw = files.read_bytes(folder / FILE) or b""
    entries: list[Entry] = []
    torn = 0
    for line in raw.splitlines():
        if not line:  # room that a killed process wrote ahead
            continue
        try:
            entry = json.loads(line)
        except ValueError:
            torn += 1
            continue
        if isinstance(entry, dict) and isinstance(entry.get("event"), str):
            entries.append(entry)
        else:
            torn += bool(line.strip())
    return Recorded(folder, tuple(entries), torn)


def interrupted_runs(runs: Path) -> list[Recorded]:
    """The logs of runs that did not come to an end, the newest first; the others are not read."""
    open_ones = [folder for folder in _folders(runs) if not _ended(folder / FILE)]
    return [run for run in map(read_log, open_ones) if run.interrupted]


def told_by(runs: Iterable[Recorded]) -> Iterator[bytes]:
    """The events in the logs of runs, as lines of a shard."""
    return (event for run in runs for event in run.told)


def left_behind(state_dir: Path) -> list[bytes]:
    """The events that interrupted runs may not have handed on; none while a run is under way."""
    runs = state_dir / FOLDER
    if not interrupted_runs(runs):
        return []
    try:
        with lock.held(runs):
            return list(told_by(interrupted_runs(runs)))
    except LockedError:
        return []


def _ended(path: Path) -> bool:
    """Whether the last line of a log says that the run is over."""
    return any(mark in files.read_end(path, _LAST_BYTES) for mark in _OVER)


def _folders(runs: Path) -> list[Path]:
    return [runs / name for name in sorted(files.folders(runs), reverse=True)]


def forget_old(runs: Path, *, keep: int = KEPT_RUNS) -> None:
    """Delete all but the newest runs."""
    for folder in _folders(runs)[keep:]:
        files.remove_tree(folder)
