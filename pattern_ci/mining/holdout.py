"""Rolling hold-out: predict each member from earlier ones only, and choose or abstain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.align import Star, Text, prepare, runs, star
from pattern_ci.mining.stems import lift, settle
from pattern_ci.mining.tokens import Score, score, tokenize
from pattern_ci.model.cases import words
from pattern_ci.model.digests import content_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Raised when a prediction of the same members can come out differently.
RULES = 3
# A template is made from this many newest members: older ones follow older habits. Eight did best
# of 8 and 16 on the development repositories, as in the published pilot.
WINDOW = 8
# At most this many newest members are predicted.
HELD_OUT = 8
# A member is predicted from at least this many.
MIN_TRAINING = 2
# So many newest members without a common stretch of text end the trial.
HOPELESS = 4


@unique
class Around(StrEnum):
    """Which member a template is written around: it holds no text that this member lacks.

    The medoid shares most with all others. Where habits change, so that the members share little,
    the newest shows the habit of today.
    """

    MEDOID = "medoid"
    NEWEST = "newest"


# How many must share a text for it to be written, as shares. Around the newest member fewer need
# to: what it has counts for more.
THRESHOLDS = {Around.MEDOID: (0.5, 0.6, 0.7, 0.8, 0.9), Around.NEWEST: (0.25, 0.5, 0.75)}
# Members of one commit that are held out stay below this.
FEW_HELD_OUT = 3


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
    """All held-out members under each threshold, and under copying the newest sibling.

    `together` says that they were predicted from members of their own commit.
    """

    by_threshold: dict[float, list[Prediction]]
    copy: list[Prediction]
    copy_renamed: list[Prediction]
    together: bool = False


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

    def star(self, key: str, earlier: Sequence[Sample], around: Around) -> Star:
        """The alignment of a window; those of one role are kept, the newest is asked for again."""
        if key not in self._stars:
            if len(self._stars) >= HELD_OUT:
                self._stars.clear()
            self._stars[key] = aligned_around(earlier, around)
        return self._stars[key]


def aligned_around(members: Sequence[Sample], around: Around) -> Star:
    """The alignment of members, oldest first."""
    newest = len(members) - 1
    return star([one.prepared for one in members], newest if around is Around.NEWEST else None)


def held_out(samples: list[Sample]) -> list[tuple[Sample, list[Sample]]]:
    """The newest members, each with the window of members that earlier commits added.

    Where one commit added nearly all of them, the members listed before it take their place: less
    telling, so that more is asked of them (see `judge`).
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


def prediction_key(held: Sample, earlier: Sequence[Sample], around: Around) -> str:
    """Digest of all that a prediction depends on."""
    whole = [RULES, around, *((one.path, one.blob, one.values) for one in (held, *earlier))]
    return "prediction:" + content_digest(whole)


def trial(samples: list[Sample], memory: Memory, around: Around = Around.MEDOID) -> Trial:
    """Predict the newest members, each from those added in earlier commits."""
    rows: list[tuple[Sample, list[Score]]] = []
    pairs = held_out(samples)
    for held, earlier in reversed(pairs):
        key = prediction_key(held, earlier, around)
        scores = memory.get(key)
        if scores is None:
            aligned = memory.star(key, earlier, around)
            scores = [*_predict(held, aligned, THRESHOLDS[around]), *_copies(held, earlier, memory)]
            memory.put(key, scores)
        rows.append((held, scores))
        # The newest members share nothing at any threshold: older ones cannot change the verdict.
        if len(rows) == HOPELESS and not any(one.kept for _, row in rows for one in row[:-2]):
            break
    rows.reverse()
    by_threshold = {
        threshold: [Prediction(held, scores[number]) for held, scores in rows]
        for number, threshold in enumerate(THRESHOLDS[around])
    }
    copy = [Prediction(held, scores[-2]) for held, scores in rows]
    renamed = [Prediction(held, scores[-1]) for held, scores in rows]
    together = any(earlier[-1].order >= held.order for held, earlier in pairs)
    return Trial(by_threshold, copy, renamed, together)


def _predict(held: Sample, aligned: Star, thresholds: Sequence[float]) -> list[Score]:
    seen: dict[str, Score] = {}
    scores = []
    for threshold in thresholds:
        text = draft_text(aligned, threshold, held.values)
        if text not in seen:
            seen[text] = score(tokenize(text), held.tokens)
        scores.append(seen[text])
    return scores


def _copies(held: Sample, earlier: Sequence[Sample], memory: Memory) -> list[Score]:
    """Of the newest sibling as it is, and with the name changed."""
    known = memory.get(prediction_key(held, earlier, Around.MEDOID))
    if known is not None:
        return known[-2:]
    newest = earlier[-1]
    moved = settle(newest.lifted, held.values)
    return [score(newest.tokens, held.tokens), score(tokenize(moved), held.tokens)]
