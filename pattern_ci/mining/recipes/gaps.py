"""Entries with gaps: a part of their lines is another each time, and no path says which: pure.

`| [name](docs/name.md) | What it does. |` is such an entry: the row is foretold, what stands in its
second cell is for people to say. Where the white space of a column varies as well, the gap has its
own places for that in front and behind.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.recipes.entries import voted
from pattern_ci.mining.stems import alike, lift, meaning, placeholder, settle
from pattern_ci.mining.tokens import MIN_RUN, tokenize
from pattern_ci.model.anchor import WILD, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.mining.recipes.entries import Found

# Begins the key of every kind of entries with gaps; no line begins so.
KIND = "\n"
# So many of the newest entries are compared: old habits fade.
WINDOW = 12
# What has more to fill in than this is a body that somebody writes, not an entry.
MOST_GAPS = 8
# Signs that no text has: a part that varies, white space that does.
_GAP, _PAD = "\x00", "\x01"
_AROUND = 3
_ENDS = frozenset(".!?")
# Two entries have more in common than all of their kind do.
MIN_SEEN = 3

Lines = tuple[str, ...]


class Entered(NamedTuple):
    """One entry of a kind, and the name that it was made for."""

    name: str
    lines: Lines


def kind(found: Found) -> Lines | None:
    """The key of entries that begin alike and have as many lines; None where that says nothing."""
    first = beginning(found.key[0]) if found.row is None else ""
    return (KIND, str(len(found.lines)), first) if first else None


def beginning(line: str) -> str:
    """A line up to the first name in it, whatever the case; empty where there is none."""
    at = next((at for at, sign in enumerate(line) if meaning(sign)), None)
    return "" if at is None else "".join(map(alike, line[: at + 1]))


def has(lines: Sequence[str]) -> bool:
    """Whether an entry has gaps."""
    return count(lines) > 0


def count(lines: Sequence[str]) -> int:
    """How many gaps there are in an entry, those for white space included."""
    return max((found[0] for line in lines for sign in line if (found := meaning(sign))), default=0)


def template(seen: Sequence[Entered]) -> Lines | None:
    """What the newest of these entries have in common; None when that is all of them, or little.

    None as well for fewer than MIN_SEEN of them.
    """
    if len(seen) < MIN_SEEN:
        return None
    common, *older = [_skeleton(one) for one in seen[: -WINDOW - 1 : -1]]
    joined = 0
    for one in older:
        merged = [_merged(first, second) for first, second in zip(common, one, strict=True)]
        # One that was written quite otherwise says nothing about the rest.
        if not joined or 2 * sum(map(_told, merged)) >= sum(map(_told, common)):
            common, joined = merged, joined + 1
    if not joined:
        return None
    lines = _numbered([_absorbed(_without_ends(line)) for line in common])
    if lines is None:
        return None
    return _in_cases(lines, seen)


def values(lines: Sequence[str], name: str, made: Sequence[str]) -> tuple[str, ...] | None:
    """What the gaps of an entry hold in lines that were written; None for another entry."""
    if len(lines) != len(made):
        return None
    found: list[str] = []
    for line, text in zip(lines, made, strict=True):
        said = _matched(_named(line, name), text)
        if said is None:
            return None
        found += said
    return tuple(found)


def _matched(line: str, text: str) -> list[str] | None:
    """What stands in the gaps of one line; None where the rest of it is another."""
    parts = [(wild, "".join(signs)) for wild, signs in groupby(line, is_gap)]
    shape = Shape("".join(WILD if wild else part for wild, part in parts))
    found = shape.match(text) if text == text.rstrip() else None
    if found is None:
        return None
    sizes = [len(part) for wild, part in parts if wild]
    return [part for one, size in zip(found, sizes, strict=True) for part in _split(one, size)]


def _split(value: str, size: int) -> Sequence[str]:
    """A value, or what stands around it as well."""
    if size < _AROUND:
        return (value,)
    start = len(value) - len(value.lstrip())
    end = max(start, len(value.rstrip()))
    return value[:start], value[start:end], value[end:]


def _named(line: str, name: str) -> str:
    """A line with the name in it and its gaps left."""
    return "".join(settle(sign, (name,)) if _is_name(sign) else sign for sign in line)


def is_gap(sign: str) -> bool:
    """Whether a character of an entry stands for a part that varies."""
    found = meaning(sign)
    return found is not None and found[0] > 0


def _skeleton(one: Entered) -> list[list[str]]:
    """The tokens of each line, the name lifted out of them in one case."""
    lifted = (lift(line, (one.name,)) for line in one.lines)
    return [tokenize("".join(map(alike, line))) for line in lifted]


def _merged(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """What two lines have in common, with signs for what differs."""
    made: list[str] = []
    at = other = 0
    for start, start_other, size in _common(first, second):
        if start > at or start_other > other:
            made.append(_GAP)
        at, other = start + size, start_other + size
        pairs = zip(first[start:at], second[start_other:other], strict=True)
        made += [one if one == two else _PAD for one, two in pairs]
    return made


def _common(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Runs that two lines have in common, in order, and their ends; short ones only at the ends.

    The longest run comes first, so that what parts two cells is not taken for blanks in prose.
    """
    plain, other = list(map(_plain, first)), list(map(_plain, second))
    ends = len(first), len(second)
    for start, begin, size in SequenceMatcher(
        None, plain, other, autojunk=False
    ).get_matching_blocks():
        run = first[start : start + size]
        outer = (start, begin) == (0, 0) or (start + size, begin + size) == ends
        if outer or size >= MIN_RUN or any(map(meaning, run)):
            yield start, begin, size


