"""Finds the siblings of an entry in a file, and tells one run of them from another: pure."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.model.anchor import WILD, Key, Place, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.model.anchor import Anchor

# What begins a comment in most languages that people keep lists in; a heading or an attribute
# that begins with the same sign belongs to what follows it as well.
_COMMENT = re.compile(r"\s*(?:#|//|--+(?:\s|$)|;|%|/\*|<!--|\.\.\s)")
# The line below the head of a table in Markdown.
_UNDER_HEAD = re.compile(r"(?=.*-)(?=.*\|)[\s|:-]+")
_HEAD = re.compile(r"[^\w\s]*")


# Files whose siblings are remembered: more than the additions that one entry is tried on.
REMEMBERED = 64


class Block(NamedTuple):
    """A sibling: its lines as a half-open range from 0, and what it is sorted by."""

    start: int
    end: int
    key: tuple[str, ...]


class Gap(IntEnum):
    """What stands between two siblings, from nothing that parts them to another list."""

    NONE = 0
    BLANK = 1
    OTHER = 2


def sections(lines: Sequence[str], anchor: Anchor) -> list[range]:
    """The lines that may hold the entries: all, or those below each line that is the section."""
    if anchor.section is None:
        return [range(len(lines))]
    shape, head = Shape(anchor.section), _fixed(anchor.section)
    found = [
        number
        for number, line in enumerate(lines)
        if line.startswith(head) and shape.match(line) is not None
    ]
    return [range(number + 1, _section_end(lines, number, anchor)) for number in found]


def blocks(lines: Sequence[str], anchor: Anchor, scope: range) -> list[Block]:
    """Every sibling in a part of the file."""
    # Where they are does not depend on how a new one is put among them; mining tries every way.
    plain = replace(anchor, place=Place.LAST, section=None, key=Key.LINE, ignore_case=False)
    spans = _spans(tuple(lines), plain, scope)
    return [Block(start, end, sort_key(lines[start], anchor)) for start, end in spans]


@lru_cache(maxsize=REMEMBERED)
def _spans(lines: tuple[str, ...], anchor: Anchor, scope: range) -> list[tuple[int, int]]:
    """From where to where each goes."""
    head = _fixed(anchor.like)
    starts = [n for n in scope if lines[n].startswith(head) and is_sibling(lines, n, anchor)]
    ends = [*starts[1:], scope.stop]
    return [
        (start, _end(lines, start, limit, anchor))
        for start, limit in zip(starts, ends[: len(starts)], strict=True)
    ]


def split(
    lines: Sequence[str], found: Sequence[Block], anchor: Anchor, at: Gap
) -> list[list[Block]]:
    """Siblings in groups, a new one after each gap that is at least `at`."""
    groups: list[list[Block]] = []
    for block in found:
        if groups and _gap(lines, groups[-1][-1], block, anchor) < at:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def is_sibling(lines: Sequence[str], number: int, anchor: Anchor) -> bool:
    """Whether a line is the first of an entry; rulers and the head of a table are none."""
    line = lines[number]
    if anchor.sibling.match(anchor.bare(line)) is None or not _says_something(line):
        return False
    below = lines[number + 1] if number + 1 < len(lines) else ""
    return _UNDER_HEAD.fullmatch(below) is None


def sort_key(line: str, anchor: Anchor) -> tuple[str, ...]:
    """What an entry is sorted by."""
    bare = anchor.bare(line)
    values = (bare.strip(),) if anchor.key is Key.LINE else anchor.sibling.match(bare) or ()
    return tuple(map(str.casefold, values)) if anchor.ignore_case else values


def is_open(lines: Sequence[str], first: Block, second: Block, anchor: Anchor) -> bool:
    """Whether it makes a difference where between two siblings a line goes.

    A comment belongs to what follows it, and so leaves one place.
    """
    between = lines[first.end : second.start]
    return any(not _COMMENT.match(line) if line.strip() else not anchor.blank for line in between)


def _section_end(lines: Sequence[str], start: int, anchor: Anchor) -> int:
    """The next line that begins like the section and is not indented deeper."""
    head, indent = _head(lines[start]), _indent(lines[start])
    fixed = _fixed(anchor.like)
    number = start + 1
    while number < len(lines):
        line = lines[number]
        if line.startswith(fixed) and is_sibling(lines, number, anchor):
            number += anchor.lines
            continue
        if _says_something(line) and _indent(line) <= indent and _head(line) == head:
            return number
        number += 1
    return len(lines)


def _end(lines: Sequence[str], start: int, limit: int, anchor: Anchor) -> int:
    """Where a sibling ends: with what is indented below it, and the bracket that closes that."""
    indent, end = _indent(lines[start]), start + 1
    for number in range(start + 1, limit):
        line = lines[number]
        if not line.strip():
            continue
        if _indent(line) <= indent:
            closes = line.lstrip()[0] in ")]}" and not _says_something(line)
            end = number + 1 if closes and _opened(lines[start:end]) else end
            break
        end = number + 1
    # Where empty lines part the entries, an entry goes on to the next one of them.
    limit = limit if anchor.blank else min(start + anchor.lines, limit)
    while end < limit and lines[end].strip() and _indent(lines[end]) >= indent:
        end += 1
    return end


def _opened(lines: Sequence[str]) -> bool:
    return len(lines) > 1 or lines[0].rstrip()[-1:] in tuple("([{")


def _gap(lines: Sequence[str], first: Block, second: Block, anchor: Anchor) -> Gap:
    between = lines[first.end : second.start]
    blank = [not line.strip() for line in between]
    comment = [_COMMENT.match(line) is not None for line in between]
    parted = any(blank) and not anchor.blank
    if all(map(bool.__or__, blank, comment)):
        # A comment after an empty line is the heading of what follows.
        return Gap.OTHER if parted and any(comment) else Gap.BLANK if parted else Gap.NONE
    indent = _indent(lines[first.start])
    beside = all(_says_something(line) and _indent(line) >= indent for line in between)
    return Gap.NONE if beside else Gap.OTHER


def _fixed(shape: str) -> str:
    """How a line of a shape begins; most begin otherwise, and to see that is cheap."""
    return shape.rstrip().partition(WILD)[0]


def _says_something(line: str) -> bool:
    return any(map(str.isalnum, line))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _head(line: str) -> str:
    found = _HEAD.match(line.lstrip())
    return found.group() if found else ""


def numbers(groups: Sequence[Sequence[Block]]) -> Iterator[int]:
    """The line, counted from 1, with which each group begins."""
    return (group[0].start + 1 for group in groups)
