"""Which other files a new file surely brings, by how often exactly that came true: pure.

A habit is told of the role alone where that has a record; of the same kind of file in all folders
around it where it has none (`functional/{letter}/{name}.txt` brings `{name}.py` beside it in every
folder). A name that is new to the repository has habits of its own: a new locale brings what one
more provider for a known locale does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pattern_ci.mining.association import MAX_ADDED, MAX_CHANGED, MIN_SUPPORT, lifted, wilson
from pattern_ci.model.lifting import all_texts, lift_across_folders, lift_in_folder, split_name
from pattern_ci.model.role import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pattern_ci.mining.history import Commit

    # Of a kind, and of names that are new or not: the records of those alike, and of all.
    Known = dict[tuple["Cause", bool], tuple[dict[str, "Record"], ...]]

# Old habits fade: so many of the newest additions for which a companion was not there yet count.
WINDOW = 20
# So many of them are looked at: some were there already, and count neither way.
LOOKED_AT = 2 * WINDOW
# So many folders up a kind of file is taken for the same kind.
FOLDERS_UP = 2
# Lower bound of the share that was right; the curve behind it is in docs/decisions.
MIN_BOUND = 0.6


_FIRST_WORD = re.compile(r"[A-Za-z0-9]+[_.-]")
_LAST_WORD = re.compile(r"[_.-][A-Za-z0-9]+$")
_SEPARATORS = re.compile(r"[\W_]+")
_WITHIN = re.compile(r"[^\w/\n]+|_+")


class Cause(NamedTuple):
    """What an addition is one of: a role (`root` is its text), or files that end alike below it.

    `kind` is role, near (same extension) or across (same base name in folders of any name).
    """

    kind: str
    root: str
    end: str


class Trial(NamedTuple):
    """One earlier addition: the number of its commit, its path and its name."""

    number: int
    path: str
    name: str


class Record(NamedTuple):
    """How often a path came along: lower bound of the share, in how many of how many additions.

    Of two records the larger is the surer.
    """

    bound: float
    hits: int
    seen: int
    cause: Cause


class History(Protocol):
    """What has to be known of the past."""

    def trials(self, cause: Cause) -> Iterable[Trial]:
        """Earlier additions of a kind, the newest first."""

    def added(self, number: int) -> Sequence[str]:
        """The paths that a commit added."""

    def there(self, path: str, number: int) -> bool:
        """Whether a file was there just before a commit."""

    def is_new(self, name: str, number: int) -> bool:
        """Whether no file or folder was called so before a commit."""


def causes(path: str) -> Iterator[tuple[Cause, str]]:
    """Everything that an addition of this path is one of, with its name, the narrowest first."""
    for role, name in all_texts(path):
        yield Cause("role", role, ""), name
    yield from _without_affix(path)
    for kind, found in (("near", lift_in_folder(path)), ("across", lift_across_folders(path))):
        if found:
            folders = found[0].rstrip("/").split("/")
            for up in range(1, min(FOLDERS_UP, len(folders) - 1) + 1):
                yield Cause(kind, "/".join(folders[:-up]), found[2]), found[1]


def _without_affix(path: str) -> Iterator[tuple[Cause, str]]:
    """The role under a name without its first word, and without its last: `test_{name}.py`."""
    found = lift_in_folder(path)
    if found is None or {"{", "}"} & set(path):
        return
    prefix, stem, suffix = found
    first, last = _FIRST_WORD.match(stem), _LAST_WORD.search(stem)
    if first and len(first.group()) < len(stem):
        yield Cause("role", f"{prefix}{first.group()}{{name}}{suffix}", ""), stem[first.end() :]
    if last and last.start():
        yield Cause("role", f"{prefix}{{name}}{last.group()}{suffix}", ""), stem[: last.start()]


def effect(cause: Cause, path: str, name: str, other: str) -> str | None:
    """Another path in terms of a name: a role, or from the folder of the addition on."""
    if cause.kind == "role":
        return lifted(other, name)
    folder = _folder(path)
    if not other.startswith(folder) or "{" in other or "}" in other:
        return None
    rest = other.removeprefix(folder)
    return lifted(rest, name) or (rest if cause.kind == "across" else None)


def target(cause: Cause, path: str, name: str, then: str) -> str:
    """`effect` backwards: the path that it says."""
    named = Role(then).path({"name": name})
    return named if cause.kind == "role" else _folder(path) + named


def _folder(path: str) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}/" if folder else ""


def teaches(commit: Commit) -> bool:
    """Whether what a commit added together belongs together: one that sweeps says nothing."""
    added = sum(change.status == "A" for change in commit.changes)
    return len(commit.changes) <= MAX_CHANGED and added <= MAX_ADDED


def plain(name: str) -> str:
    """A name as `History.is_new` compares it, however it is written."""
    return _SEPARATORS.sub("", name).lower()


def names(paths: Iterable[str]) -> Iterator[list[str]]:
    """What each path makes known: its folders, and its base name without extension."""
    found = [split_name(path) for path in paths]
    # All at once: there may be a path for each file that there ever was.
    text = "\n".join(f"{folder}/{stem}".replace("\n", "") for folder, stem, _ in found)
    lines = _WITHIN.sub("", text).lower().split("\n") if found else ()
    return (line.split("/") for line in lines)


def predict(
    history: History, path: str, number: int, known: Known | None = None
) -> dict[str, Record]:
    """Paths that an addition in commit `number` brings, each with what speaks for it.

    The narrowest kind that has a record for a path decides. `known` keeps what was worked out, for
    the other paths that are asked about at the same commit.
    """
    known = {} if known is None else known
    said: dict[str, Record] = {}
    for cause, name in causes(path):
        new = history.is_new(name, number)
        if (cause, new) not in known:
            known[cause, new] = _both(history, cause, new=new)
        here: dict[str, Record] = {}
        for records in known[cause, new]:
            for then, record in records.items():
                named = target(cause, path, name, then)
                here[named] = max(record, here.get(named, record))
        for named, record in here.items():
            if named != path and not history.there(named, number):
                said.setdefault(named, record)
    return {named: record for named, record in said.items() if record.bound >= MIN_BOUND}


def _both(history: History, cause: Cause, *, new: bool) -> tuple[dict[str, Record], ...]:
    """Records of the additions whose name was as new, and of all."""
    trials = list(history.trials(cause))
    alike = [one for one in trials if history.is_new(one.name, one.number) == new]
    return _records(history, cause, alike), _records(history, cause, trials)


def _records(history: History, cause: Cause, trials: Sequence[Trial]) -> dict[str, Record]:
    """What came along with earlier additions often enough."""
    effects = [_effects(history, cause, one) for one in trials]
    often: dict[str, int] = {}
    for found in effects:
        for then in found:
            often[then] = often.get(then, 0) + 1
    records = {}
    for then in sorted(then for then, count in often.items() if count >= MIN_SUPPORT):
        outcomes = []
        for one, found in zip(trials, effects, strict=True):
            # Where it was there already it could not come along, and says nothing.
            if then in found:
                outcomes.append(True)
            elif not history.there(target(cause, one.path, one.name, then), one.number):
                outcomes.append(False)
        newest = outcomes[:WINDOW]
        hits, seen = sum(newest), len(newest)
        if hits >= MIN_SUPPORT:
            records[then] = Record(wilson(hits, seen), hits, seen, cause)
    return records


def _effects(history: History, cause: Cause, one: Trial) -> set[str]:
    others = (other for other in history.added(one.number) if other != one.path)
    found = {effect(cause, one.path, one.name, other) for other in others}
    return {then for then in found if then is not None and then != cause.root}
