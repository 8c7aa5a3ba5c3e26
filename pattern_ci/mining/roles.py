"""From paths to roles: which files fill the same place under different names."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.model.role import Role, conforms, escape_literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pattern_ci.mining.history import Commit

DAY = 86_400
# An operation counts as a success when its file still stood this long after (design, 6.6).
STANDING_DAYS = 90
# Cases in which stems are checked, most telling first.
_CHECKED = ("snake", "kebab", "pascal", "camel")
# A name such as __init__ or _base is the frame of a folder, not one more of its kind.
_FRAME_NAMES = ("__init__", "mod", "index", "main", "conftest", "lib", "setup")


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
                _end(found, at.pop(change.path, None), commit)
                blobs.pop(change.path, None)
            else:
                blobs[change.path] = change.blob
    return found


def _end(found: list[Addition], index: int | None, commit: Commit) -> None:
    if index is None:
        return
    added = found[index]
    # A file that moves away is no failure of the operation that added it.
    names = {c.path.rpartition("/")[2] for c in commit.changes if c.status == "A"}
    if added.path.rpartition("/")[2] in names:
        return
    if commit.time - added.time < STANDING_DAYS * DAY:
        found[index] = added._replace(stood=False)


def split_name(path: str) -> tuple[str, str, str]:
    """Folder, stem and extension; everything from the last dot, none for `.name`."""
    folder, _, base = path.rpartition("/")
    dot = base.rfind(".")
    return (folder, base[:dot], base[dot:]) if dot > 0 else (folder, base, "")


def lift_in_folder(path: str) -> tuple[str, str, str] | None:
    """Key for "same folder, same extension": prefix, stem, suffix of the path."""
    folder, stem, extension = split_name(path)
    prefix = f"{folder}/" if folder else ""
    if stem in _FRAME_NAMES or stem.startswith("_") or not stem:
        return None
    return prefix, stem, extension


def lift_across_folders(path: str) -> tuple[str, str, str] | None:
    """Key for "same base name in sibling folders"."""
    folder, _, base = path.rpartition("/")
    if not folder:
        return None
    parent, _, name = folder.rpartition("/")
    return (f"{parent}/" if parent else ""), name, f"/{base}"


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
            members[key].append((path, name))
    groups = []
    for place, found in members.items():
        if len(found) >= min_members and (role := _role(place, [name for _, name in found])):
            groups.append(_group(role, found, live, latest, filled[place]))
    return sorted(groups, key=lambda made: made.role.text)


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
