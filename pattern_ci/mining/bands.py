"""The lines of a family: stretches between places where every member begins a line."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.stems import meaning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_TO_LINE_END = re.compile(r"[^\n]*\n|[^\n]+")


class Part(NamedTuple):
    """A gap and the fixed text behind it, with the members that have that text."""

    gap: tuple[str, ...]
    tokens: tuple[str, ...]
    presence: tuple[bool, ...]


class Cell(NamedTuple):
    """What stands in each member between two cuts: of a gap (no tokens), or of part `part`."""

    texts: tuple[str, ...]
    tokens: tuple[str, ...]
    presence: tuple[bool, ...]
    part: int


class Band(NamedTuple):
    """Cells from one line start that all members share to the next."""

    cells: tuple[Cell, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The band as each member has it."""
        return tuple(map("".join, zip(*(cell.texts for cell in self.cells), strict=True)))

    @property
    def constant(self) -> bool:
        """Whether every member has the same text."""
        return len(set(self.texts)) == 1

    @property
    def lifted(self) -> bool:
        """Whether a name of the path stands in it."""
        return any(meaning(token) for cell in self.cells for token in cell.tokens)


def bands(parts: Sequence[Part], last: tuple[str, ...]) -> list[Band]:
    """Parts and the gap behind them, cut at line starts."""
    found: list[Band] = []
    held: list[Cell] = []
    fresh = [True] * len(last)
    for cell in _cells(parts, last):
        held.append(cell)
        fresh = [t.endswith("\n") if t else was for t, was in zip(cell.texts, fresh, strict=True)]
        if all(fresh):
            found.append(Band(tuple(held)))
            held = []
    return [*found, Band(tuple(held))] if held else found


def _cells(parts: Sequence[Part], last: tuple[str, ...]) -> Iterator[Cell]:
    for number, part in enumerate(parts):
        gap, tokens = part.gap, part.tokens
        if _turned(part):
            yield _fixed(part, ("\n",), number)
            gap = tuple(f"{text}\n"[1:] for text in gap)
            tokens = (tokens[0][1:], *tokens[1:])
        yield from _of_gap(gap)
        for row in _rows(tokens):
            yield _fixed(part, row, number)
    yield from _of_gap(last)


def _fixed(part: Part, tokens: tuple[str, ...], number: int) -> Cell:
    text = "".join(tokens)
    texts = tuple(text if has else "" for has in part.presence)
    return Cell(texts, tokens, part.presence, number)


def _turned(part: Part) -> bool:
    """Whether whole lines stand in the gap, each behind a line end instead of before it."""
    behind = part.tokens[0].startswith("\n") and all(part.presence)
    return behind and any(part.gap) and all(text[:1] in ("", "\n") for text in part.gap)


def _rows(tokens: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Tokens cut behind every line end, also where one token goes on."""
    row: list[str] = []
    for piece in chain.from_iterable(map(_TO_LINE_END.findall, tokens)):
        row.append(piece)
        if piece.endswith("\n"):
            yield tuple(row)
            row = []
    if row:
        yield tuple(row)


def _of_gap(gap: tuple[str, ...]) -> Iterator[Cell]:
    """A gap; the end of its first and the start of its last line apart where all have the same."""
    if not any(gap):
        return
    heads, tails = ({cut(text) for text in gap} for cut in (_head, _tail))
    broken = all("\n" in text for text in gap)
    head = heads.pop() if broken and len(heads) == 1 else ""
    tail = tails.pop() if broken and len(tails) == 1 else ""
    inner = tuple(text[len(head) : len(text) - len(tail)] for text in gap)
    for texts in ((head,) * len(gap), inner, (tail,) * len(gap)):
        if any(texts):
            yield Cell(texts, (), (True,) * len(gap), -1)


def _head(text: str) -> str:
    return text[: text.find("\n") + 1]


def _tail(text: str) -> str:
    return text[text.rfind("\n") + 1 :]


def rejoined(some: Sequence[Band], members: int) -> tuple[list[Part], tuple[str, ...]]:
    """Bands as parts again, and the gap behind the last."""
    made: list[Part] = []
    gap = ("",) * members
    before = -1
    for cell in chain.from_iterable(band.cells for band in some):
        if not cell.tokens:
            gap = tuple(map("".join, zip(gap, cell.texts, strict=True)))
        elif cell.part == before and not any(gap):
            made[-1] = made[-1]._replace(tokens=made[-1].tokens + cell.tokens)
        else:
            made.append(Part(gap, cell.tokens, cell.presence))
            gap = ("",) * members
        before = cell.part if cell.tokens else before
    return made, gap
