"""Which lines of a family are a list, so that a loop says them in less than they are long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.bands import Band, Part, bands, rejoined
from pattern_ci.mining.frames import (
    GAP,
    Entries,
    Frame,
    end_of,
    entries,
    lines,
    repeats,
    start_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.mining.variables import Listed

# Lengths in characters, of template and values alike: what a loop, a further place in it, a
# separator, a variable, a switch and the end of a value take.
LOOP_COST = 24
PLACE_COST = 12
SEPARATOR_COST = 12
VARIABLE_COST = 12
SWITCH_COST = 24
END_COST = 1
# Entries of more lines than this are not looked for, nor lists that are cut in more bands.
MAX_HEIGHT = 4
MAX_BANDS = 60
MAX_BANDS_OF_MANY = 24
_SHORT = re.compile(r"\W*[\w.~@/+-]+\W*")


class Repeated(NamedTuple):
    """A list of like entries; `standing` is what most members share of them."""

    entries: Entries
    standing: Listed


class Segment(NamedTuple):
    """Gaps and fixed texts, the gap behind them, and the list that follows (None at the end)."""

    parts: list[Part]
    last: tuple[str, ...]
    repeated: Repeated | None = None


class _Found(NamedTuple):
    start: int
    stop: int
    entries: Entries
    gain: int


class _Looked(NamedTuple):
    """A band with what the search asks again and again."""

    band: Band
    lines: list[list[str]]
    start: str
    end: str
    short: bool


def segments(parts: Sequence[Part], last: tuple[str, ...]) -> list[Segment]:
    """The parts, cut around every list that pays for its loop."""
    rows = bands(parts, last)
    found = _lists(rows)
    if not found:
        return [Segment(list(parts), last)]
    made = []
    done = 0
    for one in found:
        listed = Repeated(one.entries, _standing(rows[one.start : one.stop], one.entries.frame))
        made.append(Segment(*rejoined(rows[done : one.start], len(last)), listed))
        done = one.stop
    return [*made, Segment(*rejoined(rows[done:], len(last)))]


def _standing(some: Sequence[Band], frame: Frame) -> Listed:
    """The entries of which enough members share the text, whole or without some of its values."""
    text = "".join("".join(cell.tokens) or GAP for band in some for cell in band.cells)
    return frame.read(text)


def _lists(rows: Sequence[Band]) -> list[_Found]:
    """Lists that do not overlap, those that save most taken first, in order."""
    looked = [_look(band) for band in rows]
    every = [one for chain in _chains(rows) for one in _of_lines(looked, chain)]
    every += [one for chain in _chains(rows, constant=True) for one in _of_many(looked, chain)]
    every.sort(key=lambda one: (-one.gain, one.start, one.stop))
    chosen: list[_Found] = []
    for one in every:
        if all(one.stop <= other.start or other.stop <= one.start for other in chosen):
            chosen.append(one)
    return sorted(chosen)


def _chains(rows: Sequence[Band], *, constant: bool = False) -> Iterator[range]:
    """Bands in a row that a list may be made of; those that all have alike only where asked."""
    start = 0
    for stop in range(len(rows) + 1):
        if stop < len(rows) and not rows[stop].lifted and (constant or not rows[stop].constant):
            continue
        if stop > start:
            yield range(start, stop)
        start = stop + 1


def _of_lines(looked: Sequence[_Looked], chain: range) -> Iterator[_Found]:
    """Lists of single lines."""
    for start in chain:
        first, end, short = looked[start].start, looked[start].end, True
        last = start
        for stop in range(start + 1, min(chain.stop, start + MAX_BANDS) + 1):
            added = looked[stop - 1]
            if any(added.lines):
                first = start_of([first, added.start]) if first else ""
                end = end_of([end, added.end]) if end else ""
            short = short and added.short
            if not (short or first.strip() or end.strip()):
                break
            last = stop
        yield from _longest(looked, range(start, last), 1)


def _of_many(looked: Sequence[_Looked], chain: range) -> Iterator[_Found]:
    """Lists of groups of lines."""
    for start in chain:
        some = range(start, min(chain.stop, start + MAX_BANDS_OF_MANY))
        for height in range(2, MAX_HEIGHT + 1):
            yield from _longest(looked, some, height)


def _longest(looked: Sequence[_Looked], some: range, height: int) -> Iterator[_Found]:
    """The longest list that begins with these bands, and shorter ones while they save more.

    A part of a list is a list: to look at all of them would be quadratic in its bands.
    """
    best = 0
    for stop in range(some.stop, some.start, -1):
        found = _found(looked, some.start, stop, height)
        if found is None:
            continue
        if found.gain <= best:
            return
        best = found.gain
        yield found


def _found(looked: Sequence[_Looked], start: int, stop: int, height: int) -> _Found | None:
    some = looked[start:stop]
    counts = [sum(len(one.lines[at]) for one in some) for at in range(len(some[0].lines))]
    if any(count % height for count in counts) or not repeats([c // height for c in counts]):
        return None
    members = [[line for one in some for line in one.lines[at]] for at in range(len(counts))]
    made = min(entries(members, height), key=_cost_of, default=None)
    gain = _cost(some) - _cost_of(made) if made else 0
    return _Found(start, stop, made, gain) if made and gain > 0 else None


def _look(band: Band) -> _Looked:
    each = [lines(text) for text in band.texts]
    every = [line for one in each for line in one]
    short = all(_SHORT.fullmatch(line.strip()) for line in every)
    return _Looked(band, each, start_of(every), end_of(every), short)


def _cost(some: Sequence[_Looked]) -> int:
    """What variables, switches and fixed texts take."""
    cells = [cell for one in some for cell in one.band.cells]
    fixed = sum(len("".join(cell.tokens)) for cell in cells)
    gaps = [cell for cell in cells if not cell.tokens]
    own = sum(VARIABLE_COST + sum(len(text) + END_COST for text in cell.texts) for cell in gaps)
    switches = {cell.presence for cell in cells if not all(cell.presence)}
    return fixed + own + SWITCH_COST * len(switches)


def _cost_of(made: Entries) -> int:
    """What the loop and its entries take."""
    frame = made.frame
    fixed = sum(map(len, (*frame.texts, frame.separator, frame.closing)))
    fixed += LOOP_COST + PLACE_COST * (len(frame.places) - 1)
    fixed += SEPARATOR_COST if frame.separator else 0
    values = [value for one in made.values for entry in one for value in entry]
    return fixed + sum(len(value) + END_COST for value in values) + END_COST * len(made.values)
