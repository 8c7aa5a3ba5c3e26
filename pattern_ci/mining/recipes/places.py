"""Where in a registry its entries go: anchors that history can have followed, and a test of one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.recipes.hunks import Hunk, changed
from pattern_ci.mining.stems import meaning
from pattern_ci.model.anchor import WILD, Anchor, Key, Place, Shape
from pattern_ci.render.anchoring import Inserted, insert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.mining.recipes.lists import Row

SEPARATORS = (",", ";")
MAX_SECTIONS = 3
# Simplest first: of anchors that explain equally much the first is taken. A run that is not sorted
# refuses a sorted entry, so that asking for it first costs nothing.
_PLACES = (
    (Place.SORTED, Key.LINE, False),
    (Place.SORTED, Key.LINE, True),
    (Place.SORTED, Key.WILD, False),
    (Place.LAST, Key.LINE, False),
    (Place.FIRST, Key.LINE, False),
)


class Edit(NamedTuple):
    """One edit of a registry: its lines before, and what the edit put in."""

    before: tuple[str, ...]
    hunks: frozenset[Hunk]


def shape(line: str) -> str | None:
    """A lifted line as the shape of its siblings; None when that would say nothing.

    Its own text may not be taken for a hole, and something beside holes has to be told.
    """
    if WILD in line or not any(c.strip() and meaning(c) is None for c in line):
        return None
    made: list[str] = []
    for character in line:
        part = character if meaning(character) is None else WILD
        if part != WILD or not made or made[-1] != WILD:
            made.append(part)
    return "".join(made)


def above(before: Sequence[str], start: int, like: Shape) -> list[str]:
    """Lines that can head the run around line `start`: the nearest that says something, outwards.

    What is indented deeper belongs to a sibling.
    """
    found: list[str] = []
    indent = _indent(like.text) + 1
    for number in range(start - 1, -1, -1):
        line = before[number].rstrip()
        if _indent(line) < indent and any(map(str.isalnum, line)) and like.match(line) is None:
            found.append(line)
            indent = _indent(line)
        if indent == 0 or len(found) == MAX_SECTIONS:
            break
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def of_elements(template: str, row: Row, seen: Sequence[tuple[Edit, int]]) -> Iterator[Anchor]:
    """Anchors for elements of a list on one line, the simplest first."""
    like = shape(template) or (WILD if len(template) == 1 else None)
    if like is None:
        return
    for section in (None, *_sections(Shape(row.within), seen)):
        for place, key, ignore_case in _PLACES:
            yield Anchor(
                place=place,
                like=like,
                section=section,
                separator=row.separator,
                key=key,
                ignore_case=ignore_case,
                within=row.within,
            )


def candidates(
    template: Sequence[str], blank: int, seen: Sequence[tuple[Edit, int]]
) -> Iterator[Anchor]:
    """Anchors for entries of this shape, the simplest first; `seen` has edits and where they were.

    Only what stood above more than half of the entries can be their section.
    """
    for separator in (None, *SEPARATORS):
        if separator and not template[-1].rstrip().endswith(separator):
            continue
        first = template[0]
        if separator and len(template) == 1:
            first = first.rstrip().removesuffix(separator)
        like = shape(first)
        if like is None:
            continue
        for section in (None, *_sections(Shape(like), seen)):
            for place, key, ignore_case in _PLACES:
                if place is Place.SORTED and WILD not in like:
                    continue
                yield Anchor(
                    place=place,
                    like=like,
                    lines=len(template),
                    blank=blank,
                    section=section,
                    separator=separator,
                    key=key,
                    ignore_case=ignore_case,
                )


def _sections(like: Shape, seen: Sequence[tuple[Edit, int]]) -> list[str]:
    counts = Counter(
        line for edit, start in seen for line in dict.fromkeys(above(edit.before, start, like))
    )
    often = [line for line, count in counts.items() if 2 * count > len(seen) and WILD not in line]
    return sorted(often, key=lambda line: (-counts[line], line))[:MAX_SECTIONS]


def outcome(edit: Edit, anchor: Anchor, entry: Sequence[str]) -> bool | None:
    """Whether the anchor puts the entry where the edit had it; None when it puts it nowhere."""
    done = insert("\n".join(edit.before), anchor, "\n".join(entry))
    if not isinstance(done, Inserted) or not done.changed:
        return None
    if anchor.within is not None:
        return _has(edit, done)
    return edit.hunks.issuperset(changed(edit.before, done.text.split("\n")))


def _has(edit: Edit, done: Inserted) -> bool:
    """Whether the edit left this line as it is there now, whatever it did to others."""
    number, line = done.line - 1, done.text.split("\n")[done.line - 1]
    return any(
        hunk.start <= number < hunk.stop
        and hunk.stop - hunk.start == len(hunk.lines)
        and hunk.lines[number - hunk.start] == line
        for hunk in edit.hunks
    )
