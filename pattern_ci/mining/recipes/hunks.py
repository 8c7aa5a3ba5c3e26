"""What one edit put into a file, as runs of whole lines: pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# More between two lines that both versions have is a rewrite: comparing it teaches nothing.
MAX_LINES = 200


class Hunk(NamedTuple):
    """Lines that took the place of `before[start:stop]`; nothing was there when both are equal."""

    start: int
    stop: int
    lines: tuple[str, ...]


def changed(before: Sequence[str], after: Sequence[str]) -> list[Hunk]:
    """What was inserted or replaced, in order, but for stretches that were rewritten.

    A run that could stand some lines higher as well is given as high as it can stand.
    """
    whole = _Stretch(0, len(before), 0, len(after))
    narrowed = _narrowed(before, after, whole)
    found = []
    for stretch in _between(narrowed, _anchors(before, after, narrowed)):
        found += _hunks(before, after, _narrowed(before, after, stretch))
    return [_risen(before, one) for one in found]


class _Stretch(NamedTuple):
    """Lines of both versions that are compared: half-open ranges."""

    start: int
    stop: int
    new_start: int
    new_stop: int


def _narrowed(before: Sequence[str], after: Sequence[str], of: _Stretch) -> _Stretch:
    """Without the lines that both begin with, and then those that both end with."""
    start, stop, new_start, new_stop = of
    while start < stop and new_start < new_stop and before[start] == after[new_start]:
        start += 1
        new_start += 1
    while start < stop and new_start < new_stop and before[stop - 1] == after[new_stop - 1]:
        stop -= 1
        new_stop -= 1
    return _Stretch(start, stop, new_start, new_stop)


def _anchors(before: Sequence[str], after: Sequence[str], of: _Stretch) -> list[tuple[int, int]]:
    """Lines that stand once in each version, as many as keep their order (patience diff)."""
    new = _once(after, of.new_start, of.new_stop)
    pairs = [
        (number, new[line])
        for line, number in _once(before, of.start, of.stop).items()
        if line in new
    ]
    tails: list[int] = []
    ends: list[int] = []
    behind: list[int] = []
    for index, (_, at) in enumerate(pairs):
        place = bisect_left(tails, at)
        tails[place : place + 1] = [at]
        ends[place : place + 1] = [index]
        behind.append(ends[place - 1] if place else -1)
    kept = []
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.append(pairs[index])
        index = behind[index]
    return kept[::-1]


def _once(lines: Sequence[str], start: int, stop: int) -> dict[str, int]:
    """Lines of a range that it has once, with their numbers, in order."""
    counts = Counter(lines[start:stop])
    return {lines[number]: number for number in range(start, stop) if counts[lines[number]] == 1}


def _between(of: _Stretch, anchors: Sequence[tuple[int, int]]) -> Iterator[_Stretch]:
    start, new_start = of.start, of.new_start
    for at, new_at in (*anchors, (of.stop, of.new_stop)):
        if start < at or new_start < new_at:
            yield _Stretch(start, at, new_start, new_at)
        start, new_start = at + 1, new_at + 1


def _hunks(before: Sequence[str], after: Sequence[str], of: _Stretch) -> list[Hunk]:
    old, new = before[of.start : of.stop], after[of.new_start : of.new_stop]
    if not new or len(old) > MAX_LINES or len(new) > MAX_LINES:
        return []
    if not old:
        return [Hunk(of.start, of.start, tuple(new))]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        Hunk(of.start + i1, of.start + i2, tuple(new[j1:j2]))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag in ("insert", "replace")
    ]


def _risen(before: Sequence[str], hunk: Hunk) -> Hunk:
    start, stop, lines = hunk
    while start == stop and start and before[start - 1] == lines[-1]:
        start -= 1
        stop -= 1
        lines = (lines[-1], *lines[:-1])
    return Hunk(start, stop, lines)


def turns(before: Sequence[str], hunk: Hunk) -> Iterator[Hunk]:
    """Every way to read an insertion: the same text comes out a line further down too.

    `}, {` between two entries and `{ … },` around one are the same lines.
    """
    yield hunk
    start, stop, lines = hunk
    for _ in range(len(lines) - 1):
        if start != stop or start >= len(before) or before[start] != lines[0]:
            return
        start, stop, lines = start + 1, stop + 1, (*lines[1:], lines[0])
        yield Hunk(start, stop, lines)
