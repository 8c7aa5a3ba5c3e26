"""Every commit in its place in time, and which of them a commit could see."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pattern_ci.mining import places, roles
from pattern_ci.mining.association import MAX_CHANGED
from pattern_ci.mining.history import place
from pattern_ci.model.lifting import all_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.mining.history import RawCommit
    from pattern_ci.mining.roles import Event

DELETED = "D"


class Timeline:
    """Commits by number, oldest first, and where each path and role comes up.

    Nothing here knows a tree: what was there at a commit is asked of `Past`.
    """

    def __init__(self, raw: Sequence[RawCommit]) -> None:
        self.commits = place(raw, {})
        self.number = {commit.sha: number for number, commit in enumerate(self.commits)}
        # A parent that is not here lies behind the horizon of a shallow clone.
        known = {
            one.sha: tuple(self.number[sha] for sha in one.parents if sha in self.number)
            for one in raw
        }
        self.parents = [known[commit.sha] for commit in self.commits]
        self.events: dict[str, list[tuple[int, Event]]] = defaultdict(list)
        self.paths: dict[str, dict[str, None]] = defaultdict(dict)
        self.touching: dict[str, list[int]] = defaultdict(list)
        self.adding: dict[str, list[int]] = defaultdict(list)
        self.filling: dict[str, list[int]] = defaultdict(list)
        for number in range(len(self.commits)):
            self._enter(number)

    def _enter(self, number: int) -> None:
        commit = self.commits[number]
        for event in roles.events(commit):
            self.events[event.path].append((number, event))
            for key in places.of(event.path):
                self.paths[key][event.path] = None
        added: dict[str, None] = {}
        filled: dict[str, None] = {}
        for change in commit.changes:
            self.touching[change.path].append(number)
            if change.status == DELETED:
                continue
            lifted = dict.fromkeys(role for role, _ in all_texts(change.path))
            filled |= lifted
            if change.status == "A":
                added |= lifted
        for role in added:
            self.adding[role].append(number)
        # A commit that sweeps tells nothing of roles.
        for role in filled if len(commit.changes) <= MAX_CHANGED else ():
            self.filling[role].append(number)


class Reach:
    """The commits that one commit can see, itself among them; 1 in `mask` for each.

    Going on along a line of history costs what is new there.
    """

    def __init__(self, parents: Sequence[Sequence[int]]) -> None:
        self._parents = parents
        self._tip = -1
        self.mask = bytearray(len(parents))

    def move(self, tip: int) -> None:
        """See what commit number `tip` sees."""
        if not self._mark(tip):
            self._tip = -1
            self.mask = bytearray(len(self._parents))
            self._mark(tip)
        self._tip = tip

    def _mark(self, tip: int) -> bool:
        """Mark what `tip` sees beyond what is marked; whether all that is marked is seen by it."""
        onward = self._tip < 0
        left = [tip]
        while left:
            at = left.pop()
            onward = onward or at == self._tip
            if not self.mask[at]:
                self.mask[at] = 1
                left.extend(self._parents[at])
        return onward
