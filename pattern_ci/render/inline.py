"""Puts an element into a list that stands on one line, or says why there is no one place: pure.

No language is known here: a list is what stands in place of `{*}` in a line of the shape `within`,
its elements are parted by a separator outside of quotes and brackets, and every other byte stays.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages import anchoring as messages
from pattern_ci.model.anchor import WILD, Key, Place, Shape
from pattern_ci.model.signs import OPENING, QUOTES, nests
from pattern_ci.render import siblings
from pattern_ci.render.insertion import Inserted, Refused, Why

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.model.anchor import Anchor


class Listed(NamedTuple):
    """A line that holds a list: its index, and each element as a half-open range of columns."""

    number: int
    line: str
    elements: tuple[range, ...]

    @property
    def texts(self) -> list[str]:
        """The elements as they are written."""
        return [self.line[one.start : one.stop] for one in self.elements]


class Placed(NamedTuple):
    """Where an element goes: in front of the one of this number, or is, when it is `there`."""

    row: Listed
    made: str
    at: int
    there: bool


def insert(text: str, anchor: Anchor, entry: str) -> Inserted | Refused:
    """Put the rendered `entry` into its list in `text`."""
    placed = find(text, anchor, entry)
    if isinstance(placed, Refused):
        return placed
    row = placed.row
    if placed.there:
        return Inserted(text, row.number + 1, changed=False)
    line = _with(row, placed.at, placed.made, anchor.separator)
    return Inserted(_replaced(text, row.number, line), row.number + 1, changed=True)


def element(anchor: Anchor, entry: str) -> str | Refused:
    """The entry as an element; refused when it would not be known again."""
    made = entry.strip()
    if not made:
        return Refused(Why.BAD_ENTRY, messages.NO_ENTRY)
    if "\n" in made or "\r" in made:
        return Refused(Why.BAD_ENTRY, messages.wrong_length(1, len(made.splitlines())))
    whole = elements(made, anchor.separator)
    if whole is None or len(whole) != 1 or len(whole[0]) != len(made):
        return Refused(Why.BAD_ENTRY, messages.several_elements(made))
    if anchor.sibling.match(made) is None:
        return Refused(Why.BAD_ENTRY, messages.unlike(made, anchor.like))
    return made


def find(text: str, anchor: Anchor, entry: str) -> Placed | Refused:
    """Where in `text` the rendered entry goes, or is."""
    made = element(anchor, entry)
    if isinstance(made, Refused):
        return made
    row = listed(text, anchor)
    if isinstance(row, Refused):
        return row
    texts = row.texts
    if made in texts:
        return Placed(row, made, texts.index(made), there=True)
    at = _index(texts, anchor, made)
    if at is None:
        return Refused(Why.AMBIGUOUS, messages.list_not_sorted(row.number + 1))
    return Placed(row, made, at, there=False)


def listed(text: str, anchor: Anchor) -> Listed | Refused:
    """The one line in `text` that holds the list, with siblings and nothing else in it."""
    within = Shape(anchor.within or "")
    if "\r\n" in text and text.count("\r\n") != text.count("\n"):
        return Refused(Why.MIXED_NEWLINES, messages.MIXED)
    lines = text.replace("\r\n", "\n").split("\n")
    scopes = siblings.sections(lines, anchor)
    if not scopes:
        return Refused(Why.NO_SECTION, messages.no_section(anchor.section or ""))
    numbers = [n for scope in scopes for n in scope if within.match(lines[n]) is not None]
    if not numbers:
        return Refused(Why.NO_SIBLING, messages.no_sibling(within.text, anchor.section))
    if len(numbers) > 1:
        found = [number + 1 for number in numbers]
        return Refused(Why.AMBIGUOUS, messages.several_runs(within.text, found))
    return _row(lines[numbers[0]], numbers[0], anchor)


def _row(line: str, number: int, anchor: Anchor) -> Listed | Refused:
    head, _, tail = (anchor.within or "").rstrip().partition(WILD)
    inside = line.rstrip()[len(head) : len(line.rstrip()) - len(tail)]
    found = elements(inside, anchor.separator)
    shifted = tuple(range(one.start + len(head), one.stop + len(head)) for one in found or ())
    row = Listed(number, line, shifted)
    if not shifted or any(anchor.sibling.match(one) is None for one in row.texts):
        return Refused(Why.NO_SIBLING, messages.no_element(number + 1, anchor.like))
    return row


def elements(inside: str, separator: str | None) -> tuple[range, ...] | None:
    """The elements between the ends of a list; None for what is no list.

    An empty one is none, unless it is the last: that is a separator at the end.
    """
    if separator is None:
        found = [part for part in _parts(inside, None) or () if len(part)]
        return tuple(found) or None
    parts = _parts(inside, separator)
    if parts is None:
        return None
    bare = [_stripped(inside, part) for part in parts]
    if not len(bare[-1]):
        bare.pop()
    return tuple(bare) if bare and all(map(len, bare)) else None


def _stripped(inside: str, part: range) -> range:
    text = inside[part.start : part.stop]
    start = part.start + len(text) - len(text.lstrip())
    return range(start, start + len(text.strip()))


def _parts(inside: str, separator: str | None) -> list[range] | None:
    """Stretches between separators that stand outside of quotes and brackets."""
    ends: list[range] = []
    for at in _outside(inside):
        if at is None:
            return None
        cut = inside[at].isspace() if separator is None else inside.startswith(separator, at)
        if cut and (not ends or at >= ends[-1].stop):
            ends.append(range(at, at + len(separator or " ")))
    starts = [0, *(one.stop for one in ends)]
    stops = [*(one.start for one in ends), len(inside)]
    return [range(start, stop) for start, stop in zip(starts, stops, strict=True)]


def _outside(inside: str) -> Iterator[int | None]:
    """Columns outside of quotes and brackets; a last None where those do not pair."""
    open_ones: list[str] = []
    at = 0
    while at < len(inside):
        sign = inside[at]
        if sign in QUOTES and not (at and inside[at - 1].isalnum()):
            at = _quoted(inside, at)
        elif not nests(open_ones, sign):
            yield None
            return
        elif not open_ones and sign not in OPENING:
            yield at
        at += 1
    if open_ones or at > len(inside):
        yield None


def _quoted(inside: str, start: int) -> int:
    """The column of the quote that ends what begins at `start`; the end where there is none."""
    at = start + 1
    while at < len(inside) and inside[at] != inside[start]:
        at += 2 if inside[at] == "\\" else 1
    return at


def _index(texts: Sequence[str], anchor: Anchor, made: str) -> int | None:
    """Before which element a new one goes; None where that is not clear."""
    if anchor.place is Place.LAST:
        return len(texts)
    if anchor.place is Place.FIRST:
        return 0
    key, keys = _key(made, anchor), [_key(one, anchor) for one in texts]
    around = list(pairwise((None, *keys, None)))
    fitting = [
        index
        for index, (before, after) in enumerate(around)
        if (before is None or before <= key) and (after is None or key < after)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _key(text: str, anchor: Anchor) -> tuple[str, ...]:
    values = (text,) if anchor.key is Key.LINE else anchor.sibling.match(text) or ()
    return tuple(map(str.casefold, values)) if anchor.ignore_case else values


def _with(row: Listed, index: int, made: str, separator: str | None) -> str:
    """The line with one element more; what stands between two is taken from the others."""
    line, spans = row.line, row.elements
    between = f"{separator} " if separator else " "
    if len(spans) > 1:
        at = min(max(index, 1), len(spans) - 1)
        between = line[spans[at - 1].stop : spans[at].start]
    if index == len(spans):
        end = spans[-1].stop
        return line[:end] + between + made + line[end:]
    start = spans[index].start
    return line[:start] + made + between + line[start:]


def without(row: Listed, index: int) -> str:
    """The line without one element, and without what parted it from the next, or the last one."""
    spans = row.elements
    if index + 1 < len(spans):
        start, stop = spans[index].start, spans[index + 1].start
    elif index:
        start, stop = spans[index - 1].stop, spans[index].stop
    else:
        start, stop = spans[0].start, spans[0].stop
    return row.line[:start] + row.line[stop:]


def _replaced(text: str, number: int, line: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    lines[number] = line
    return newline.join(lines)


def swapped(text: str, anchor: Anchor, old: str, new: str) -> str | None:
    """The text with one element turned into another in its place; None unless it is there."""
    row = listed(text, anchor)
    if isinstance(row, Refused) or row.texts.count(old.strip()) != 1:
        return None
    span = row.elements[row.texts.index(old.strip())]
    line = row.line[: span.start] + new.strip() + row.line[span.stop :]
    return _replaced(text, row.number, line)


def misplaced(text: str, anchor: Anchor, made: str) -> str | None:
    """Why an element is not where the anchor would put it; None when it is."""
    placed = find(text, anchor, made)
    if isinstance(placed, Refused):
        return placed.reason
    row = placed.row
    if not placed.there:
        return messages.NOT_THERE
    before = _replaced(text, row.number, without(row, placed.at))
    again = find(before, anchor, made)
    if isinstance(again, Refused):
        return again.reason
    return None if again.at == placed.at else messages.other_element(row.number + 1)


def line_of(anchor: Anchor, texts: Sequence[str]) -> str:
    """A line of the anchor's shape that holds these elements."""
    return (anchor.within or "").replace(WILD, f"{anchor.separator or ''} ".join(texts))
