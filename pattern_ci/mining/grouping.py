"""The groups that the ledger keeps: worked out anew where something changed, and read."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.mining import association, nesting, places, roles
from pattern_ci.mining.ledger import ADDED, ALONE, MOVED, among, commits_of, enter_counts
from pattern_ci.model.lifting import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from pattern_ci.database import Tables
    from pattern_ci.mining.association import Rule


class GroupRow(NamedTuple):
    """A group as the ledger keeps it: its key, role, names, members, digest of what it holds."""

    key: str
    role: str
    slug: str
    identity: str
    members: int
    body: str


def regroup(
    db: Tables,
    keys: Collection[str],
    describe: Callable[[str, roles.RoleGroup], GroupRow],
    excluded: Callable[[str], bool],
    *,
    min_members: int,
) -> None:
    """Work the groups of these keys out anew."""
    found = groups(db, keys, min_members=min_members)
    made = [describe(key, group) for key, group in found.items()]
    known = {key for (key,) in db.rows("SELECT key FROM groups")}.intersection(keys)
    db.change("DELETE FROM groups WHERE key = ?", ((key,) for key in known))
    _count_nested(db, known, found, excluded)
    db.change("INSERT INTO groups VALUES (?, ?, ?, ?, ?, ?)", made)


def _count_nested(
    db: Tables,
    known: Iterable[str],
    found: Mapping[str, roles.RoleGroup],
    excluded: Callable[[str], bool],
) -> None:
    """Count the rules of nested groups anew: only of these, each commit has too many."""
    gone = [places.cause_of(key) for key in known if places.is_nested(key)]
    db.change("DELETE FROM seen WHERE role = ?", ((cause,) for cause in gone))
    db.change("DELETE FROM held WHERE cause = ?", ((cause,) for cause in gone))
    nested = {key: group for key, group in found.items() if places.is_nested(key)}
    shas = {one.sha for group in nested.values() for one in group.additions}
    wanted = Wanted(map(places.cause_of, nested))
    seen: Counter[str] = Counter()
    held: Counter[Rule] = Counter()
    for commit in commits_of(db, shas):
        added, rules = association.additions_say(commit, excluded, only=wanted)
        seen.update(added)
        held.update(rules)
    enter_counts(db, seen, held)


def groups(db: Tables, keys: Collection[str], *, min_members: int) -> dict[str, roles.RoleGroup]:
    """The groups of those of these keys that have enough members."""
    found = {}
    for key, (live, rows) in _filled(db, keys, min_members=min_members):
        of_path: dict[str, list[roles.Event]] = defaultdict(list)
        for path, place, sha, time, kind in rows:
            flags = [bool(kind & flag) for flag in (ADDED, MOVED, ALONE)]
            of_path[path].append(roles.Event(path, place, sha, time, *flags))
        added = [one for events in of_path.values() for one in roles.lives(events)]
        group = roles.gather(key, live, added, min_members=min_members)
        if group is not None:
            found[key] = group
    return found


def _filled(
    db: Tables, keys: Collection[str], *, min_members: int
) -> Iterator[tuple[str, tuple[dict[str, str], list[tuple[Any, ...]]]]]:
    """Live files, and rows of all events, of groups with enough members."""
    below = {key for key in keys if places.is_nested(key)}
    for key in keys:
        if key in below:
            continue
        column = "across" if key.partition("//")[2].startswith("/") else "near"
        live = dict(db.rows(f"SELECT path, blob FROM live WHERE {column} = ?", (key,)))  # noqa: S608  # a constant
        if len(live) >= min_members:
            query = f"SELECT path, place, sha, time, kind FROM events WHERE {column} = ?"  # noqa: S608  # same
            yield key, (live, db.rows(query, (key,)))
    if below:
        there = nesting.members(db, below, lambda *asked: among(db, *asked), least=min_members)
        came = nesting.events(db, there)
        yield from ((key, (there[key], came[key])) for key in there)


def group_rows(db: Tables) -> list[GroupRow]:
    """All groups, by role."""
    return sorted((GroupRow(*row) for row in db.rows("SELECT * FROM groups")), key=_role)


def _role(row: GroupRow) -> str:
    return row.role
