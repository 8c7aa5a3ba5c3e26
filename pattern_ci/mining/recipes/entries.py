"""What an edit says about the name that was added: whole runs of lines, or an element of a list.

Both are lifted over the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.recipes import lists
from pattern_ci.mining.recipes.hunks import Hunk, turns
from pattern_ci.mining.stems import alike, lift, liftable, meaning, placeholder, settle
from pattern_ci.model.cases import CASES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A longer insertion is a body that somebody wrote, not an entry of a registry.
MAX_ENTRY_LINES = 8
MAX_LINE = 400


class Found(NamedTuple):
    """A run of inserted lines that holds the name; `key` is the same for all entries of a kind.

    With a `row` it is an element of a list on one line, which is the hunk then.
    """

    key: tuple[str, ...]
    lines: tuple[str, ...]
    hunk: Hunk
    row: lists.Row | None = None


def found(before: Sequence[str], hunks: Sequence[Hunk], name: str) -> Iterator[Found]:
    """Every insertion that holds the name and nothing but one entry, in each way to read it."""
    for hunk in hunks:
        ways = [_read(turn, name) for turn in turns(before, appended(before, hunk))]
        entries = [one for one in ways if one is not None]
        # An entry begins with what it is about, where it can be read so.
        telling = [one for one in entries if any(map(meaning, one.key[0]))]
        yield from telling or entries
        yield from _elements(before, hunk, name)


def _elements(before: Sequence[str], hunk: Hunk, name: str) -> Iterator[Found]:
    """What lines that took the place of as many have more than those."""
    if hunk.stop - hunk.start != len(hunk.lines):
        return
    for number, line in enumerate(hunk.lines, hunk.start):
        more = lists.added(before[number], line)
        lifted = lift(more.text, (name,)) if more and liftable(line) else ""
        if more and lifted not in ("", more.text):
            key = ("", more.row.within, more.row.separator or "", _alike(lifted))
            yield Found(key, (more.text,), Hunk(number, number + 1, (line,)), more.row)


def _read(turn: Hunk, name: str) -> Found | None:
    """A run of lines as one entry; None for what is none."""
    lines = _trimmed(turn.lines)
    if not 0 < len(lines) <= MAX_ENTRY_LINES or max(map(len, lines)) > MAX_LINE:
        return None
    lifted = tuple(lift(line, (name,)) for line in lines)
    if lifted == lines or not all(map(liftable, lines)):
        return None
    return Found(tuple(map(_alike, lifted)), lines, turn)


def appended(before: Sequence[str], hunk: Hunk) -> Hunk:
    """An entry after one that only got a comma is an insertion behind it."""
    start, stop, lines = hunk
    if stop - start == 1 < len(lines):
        old, new = before[start].rstrip(), lines[0].rstrip()
        if old and new[:-1] == old and not new[-1].isalnum():
            return Hunk(stop, stop, lines[1:])
    return hunk


def _trimmed(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Without the empty lines around it."""
    start, stop = 0, len(lines)
    while start < stop and not lines[start].strip():
        start += 1
    while stop > start and not lines[stop - 1].strip():
        stop -= 1
    return lines[start:stop]


def _alike(line: str) -> str:
    return "".join(map(alike, line))


def template(seen: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """Entries of one key, each with its name, as lifted lines: in the cases that fit most of them.

    Of cases that fit equally many, the one that lifting finds in the newest (the last) is taken.
    """
    lifted = [(name, [lift(line, (name,)) for line in lines]) for name, lines in seen]
    newest = lifted[-1][1]
    return tuple(
        "".join(
            voted(character, [(name, lines[number][at]) for name, lines in lifted])
            for at, character in enumerate(line)
        )
        for number, line in enumerate(newest)
    )


def voted(newest: str, seen: Sequence[tuple[str, str]]) -> str:
    """One character of a line; a placeholder in the case in which most names read as they did."""
    if meaning(newest) is None:
        return newest
    choices = [newest, *(placeholder(0, case) for case in ("", *CASES))]
    return max(choices, key=lambda one: sum(settle(one, (n,)) == settle(c, (n,)) for n, c in seen))


def filled(lines: Sequence[str], name: str, gaps: Sequence[str] = ()) -> tuple[str, ...]:
    """The entry for a name, and what its gaps hold."""
    return tuple(settle(line, (name, *gaps)) for line in lines)
