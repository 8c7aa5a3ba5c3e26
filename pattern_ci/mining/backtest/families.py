"""The family protocol: are files that convention holds for one kind one family here, and alone?

What convention says is read from paths, never from texts or from the roles that are measured:

- a file of one name in at least eight sibling folders (`providers/{any}/__init__.py`);
- a file of one path below at least eight sibling folders, where it is not of the kind before
  (`exercises/{any}/.meta/config.json`); of several such kinds the largest;
- at least eight files of one extension in a folder, three quarters of which have a counterpart
  that carries their name at one other place (`plugins/{any}.py` and `docs/plugins/{any}.md`).
  Those that have none are helpers until shown otherwise: to put them with the others is wrong.

Roles are read from paths too, so that this tells whether they split kinds or mix in helpers, not
whether the files of a kind are alike: that is what the template protocol asks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining import roles
from pattern_ci.model.backtest import Families, Grouped
from pattern_ci.model.lifting import split_name

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Mapping

MIN_KIND = 8
MIRRORED = 0.75
# A name of fewer letters is found in others by chance.
MIN_NAME = 3


def conventions(paths: Collection[str]) -> dict[str, str]:
    """Path -> name of the family that convention puts it in; files without one are not there."""
    found: dict[str, str] = {}
    for name, members in _same_name(paths).items():
        found.update((path, name) for path in members)
    for name, members in _same_path([path for path in paths if path not in found]).items():
        found.update((path, name) for path in members)
    for name, members in _mirrored(paths).items():
        found.update((path, name) for path in members if path not in found)
    return found


def _same_name(paths: Iterable[str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        folder, _, base = path.rpartition("/")
        if folder:
            kinds[f"{folder.rpartition('/')[0]}/*/{base}"].append(path)
    return {name: members for name, members in kinds.items() if len(members) >= MIN_KIND}


def _same_path(paths: Iterable[str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        *folders, _ = parts = path.split("/")
        for at in range(len(folders) - 1):
            kinds["/".join((*parts[:at], "*", *parts[at + 1 :]))].append(path)
    largest: dict[str, str] = {}
    for name, members in sorted(kinds.items(), key=lambda one: (len(one[1]), one[0])):
        largest.update(dict.fromkeys(members, name))
    left: dict[str, list[str]] = defaultdict(list)
    for path, name in largest.items():
        left[name].append(path)
    return {name: members for name, members in left.items() if len(members) >= MIN_KIND}


class _Frame(NamedTuple):
    """Where a name comes up: folder, what stands before and behind it, extension."""

    folder: str
    before: str
    after: str
    extension: str


def _mirrored(paths: Iterable[str]) -> dict[str, list[str]]:
    """Folders with their extension, most of whose files have a counterpart at one other place."""
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    frames: dict[str, dict[_Frame, str]] = defaultdict(dict)
    for path in sorted(paths):
        folder, stem, extension = split_name(path)
        kinds[folder, extension].append(path)
        for part, before, after in _parts(stem):
            frames[part][_Frame(folder, before, after, extension)] = path
    found = {}
    for (folder, extension), members in kinds.items():
        if len(members) >= MIN_KIND:
            mirrored = _with_counterpart(members, (folder, extension), frames)
            if len(mirrored) >= max(MIN_KIND, MIRRORED * len(members)):
                found[f"{folder}/*{extension}"] = mirrored
    return found


def _with_counterpart(
    members: Iterable[str], place: tuple[str, str], frames: Mapping[str, Mapping[_Frame, str]]
) -> list[str]:
    """Those that have one at the place where most of them have it."""
    there: dict[tuple[str, str, _Frame], list[str]] = defaultdict(list)
    for path in members:
        for part, before, after in _parts(split_name(path)[1]):
            for frame in frames[part]:
                if (frame.folder, frame.extension) != place:
                    there[before, after, frame].append(path)
    return max(there.values(), key=len, default=[])


def _parts(stem: str) -> Iterable[tuple[str, str, str]]:
    """The stem, and what is left of it without its first and without its last word."""
    if len(stem) >= MIN_NAME:
        yield stem, "", ""
    for mark in "_-.":
        first, found, rest = stem.partition(mark)
        if found and len(rest) >= MIN_NAME:
            yield rest, first + mark, ""
        rest, found, last = stem.rpartition(mark)
        if found and len(rest) >= MIN_NAME:
            yield rest, "", mark + last


def score(kinds: Mapping[str, str], found: Iterable[Collection[str]]) -> Grouped:
    """Groups of paths against the kinds of convention, by pairs of files.

    A pair counts as wrong when one of the two has a kind and the other has not, or another one.
    """
    right = joined = 0
    cells: Counter[tuple[str, int]] = Counter()
    rows: Counter[int] = Counter()
    for number, group in enumerate(found):
        of = Counter(kinds[path] for path in group if path in kinds)
        others = len(group) - of.total()
        right += sum(map(_pairs, of.values()))
        joined += _pairs(len(group)) - _pairs(others)
        cells.update({(kind, number): count for kind, count in of.items()})
        rows[number] = of.total()
    sizes = Counter(kinds.values())
    truth = sum(map(_pairs, sizes.values()))
    return Grouped(
        right=right,
        joined=joined,
        truth=truth,
        precision=round(right / joined, 4) if joined else 0.0,
        recall=round(right / truth, 4) if truth else 0.0,
        rand=_rand(sum(map(_pairs, cells.values())), sum(map(_pairs, rows.values())), truth,
                   _pairs(len(kinds))),
    )  # fmt: skip


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _rand(both: int, ours: int, truth: int, every: int) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985), files outside all groups being alone."""
    if not every:
        return 0.0
    chance = ours * truth / every
    most = (ours + truth) / 2
    return round((both - chance) / (most - chance), 4) if most != chance else 1.0


def by_role(live: Mapping[str, str], *, min_members: int) -> list[list[str]]:
    """What the product takes for families: each file with the most others that fill its role."""
    best: dict[str, str] = {}
    groups = roles.group(live, (), min_members=min_members)
    for one in sorted(groups, key=lambda one: (len(one.members), one.role.text)):
        best.update((member.path, one.role.text) for member in one.members)
    return _grouped(best)


def by_folder(paths: Iterable[str]) -> list[list[str]]:
    """The plain way: one folder, one extension."""
    return _grouped({path: split_name(path)[0::2] for path in paths})


def _grouped(labels: Mapping[str, Hashable]) -> list[list[str]]:
    found: dict[Hashable, list[str]] = defaultdict(list)
    for path, label in labels.items():
        found[label].append(path)
    return [group for group in found.values() if len(group) > 1]


def families(live: Mapping[str, str], *, min_members: int) -> Families:
    """Families by role and by folder over the files of one commit (path -> blob)."""
    kinds = conventions(live)
    return Families(
        files=len(live),
        kinds=len(set(kinds.values())),
        members=len(kinds),
        roles=score(kinds, by_role(live, min_members=min_members)),
        folders=score(kinds, by_folder(live)),
    )
