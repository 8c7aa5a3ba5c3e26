"""Rolling hold-out: predict each member from earlier ones only, and choose or abstain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages.mine import REASONS, nearest_miss
from pattern_ci.mining.align import Star, Text, prepare, runs, star
from pattern_ci.mining.stems import lift, settle
from pattern_ci.mining.tokens import Score, score, tokenize
from pattern_ci.model.cases import words
from pattern_ci.model.digests import content_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Raised when a prediction of the same members can come out differently.
RULES = 2
# A template is made from this many newest members: older ones follow older habits. Eight did best
# of 8 and 16 on the development repositories, as in the published pilot.
WINDOW = 8
# At most this many newest members are predicted.
HELD_OUT = 8
# A member is predicted from at least this many.
MIN_TRAINING = 2
# So many newest members without a common stretch of text end the trial.
HOPELESS = 4
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)

# The abstention rule; the curve behind the figures is in docs/decisions.
DELETION_PENALTY = 0.1  # a wrong character costs more than a missing one: it must be found
WORST_FILE = 0.5
PER_FILE_WEIGHT = 0.75  # the rest weighs by characters
MIN_UTILITY = 0.01
MIN_PRECISION = 0.55
SOME_SAVING = 0.02
# Where copying does nearly as well, which of the two wins next time is chance: a template must
# save two fifths more, or a twentieth of the file more.
COPY_FACTOR = 1.4
COPY_MARGIN = 0.05
WIN_SHARE = 0.7  # on so many of the held-out members copying may not save more
FEW_HELD_OUT = 3
FEW_THRESHOLD = 0.8  # with fewer held-out members only what nearly all members have is written


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A member to learn from: path, values of the holes, blob, text and place in time."""

    path: str
    values: tuple[str, ...]
    blob: str
    text: str
    sha: str = ""
    order: int = 0

    @cached_property
    def tokens(self) -> list[str]:
        """The text as tokens."""
        return tokenize(self.text)

    @cached_property
    def lifted(self) -> str:
        """The text with the names of its path as placeholders."""
        return lift(self.text, self.values)

    @cached_property
    def prepared(self) -> Text:
        """The lifted text, ready for alignment."""
        telling = all(len(words(value)) > 1 for value in self.values)
        return prepare(tokenize(self.lifted), telling=telling)


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


class Memory:
    """Scores of predictions made before, by what went into them; `fresh` are those made now."""

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._known = dict(known or {})
        self.fresh: dict[str, str] = {}
        self._stars: dict[str, Star] = {}

    def get(self, key: str) -> list[Score] | None:
        """The scores under each threshold, then of copying and of copying with the name changed."""
        text = self._known.get(key)
        return None if text is None else [Score(*row) for row in json.loads(text)]

    def put(self, key: str, scores: Sequence[Score]) -> None:
        """Remember what was computed."""
        self._known[key] = self.fresh[key] = json.dumps(scores)

    def star(self, key: str, earlier: Sequence[Sample]) -> Star:
        """The alignment of a window; those of one role are kept, the newest is asked for again."""
        if key not in self._stars:
            if len(self._stars) >= HELD_OUT:
                self._stars.clear()
            self._stars[key] = star([one.prepared for one in earlier])
        return self._stars[key]


def held_out(samples: list[Sample]) -> list[tuple[Sample, list[Sample]]]:
    """The newest members, each with the window of members that earlier commits added.

    Where one commit added nearly all of them, the members listed before it take their place: less
    telling, and so only what nearly all members have is written then (see `judge`).
    """
    first = max(MIN_TRAINING, len(samples) - HELD_OUT)
    strict = [
        (held, [one for one in samples[:index] if one.order < held.order][-WINDOW:])
        for index, held in enumerate(samples[first:], first)
    ]
    pairs = [(held, earlier) for held, earlier in strict if len(earlier) >= MIN_TRAINING]
    if pairs or len(samples) <= MIN_TRAINING:
        return pairs
    loose = samples[max(MIN_TRAINING, len(samples) - FEW_HELD_OUT + 1) :]
    return [(held, samples[: samples.index(held)][-WINDOW:]) for held in loose]


def prediction_key(held: Sample, earlier: Sequence[Sample]) -> str:
    """Digest of all that a prediction depends on."""
    whole = [RULES, *((one.path, one.blob, one.values) for one in (held, *earlier))]
    return "prediction:" + content_digest(whole)


def trial(samples: list[Sample], memory: Memory) -> Trial:
    """Predict the newest members, each from those added in earlier commits."""
    rows: list[tuple[Sample, list[Score]]] = []
    for held, earlier in reversed(held_out(samples)):
        key = prediction_key(held, earlier)
        scores = memory.get(key)
        if scores is None:
            scores = _predict(held, memory.star(key, earlier), earlier[-1])
            memory.put(key, scores)
        rows.append((held, scores))
        # The newest members share nothing at any threshold: older ones cannot change the verdict.
        if len(rows) == HOPELESS and not any(one.kept for _, row in rows for one in row[:-2]):
            break
    rows.reverse()
    by_threshold = {
        threshold: [Prediction(held, scores[number]) for held, scores in rows]
        for number, threshold in enumerate(THRESHOLDS)
    }
    copy = [Prediction(held, scores[-2]) for held, scores in rows]
    renamed = [Prediction(held, scores[-1]) for held, scores in rows]
    return Trial(by_threshold, copy, renamed)


def _predict(held: Sample, aligned: Star, newest: Sample) -> list[Score]:
    seen: dict[str, Score] = {}
    scores = []
    for threshold in THRESHOLDS:
        text = draft_text(aligned, threshold, held.values)
        if text not in seen:
            seen[text] = score(tokenize(text), held.tokens)
        scores.append(seen[text])
    moved = settle(newest.lifted, held.values)
    scores.append(score(newest.tokens, held.tokens))
    scores.append(score(tokenize(moved), held.tokens))
    return scores


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
        return Verdict(None, REASONS["no_holdout"], REASONS["no_holdout_nearest"], 0.0)
    rows = [
        (utility(predictions), threshold, predictions)
        for threshold, predictions in tried.by_threshold.items()
        if len(predictions) >= FEW_HELD_OUT or threshold >= FEW_THRESHOLD
    ]
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
    if net_saving(predictions) <= min(COPY_FACTOR * copied, copied + COPY_MARGIN):
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
