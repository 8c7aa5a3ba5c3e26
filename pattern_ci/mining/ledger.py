"""The ledger: what is known at one revision, kept so that a later one adds what is new to it.

Facts are rows that do not depend on the order in which they came: events by path, counters by rule.
So it does not matter in how many steps a history was read, nor which branches came in between.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.database import CacheUnusableError
from pattern_ci.mining import association, nesting, places, roles, warning, windows
from pattern_ci.mining.exclude import is_decoded
from pattern_ci.mining.history import Change, Commit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from pattern_ci.database import Tables
    from pattern_ci.mining.association import Rule

# What is said of one revision; `commits` says what is so at every revision.
_OF_REVISION = ("state", "live", "events", "seen", "held", "together", "additions", "groups")
ADDED, MOVED, ALONE = 1, 2, 4
_BATCH = 500


class State(NamedTuple):
    """Where the ledger stands: revision, what it was made under, counts, globs left out."""

    tip: str
    basis: str
    commits: int
    files: int
    globs: list[str]


class Delta(NamedTuple):
    """What a revision has beyond the ledger's: commits, files that came or changed, that went."""

    commits: list[Commit]
    gained: Mapping[str, str]
    lost: Collection[str]


def state(db: Tables) -> State | None:
    """Where the ledger stands; None when it is empty."""
    found = state_of(db, "at")
    return State(*found) if found else None


def clear(db: Tables) -> None:
    """Forget the revision; what is known of commits stays."""
    db.kept.clear()
    for table in _OF_REVISION:
        db.change(f"DELETE FROM {table}")  # noqa: S608  # a constant


def place_of(db: Tables, shas: Iterable[str]) -> dict[str, int]:
    """Place in time of these commits."""
    return dict(among(db, "SELECT sha, place FROM commits WHERE sha IN ({})", shas))


def commits_of(db: Tables, shas: Collection[str]) -> list[Commit]:
    """These commits. Raises CacheUnusableError when one is not there."""
    rows = among(db, "SELECT sha, time, place, changes FROM commits WHERE sha IN ({})", shas)
    if len(rows) < len(shas):
        msg = "commits are missing from the cache"
        raise CacheUnusableError(msg)
    return [
        Commit(sha, time, place, tuple(Change(*change) for change in json.loads(changes)))
        for sha, time, place, changes in rows
    ]


def among(db: Tables, query: str, words: Iterable[str]) -> list[tuple[Any, ...]]:
    """Rows of a query that asks `IN ({})`, for any number of words; what is no UTF-8 has none."""
    wanted = list(filter(is_decoded, words))
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(wanted), _BATCH):
        part = wanted[start : start + _BATCH]
        found += db.rows(query.format(",".join("?" * len(part))), part)
    return found


def steps(db: Tables) -> list[tuple[int, str, str, bool]]:
    """Every coming and going up to the revision: place in time, commit, path, whether it came.

    Of paths that people write alone.
    """
    rows = db.rows("SELECT place, sha, path, kind FROM events")
    return [(place, sha, path, bool(kind & ADDED)) for place, sha, path, kind in rows]


def remember(db: Tables, commits: Iterable[Commit]) -> None:
    """Store commits for any revision that has them."""
    db.change(
        "INSERT OR REPLACE INTO commits VALUES (?, ?, ?, ?)",
        (
            (one.sha, one.order, one.time, json.dumps(one.changes, separators=(",", ":")))
            for one in commits
        ),
    )


def add(
    db: Tables, delta: Delta, excluded: Callable[[str], bool], *, min_members: int = 1
) -> set[str]:
    """Enter what is new; answers the keys of the groups that this can have changed.

    Of nested groups, those that are known and those that can have so many members.
    """
    keys = _Keys()
    first = not db.rows("SELECT 1 FROM live LIMIT 1")
    old = window(db)
    before = files_there(db, [*delta.gained, *delta.lost]) if old.touches else set()
    turned = {path for path in delta.gained if path not in before} | before.intersection(delta.lost)
    db.change(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (one.path, one.order, one.sha, one.time, _kind(one), *keys.touch(one.path))
            for commit in delta.commits
            for one in roles.events(commit)
            if not excluded(one.path)
        ),
    )
    db.change(
        "INSERT OR REPLACE INTO live VALUES (?, ?, ?, ?)",
        ((path, blob, *keys.touch(path)) for path, blob in delta.gained.items()),
    )
    for path in delta.lost:
        keys.touch(path)
    db.change("DELETE FROM live WHERE path = ?", ((path,) for path in delta.lost))
    _count(db, delta.commits, excluded)
    moved = windows.move(old, delta.commits, excluded, turned if old.touches else ())
    _pair(db, moved, whole=not old.touches)
    asked = state_of(db, "asked") if old.touches else None
    if asked:
        there = files_there(db, turned.union(warning.came_or_went(delta.commits)))
        told = warning.Turned(turned, there)
        set_state(db, "asked", warning.still(asked, old, moved, delta.commits, told))
    return keys.touched | _nested(db, delta, keys, first=first, least=min_members)