def _plain(token: str) -> str:
    """White space is alike, however long it is; a gap is like nothing."""
    return " " if token == _PAD or token.isspace() else token


def _told(line: Sequence[str]) -> int:
    """Characters that are the same each time."""
    return sum(len(token) for token in line if token not in (_GAP, _PAD) and not token.isspace())


def _without_ends(line: Sequence[str]) -> list[str]:
    """A line without what people put in alike by chance, where it has gaps at all.

    That are the ends of sentences, and signs beyond ASCII such as ticks: those are values too.
    """
    if _GAP not in line:
        return list(line)
    return [
        _GAP if _is_sign(token) else token
        for at, token in enumerate(line)
        if not (token in _ENDS and line[at - 1 : at] == [_GAP] and _parted(line, at + 1))
    ]


def _is_sign(token: str) -> bool:
    return not (token.isascii() or token.isalnum() or meaning(token) or token.isspace())


def _parted(line: Sequence[str], at: int) -> bool:
    return at == len(line) or _plain(line[at]) == " "


def _absorbed(line: Sequence[str]) -> list[str]:
    """A line without what is common to all between two gaps by chance."""
    made: list[str] = []
    run: list[str] = []
    for token in line:
        if token != _GAP:
            run.append(token)
            continue
        chance = _GAP in made and len(run) < MIN_RUN and not any(map(meaning, run))
        made += [] if chance else [*run, _GAP]
        run = []
    return [*made, *run]


def _numbered(lines: Sequence[Sequence[str]]) -> Lines | None:
    """Lines with a placeholder for each gap; None for a body, or where hardly anything is told."""
    texts = sum(_GAP in group for line in lines for group in _groups(line))
    first = [token for token in lines[0] if token not in (_GAP, _PAD) and not token.isspace()]
    if not 0 < texts <= MOST_GAPS or len(first) < MIN_RUN or not all(map(_says, lines)):
        return None
    number = 0
    made = []
    for line in lines:
        text = ""
        for wild, tokens in groupby(line, (_GAP, _PAD).__contains__):
            group = list(tokens)
            size = (_AROUND if len(set(group)) > 1 else 1) if wild else 0
            text += "".join(placeholder(number + one, "") for one in range(1, size + 1))
            text += "" if wild else "".join(group)
            number += size
        made.append(text)
    return tuple(made)


def _groups(line: Sequence[str]) -> Iterator[list[str]]:
    return (list(group) for _, group in groupby(line, (_GAP, _PAD).__contains__))


def _says(line: Sequence[str]) -> bool:
    return any(meaning(token) or token.isalnum() for token in line)


def _in_cases(lines: Lines, seen: Sequence[Entered]) -> Lines:
    """The names in the cases that fit most entries; of equals as the newest has it."""
    found = [(one.name, signs) for one in seen if (signs := _signs(lines, one)) is not None]
    if not found:
        return lines
    newest = found[-1][1]
    chosen = iter(
        voted(sign, [(name, signs[number]) for name, signs in found])
        for number, sign in enumerate(newest)
    )
    return tuple(
        "".join(next(chosen) if _is_name(sign) else sign for sign in line) for line in lines
    )


def _is_name(sign: str) -> bool:
    found = meaning(sign)
    return found is not None and not found[0]


def _signs(lines: Lines, one: Entered) -> list[str] | None:
    """How the names of a template are written in one entry, in order; None for another entry."""
    signs: list[str] = []
    for line, made in zip(lines, one.lines, strict=True):
        lifted = lift(made, (one.name,))
        # The name stands there as one sign in both, so that all columns are the same.
        said = _matched(line, "".join(map(alike, lifted)))
        if said is None:
            return None
        at, gaps = 0, iter(said)
        for sign in line:
            if is_gap(sign):
                at += len(next(gaps))
                continue
            if _is_name(sign):
                signs.append(lifted[at])
            at += 1
    return signs
