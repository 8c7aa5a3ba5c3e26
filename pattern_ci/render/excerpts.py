"""Places of entries by their neighbours alone: what examples record, and history is asked: pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages import anchoring as messages
from pattern_ci.render import inline
from pattern_ci.render.anchoring import Refused, Why, find, locate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.anchor import Anchor


class Excerpt(NamedTuple):
    """The line of an entry, its lines, and what stood around it before it came.

    `above` begins with the sibling before it and `below` ends with the first line of the one
    after it; either is empty where there is none. In a list on one line they are the elements
    beside it.
    """

    line: int
    text: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """Plain data as an example records it."""
        return {
            "line": self.line,
            "text": list(self.text),
            "above": list(self.above),
            "below": list(self.below),
        }


def excerpt(text: str, anchor: Anchor, entry: str) -> Excerpt | Refused:
    """What to record of putting an entry into a text that has it not yet."""
    if anchor.within is not None:
        return _of_element(text, anchor, entry)
    found = find(text, anchor, entry)
    if isinstance(found, Refused):
        return found
    lines, made, spot = found
    if isinstance(spot, int):
        return Refused(Why.THERE, messages.there(spot + 1))
    above = lines[spot.before.start : spot.line] if spot.before else []
    below = lines[spot.line : spot.after.start + 1] if spot.after else []
    line = spot.line + 1 + (anchor.blank if spot.before else 0)
    return Excerpt(line, tuple(made), tuple(above), tuple(below))


def _of_element(text: str, anchor: Anchor, entry: str) -> Excerpt | Refused:
    placed = inline.find(text, anchor, entry)
    if isinstance(placed, Refused):
        return placed
    row, made, at, there = placed
    if there:
        return Refused(Why.THERE, messages.there(row.number + 1))
    above, below = row.texts[max(at - 1, 0) : at], row.texts[at : at + 1]
    return Excerpt(row.number + 1, (made,), tuple(above), tuple(below))


def disagreement(
    anchor: Anchor, entry: str, *, above: Sequence[str], below: Sequence[str]
) -> str | None:
    """Why the anchor does not put the entry between these lines; None when it does.

    The line of the section is farther away than the neighbours, and left out of this.
    """
    near = replace(anchor, section=None)
    if anchor.within is not None:
        beside = (*above, entry.strip(), *below)
        return inline.misplaced(inline.line_of(near, beside), near, entry.strip())
    done = locate("\n".join((*above, *below)), near, entry)
    if isinstance(done, Refused):
        return done.reason
    if done.there:
        return messages.there(done.line)
    wanted = len(above) + 1 + (anchor.blank if above else 0)
    return None if done.line == wanted else messages.elsewhere(done.line, wanted)


def misplaced(text: str, anchor: Anchor, entry: str) -> str | None:
    """Why an entry does not stand in a text where the anchor would put it; None when it does."""
    if anchor.within is not None:
        return inline.misplaced(text, anchor, entry.strip())
    found = find(text, anchor, entry)
    if isinstance(found, Refused):
        return found.reason
    lines, made, start = found
    if not isinstance(start, int):
        return messages.NOT_THERE
    first, end = start, start + len(made)
    # One of the gaps goes with it: the one above, or below the first entry the one after it.
    while start - first < anchor.blank and first and not lines[first - 1].strip():
        first -= 1
    if first == start:
        end += anchor.blank
    done = locate("\n".join((*lines[:first], *lines[end:])), anchor, entry)
    if isinstance(done, Refused):
        return done.reason
    return None if done.line == start + 1 else messages.elsewhere(done.line, start + 1)
