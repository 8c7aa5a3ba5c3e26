"""Write the gaps and the fixed texts of a family as template source with variables."""

from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.stems import meaning
from pattern_ci.model.cases import CASES
from pattern_ci.render.language import escape
from pattern_ci.render.problem import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Text with fewer letters and digits is marks: brackets, quotes and line ends between values.
MIN_LETTERS = 4
# So many texts of marks in a row are a list, and its entries are no variables of their own.
MANY_MARKS = 4
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,}")
_LINE_END = re.compile(r"\n[ \t]*\Z")
_END_MARKS = re.compile(r"\W+\Z")
_NAME_LENGTH = 24


class Variable(NamedTuple):
    """A variable of a template: `flag` guards an optional stretch, `text` fills a gap.

    `values` holds the value of each training member, in their order; `default` is what stands
    there when nothing is known.
    """

    name: str
    kind: str
    values: tuple[str | bool, ...]
    after: str
    default: str = ""


class Part(NamedTuple):
    """A gap and the fixed text behind it, with the members that have that text."""

    gap: tuple[str, ...]
    tokens: tuple[str, ...]
    presence: tuple[bool, ...]

    @property
    def marks(self) -> bool:
        """Whether the fixed text is marks alone: no name from the path, hardly a letter."""
        if any(meaning(token) for token in self.tokens):
            return False
        return sum(map(str.isalnum, "".join(self.tokens))) < MIN_LETTERS


class Written(NamedTuple):
    """Template source, its variables, and how many characters of it are fixed."""

    source: str
    variables: tuple[Variable, ...]
    fixed_length: int


class _Place(NamedTuple):
    """A gap with its default, and the fixed text behind it (None at the end)."""

    gap: tuple[str, ...]
    default: str
    part: Part | None


def write(parts: Sequence[Part], last: tuple[str, ...], holes: Sequence[str]) -> Written:
    """The source of parts in order and of the gap behind the last."""
    names = _Names((*holes, *RESERVED))
    known: dict[tuple[tuple[str | bool, ...], str], Variable] = {}
    source: list[str] = []
    before = ""
    for place in _folded(parts, last):
        source.append(_gap(place, before, names, known))
        if place.part is None:
            continue
        text = "".join(_literal(token, holes) for token in _glued(place.part.tokens))
        if not all(place.part.presence):
            flag = _flag(place.part, names, known)
            text = f"{{% if {flag} %}}{text}{{% endif %}}"
        source.append(text)
        before = "".join(place.part.tokens)
    fixed = sum(len(token) for part in parts for token in part.tokens)
    variables = (one._replace(after=_shown(one.after, holes)) for one in known.values())
    return Written("".join(source), tuple(variables), fixed)


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


def _to_fold(parts: Sequence[Part]) -> list[bool]:
    fold = [False] * len(parts)
    start = 0
    for stop in range(1, len(parts) + 1):
        if stop < len(parts) and parts[stop].marks and parts[start].marks:
            continue
        chain_of_marks = parts[start:stop]
        optional = not all(all(part.presence) for part in chain_of_marks)
        if parts[start].marks and (optional or len(chain_of_marks) >= MANY_MARKS):
            fold[start:stop] = [True] * len(chain_of_marks)
        start = stop
    return fold


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
    names: _Names,
    known: dict[tuple[tuple[str | bool, ...], str], Variable],
) -> str:
    key = (part.presence, "")
    if key not in known:
        word = _WORD.search("".join(token for token in part.tokens if meaning(token) is None))
        name = names.claim(f"has_{word.group() if word else 'part'}")
        known[key] = Variable(name, "flag", part.presence, "")
    return known[key].name


def _gap(
    place: _Place,
    before: str,
    names: _Names,
    known: dict[tuple[tuple[str | bool, ...], str], Variable],
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
    tail: list[str] = _WORD.findall(before.rsplit("\n", 1)[-1])
    if tail and not any("\n" in value.strip("\n") for value in place.gap):
        return tail[-1]
    if not before:
        return "head"
    words = _WORD.findall(before)
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
