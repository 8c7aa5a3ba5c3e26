"""An element that an edit put into a list on one line: read from the line before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.model.anchor import WILD
from pattern_ci.model.signs import CLOSING, OPENING
from pattern_ci.render.inline import elements

if TYPE_CHECKING:
    from collections.abc import Iterator

# The surest first: white space parts anything.
SEPARATORS = (",", "|", ";", None)
# A list of words without brackets begins behind one of these.
_HEADS = "=:"
MAX_LINE = 2_000
# So many lists, the nearest, may be around an element; code that people write nests less.
MAX_AROUND = 8
# One word more behind one word is a sentence that goes on rather than a list.
MIN_WORDS = 2


class Row(NamedTuple):
    """How to know a line that holds a list, and what parts its elements."""

    within: str
    separator: str | None


class Element(NamedTuple):
    """What was put into a list, and the list."""

    text: str
    row: Row


def added(old: str, new: str) -> Element | None:
    """The one element that a line has more than before, in the innermost list that has it."""
    old, new = old.rstrip(), new.rstrip()
    if not len(old) < len(new) <= MAX_LINE or WILD in new:
        return None
    start, stop = _changed(old, new)
    if stop < start:
        return None
    for head, tail in _ends(new, start):
        for separator in SEPARATORS:
            found = _one_more(old, new, (head, tail), separator)
            if found is not None:
                end = new[len(new) - tail :] if tail else ""
                return Element(found, Row(new[:head] + WILD + end, separator))
    return None


def _changed(old: str, new: str) -> tuple[int, int]:
    """The columns of `new` that were put in; the second is the smaller one where more was done."""
    start = 0
    while start < len(old) and old[start] == new[start]:
        start += 1
    same = 0
    while same < len(old) - start and old[-1 - same] == new[-1 - same]:
        same += 1
    return (start, len(new) - same) if start + same == len(old) else (1, 0)


def _ends(line: str, at: int) -> Iterator[tuple[int, int]]:
    """Lists that can be around a column: how much of the line stands before and behind each.

    The nearest: a line of very many brackets or marks would take quadratic time.
    """
    depth = around = 0
    for column in range(at - 1, -1, -1):
        sign = line[column]
        depth += (sign in OPENING) - (sign in CLOSING)
        if depth < 0:
            if around == MAX_AROUND:
                break
            depth = 0
            around += 1
            end = _closing(line, column)
            if end is not None:
                yield column + 1, len(line) - end
    heads = [column for column in range(at) if line[column] in _HEADS]
    for column in heads[: -MAX_AROUND - 1 : -1]:
        start = column + 1
        while start < len(line) and line[start].isspace():
            start += 1
        if start <= at:
            yield start, 0


def _closing(line: str, opening: int) -> int | None:
    """The column of the bracket that closes the one at `opening`."""
    depth = 0
    for column in range(opening, len(line)):
        depth += (line[column] in CLOSING) - (line[column] in OPENING)
        if not depth:
            return column
    return None


def _one_more(old: str, new: str, ends: tuple[int, int], separator: str | None) -> str | None:
    """The element that a list has more, where all others are as they were."""
    head, tail = ends
    if len(old) < head + tail:
        return None
    before, after = (_texts(line[head : len(line) - tail], separator) for line in (old, new))
    if not before or len(after) != len(before) + 1:
        return None
    at = next((n for n, one in enumerate(before) if one != after[n]), len(before))
    if after[:at] + after[at + 1 :] != before or (separator is None and len(before) < MIN_WORDS):
        return None
    return after[at]


def _texts(inside: str, separator: str | None) -> list[str]:
    return [inside[one.start : one.stop] for one in elements(inside, separator) or ()]
