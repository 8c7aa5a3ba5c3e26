"""Lift what both sides of a change share out of it: what is left is the shape of the change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.rewrites.changes import TOKEN
from pattern_ci.mining.tokens import common_blocks
from pattern_ci.model.signs import QUOTES, nests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.mining.rewrites.changes import Change

# More values than this in a small change are not names that vary, but another text.
MAX_VALUES = 4
_WORD = re.compile(r"\w+")
_MARKS = frozenset("'\"`,;:.=|&")

# A side of a shape: fixed tokens, and numbers of values.
Side = tuple[str | int, ...]


class Lifted(NamedTuple):
    """A change with its shape, and the values that stand on both sides of it."""

    change: Change
    left: Side
    right: Side
    values: tuple[str, ...]

    @property
    def shape(self) -> tuple[Side, Side]:
        """What changes of one kind have in common."""
        return self.left, self.right


def lift(change: Change) -> Lifted | None:
    """The shape of a change; None when more of it varies than a rule could say."""
    left, right = TOKEN.findall(change.left), TOKEN.findall(change.right)
    values: list[str] = []
    places: list[tuple[int, int, int, int]] = []
    for block in common_blocks(left, right):
        for start, stop in _spans(left[block.a : block.a + block.size]):
            text = "".join(left[block.a + start : block.a + stop])
            if text not in values:
                values.append(text)
            places.append((block.a + start, block.b + start, stop - start, values.index(text)))
    if len(values) > MAX_VALUES:
        return None
    old = _side(left, [(a, size, number) for a, _, size, number in places])
    new = _side(right, [(b, size, number) for _, b, size, number in places])
    return _crossed(Lifted(change, old, new, tuple(values)))


def _spans(tokens: Sequence[str]) -> list[tuple[int, int]]:
    """The stretches of shared tokens that may be a value: no line ends, brackets paired."""
    found, start = [], 0
    for at in range(len(tokens) + 1):
        if at == len(tokens) or tokens[at].startswith("\n"):
            if span := _trimmed(tokens, start, at):
                found.append(span)
            start = at + 1
    return found


def _trimmed(tokens: Sequence[str], start: int, stop: int) -> tuple[int, int] | None:
    while start < stop and not paired(tokens[start:stop]):
        if _WORD.match(tokens[start]) and _WORD.match(tokens[stop - 1]):
            return None
        if _WORD.match(tokens[start]):
            stop -= 1
        else:
            start += 1
    while start < stop and (tokens[start].isspace() or tokens[start] in _MARKS):
        start += 1
    while start < stop and (tokens[stop - 1].isspace() or tokens[stop - 1] in _MARKS):
        stop -= 1
    inside = tokens[start:stop]
    return (start, stop) if any(map(_WORD.match, inside)) and paired(inside) else None


def paired(tokens: Sequence[str]) -> bool:
    """Whether each bracket has its partner, and each quote."""
    open_ones: list[str] = []
    if not all(nests(open_ones, mark) for mark in tokens):
        return False
    return not open_ones and not any(tokens.count(mark) % 2 for mark in QUOTES)


def _side(tokens: Sequence[str], places: Sequence[tuple[int, int, int]]) -> Side:
    made: list[str | int] = []
    at = 0
    for start, size, number in sorted(places):
        made += [*tokens[at:start], number]
        at = start + size
    return (*made, *tokens[at:])


def _crossed(lifted: Lifted) -> Lifted | None:
    """Words that changed places, and so were in no common block, are values as well."""
    both = {word for word in lifted.left if isinstance(word, str) and _WORD.fullmatch(word)}
    both &= {word for word in lifted.right if isinstance(word, str)}
    if not both:
        return lifted
    values = [*lifted.values, *sorted(both.difference(lifted.values))]
    if len(values) > MAX_VALUES:
        return None
    left, right = (
        tuple(values.index(one) if one in both else one for one in side)
        for side in (lifted.left, lifted.right)
    )
    return lifted._replace(left=left, right=right, values=tuple(values))
