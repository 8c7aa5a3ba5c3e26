"""Whether predictions are ground for a template, and how many members must share a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages.mine import REASONS, nearest_miss
from pattern_ci.mining.holdout import FEW_HELD_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
# A hold-out of few files says little: it counts as if two more had gone as most do.
PRIOR_FILES, PRIOR_PRECISION = 2, 0.75
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


def surety(threshold: float, predictions: Sequence[Prediction]) -> float:
    """How much of its text a template is sure of: held-out precision, and members that share it.

    Two thirds and one third; `docs/decisions/0022-backtest.md` has the curve.
    """
    n = len(predictions)
    stayed = (n * precision(predictions) + PRIOR_FILES * PRIOR_PRECISION) / (n + PRIOR_FILES)
    return round((2 * stayed + threshold) / 3, 4)


class Verdict(NamedTuple):
    """The threshold to write with, or the reason to abstain and how near it came."""

    threshold: float | None
    reason: str
    nearest: str
    utility: float


class Row(NamedTuple):
    """A threshold that may be chosen, with what it is worth."""

    utility: float
    threshold: float
    predictions: list[Prediction]


class Check(NamedTuple):
    """One rule: the key of its reason, what was measured, what is asked for, whether it holds."""

    reason: str
    measured: float
    asked: float
    holds: bool


def rows(tried: Trial) -> list[Row]:
    """The thresholds with enough held-out members to be chosen."""
    return [
        Row(utility(predictions), threshold, predictions)
        for threshold, predictions in tried.by_threshold.items()
        if len(predictions) >= (FEW_HELD_OUT if threshold < FEW_THRESHOLD else 1)
    ]


def nearest(choices: Sequence[Row]) -> Row:
    """The row of highest utility, of equals the strictest."""
    return max(choices, key=lambda row: (row.utility, row.threshold))


def judge(tried: Trial) -> Verdict:
    """Choose the threshold of highest utility that beats copying, or abstain."""
    choices = rows(tried)
    if not choices:
        return Verdict(None, REASONS["no_holdout"], REASONS["no_holdout_nearest"], 0.0)
    best = nearest(choices)
    how_near = nearest_miss(
        best.threshold,
        net_saving(best.predictions),
        precision(best.predictions),
        net_saving(tried.copy),
    )
    fitting = [row for row in choices if not objection(row, tried)]
    if fitting:
        chosen = nearest(fitting)
        return Verdict(chosen.threshold, "", how_near, chosen.utility)
    return Verdict(None, REASONS[objection(best, tried)], how_near, best.utility)


def objection(row: Row, tried: Trial) -> str:
    """Key of why these predictions are no ground for a template; empty when they are."""
    return next((check.reason for check in checks(row, tried) if not check.holds), "")


def checks(row: Row, tried: Trial) -> Iterator[Check]:
    """The rules in the order in which they are asked."""
    gain, _, predictions = row
    saved, precise = net_saving(predictions), mean_precision(predictions)
    little = "mixed" if saved >= SOME_SAVING else "too_little"
    yield Check(little, gain, MIN_UTILITY, gain >= MIN_UTILITY)
    yield Check("imprecise", precise, MIN_PRECISION, precise >= MIN_PRECISION)
    copied = net_saving(tried.copy)
    needed = min(COPY_FACTOR * copied, copied + COPY_MARGIN)
    if tried.together:
        needed = copied + TOGETHER_MARGIN
    yield Check("copy", saved, needed, saved > needed)
    wins = [
        one.score.saved >= other.score.saved
        for one, other in zip(predictions, tried.copy, strict=True)
    ]
    enough = sum(wins) >= WIN_SHARE * len(wins)
    yield Check("copy_often", sum(wins) / len(wins), WIN_SHARE, enough)
    edits = sum(one.edits for one in predictions)
    of_copies = sum(one.edits for one in tried.copy)
    yield Check("brief", edits, of_copies, edits < of_copies)
