"""How a draft compares with what was really written, and many of them together.

Definitions as usual for this: characters kept, to delete and to type by a longest common
subsequence of tokens, matches of fewer than three tokens not counted.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.tokens import MIN_RUN, common_blocks
from pattern_ci.model.backtest import Figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RESAMPLES = 1_000
_SEED = 20_040_523


class Outcome(NamedTuple):
    """One draft against its file, in characters; `stretches` counts the deletions."""

    kept: int
    deleted: int
    typed: int
    stretches: int

    @property
    def saved(self) -> int:
        """Characters saved when what is deleted costs as much as what is typed."""
        return max(0, self.kept - self.deleted)

    @property
    def precision(self) -> float:
        """Share of the draft that was kept."""
        return self.kept / ((self.kept + self.deleted) or 1)

    @property
    def typing(self) -> int:
        """Characters saved when a stretch is deleted with one stroke."""
        return max(0, self.kept - self.stretches)


def compare(draft: Sequence[str], target: Sequence[str]) -> Outcome:
    """Score a draft, both given as tokens."""
    kept = stretches = end = 0
    for block in common_blocks(draft, target):
        if block.size < MIN_RUN:
            continue
        stretches += block.a > end
        end = block.a + block.size
        kept += len("".join(draft[block.a : end]))
    stretches += end < len(draft)
    drafted, size = len("".join(draft)), len("".join(target))
    return Outcome(kept, drafted - kept, size - kept, stretches)


def figures(outcomes: Sequence[Outcome], *, files: int, size: int) -> Figures:
    """The figures of one method: `files` and `size` count every file, drafted or not."""
    kept = sum(one.kept for one in outcomes)
    drafted = kept + sum(one.deleted for one in outcomes)
    matched = kept + sum(one.typed for one in outcomes)
    return Figures(
        drafted=len(outcomes),
        share=_ratio(len(outcomes), files),
        net_saving=_ratio(sum(one.saved for one in outcomes), size),
        typing_saved=_ratio(sum(one.typing for one in outcomes), size),
        precision=_ratio(kept, drafted),
        written=_ratio(kept, matched),
    )


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def interval(saved: Mapping[str, tuple[int, int]]) -> tuple[float, float]:
    """95 % interval of a net saving: (saved, size) by commit, commits drawn again and again."""
    if not saved:
        return 0.0, 0.0
    rows = [saved[commit] for commit in sorted(saved)]
    draw = random.Random(_SEED)  # noqa: S311  # a statistic, and the same one every time
    found = []
    for _ in range(RESAMPLES):
        chosen = draw.choices(rows, k=len(rows))
        found.append(sum(row[0] for row in chosen) / sum(row[1] for row in chosen))
    found.sort()
    return round(found[int(0.025 * RESAMPLES)], 4), round(found[int(0.975 * RESAMPLES)], 4)
