"""A role as mining studied it: its members, what was tried, what came out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining import generated
from pattern_ci.mining.family import try_out, wanted
from pattern_ci.mining.holdout import MIN_TRAINING
from pattern_ci.mining.template import induce, shares
from pattern_ci.model.explanation import Edits, HeldOutFile, Member, Use, Way

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pattern_ci.mining.family import Material
    from pattern_ci.mining.holdout import Around, Memory, Prediction, Trial
    from pattern_ci.mining.judging import Verdict
    from pattern_ci.mining.template import Template
    from pattern_ci.mining.tokens import Score


class Studied(NamedTuple):
    """The way a template is made of a role's members, and the template (None for none)."""

    material: Material
    around: Around
    tried: Trial
    verdict: Verdict
    template: Template | None

    @property
    def way(self) -> Way | None:
        """How the template is made; None where the role is left alone."""
        if self.verdict.threshold is None:
            return None
        return Way(around=self.around.value, threshold=self.verdict.threshold)

    @property
    def predictions(self) -> list[Prediction]:
        """The held-out members at the chosen threshold; none where the role is left alone."""
        threshold = self.verdict.threshold
        return [] if threshold is None else self.tried.by_threshold[threshold]

    def shares(self) -> dict[str, float]:
        """How much of the fixed text each of the newest members has, by path."""
        threshold = self.verdict.threshold
        return {} if threshold is None else shares(self.material.samples, threshold, self.around)


def studied(material: Material, memory: Memory) -> Studied | None:
    """What mining makes of a role; None when it tries nothing: too few members, or generated."""
    samples = material.samples
    if len(samples) <= MIN_TRAINING or generated.mostly([one.text for one in samples]):
        return None
    around, tried, verdict = try_out(samples, memory)
    template = None
    if verdict.threshold is not None:
        template = induce(samples, verdict.threshold, material.group.role.holes, around)
    return Studied(material, around, tried, verdict, template)


def members(
    material: Material, learned: Collection[str] | None, has: Mapping[str, float]
) -> tuple[Member, ...]:
    """The live members of a role, newest first; `learned` is None where nothing was learned."""
    newest = {one.path for one in wanted(material.group)}
    read = {one.path for one in material.samples}

    def use(path: str) -> Use:
        if learned is not None and path in learned:
            return Use.LEARNED
        if path not in newest:
            return Use.OLDER
        if path not in read:
            return Use.UNREADABLE
        return Use.LOOKED_AT if learned is None else Use.UNLIKE

    return tuple(
        Member(
            path=one.path,
            commit=one.addition.sha or None,
            added=day(one.addition.time) if one.addition.sha else None,
            use=use(one.path),
            has=has.get(one.path),
        )
        for one in reversed(material.group.members)
    )


def day(seconds: int) -> str | None:
    """A day in UTC; None for a moment that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def held_out_files(
    predictions: Sequence[Prediction], copies: Sequence[Prediction]
) -> tuple[HeldOutFile, ...]:
    """Each held-out member beside the copy of its newest sibling, newest first."""
    pairs = zip(predictions, copies, strict=True)
    made = [
        HeldOutFile(
            path=one.sample.path,
            commit=one.sample.sha or None,
            size=len(one.sample.text),
            draft=edits(one.score),
            copy=edits(copied.score),
        )
        for one, copied in pairs
    ]
    return tuple(reversed(made))


def edits(score: Score) -> Edits:
    """A score as a record."""
    return Edits(kept=score.kept, deleted=score.deleted, typed=score.typed)
