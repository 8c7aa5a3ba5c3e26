"""The door to SQLite: the history cache below `.git/pattern-ci`, safe to delete at any time."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

# Raised when what is stored changes shape: an older cache is then rebuilt, never read wrongly.
CACHE_VERSION = 1
_BUSY_SECONDS = 2.0
_BATCH = 500

_TABLES = (
    "CREATE TABLE IF NOT EXISTS segments (tip TEXT PRIMARY KEY, base TEXT, payload TEXT)",
    "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, value TEXT)",
)


class Cache:
    """Text by content key. A cache that cannot be opened or is damaged answers nothing.

    Every value depends on its key alone, so a stale or missing entry costs time, never truth.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._refused = False

    def __enter__(self) -> Self:
        if self._path is not None:
            self._db = self._open(self._path)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                if kind is None:
                    self._db.commit()
                self._db.close()
            self._db = None

    @property
    def usable(self) -> bool:
        """Whether what was to be stored here could be."""
        return self._db is not None and not self._refused

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection | None:
        for attempt in (1, 2):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                db = sqlite3.connect(path, timeout=_BUSY_SECONDS)
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version not in (0, CACHE_VERSION):
                    db.close()
                    path.unlink()
                    continue
                if version == 0:
                    for table in _TABLES:
                        db.execute(table)
                    db.execute(f"PRAGMA user_version = {CACHE_VERSION}")
                    db.commit()
                db.execute("PRAGMA synchronous = OFF")  # losing the cache loses nothing
            except sqlite3.OperationalError:
                return None  # locked, full or read-only: the file itself may be sound
            except sqlite3.DatabaseError:
                if attempt == 1:
                    with suppress(OSError):
                        path.unlink()
            except OSError:
                return None
            else:
                return db
        return None

    def tips(self) -> dict[str, str]:
        """Base of every stored stretch of history by its tip, without the payloads."""
        return dict(self._read("SELECT tip, base FROM segments ORDER BY rowid DESC"))

    def payload(self, tip: str) -> str | None:
        """One stretch of history."""
        rows = self._read("SELECT payload FROM segments WHERE tip = ?", (tip,))
        return str(rows[0][0]) if rows else None

    def add_segment(self, tip: str, base: str, payload: str) -> None:
        """Store one stretch of history."""
        self._write("INSERT OR REPLACE INTO segments VALUES (?, ?, ?)", [(tip, base, payload)])

    def results(self, keys: Iterable[str]) -> dict[str, str]:
        """Stored values of those keys that are known."""
        wanted = list(keys)
        found: dict[str, str] = {}
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, value FROM results WHERE key IN ({marks})"  # noqa: S608  # marks only
            found.update(self._read(query, part))
        return found

    def add_results(self, values: Mapping[str, str]) -> None:
        """Store values by key."""
        self._write("INSERT OR REPLACE INTO results VALUES (?, ?)", list(values.items()))

    def _read(self, query: str, words: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Rows of the answer; a damaged file is replaced by an empty one and answers none."""
        if self._db is None:
            return []
        try:
            return self._db.execute(query, words).fetchall()
        except sqlite3.OperationalError:
            return []
        except sqlite3.DatabaseError:
            self._start_anew()
            return []

    def _start_anew(self) -> None:
        assert self._db is not None
        assert self._path is not None
        self._db.close()
        with suppress(OSError):
            self._path.unlink()
        self._db = self._open(self._path)

    def _write(self, statement: str, rows: list[tuple[str, ...]]) -> None:
        if self._db is not None and rows:
            try:
                self._db.executemany(statement, rows)
            except sqlite3.Error:
                self._refused = True
