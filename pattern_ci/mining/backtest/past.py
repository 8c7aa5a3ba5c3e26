"""What was there at one commit, and what had happened until then: nothing later is ever seen."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from itertools import compress
from typing import TYPE_CHECKING

from pattern_ci import git, git_trees
from pattern_ci.mining import places, roles
from pattern_ci.mining.backtest.timeline import Reach
from pattern_ci.mining.exclude import Excluded
from pattern_ci.mining.versions import MIN_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pattern_ci.mining.backtest.timeline import Timeline

ATTRIBUTES = ".gitattributes"
_places = lru_cache(maxsize=1 << 16)(places.of)


def folder_of(path: str) -> str:
    """The folder that holds a path; empty for the root."""
    return path.rpartition("/")[0]


@lru_cache(maxsize=1 << 16)
def family_keys(path: str) -> tuple[str, ...]:
    """Where a path has siblings: same folder and extension, then same base name next door.

    Deliberately not the roles of `mining.roles`: what counts must not depend on what is measured.
    """
    folder, _, base = path.rpartition("/")
    dot = base.rfind(".")
    near = f"{folder}//{base[dot:] if dot > 0 else ''}"
    return (near, f"{folder_of(folder)}///{base}") if folder else (near,)


class Tree:
    """The files of one commit that people wrote, by path, group, family and folder."""

    def __init__(self, repo: git.Repo, ignore: Sequence[str]) -> None:
        self._repo, self._ignore = repo, ignore
        self._rev = ""
        self._all: dict[str, str] = {}
        self._holding: Counter[str] = Counter()
        self._attributes: dict[str, git_trees.TreeEntry] = {}
        self.excluded = Excluded(ignore)
        self._clear()

    def _clear(self) -> None:
        self.live: dict[str, str] = {}
        self.groups: dict[str, dict[str, None]] = defaultdict(dict)
        self.families: dict[str, dict[str, None]] = defaultdict(dict)
        self.folders: Counter[str] = Counter()

    def move(self, rev: str) -> None:
        """Hold the files of the commit `rev`; from the one before only the difference is read."""
        if rev == self._rev:
            return
        if self._rev:
            changes: Iterable[git_trees.TreeChange] = git_trees.changed(self._repo, self._rev, rev)
        else:
            found = git_trees.tree(self._repo, rev)
            changes = [git_trees.TreeChange("A", one.mode, one.blob, one.path) for one in found]
        self._rev = rev
        touched = self._take(changes)
        if any(path.rpartition("/")[2] == ATTRIBUTES for path in touched):
            self._exclude_anew()
        else:
            self._index(touched)

    def holds(self, folder: str) -> bool:
        """Whether any file lies right in this folder, written by people or not."""
        return self._holding[folder] > 0

    def _take(self, changes: Iterable[git_trees.TreeChange]) -> list[str]:
        touched = []
        for one in changes:
            touched.append(one.path)
            if one.mode in git_trees.FILE_MODES:
                self._holding[folder_of(one.path)] += one.path not in self._all
                self._all[one.path] = one.blob
            elif self._all.pop(one.path, None) is not None:
                self._holding[folder_of(one.path)] -= 1
            if one.path.rpartition("/")[2] == ATTRIBUTES:
                self._attributes[one.path] = git_trees.TreeEntry(one.mode, one.blob, one.path)
                if one.status == "D":
                    del self._attributes[one.path]
        return touched

    def _exclude_anew(self) -> None:
        entries = [self._attributes[path] for path in sorted(self._attributes)]
        self.excluded = Excluded.at(self._repo, entries, self._ignore)
        self._clear()
        self._index(self._all)

    def _index(self, paths: Iterable[str]) -> None:
        for path in paths:
            blob = self._all.get(path)
            there = path in self.live
            if blob is not None and not self.excluded(path):
                self.live[path] = blob
                if not there:
                    self._enter(path)
            elif there:
                self._leave(path)

    def _enter(self, path: str) -> None:
        self.folders[folder_of(path)] += 1
        for key in _places(path):
            self.groups[key][path] = None
        for key in family_keys(path):
            self.families[key][path] = None

    def _leave(self, path: str) -> None:
        del self.live[path]
        self.folders[folder_of(path)] -= 1
        for key in _places(path):
            del self.groups[key][path]
        for key in family_keys(path):
            del self.families[key][path]


class Past:
    """A commit's tree and the commits it can see. `at` is its number, -1 before the first move."""

    def __init__(self, repo: git.Repo, timeline: Timeline, ignore: Sequence[str]) -> None:
        self.timeline = timeline
        self.tree = Tree(repo, ignore)
        self._reach = Reach(timeline.parents)
        self.at = -1

    def move(self, number: int) -> None:
        """Stand at commit number `number`, which is then the newest that is seen."""
        self.tree.move(self.timeline.commits[number].sha)
        self._reach.move(number)
        self.at = number

    def seen(self, numbers: Iterable[int]) -> Iterator[int]:
        """Those of these commits that are seen from here."""
        mask = self._reach.mask
        return (number for number in numbers if mask[number])

    @property
    def reach(self) -> bytearray:
        """1 for the number of each commit that is seen from here."""
        return self._reach.mask

    def newest(self, count: int) -> int:
        """Number of the oldest of the `count` newest commits that are seen."""
        mask = self._reach.mask
        numbers = list(compress(range(len(mask)), mask))
        return numbers[-count:][0]

    def is_group(self, key: str, *, min_members: int = MIN_MEMBERS) -> bool:
        """Whether a nested group is one at this commit, as far as places tell."""
        members = self.tree.groups.get(key, ())
        return len(members) >= min_members and roles.leads(members, self._beside)

    def group(self, key: str, *, min_members: int) -> roles.RoleGroup | None:
        """The group of a key exactly as `mine` would find it at this commit."""
        members = {path: self.tree.live[path] for path in self.tree.groups.get(key, ())}
        if len(members) < min_members:
            return None
        if places.is_nested(key) and not self.is_group(key, min_members=min_members):
            return None
        added = [
            addition
            for path in self.timeline.paths.get(key, ())
            if not self.tree.excluded(path)
            for addition in self._additions(path)
        ]
        return roles.gather(key, members, added, min_members=min_members)

    def _beside(self, path: str) -> int:
        return max((len(self.tree.groups.get(key, ())) for key in places.beside(path)), default=0)

    def _additions(self, path: str) -> list[roles.Addition]:
        mask = self._reach.mask
        events = self.timeline.events.get(path, ())
        return roles.lives(event for number, event in events if mask[number])

    def siblings(self, key: str) -> list[tuple[str, str]]:
        """(path, blob) of the family of a key, the newest last."""
        found = []
        for path in self.tree.families.get(key, ()):
            added = self._additions(path)
            found.append((added[-1].order if added else -1, path))
        return [(path, self.tree.live[path]) for _, path in sorted(found)]
