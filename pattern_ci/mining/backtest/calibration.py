"""What confidence is worth: of a draft that is sure to so much, how much stays?

`confidence` reads as the share of the drafted text that its author will leave in place. It is not
fitted to that: the four parts and their weights are the formula's (design, section 6).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.model.backtest import Calibration, Decile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TENTHS = 10


class Draft(NamedTuple):
    """One draft: its confidence, and the share of its text that stayed."""

    confidence: float
    stayed: float


def calibration(drafts: Iterable[Draft]) -> Calibration:
    """Tenths of the drafts by confidence; the error is weighed by drafts (expected error)."""
    # Of equals the order is that of history: what stayed must not decide it.
    ranked = sorted(drafts, key=lambda one: one.confidence)
    cuts = [len(ranked) * tenth // TENTHS for tenth in range(TENTHS + 1)]
    parts = [ranked[a:b] for a, b in pairwise(cuts) if a < b]
    deciles = tuple(_decile(part) for part in parts)
    gaps = [abs(one.confidence - one.stayed) for one in deciles]
    weighed = sum(gap * one.drafts for gap, one in zip(gaps, deciles, strict=True))
    return Calibration(
        drafts=len(ranked),
        error=round(weighed / len(ranked), 4) if ranked else 0.0,
        worst=round(max(gaps, default=0.0), 4),
        deciles=deciles,
    )


def _decile(part: Sequence[Draft]) -> Decile:
    return Decile(
        drafts=len(part),
        confidence=round(sum(one.confidence for one in part) / len(part), 4),
        stayed=round(sum(one.stayed for one in part) / len(part), 4),
    )
