"""Which entries are right often enough to be written by a pattern: pure."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.association import wilson
from pattern_ci.mining.recipes import gaps
from pattern_ci.mining.recipes.study import MIN_LEARNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.mining.recipes.study import Judged

# The abstention rule: the lower bound of the share that was right. Nine of ten entries that pass
# were right to the letter and in their place; the curve is in docs/decisions.
MIN_BOUND = 0.65
# What has gaps is right in more ways than one, and so has to be surer: here nine of ten are.
GAPS_BOUND = 0.8
# So few additions can pass: each that is learned from, and as many as have to be right after them.
MIN_ADDITIONS = MIN_LEARNED + next(n for n in count(1) if wilson(n, n) >= MIN_BOUND)
# The newest additions of a role that are looked at.
WINDOW = 12
_TRIED = WINDOW - MIN_LEARNED


class Record(NamedTuple):
    """How often an entry was right on additions that it had not learned from."""

    right: int
    total: int

    @property
    def bound(self) -> float:
        """Lower bound of the share that was right."""
        return wilson(self.right, self.total) if self.total else 0.0


def bound_for(lines: Sequence[str]) -> float:
    """How sure an entry has to be."""
    return GAPS_BOUND if gaps.has(lines) else MIN_BOUND


def most_wrong(key: Sequence[str]) -> int:
    """How many additions of a kind may be foretold wrong, for it to pass at all."""
    bound = GAPS_BOUND if key[0] == gaps.KIND else MIN_BOUND
    return max(n for n in range(_TRIED) if wilson(_TRIED - n, _TRIED) >= bound)


def record(one: Judged) -> Record:
    """The record of an entry."""
    return Record(sum(right for _, right in one.tried), len(one.tried))


def objection(one: Judged) -> str:
    """Key of why an entry is not written; empty when it is."""
    if not one.tried:
        return "seldom"
    if not one.tried[-1][1]:
        return "latest"
    if record(one).bound < bound_for(one.entry.lines):
        return "unsure"
    return "" if one.again else "no_commit"


def best(found: Sequence[Judged]) -> list[Judged]:
    """Entries of one registry that are written: of two that share a line only the surer.

    What can be said whole comes before what has gaps.
    """
    kept: list[Judged] = []
    sure = [one for one in found if not objection(one)]
    for one in sorted(sure, key=_rank):
        if not any(_clash(one, other) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.entry.lines)


def _rank(one: Judged) -> tuple[bool, float, tuple[str, ...]]:
    return gaps.has(one.entry.lines), -record(one).bound, one.entry.lines


def _clash(one: Judged, other: Judged) -> bool:
    """Whether two entries would be the same line in the same place, or begin it alike."""
    mine, theirs = one.entry.lines, other.entry.lines
    if one.entry.anchor.within != other.entry.anchor.within:
        return False
    if gaps.has(mine):
        return gaps.beginning(mine[0]) == gaps.beginning(theirs[0])
    return not set(mine).isdisjoint(theirs)
