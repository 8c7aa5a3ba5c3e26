"""Turn aligned members into a template, its variables and each member's values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.mining.align import Star, align, runs
from pattern_ci.mining.bands import Part
from pattern_ci.mining.holdout import WINDOW, Around, Sample, aligned_around
from pattern_ci.mining.source import write
from pattern_ci.mining.stems import settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.mining.tokens import Block
    from pattern_ci.mining.variables import Variable

# A member that lacks more of the fixed text than the last of these shares follows another habit;
# the strictest share that half of the rest reaches is taken, because each lack costs an `if`.
MIN_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6)
MIN_TRAINING_MEMBERS = 3
MAX_TRAINING_MEMBERS = 24


class Template(NamedTuple):
    """Jinja source, its variables beside the role's holes, and the members it was made from."""

    source: str
    variables: tuple[Variable, ...]
    members: tuple[Sample, ...]
    fixed_length: int

    def values(self, index: int, holes: Sequence[str]) -> dict[str, Any]:
        """All variables of training member `index`, as people write them."""
        values: dict[str, Any] = dict(zip(holes, self.members[index].values, strict=True))
        values.update((one.name, one.plain(one.values[index])) for one in self.variables)
        return values


class _Fit(NamedTuple):
    sample: Sample
    present: tuple[bool, ...]
    gaps: tuple[str, ...]
    share: float


def induce(
    samples: Sequence[Sample],
    threshold: float,
    holes: Sequence[str],
    around: Around = Around.MEDOID,
) -> Template | None:
    """The template of the newest members, or None when too few of them fit it."""
    aligned, stretches, every = _fitted(samples, threshold, around)
    fits = [fit for fit in every if fit.share >= MIN_SHARES[-1]]
    if len(fits) < MIN_TRAINING_MEMBERS:
        return None
    need = max(MIN_TRAINING_MEMBERS, (len(fits) + 1) // 2)
    for share in MIN_SHARES:
        close = [fit for fit in fits if fit.share >= share]
        if len(close) >= need:
            source, variables, fixed = write(*_parts(aligned, stretches, close), holes)
            return Template(source, variables, tuple(fit.sample for fit in close), fixed)
    return None


def shares(
    samples: Sequence[Sample], threshold: float, around: Around = Around.MEDOID
) -> dict[str, float]:
    """By path, how much of the fixed text each of the newest members has; see `MIN_SHARES`."""
    return {fit.sample.path: fit.share for fit in _fitted(samples, threshold, around)[2]}


def _fitted(
    samples: Sequence[Sample], threshold: float, around: Around
) -> tuple[Star, list[tuple[int, int]], list[_Fit]]:
    """The alignment, the stretches that are written, and how each of the newest has them."""
    aligned = aligned_around(samples[-WINDOW:], around)
    stretches = pieces(aligned, runs(aligned, threshold))
    newest = samples[-MAX_TRAINING_MEMBERS:] if stretches else ()
    return aligned, stretches, [_fit(one, aligned, stretches) for one in newest]


def pieces(aligned: Star, stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches cut after each line: a member that lacks one line lacks that line alone."""
    cut = []
    for start, stop in stretches:
        begin = start
        for index in range(start, stop):
            if "\n" in aligned.medoid.tokens[index]:
                cut.append((begin, index + 1))
                begin = index + 1
        if begin < stop:
            cut.append((begin, stop))
    return cut


def _fit(one: Sample, aligned: Star, stretches: list[tuple[int, int]]) -> _Fit:
    """Where each stretch stands in a member, and what stands between them."""
    blocks = align(aligned.medoid, one.prepared)
    tokens = one.prepared.tokens
    present, gaps, cursor, matched = [], [], 0, 0
    for start, stop in stretches:
        at = _place(one, aligned, blocks, start, stop)
        present.append(at is not None)
        if at is None:
            gaps.append("")
            continue
        gaps.append(settle("".join(tokens[cursor:at]), one.values))
        cursor = at + stop - start
        matched += stop - start
    gaps.append(settle("".join(tokens[cursor:]), one.values))
    share = matched / sum(stop - start for start, stop in stretches)
    return _Fit(one, tuple(present), tuple(gaps), share)


def _place(
    one: Sample, aligned: Star, blocks: Sequence[Block], start: int, stop: int
) -> int | None:
    """Where a member has a stretch, to the letter; None where it has not."""
    block = next((b for b in blocks if b.a <= start and b.a + b.size >= stop), None)
    if block is None:
        return None
    at = block.b + start - block.a
    wanted = "".join(aligned.medoid.tokens[start:stop])
    found = "".join(one.prepared.tokens[at : at + stop - start])
    # Compared as alike: the case that the family voted for may be another than this member's.
    if wanted != found and settle(wanted, one.values) != settle(found, one.values):
        return None
    return at


def _parts(
    aligned: Star, stretches: list[tuple[int, int]], fits: list[_Fit]
) -> tuple[list[Part], tuple[str, ...]]:
    """Gaps and fixed texts in order; neighbours that the same members have become one."""
    parts: list[Part] = []
    for number, (start, stop) in enumerate(stretches):
        gap = tuple(fit.gaps[number] for fit in fits)
        presence = tuple(fit.present[number] for fit in fits)
        tokens = aligned.medoid.tokens[start:stop]
        if parts and not any(gap) and parts[-1].presence == presence:
            parts[-1] = parts[-1]._replace(tokens=parts[-1].tokens + tokens)
        else:
            parts.append(Part(gap, tokens, presence))
    return parts, tuple(fit.gaps[-1] for fit in fits)
