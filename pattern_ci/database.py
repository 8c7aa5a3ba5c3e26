"""The door to SQLite: the history cache and the index of telemetry, both safe to delete any time.

`Cache` gives way silently, because a run can do without it; `Store` says what is wrong.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal, Self

from pattern_ci.errors import DatabaseError, FatalError, LockedError, StorageError
from pattern_ci.messages import database as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    Change = Callable[..., None]

# Raised when what is stored changes shape: an older cache is then rebuilt, never read wrongly.
CACHE_VERSION = 4
_BUSY_SECONDS = 2.0
_BATCH = 500

_TABLES = (
    "results (key TEXT PRIMARY KEY, value TEXT)",
    "commits (sha TEXT PRIMARY KEY, place INTEGER, time INTEGER, changes TEXT)",
    "state (key TEXT PRIMARY KEY, value TEXT)",
    "live (path TEXT PRIMARY KEY, blob TEXT, near TEXT, across TEXT)",
    "events (path TEXT, place INT, sha TEXT, time INT, kind INT, near TEXT, across TEXT)",
    "seen (role TEXT PRIMARY KEY, hits INTEGER)",
    "held (kind TEXT, cause TEXT, effect TEXT, hits INTEGER, PRIMARY KEY (cause, effect, kind))",
    "together (one TEXT, other TEXT, hits INT, total INT, PRIMARY KEY (one, other)) WITHOUT ROWID",
    "additions (key TEXT PRIMARY KEY, role TEXT, value TEXT)",
    "groups (key TEXT PRIMARY KEY, role TEXT, slug TEXT, identity TEXT, size INTEGER, body TEXT)",
)
_INDEXES = (
    "live_near ON live (near)",
    "live_across ON live (across)",
    "events_near ON events (near)",
    "events_across ON events (across)",
    "held_often ON held (hits) WHERE hits >= 3",
)


class CacheUnusableError(Exception):
    """The cache is locked, damaged or cannot be written: the caller goes on without it."""


class Tables:
    """A connection inside one transaction. Raises CacheUnusableError for whatever SQLite refuses.

    Statements are the caller's constants; values go in as parameters only. `kept` is for what the
    caller made of rows and will ask for again in this transaction.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.kept: dict[str, Any] = {}

    def rows(self, query: str, words: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The answer to a question."""
        try:
            return self._db.execute(query, words).fetchall()
        except sqlite3.Error as error:
            raise CacheUnusableError(str(error)) from error

    def change(self, statement: str, rows: Iterable[Sequence[Any]] = ((),)) -> None:
        """Run a statement once for each row of parameters."""
        try:
            self._db.executemany(statement, rows)
        except sqlite3.Error as error:
            raise CacheUnusableError(str(error)) from error


@contextmanager
def scratch() -> Iterator[Tables]:
    """Empty tables in memory, for a run that has no cache."""
    db = sqlite3.connect(":memory:")
    try:
        _create(db)
        yield Tables(db)
    finally:
        db.close()


def _create(db: sqlite3.Connection) -> None:
    for table in _TABLES:
        db.execute(f"CREATE TABLE IF NOT EXISTS {table}")
    for index in _INDEXES:
        db.execute(f"CREATE INDEX IF NOT EXISTS {index}")


class Cache:
    """Text by content key. A cache that cannot be opened or is damaged answers nothing.

    Every value depends on its key alone, so a stale or missing entry costs time, never truth.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._usable = path is not None

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
            self._db.close()
            self._db = None

    @property
    def usable(self) -> bool:
        """Whether this can be written at all; that another run writes just now is no matter."""
        return self._usable

    def _open(self, path: Path) -> sqlite3.Connection | None:
        for attempt in (1, 2):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                db = sqlite3.connect(path, timeout=_BUSY_SECONDS)
                db.execute("PRAGMA synchronous = OFF")  # losing the cache loses nothing
                db.execute("PRAGMA cache_spill = OFF")  # readers are kept out at the end alone
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version not in (0, CACHE_VERSION):
                    db.close()
                    path.unlink()
                    continue
                if version == 0:
                    db.execute("BEGIN IMMEDIATE")
                    _create(db)
                    db.execute(f"PRAGMA user_version = {CACHE_VERSION}")
                    db.commit()
            except sqlite3.OperationalError as error:
                self._refuse(error)
                return None  # locked, full or read-only: the file itself may be sound
            except sqlite3.DatabaseError:
                if attempt == 1:
                    with suppress(OSError):
                        path.unlink()
            except OSError:
                break
            else:
                return db
        self._usable = False
        return None

    def _refuse(self, error: sqlite3.Error) -> None:
        self._usable = self._usable and error.sqlite_errorcode == sqlite3.SQLITE_BUSY

    @contextmanager
    def tables(self, begin: Literal["", "BEGIN", "BEGIN IMMEDIATE"] = "") -> Iterator[Tables]:
        """The tables, as they are at each question, at one moment, or for this run alone.

        Changes are stored at the end, or none after an error. Raises CacheUnusableError when the
        cache is locked, damaged or not there; a damaged one is replaced by an empty one.
        """
        if self._db is None:
            raise CacheUnusableError
        try:
            if begin:
                self._db.execute(begin)
            yield Tables(self._db)
            self._db.commit()
        except (sqlite3.Error, CacheUnusableError) as error:
            self._recover(error if isinstance(error, sqlite3.Error) else error.__cause__)
            raise CacheUnusableError(str(error)) from error
        except BaseException:
            with suppress(sqlite3.Error):
                self._db.rollback()
            raise

    def _recover(self, cause: BaseException | None) -> None:
        assert self._db is not None
        with suppress(sqlite3.Error):
            self._db.rollback()
        code = cause.sqlite_errorcode if isinstance(cause, sqlite3.OperationalError) else None
        if code in (None, sqlite3.SQLITE_ERROR):  # a table is gone: that is damage as well
            self.start_anew()
        elif isinstance(cause, sqlite3.Error):
            self._refuse(cause)

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
        """Store values by key, at once: each is whole, whatever becomes of the run."""
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
            self.start_anew()
            return []

    def start_anew(self) -> None:
        """Replace a cache that is damaged by an empty one."""
        if self._db is None or self._path is None:
            return
        self._db.close()
        with suppress(OSError):
            self._path.unlink()
        self._db = self._open(self._path)

    def _write(self, statement: str, rows: list[tuple[str, ...]]) -> None:
        if self._db is not None and rows:
            try:
                with self._db:
                    self._db.executemany(statement, rows)
            except sqlite3.Error as error:
                self._refuse(error)


# Readers never wait; memory and log are large enough for a million rows to go in at once.
_SETTINGS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "cache_size = -65536",
    "wal_autocheckpoint = 10000",
)


