"""Turn aligned members into a template, its variables and each member's values."""

from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.align import Star, align, runs
from pattern_ci.mining.holdout import WINDOW, Around, Sample, aligned_around
from pattern_ci.mining.stems import meaning, settle
from pattern_ci.model.cases import CASES
from pattern_ci.render.language import escape
from pattern_ci.render.problem import RESERVED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.mining.tokens import Block

# A member that lacks more of the fixed text than the last of these shares follows another habit;
# the strictest share that half of the rest reaches is taken, because each lack costs an `if`.
MIN_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6)
MIN_TRAINING_MEMBERS = 3
MAX_TRAINING_MEMBERS = 24
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,}")
_LINE_END = re.compile(r"\n[ \t]*\Z")
_END_MARKS = re.compile(r"\W+\Z")
_NAME_LENGTH = 24


class Variable(NamedTuple):
    """A variable of a template: `flag` guards an optional stretch, `text` fills a gap.

    `values` holds the value of each training member, in their order.
    """

    name: str
    kind: str
    values: tuple[str | bool, ...]
    after: str


class Template(NamedTuple):
    """Jinja source, its variables beside the role's holes, and the members it was made from."""

    source: str
    variables: tuple[Variable, ...]
    members: tuple[Sample, ...]
    fixed_length: int

    def values(self, index: int, holes: Sequence[str]) -> dict[str, str | bool]:
        """All variables of training member `index`."""
        sample = self.members[index]
        values: dict[str, str | bool] = dict(zip(holes, sample.values, strict=True))
        values.update((variable.name, variable.values[index]) for variable in self.variables)
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
    aligned = aligned_around(samples[-WINDOW:], around)
    stretches = pieces(aligned, runs(aligned, threshold))
    if not stretches:
        return None
    fits = [
        fit
        for one in samples[-MAX_TRAINING_MEMBERS:]
        if (fit := _fit(one, aligned, stretches)) is not None
    ]
    if len(fits) < MIN_TRAINING_MEMBERS:
        return None
    need = max(MIN_TRAINING_MEMBERS, (len(fits) + 1) // 2)
    for share in MIN_SHARES:
        close = [fit for fit in fits if fit.share >= share]
        if len(close) >= need:
            return _write(aligned, stretches, close, holes)
    return None


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


def _fit(one: Sample, aligned: Star, stretches: list[tuple[int, int]]) -> _Fit | None:
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
    return _Fit(one, tuple(present), tuple(gaps), share) if share >= MIN_SHARES[-1] else None


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


class _Names:
    """Names for variables: a word that stands near, numbered when it is taken."""

    def __init__(self, taken: Sequence[str]) -> None:
        self._taken = set(taken)

    def claim(self, wish: str) -> str:
        name = re.sub(r"[^a-z0-9]+", "_", wish.lower()).strip("_")[:_NAME_LENGTH].rstrip("_")
        name = name if name and name[0].isalpha() else f"part_{name}".rstrip("_")
        numbered = (f"{name}_{number}" for number in count(2))
        free = next(one for one in chain((name,), numbered) if one not in self._taken)
        self._taken.add(free)
        return free


class _Part(NamedTuple):
    """A gap and the fixed text behind it, with the members that have that text."""

    gap: tuple[str, ...]
    tokens: tuple[str, ...]
    presence: tuple[bool, ...]


def _parts(
    aligned: Star, stretches: list[tuple[int, int]], fits: list[_Fit]
) -> tuple[list[_Part], tuple[str, ...]]:
    """Gaps and fixed texts in order; neighbours that the same members have become one."""
    parts: list[_Part] = []
    for number, (start, stop) in enumerate(stretches):
        gap = tuple(fit.gaps[number] for fit in fits)
        presence = tuple(fit.present[number] for fit in fits)
        tokens = aligned.medoid.tokens[start:stop]
        if parts and not any(gap) and parts[-1].presence == presence:
            parts[-1] = parts[-1]._replace(tokens=parts[-1].tokens + tokens)
        else:
            parts.append(_Part(gap, tokens, presence))
    return parts, tuple(fit.gaps[-1] for fit in fits)


def _write(
    aligned: Star, stretches: list[tuple[int, int]], fits: list[_Fit], holes: Sequence[str]
) -> Template:
    names = _Names((*holes, *RESERVED))
    known: dict[tuple[str | bool, ...], Variable] = {}
    variables: list[Variable] = []
    source: list[str] = []
    fixed = 0
    before = ""
    parts, last = _parts(aligned, stretches, fits)
    for part in parts:
        source.append(_gap(part.gap, before, names, known, variables))
        text = "".join(_literal(token, holes) for token in _glued(part.tokens))
        if not all(part.presence):
            flag = _flag(part.presence, part.tokens, names, known, variables)
            text = f"{{% if {flag} %}}{text}{{% endif %}}"
        source.append(text)
        before = "".join(part.tokens)
        fixed += len(before)
    source.append(_gap(last, before, names, known, variables))
    return Template("".join(source), tuple(variables), tuple(fit.sample for fit in fits), fixed)


def _glued(tokens: Sequence[str]) -> list[str]:
    """Neighbouring literal tokens as one text; placeholders stay alone."""
    parts: list[str] = []
    literal: list[str] = []
    for token in tokens:
        if meaning(token) is None:
            literal.append(token)
            continue
        if literal:
            parts.append("".join(literal))
            literal = []
        parts.append(token)
    if literal:
        parts.append("".join(literal))
    return parts


def _literal(part: str, holes: Sequence[str]) -> str:
    lifted = meaning(part)
    if lifted is None:
        return escape(part)
    hole, case = lifted
    return f"{{{{ {holes[hole]} | {case} }}}}" if case else f"{{{{ {holes[hole]} }}}}"


def _flag(
    presence: tuple[bool, ...],
    tokens: Sequence[str],
    names: _Names,
    known: dict[tuple[str | bool, ...], Variable],
    variables: list[Variable],
) -> str:
    if presence not in known:
        word = _WORD.search("".join(token for token in tokens if meaning(token) is None))
        name = names.claim(f"has_{word.group() if word else 'part'}")
        known[presence] = Variable(name, "flag", presence, "")
        variables.append(known[presence])
    return known[presence].name


def _gap(
    values: tuple[str, ...],
    before: str,
    names: _Names,
    known: dict[tuple[str | bool, ...], Variable],
    variables: list[Variable],
) -> str:
    if not any(values):
        return ""
    end = _shared_end(values)
    if end:
        inner = tuple(value[: -len(end)] for value in values)
        return _gap(inner, before, names, known, variables) + escape(end)
    if values in known:
        return f"{{{{ {known[values].name} }}}}"
    for other in variables:
        case = _case_of(other, values)
        if case:
            return f"{{{{ {other.name} | {case} }}}}"
    # The end of the line before says best what stands here; a whole block gets a plain name.
    tail = before.rsplit("\n", 1)[-1]
    words = _WORD.findall(tail)
    many_lines = any("\n" in value.strip("\n") for value in values)
    name = names.claim("body" if many_lines or not words else words[-1])
    variable = Variable(name, "text", values, tail.strip()[-60:])
    known[values] = variable
    variables.append(variable)
    return f"{{{{ {name} }}}}"


def _shared_end(values: tuple[str, ...]) -> str:
    """Punctuation and white space that every value of one line ends with.

    Too short to count as a match of its own, but a value should not have to repeat it, and a file
    whose last value is left out should still end its line.
    """
    shared = values[0]
    for value in values[1:]:
        while not value.endswith(shared):
            shared = shared[1:]
    # Of several lines only the last line end is kept: without it two lines would run together.
    one_line = not any("\n" in value[:-1] for value in values)
    found = (_END_MARKS if one_line else _LINE_END).search(shared)
    return found.group() if found else ""


def _case_of(variable: Variable, values: tuple[str, ...]) -> str | None:
    """The case in which an earlier variable gives these values, if it always does."""
    if variable.kind != "text" or len(set(values)) < 2 or any("\n" in value for value in values):
        return None
    for case, convert in CASES.items():
        if all(convert(str(one)) == two for one, two in zip(variable.values, values, strict=True)):
            return case
    return None
