"""Rolling hold-out: predict each member from earlier ones only, and choose or abstain."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.align import Star, Text, prepare, runs, star
from pattern_ci.mining.stems import lift, settle
from pattern_ci.mining.tokens import Score, score, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

# A template is made from this many newest members: older ones follow older habits. Eight did best
# of 8 and 16 on the development repositories, as in the published pilot.
WINDOW = 8
# At most this many newest members are predicted.
HELD_OUT = 8
# A member is predicted from at least this many.
MIN_TRAINING = 2
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)

# The abstention rule; the curve behind the figures is in docs/decisions.
DELETION_PENALTY = 0.1  # a wrong character costs more than a missing one: it must be found
WORST_FILE = 0.5
PER_FILE_WEIGHT = 0.75  # the rest weighs by characters
MIN_UTILITY = 0.01
MIN_PRECISION = 0.55
# Where copying does nearly as well, which of the two wins next time is chance.
COPY_MARGIN = 1.5
FEW_HELD_OUT = 3
FEW_THRESHOLD = 0.8  # with fewer held-out members only what nearly all members have is written


class Sample(NamedTuple):
    """A member ready for alignment: path, values of the holes, text, lifted text as tokens."""

    path: str
    values: tuple[str, ...]
    text: str
    tokens: tuple[str, ...]
    lifted: str
    prepared: Text
    sha: str
    order: int


def sample(
    *, path: str, values: tuple[str, ...], text: str, sha: str = "", order: int = 0
) -> Sample:
    """Tokenise a member once."""
    lifted = lift(text, values)
    return Sample(
        path, values, text, tuple(tokenize(text)), lifted, prepare(tokenize(lifted)), sha, order
    )


class Prediction(NamedTuple):
    """One held-out member under one threshold (or under copying)."""

    sample: Sample
    score: Score

    @property
    def size(self) -> int:
        """Characters of the member; at least 1."""
        return max(1, len(self.sample.text))

    @property
    def edits(self) -> int:
        """Characters to type and to delete."""
        return self.score.typed + self.score.deleted


class Trial(NamedTuple):
    """All held-out members under each threshold, and under copying the newest sibling."""

    by_threshold: dict[float, list[Prediction]]
    copy: list[Prediction]
    copy_renamed: list[Prediction]


def draft_text(aligned: Star, threshold: float, values: tuple[str, ...]) -> str:
    """What a template of these runs writes when nothing but the path is known."""
    kept = (aligned.medoid.tokens[a:b] for a, b in runs(aligned, threshold))
    return settle("".join("".join(part) for part in kept), values)


def trial(samples: Sequence[Sample]) -> Trial:
    """Predict the newest members, each from those added in earlier commits."""
    by_threshold: dict[float, list[Prediction]] = {threshold: [] for threshold in THRESHOLDS}
    copy: list[Prediction] = []
    renamed: list[Prediction] = []
    for held in samples[max(MIN_TRAINING, len(samples) - HELD_OUT) :]:
        earlier = [one for one in samples if one.order < held.order][-WINDOW:]
        if len(earlier) < MIN_TRAINING:
            continue
        aligned = star([one.prepared for one in earlier])
        seen: dict[str, Score] = {}
        for threshold in THRESHOLDS:
            text = draft_text(aligned, threshold, held.values)
            if text not in seen:
                seen[text] = score(tokenize(text), held.tokens)
            by_threshold[threshold].append(Prediction(held, seen[text]))
        newest = earlier[-1]
        copy.append(Prediction(held, score(newest.tokens, held.tokens)))
        moved = tokenize(settle(newest.lifted, held.values))
        renamed.append(Prediction(held, score(moved, held.tokens)))
    return Trial(by_threshold, copy, renamed)


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
    if not tried.copy:
        return Verdict(None, "too few members to hold one out", "no member could be predicted", 0.0)
    rows = [
        (utility(predictions), threshold, predictions)
        for threshold, predictions in tried.by_threshold.items()
        if len(predictions) >= FEW_HELD_OUT or threshold >= FEW_THRESHOLD
    ]
    best_utility, best, predictions = max(rows, key=lambda row: (row[0], row[1]))
    nearest = (
        f"at threshold {best:g} it would have saved {net_saving(predictions):.0%} with "
        f"{precision(predictions):.0%} of its text staying (copying the newest sibling: "
        f"{net_saving(tried.copy):.0%})"
    )
    fitting = [row for row in rows if not _objection(row[0], row[2], tried)]
    if fitting:
        gain, threshold, _ = max(fitting, key=lambda row: (row[0], row[1]))
        return Verdict(threshold, "", nearest, gain)
    return Verdict(None, _objection(best_utility, predictions, tried), nearest, best_utility)


def _objection(gain: float, predictions: list[Prediction], tried: Trial) -> str:
    """Why these predictions are no ground for a template; empty when they are."""
    if gain < MIN_UTILITY:
        return "the members share too little to save any typing"
    if mean_precision(predictions) < MIN_PRECISION:
        return "too much of what it would write has to be deleted again"
    if net_saving(predictions) <= COPY_MARGIN * net_saving(tried.copy):
        return "copying the newest sibling saves as much"
    if sum(one.edits for one in predictions) >= sum(one.edits for one in tried.copy):
        return "a copy and its edits describe the members more briefly"
    return ""
