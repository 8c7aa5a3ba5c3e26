"""Whether predictions are ground for a template, and how many members must share a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages.mine import REASONS, nearest_miss
from pattern_ci.mining.holdout import FEW_HELD_OUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.mining.holdout import Prediction, Trial

# The abstention rule; the curve behind the figures is in docs/decisions.
DELETION_PENALTY = 0.1  # a wrong character costs more than a missing one: it must be found
WORST_FILE = 0.5
PER_FILE_WEIGHT = 0.25  # the rest weighs by characters
MIN_UTILITY = 0.01
MIN_PRECISION = 0.55
SOME_SAVING = 0.02
# Where copying does nearly as well, which of the two wins next time is chance: a template must
# save two fifths more, or a twentieth of the file more.
COPY_FACTOR = 1.4
COPY_MARGIN = 0.05
# Members of one commit were written together, and are more alike than the next will be to them.
TOGETHER_MARGIN = 0.2
WIN_SHARE = 0.7  # on so many of the held-out members copying may not save more
FEW_THRESHOLD = 0.8  # with fewer held-out members only what nearly all members have is written


def net_saving(predictions: Sequence[Prediction]) -> float:
    """Share of all characters that were saved, each file floored at 0."""
    total = sum(one.size for one in predictions)
    return sum(one.score.saved for one in predictions) / total if total else 0.0


def precision(predictions: Sequence[Prediction]) -> float:
    """Share of the drafted characters that stayed."""
    kept = sum(one.score.kept for one in predictions)
    drafted = kept + sum(one.score.deleted for one in predictions)
    return kept / drafted if drafted else 0.0


def mean_precision(predictions: Sequence[Prediction]) -> float:
    """Precision by characters and by files, half each: neither may hide the other."""
    drafted = [one.score.precision for one in predictions if one.score.kept + one.score.deleted]
    if not drafted:
        return 0.0
    return (precision(predictions) + sum(drafted) / len(drafted)) / 2


def utility(predictions: Sequence[Prediction]) -> float:
    """Expected gain of a file as a share of its size, wrong text charged extra."""
    if not predictions:
        return 0.0
    gains = [one.score.kept - (1 + DELETION_PENALTY) * one.score.deleted for one in predictions]
    shares = [
        max(-WORST_FILE, gain / one.size) for gain, one in zip(gains, predictions, strict=True)
    ]
    total = sum(one.size for one in predictions)
    floored = sum(
        max(-WORST_FILE * one.size, gain) for gain, one in zip(gains, predictions, strict=True)
    )
    per_file = sum(shares) / len(shares)
    return PER_FILE_WEIGHT * per_file + (1 - PER_FILE_WEIGHT) * floored / total


class Verdict(NamedTuple):
    """The threshold to write with, or the reason to abstain and how near it came."""

    threshold: float | None
    reason: str
    nearest: str
    utility: float


def judge(tried: Trial) -> Verdict:
    """Choose the threshold of highest utility that beats copying, or abstain."""
    rows = [
        (utility(predictions), threshold, predictions)
        for threshold, predictions in tried.by_threshold.items()
        if len(predictions) >= (FEW_HELD_OUT if threshold < FEW_THRESHOLD else 1)
    ]
    if not rows:
        return Verdict(None, REASONS["no_holdout"], REASONS["no_holdout_nearest"], 0.0)
    best_utility, best, predictions = max(rows, key=lambda row: (row[0], row[1]))
    nearest = nearest_miss(
        best, net_saving(predictions), precision(predictions), net_saving(tried.copy)
    )
    fitting = [row for row in rows if not _objection(row[0], row[2], tried)]
    if fitting:
        gain, threshold, _ = max(fitting, key=lambda row: (row[0], row[1]))
        return Verdict(threshold, "", nearest, gain)
    return Verdict(None, _objection(best_utility, predictions, tried), nearest, best_utility)


def _objection(gain: float, predictions: list[Prediction], tried: Trial) -> str:
    """Why these predictions are no ground for a template; empty when they are."""
    if gain < MIN_UTILITY:
        mixed = net_saving(predictions) >= SOME_SAVING
        return REASONS["mixed" if mixed else "too_little"]
    if mean_precision(predictions) < MIN_PRECISION:
        return REASONS["imprecise"]
    copied = net_saving(tried.copy)
    needed = min(COPY_FACTOR * copied, copied + COPY_MARGIN)
    if tried.together:
        needed = copied + TOGETHER_MARGIN
    if net_saving(predictions) <= needed:
        return REASONS["copy"]
    wins = [
        one.score.saved >= other.score.saved
        for one, other in zip(predictions, tried.copy, strict=True)
    ]
    if sum(wins) < WIN_SHARE * len(wins):
        return REASONS["copy_often"]
    if sum(one.edits for one in predictions) >= sum(one.edits for one in tried.copy):
        return REASONS["brief"]
    return ""
