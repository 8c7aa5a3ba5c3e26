"""Write the gaps and the fixed texts of a family as template source with variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.frames import end_of
from pattern_ci.mining.loops import ITEM, loop
from pattern_ci.mining.repeating import segments
from pattern_ci.mining.stems import meaning
from pattern_ci.mining.variables import WORD, Names, Value, Variable
from pattern_ci.model.cases import CASES
from pattern_ci.render.language import escape
from pattern_ci.render.problem import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.mining.bands import Part
    from pattern_ci.mining.repeating import Repeated

# Text with fewer letters and digits is marks: brackets, quotes and line ends between values.
MIN_LETTERS = 4
# So many texts of marks in a row are a list, and its entries are no variables of their own.
MANY_MARKS = 4
_LINE_END = re.compile(r"\n[ \t]*\Z")
_END_MARKS = re.compile(r"\W+\Z")
_LINE_ENDS = re.compile(r"\n\s*\Z")


class Written(NamedTuple):
    """Template source, its variables, and how many characters of it are fixed."""

    source: str
    variables: tuple[Variable, ...]
    fixed_length: int


class _Place(NamedTuple):
    """A gap with its default, and the fixed text behind it (None before a list and at the end)."""

    gap: tuple[str, ...]
    default: str
    part: Part | None


def write(parts: Sequence[Part], last: tuple[str, ...], holes: Sequence[str]) -> Written:
    """The source of parts in order and of the gap behind the last."""
    page = _Page(holes)
    for segment in segments(parts, last):
        page.add(segment.parts, segment.last)
        if segment.repeated is not None:
            page.repeat(segment.repeated)
    fixed = sum(len(token) for part in parts for token in part.tokens)
    return page.written(fixed)


class _Page:
    """Template source as it grows, with the variables that it has so far."""

    def __init__(self, holes: Sequence[str]) -> None:
        self._holes = holes
        self._names = Names((*holes, *RESERVED))
        self._known: dict[tuple[tuple[Value, ...], str], Variable] = {}
        self._source: list[str] = []
        self._before = self._item = ""

    def add(self, parts: Sequence[Part], last: tuple[str, ...]) -> None:
        """Gaps and fixed texts in order."""
        for given in _folded(parts, last):
            place, ends = _without_ends(given, self._before)
            self._source.append(_gap(place, self._before, self._names, self._known))
            if place.part is None:
                continue
            text = "".join(_literal(token, self._holes) for token in _glued(place.part.tokens))
            text = escape(ends) + text
            if not all(place.part.presence):
                flag = _flag(place.part, self._names, self._known)
                text = f"{{% if {flag} %}}{text}{{% endif %}}"
            self._source.append(text)
            self._before = "".join(place.part.tokens)

    def repeat(self, repeated: Repeated) -> None:
        """A list of like entries."""
        self._item = self._item or self._names.claim(ITEM)
        made = loop(repeated, self._before, self._names, item=self._item)
        self._source.append(made.source)
        self._known[made.variable.values, made.variable.name] = made.variable
        self._before = "".join(repeated.entries.frame.texts)

    def written(self, fixed: int) -> Written:
        """The whole source, with so many characters of fixed text."""
        shown = (one._replace(after=_shown(one.after, self._holes)) for one in self._known.values())
        return Written("".join(self._source), tuple(shown), fixed)


def _folded(parts: Sequence[Part], last: tuple[str, ...]) -> Iterator[_Place]:
    """Gaps and fixed texts, with marks that only some have, or that make a list, in the gaps.

    A switch for a comma and a variable for each entry of a list say nothing to a reader: one
    variable holds them all, and the marks are its default.
    """
    fold = _to_fold(parts)
    carried, default = ("",) * len(last), ""
    for part, folds in zip(parts, fold, strict=True):
        gap = tuple(map("".join, zip(carried, part.gap, strict=True)))
        if not folds:
            yield _Place(gap, default, part)
            carried, default = ("",) * len(last), ""
            continue
        text = "".join(part.tokens)
        shown = [text if has else "" for has in part.presence]
        carried = tuple(map("".join, zip(gap, shown, strict=True)))
        default += text
    yield _Place(tuple(map("".join, zip(carried, last, strict=True))), default, None)


def _without_ends(place: _Place, before: str) -> tuple[_Place, str]:
    """A gap without the line ends that stand before an optional part wherever there is one.

    They belong to the part where the line `before` may end there: else both would be glued together
    by whoever fills in nothing. Where every member goes on in the gap, so has everybody else.
    """
    if place.part is None or all(place.part.presence) or place.default:
        return place, ""
    if not before or before.endswith("\n"):
        return place, ""
    pairs = list(zip(place.gap, place.part.presence, strict=True))
    if any(value for value, has in pairs if not has):
        return place, ""
    theirs = [value for value, has in pairs if has]
    found = _LINE_ENDS.search(end_of(theirs))
    ends = found.group() if found else ""
    if all(any(map(str.isalnum, value)) for value in theirs):
        return place, ""
    return place._replace(gap=tuple(value.removesuffix(ends) for value in place.gap)), ends


def _marks(part: Part) -> bool:
    """Whether the fixed text is marks alone: no name from the path, hardly a letter."""
    if any(meaning(token) for token in part.tokens):
        return False
    return sum(map(str.isalnum, "".join(part.tokens))) < MIN_LETTERS


def _to_fold(parts: Sequence[Part]) -> list[bool]:
    fold = [False] * len(parts)
    start = 0
    for stop in range(1, len(parts) + 1):
        if stop < len(parts) and _marks(parts[stop]) and _marks(parts[start]):
            continue
        chain_of_marks = parts[start:stop]
        optional = not all(all(part.presence) for part in chain_of_marks)
        if _marks(parts[start]) and (optional or len(chain_of_marks) >= MANY_MARKS):
            fold[start:stop] = [True] * len(chain_of_marks)
        start = stop
    return fold


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


def _shown(text: str, holes: Sequence[str]) -> str:
    """A stretch of fixed text for people: placeholders as the holes of a role."""
    return "".join(_hole(one, holes) for one in text)


def _hole(character: str, holes: Sequence[str]) -> str:
    lifted = meaning(character)
    if lifted is None:
        return character
    hole, case = lifted
    return f"{{{holes[hole]}.{case}}}" if case else f"{{{holes[hole]}}}"


def _flag(
    part: Part,
    names: Names,
    known: dict[tuple[tuple[Value, ...], str], Variable],
) -> str:
    key = (part.presence, "")
    if key not in known:
        word = WORD.search("".join(token for token in part.tokens if meaning(token) is None))
        name = names.claim(f"has_{word.group() if word else 'part'}")
        known[key] = Variable(name, "flag", part.presence, "")
    return known[key].name


def _gap(
    place: _Place,
    before: str,
    names: Names,
    known: dict[tuple[tuple[Value, ...], str], Variable],
) -> str:
    values, default, _ = place
    if not any(values):
        return ""
    end = _shared_end(values)
    if end and (not default or default.endswith(end)):
        inner = tuple(value[: -len(end)] for value in values)
        shorter = place._replace(gap=inner, default=default[: -len(end)] if default else "")
        return _gap(shorter, before, names, known) + escape(end)
    if (values, default) in known:
        return f"{{{{ {known[values, default].name} }}}}"
    for other in known.values():
        case = None if default or other.default else _case_of(other, values)
        if case:
            return f"{{{{ {other.name} | {case} }}}}"
    tail = before.rsplit("\n", 1)[-1]
    name = names.claim(_wish(place, before))
    known[values, default] = Variable(name, "text", values, tail.strip()[-60:], default)
    return f"{{{{ {name} }}}}"


def _wish(place: _Place, before: str) -> str:
    """A name by the word that stands before; a block of lines is named by its place."""
    tail: list[str] = WORD.findall(before.rsplit("\n", 1)[-1])
    if tail and not any("\n" in value.strip("\n") for value in place.gap):
        return tail[-1]
    if not before:
        return "head"
    words = WORD.findall(before)
    if place.part is None or not words:
        return "rest" if place.part is None else "body"
    return f"after_{words[-1]}"


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
