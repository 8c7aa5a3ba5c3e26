"""From paths to roles: which files fill the same place under different names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.schema import HOLE_PATTERN
from pattern_ci.model.lifting import lift_across_folders, lift_in_folder
from pattern_ci.model.role import Role, conforms, escape_literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pattern_ci.mining.history import Commit

DAY = 86_400
# An operation counts as a success when its file still stood this long after (design, 6.6).
STANDING_DAYS = 90
# A word belongs to the role rather than to the name when this share of the names has it.
AFFIX_SHARE = 0.8
# A name that the schema would refuse (a line end in it) can be nobody's example.
_NAME = re.compile(HOLE_PATTERN)
_FIRST_WORD = re.compile(r"[A-Za-z0-9]+[_.-]")
_LAST_WORD = re.compile(r"[_.-][A-Za-z0-9]+$")
# Cases in which stems are checked, most telling first.
_CHECKED = ("snake", "kebab", "pascal", "camel")


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


def additions(commits: Iterable[Commit]) -> list[Addition]:
    """Every addition of a file, in order; a path that was added twice is there twice.

    A file that appears in the commit in which a file of the same content or base name goes is
    moved, not added.
    """
    found: list[Addition] = []
    at: dict[str, int] = {}
    blobs: dict[str, str] = {}
    for commit in commits:
        gone = [change.path for change in commit.changes if change.status == "D"]
        gone_blobs = {blobs.get(path) for path in gone}
        gone_names = {path.rpartition("/")[2] for path in gone}
        new_names = {c.path.rpartition("/")[2] for c in commit.changes if c.status == "A"}
        alone = sum(change.status == "A" for change in commit.changes) == 1
        for change in commit.changes:
            if change.status == "A":
                name = change.path.rpartition("/")[2]
                moved = change.blob in gone_blobs or name in gone_names
                at[change.path] = len(found)
                found.append(
                    Addition(change.path, commit.order, commit.time, commit.sha, moved, True, alone)
                )
            if change.status == "D":
                _end(found, at.pop(change.path, None), commit.time, new_names)
                blobs.pop(change.path, None)
            else:
                blobs[change.path] = change.blob
    return found


def _end(found: list[Addition], index: int | None, time: int, new_names: set[str]) -> None:
    # A file that moves away is no failure of the operation that added it.
    if index is None or found[index].path.rpartition("/")[2] in new_names:
        return
    added = found[index]
    if time - added.time < STANDING_DAYS * DAY:
        found[index] = added._replace(stood=False)


def group(
    live: Mapping[str, str], added: Iterable[Addition], *, min_members: int
) -> list[RoleGroup]:
    """Roles with at least `min_members` live files, sorted by role text.

    `live` maps each path at the revision to its blob.
    """
    latest: dict[str, Addition] = {}
    filled: dict[tuple[str, str], list[Addition]] = defaultdict(list)
    for addition in added:
        latest[addition.path] = addition
        for key, _ in _keys(addition.path):
            filled[key].append(addition)
    members: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for path in live:
        for key, name in _keys(path):
            if _NAME.fullmatch(name):
                members[key].append((path, name))
    groups = []
    for place, found in members.items():
        if len(found) < min_members:
            continue
        narrowed, kept = _without_affix(place, found, min_members=min_members)
        role = _role(narrowed, [name for _, name in kept])
        if role is not None:
            ever = filled[place]
            if narrowed != place:
                ever = [one for one in ever if role.match(one.path)]
            groups.append(_group(role, kept, live, latest, ever))
    return sorted(groups, key=lambda made: made.role.text)


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


def _keys(path: str) -> list[tuple[tuple[str, str], str]]:
    lifted = (lift_in_folder(path), lift_across_folders(path))
    return [((prefix, suffix), name) for prefix, name, suffix in filter(None, lifted)]


def _role(key: tuple[str, str], names: list[str]) -> Role | None:
    if escape_literal(key[0] + key[1]) is None:
        return None
    case = next((c for c in _CHECKED if all(conforms(c, name) for name in names)), "")
    hole = "{name." + case + "}" if case else "{name}"
    return Role(f"{key[0]}{hole}{key[1]}")


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
