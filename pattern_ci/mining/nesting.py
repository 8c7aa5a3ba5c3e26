"""Groups below sibling folders, as the ledger finds them: which there are, and what fills them.

No table holds their keys: each file has several, of which hardly any is the role of anything.
Files lie in the order of `across`, whose keys begin with the folder, so that what is below a folder
is read in one go.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from pattern_ci.mining import places, roles
from pattern_ci.model.lifting import Above

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from pattern_ci.database import Tables

    # A question that asks `IN ({})`, for any number of words.
    Among = Callable[[str, Iterable[str]], list[tuple[Any, ...]]]


def frequent(paths: Collection[str], *, least: int) -> set[str]:
    """Keys that so many of these paths have."""
    # By hash: nearly every key is asked about once and never again.
    counts = Counter(hash(key) for path in paths for key in places.nested(path))
    often = {one for one, count in counts.items() if count >= least}
    return {key for path in paths for key in places.nested(path) if hash(key) in often}


def touched(paths: Iterable[str], keys: Iterable[str], among: Among) -> set[str]:
    """Keys of groups that can have changed, with these paths and these groups of other kinds.

    What fills another role beside decides whether a group is one (`roles.leads`).
    """
    groups = list(keys)
    found = {key for path in paths for key in places.nested(path)}
    for column in ("near", "across"):
        for (path,) in among(f"SELECT path FROM live WHERE {column} IN ({{}})", groups):  # noqa: S608  # a constant
            found.update(places.nested(path))
    return found


def members(
    db: Tables, keys: Collection[str], among: Among, *, least: int
) -> dict[str, dict[str, str]]:
    """Live files (path to blob) of those of these groups that have so many and are one kind."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for key, (path, blob) in _below(db, keys, "path, blob", "live"):
        found[key][path] = blob
    large = {key: paths for key, paths in found.items() if len(paths) >= least}
    beside = _beside({path for paths in large.values() for path in paths}, among)
    return {key: paths for key, paths in large.items() if roles.leads(paths, beside)}


def _beside(paths: Collection[str], among: Among) -> Callable[[str], int]:
    """How many files fill the largest role of a path that is no nested one."""
    asked = {path: places.beside(path) for path in paths}
    keys = {key for found in asked.values() for key in found}
    sizes: dict[str, int] = {}
    for column in ("near", "across"):
        query = f"SELECT {column}, count(*) FROM live WHERE {column} IN ({{}}) GROUP BY {column}"  # noqa: S608  # a constant
        sizes.update(among(query, keys))
    return lambda path: max((sizes.get(key, 0) for key in asked[path]), default=0)


def events(db: Tables, keys: Collection[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Rows (path, place, sha, time, kind) of all that ever came and went, by group."""
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for key, row in _below(db, keys, "path, place, sha, time, kind", "events"):
        found[key].append(row)
    return found


def _below(
    db: Tables, keys: Collection[str], columns: str, table: str
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Rows of each of these groups; the path comes first in them."""
    wanted = Above(places.place_of(key) for key in keys)
    query = f"SELECT {columns} FROM {table} WHERE across >= ? AND across < ?"  # noqa: S608  # constants
    known: dict[str, list[str]] = {}
    for folder in _outermost({key.partition("//")[0] for key in keys}):
        # "0" is the character after "/"; a path in no folder has no `across`.
        span = (f"{folder}/", f"{folder}0") if folder else ("", chr(0x10FFFF))
        for row in db.rows(query, span):
            if row[0] not in known:
                known[row[0]] = [places.key_of(start, end) for start, _, end in wanted.of(row[0])]
            for key in known[row[0]]:
                yield key, row


def _outermost(folders: Iterable[str]) -> Iterator[str]:
    """Those of these folders that lie below no other."""
    last: str | None = None
    for folder in sorted(folders, key=lambda one: one.split("/") if one else []):
        if last is None or (last and not f"{folder}/".startswith(f"{last}/")):
            last = folder
            yield folder
