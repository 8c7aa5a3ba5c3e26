"""Remembers the breakers of all patterns in one small file below `.git/pattern-ci`."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from pattern_ci import files
from pattern_ci.engine.breaker import Breaker, Door
from pattern_ci.render import lock

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pattern_ci.model.pattern import Spec

SCHEMA_VERSION = 1
FILE = "breakers.json"
_LOCKED = "breakers"  # a lock of its own: it is held for a moment, also while files are written
_WAIT_S = 10.0
_NEW = Breaker()


def key(spec: Spec) -> str:
    """One breaker a version: a pattern that was mended starts anew."""
    return f"{spec.pattern_id}@{spec.version}"


class Breakers:
    """The breakers by pattern version; only those that failed lately are written down.

    A file that cannot be read counts as empty: it holds a memory, and no truth. All work trees of a
    repository share it, so each end is added to what stands in it by then.
    """

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / FILE
        self._lock = threading.Lock()
        self._known = _read(self._path)
        self._trials: set[str] = set()

    def of(self, spec: Spec) -> Breaker:
        """The breaker of this version of a pattern."""
        return self._known.get(key(spec), _NEW)

    def enter(self, spec: Spec, now: datetime) -> Door:
        """Ask for an execution; while the one trial of a half-open door runs, it is open again."""
        with self._lock:
            door = self.of(spec).door(now)
            if door is not Door.HALF_OPEN:
                return door
            if key(spec) in self._trials:
                return Door.OPEN
            self._trials.add(key(spec))
            return door

    def leave(self, spec: Spec) -> None:
        """The execution that was asked for did not take place."""
        with self._lock:
            self._trials.discard(key(spec))

    def note(self, spec: Spec, *, success: bool, now: datetime) -> Door:
        """Remember how an execution ended, on disk when that changes anything; the new state.

        Raises LockedError when others write it all the time, and StorageError.
        """
        with self._lock:
            self._trials.discard(key(spec))
            self._known = _read(self._path)
            if success and key(spec) not in self._known:
                return Door.CLOSED  # nothing to remember, and nothing to forget
            if self.of(spec).after(success=success, now=now) != self.of(spec):
                with lock.held(self._path.parent / _LOCKED, wait_s=_WAIT_S):
                    self._known = _read(self._path)
                    self._known[key(spec)] = self.of(spec).after(success=success, now=now)
                    self._write()
            return self.of(spec).door(now)

    def _write(self) -> None:
        kept = {name: state.to_dict() for name, state in self._known.items() if state != Breaker()}
        data = {"schema_version": SCHEMA_VERSION, "breakers": dict(sorted(kept.items()))}
        files.write_atomic(self._path, (json.dumps(data, indent=1) + "\n").encode())


def _read(path: Path) -> dict[str, Breaker]:
    if not files.exists(path):
        return {}  # nothing failed lately, as nearly always
    raw = files.read_bytes(path)
    try:
        data = {} if raw is None else json.loads(raw)["breakers"]
        return {str(name): Breaker.from_dict(state) for name, state in data.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