def _nested(db: Tables, delta: Delta, keys: _Keys, *, first: bool, least: int) -> set[str]:
    """Keys of nested groups that can have changed."""
    if first:
        return nesting.frequent(delta.gained, least=least)
    return nesting.touched(keys.paths, keys.touched, lambda *asked: among(db, *asked))


class _Keys:
    """Keys of paths, each worked out once; `touched` are all that were asked for."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str | None, str | None]] = {}
        self.touched: set[str] = set()

    @property
    def paths(self) -> Collection[str]:
        """The paths that were asked about."""
        return self._known

    def touch(self, path: str) -> tuple[str | None, str | None]:
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = places.near(path), places.across(path)
            self.touched.update(key for key in found if key is not None)
        return found


def _kind(event: roles.Event) -> int:
    return ADDED * event.added | MOVED * event.moved | ALONE * event.alone


def _count(db: Tables, commits: Iterable[Commit], excluded: Callable[[str], bool]) -> None:
    seen: Counter[str] = Counter()
    held: Counter[Rule] = Counter()
    for commit in commits:
        added, rules = association.additions_say(commit, excluded)
        seen.update(added)
        held.update(rules)
    enter_counts(db, seen, held)


def enter_counts(db: Tables, seen: Mapping[str, int], held: Mapping[Rule, int]) -> None:
    """Add to how often roles were added to, and rules held."""
    db.change(
        "INSERT INTO seen VALUES (?, ?) ON CONFLICT DO UPDATE SET hits = hits + excluded.hits",
        seen.items(),
    )
    db.change(
        "INSERT INTO held (kind, cause, effect, hits) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET hits = hits + excluded.hits",
        ((*rule, hits) for rule, hits in held.items()),
    )


def window(db: Tables) -> windows.Window:
    """The newest commits of the revision."""
    if "window" not in db.kept:
        found = state_of(db, "window")
        db.kept["window"] = windows.thaw(found) if found else windows.EMPTY
    kept: windows.Window = db.kept["window"]
    return kept


def _pair(db: Tables, moved: windows.Moved, *, whole: bool) -> None:
    """Keep the window, and count anew which of its files were edited together."""
    names, old, touches = moved.window
    asked = names if whole else [name for name in names if name in moved.stale]
    there = files_there(db, asked)
    dead = {
        number
        for number, name in enumerate(names)
        if (name not in there if whole or name in moved.stale else number in old)
    }
    db.kept["window"] = moved.window._replace(dead=dead)
    set_state(db, "window", windows.freeze(db.kept["window"]))
    only = None
    if not whole:
        only = {number for number, name in enumerate(names) if name in moved.stale}
        db.change("DELETE FROM together WHERE one = ?", ((name,) for name in moved.stale))
    db.change(
        "INSERT INTO together VALUES (?, ?, ?, ?)",
        (
            (names[one], names[other], hits, total)
            for one, other, hits, total in association.edited_together(touches, dead, only)
        ),
    )


def state_of(db: Tables, key: str) -> Any:
    """A value that is kept beside the tables; None when there is none."""
    found = db.rows("SELECT value FROM state WHERE key = ?", (key,))
    return json.loads(found[0][0]) if found else None


def set_state(db: Tables, key: str, value: Any) -> None:
    """Keep a value beside the tables until the ledger is made anew."""
    text = json.dumps(value, separators=(",", ":"))
    db.change("INSERT OR REPLACE INTO state VALUES (?, ?)", [(key, text)])


def outdate(db: Tables, keys: Iterable[str]) -> None:
    """Forget what was worked out of the additions to these groups."""
    db.change("DELETE FROM additions WHERE key = ?", ((key,) for key in keys))


def stand(db: Tables, at: State) -> None:
    """Say where the ledger stands now."""
    set_state(db, "at", at)


def files_there(db: Tables, paths: Iterable[str]) -> set[str]:
    """Those of these paths that are live."""
    return {row[0] for row in among(db, "SELECT path FROM live WHERE path IN ({})", paths)}


def blobs_of(db: Tables, paths: Iterable[str]) -> dict[str, str]:
    """Blob ids of those of these paths that are live."""
    return dict(among(db, "SELECT path, blob FROM live WHERE path IN ({})", paths))


def folders_there(db: Tables, folders: Iterable[str]) -> set[str]:
    """Those of these folders that hold a live file themselves."""
    return {folder for folder in folders if _holds_files(db, f"{folder}/" if folder else "")}


def _holds_files(db: Tables, prefix: str) -> bool:
    # "0" is the character after "/": all that begins with the prefix lies before it.
    query = (
        "SELECT 1 FROM live WHERE path > ? AND (path < ? OR ? = '') "
        "AND instr(substr(path, ?), '/') = 0 LIMIT 1"
    )
    return bool(db.rows(query, (prefix, f"{prefix[:-1]}0", prefix, len(prefix) + 1)))
