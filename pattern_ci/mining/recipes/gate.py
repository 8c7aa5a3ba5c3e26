"""Which entries are right often enough to be written by a pattern: pure."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.association import wilson
from pattern_ci.mining.recipes.study import MIN_LEARNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.mining.recipes.study import Judged

# The abstention rule: the lower bound of the share that was right. Nine of ten entries that pass
# were right to the letter and in their place; the curve is in docs/decisions.
MIN_BOUND = 0.65
# So few additions can pass: each that is learned from, and as many as have to be right after them.
MIN_ADDITIONS = MIN_LEARNED + next(n for n in count(1) if wilson(n, n) >= MIN_BOUND)
# The newest additions of a role that are looked at, and how many of them may be wrong at most.
WINDOW = 12
_TRIED = WINDOW - MIN_LEARNED
MOST_WRONG = max(n for n in range(_TRIED) if wilson(_TRIED - n, _TRIED) >= MIN_BOUND)


class Record(NamedTuple):
    """How often an entry was right on additions that it had not learned from."""

    right: int
    total: int

    @property
    def bound(self) -> float:
        """Lower bound of the share that was right."""
        return wilson(self.right, self.total) if self.total else 0.0


def record(one: Judged) -> Record:
    """The record of an entry."""
    return Record(sum(right for _, right in one.tried), len(one.tried))


def objection(one: Judged, min_bound: float = MIN_BOUND) -> str:
    """Key of why an entry is not written; empty when it is."""
    if not one.tried:
        return "seldom"
    if not one.tried[-1][1]:
        return "latest"
    if record(one).bound < min_bound:
        return "unsure"
    return "" if one.again else "no_commit"


def best(found: Sequence[Judged]) -> list[Judged]:
    """Entries of one registry that are written: of two that share a line only the surer."""
    kept: list[Judged] = []
    sure = [one for one in found if not objection(one)]
    for one in sorted(sure, key=lambda each: (-record(each).bound, each.entry)):
        taken = {line for other in kept for line in other.entry.lines}
        if taken.isdisjoint(one.entry.lines):
            kept.append(one)
    return sorted(kept, key=lambda each: each.entry.lines)
