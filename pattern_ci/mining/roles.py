"""From paths to roles: which files fill the same place under different names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining import places
from pattern_ci.mining.naming import case_of, role_of, settled
from pattern_ci.model.forms import HOLE_PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from pattern_ci.mining.history import Commit
    from pattern_ci.model.role import Role

DAY = 86_400
# An operation counts as a success when its file still stood this long after (design, 6.6).
STANDING_DAYS = 90
# A word belongs to the role rather than to the name when this share of the names has it.
AFFIX_SHARE = 0.8
# A name that the schema would refuse (a line end in it) can be nobody's example.
_NAME = re.compile(HOLE_PATTERN)
_FIRST_WORD = re.compile(r"[A-Za-z0-9]+[_.-]")
_LAST_WORD = re.compile(r"[_.-][A-Za-z0-9]+$")


class Addition(NamedTuple):
    """A file entering history: when (place in time and seconds), by which commit, how it ended."""

    path: str
    order: int
    time: int
    sha: str
    moved: bool
    stood: bool
    alone: bool


class Member(NamedTuple):
    """A live file of a role: its blob at the revision and its addition."""

    path: str
    blob: str
    values: tuple[str, ...]
    addition: Addition


class RoleGroup(NamedTuple):
    """A role, its live members oldest first, and all additions that ever filled it."""

    role: Role
    members: tuple[Member, ...]
    additions: tuple[Addition, ...]


class Event(NamedTuple):
    """A path entering or leaving history in one commit; what is said depends on that commit alone.

    `moved`: it came from, or went to, a path of the same content or base name. `alone`: it was the
    only one that its commit added.
    """

    path: str
    order: int
    sha: str
    time: int
    added: bool
    moved: bool
    alone: bool


def events(commit: Commit) -> list[Event]:
    """The additions and deletions of one commit.

    A file that appears in the commit in which a file of the same content or base name goes is
    moved, not added.
    """
    new = [change for change in commit.changes if change.status == "A"]
    gone = [change for change in commit.changes if change.status == "D"]
    gone_blobs = {change.blob for change in gone}
    gone_names = {_base(change.path) for change in gone}
    new_names = {_base(change.path) for change in new}
    at, alone = (commit.order, commit.sha, commit.time), len(new) == 1
    came = [
        Event(c.path, *at, True, c.blob in gone_blobs or _base(c.path) in gone_names, alone)
        for c in new
    ]
    return came + [Event(c.path, *at, False, _base(c.path) in new_names, False) for c in gone]


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def additions(commits: Iterable[Commit]) -> list[Addition]:
    """Every addition of a file, in order; a path that was added twice is there twice."""
    by_path: dict[str, list[Event]] = defaultdict(list)
    for commit in commits:
        for event in events(commit):
            by_path[event.path].append(event)
    found = (addition for of_path in by_path.values() for addition in lives(of_path))
    return sorted(found, key=_when)


def _when(one: Addition) -> tuple[int, str, str]:
    return one.order, one.sha, one.path


def lives(of_path: Iterable[Event]) -> list[Addition]:
    """The additions of one path, in order, each with how it ended."""
    found: list[Addition] = []
    there = False
    for event in sorted(of_path):
        if event.added:
            path, order, sha, time, _, moved, alone = event
            found.append(Addition(path, order, time, sha, moved, True, alone))
        elif there and not event.moved:
            # A file that moves away is no failure of the operation that added it.
            found[-1] = _ended(found[-1], event.time)
        there = event.added
    return found


def _ended(added: Addition, time: int) -> Addition:
    return added._replace(stood=time - added.time >= STANDING_DAYS * DAY)


def group(
    live: Mapping[str, str], added: Iterable[Addition], *, min_members: int
) -> list[RoleGroup]:
    """Roles with at least `min_members` live files, sorted by role text.

    `live` maps each path at the revision to its blob.
    """
    members: dict[str, dict[str, str]] = defaultdict(dict)
    for path, blob in live.items():
        for key in places.of(path):
            members[key][path] = blob

    def beside(path: str) -> int:
        return max((len(members[key]) for key in places.beside(path)), default=0)

    filled: dict[str, list[Addition]] = defaultdict(list)
    for addition in added:
        for key in places.of(addition.path):
            filled[key].append(addition)
    made = (
        gather(key, found, filled[key], min_members=min_members)
        for key, found in members.items()
        if len(found) >= min_members and (not places.is_nested(key) or leads(found, beside))
    )
    return sorted(filter(None, made), key=lambda one: one.role.text)


def leads(paths: Collection[str], beside: Callable[[str], int]) -> bool:
    """Whether the files of a nested group are one kind rather than several.

    They are when most of them have more others here than beside them; `beside` tells how many
    files fill the largest other role of a path.
    """
    return 2 * sum(beside(path) < len(paths) for path in paths) > len(paths)


def gather(
    key: str, live: Mapping[str, str], added: Iterable[Addition], *, min_members: int
) -> RoleGroup | None:
    """The group of a key from its live files and all additions to it, or None for too few."""
    if len(live) < min_members:
        return None
    if places.is_nested(key):
        return _gather_nested(key, live, added, min_members=min_members)
    place = places.place_of(key)
    suffix = place[1]
    start, end = len(place[0]), -len(suffix) or None
    found = [(path, name) for path in live if _NAME.fullmatch(name := path[start:end])]
    if len(found) < min_members:
        return None
    narrowed, kept = _without_affix(place, found, min_members=min_members)
    role = role_of(*narrowed, case_of([name for _, name in kept]))
    if role is None:
        return None
    ever = sorted(added, key=_when)
    latest = {one.path: one for one in ever}
    if narrowed != place:
        ever = [one for one in ever if role.match(one.path)]
    return _group(role, kept, live, latest, ever)


def _without_affix(
    place: tuple[str, str], found: list[tuple[str, str]], *, min_members: int
) -> tuple[tuple[str, str], list[tuple[str, str]]]:
    """Move a word that nearly all names begin or end with (`test_`) from the hole to the role.

    What is left is the name that the file's text knows, and that its companions share.
    """
    prefix, suffix = place
    if suffix.startswith("/"):
        return place, found
    need = max(min_members, AFFIX_SHARE * len(found))
    first = _most_common(_FIRST_WORD.match(name) for _, name in found)
    if first and sum(name.startswith(first) and name != first for _, name in found) >= need:
        kept = [(p, name[len(first) :]) for p, name in found if name.startswith(first)]
        return (prefix + first, suffix), [(p, name) for p, name in kept if name]
    last = _most_common(_LAST_WORD.search(name) for _, name in found)
    if last and sum(name.endswith(last) and name != last for _, name in found) >= need:
        kept = [(p, name[: -len(last)]) for p, name in found if name.endswith(last)]
        return (prefix, last + suffix), [(p, name) for p, name in kept if name]
    return place, found


def _most_common(matches: Iterable[re.Match[str] | None]) -> str:
    counts = Counter(match.group() for match in matches if match)
    return max(sorted(counts), key=counts.__getitem__) if counts else ""


def _gather_nested(
    key: str, live: Mapping[str, str], added: Iterable[Addition], *, min_members: int
) -> RoleGroup | None:
    """The group of a nested key: the case in which the name comes again is that of most members."""
    found = [(path, name) for path in live if _NAME.fullmatch(name := places.name_in(key, path))]
    role = settled(*places.place_of(key), found)
    if role is None:
        return None
    kept = [(path, name) for path, name in found if role.match(path) == {"name": name}]
    if len(kept) < min_members:
        return None
    ever = sorted(added, key=_when)
    latest = {one.path: one for one in ever}
    return _group(role, kept, live, latest, [one for one in ever if role.match(one.path)])


def _group(
    role: Role,
    found: list[tuple[str, str]],
    live: Mapping[str, str],
    latest: Mapping[str, Addition],
    filled: list[Addition],
) -> RoleGroup:
    # A live file without an addition comes from before a shallow clone's horizon: oldest of all.
    members = [
        Member(path, live[path], (name,), latest.get(path) or _before(path)) for path, name in found
    ]
    members.sort(key=lambda member: (member.addition.order, member.path))
    return RoleGroup(role, tuple(members), tuple(filled))


def _before(path: str) -> Addition:
    return Addition(path, -1, 0, "", moved=False, stood=True, alone=False)