class Store:
    """Tables that are kept and asked, in a file or (without a path) in memory.

    Raises DatabaseError when the file is damaged, no store of ours or of a later version,
    StorageError when the disk refuses, and LockedError when another process writes for longer than
    a few seconds.
    """

    def __init__(self, db: sqlite3.Connection, path: Path | None) -> None:
        self._db = db
        self._path = path

    @classmethod
    def open(cls, path: Path | None, *, mark: int, versions: Sequence[Sequence[str]]) -> Self:
        """Open or create; `versions` holds the statements that lead to each version, from 1 on.

        `mark` tells our files from those of other programs.
        """
        place = ":memory:" if path is None else path
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            store = cls(sqlite3.connect(place, timeout=_BUSY_SECONDS, isolation_level=None), path)
        except (OSError, sqlite3.Error) as error:
            said = messages.unusable(str(path), str(error))
            raise StorageError(said, next_step=messages.MAKE_ROOM) from error
        try:
            store._prepare(mark, versions)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self, mark: int, versions: Sequence[Sequence[str]]) -> None:
        found = self._number("application_id")
        if found not in (0, mark) or (found == 0 and self.rows("SELECT 1 FROM sqlite_schema")):
            # A store of version 0 with tables is somebody else's as well.
            raise DatabaseError(messages.not_ours(str(self._path)), next_step=messages.MOVE)
        version = self._number("user_version")
        if version > len(versions):
            said = messages.newer(str(self._path), version, len(versions))
            raise DatabaseError(said, next_step=messages.UPGRADE)
        for setting in _SETTINGS:
            self.rows(f"PRAGMA {setting}")
        if version < len(versions):
            with self.change_all() as run:
                # Another process may have done it while this one waited.
                for number in range(self._number("user_version"), len(versions)):
                    for statement in versions[number]:
                        run(statement)
                    run(f"PRAGMA user_version = {number + 1}")
                run(f"PRAGMA application_id = {mark}")

    def _number(self, pragma: str) -> int:
        return int(self.rows(f"PRAGMA {pragma}")[0][0])

    def rows(
        self, query: str, words: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        """The answer to a question. Statements are constants of ours, values are parameters."""
        with self._told():
            return self._db.execute(query, words).fetchall()

    @contextmanager
    def change_all(self) -> Iterator[Change]:
        """A function that changes rows: all that it did is stored at the end, or none of it.

        It takes a statement and, to run it once for each, rows of parameters.
        """
        self.rows("BEGIN IMMEDIATE")
        try:
            yield self._change
            self.rows("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._db.rollback()
            raise

    def _change(self, statement: str, rows: Iterable[Sequence[Any]] | None = None) -> None:
        if rows is None:
            self.rows(statement)
            return
        with self._told():
            self._db.executemany(statement, rows)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say what SQLite refuses; a wrong call of ours is a fault, and no disk's."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.Error as error:
            raise self._refused(error) from error

    def _refused(self, error: sqlite3.Error) -> FatalError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return LockedError(messages.busy(str(self._path)), next_step=messages.WAIT)
        said = messages.unusable(str(self._path), str(error))
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
            return DatabaseError(said, next_step=messages.MOVE)
        return StorageError(said, next_step=messages.MAKE_ROOM)
