"""Puts an entry among its siblings in a text, or says why there is no one place for it: pure.

Nothing but the entry is added (and the separator of the entry before it, where that was the last
one); every other byte stays. An entry that is there already changes nothing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages import anchoring as messages
from pattern_ci.model.anchor import Place, Shape
from pattern_ci.render import inline, siblings
from pattern_ci.render.insertion import Inserted, Located, Refused, Why
from pattern_ci.render.siblings import Block, Gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.anchor import Anchor

__all__ = [
    "Found",
    "Inserted",
    "Located",
    "Refused",
    "Spot",
    "Why",
    "entry_lines",
    "find",
    "insert",
    "locate",
]


class Spot(NamedTuple):
    """The siblings between which an entry goes; at least one of them is there."""

    before: Block | None
    after: Block | None

    @property
    def line(self) -> int:
        """The index of the line above which an entry goes, empty lines before it included."""
        if self.before is not None:
            return self.before.end
        assert self.after is not None
        return self.after.start


class Found(NamedTuple):
    """A text as lines, the lines of an entry, and its place; or the index of the line it has."""

    lines: list[str]
    made: list[str]
    spot: Spot | int


def insert(text: str, anchor: Anchor, entry: str) -> Inserted | Refused:
    """Put the rendered `entry` at its place in `text`; newlines become those of `text`."""
    if anchor.within is not None:
        return inline.insert(text, anchor, entry)
    found = find(text, anchor, entry)
    if isinstance(found, Refused):
        return found
    if isinstance(found.spot, int):
        return Inserted(text, found.spot + 1, changed=False)
    number = _put(found.lines, anchor, found.made, found.spot)
    newline = "\r\n" if "\r\n" in text else "\n"
    return Inserted(newline.join(found.lines), number + 1, changed=True)


def find(text: str, anchor: Anchor, entry: str) -> Found | Refused:
    """Where in `text` an entry of lines of its own goes, or is."""
    if "\r\n" in text and text.count("\r\n") != text.count("\n"):
        return Refused(Why.MIXED_NEWLINES, messages.MIXED)
    lines, made = text.replace("\r\n", "\n").split("\n"), entry_lines(anchor, entry)
    if isinstance(made, Refused):
        return made
    spot = _spot(lines, anchor, made)
    return spot if isinstance(spot, Refused) else Found(lines, made, spot)


def locate(text: str, anchor: Anchor, entry: str) -> Located | Refused:
    """Where `insert` would put the entry, or where it is."""
    done = insert(text, anchor, entry)
    return done if isinstance(done, Refused) else Located(done.line, not done.changed)


def entry_lines(anchor: Anchor, entry: str) -> list[str] | Refused:
    """The lines of an entry without separator; refused when it would not be known again."""
    if anchor.within is not None:
        made = inline.element(anchor, entry)
        return made if isinstance(made, Refused) else [made]
    lines = entry.replace("\r\n", "\n").strip("\n").split("\n")
    problem = _problem(anchor, lines)
    if problem:
        return Refused(Why.BAD_ENTRY, problem)
    return [*lines[:-1], anchor.bare(lines[-1])]


def _problem(anchor: Anchor, lines: Sequence[str]) -> str | None:
    first, *rest = lines
    if not any(map(str.strip, lines)):
        return messages.NO_ENTRY
    if any("\r" in line for line in lines):
        return messages.LONE_RETURN
    if len(lines) != anchor.lines:
        return messages.wrong_length(anchor.lines, len(lines))
    if not siblings.is_sibling([first], 0, anchor):
        return messages.unlike(first, anchor.like)
    # Otherwise the entry would not be known again, and stand twice after a second time.
    again = next((line for line in rest if siblings.is_sibling([line], 0, anchor)), None)
    return _is_section(anchor, lines) if again is None else messages.begins(again, anchor.like)


def _is_section(anchor: Anchor, lines: Sequence[str]) -> str | None:
    section = anchor.section or ""
    found = [line for line in lines if section and Shape(section).match(line) is not None]
    return messages.begins(found[0], section) if found else None


def _spot(lines: Sequence[str], anchor: Anchor, made: Sequence[str]) -> Spot | int | Refused:
    """Where the entry goes, or the index of the line where it is."""
    scopes = siblings.sections(lines, anchor)
    if not scopes:
        return Refused(Why.NO_SECTION, messages.no_section(anchor.section or ""))
    every = [(scope, siblings.blocks(lines, anchor, scope)) for scope in scopes]
    filled = [(scope, found) for scope, found in every if found]
    if not filled:
        return Refused(Why.NO_SIBLING, messages.no_sibling(anchor.like, anchor.section))
    if len(filled) > 1:
        numbers = [scope.start for scope, _ in filled]
        return Refused(Why.AMBIGUOUS, messages.several_sections(anchor.section or "", numbers))
    found = filled[0][1]
    there = next((one for one in found if _is_there(lines, one, anchor, made)), None)
    return there.start if there else _place(lines, anchor, found, made)


def _is_there(lines: Sequence[str], block: Block, anchor: Anchor, made: Sequence[str]) -> bool:
    here = lines[block.start : block.start + len(made)]
    return [anchor.bare(line) for line in here] == [anchor.bare(line) for line in made]


def _place(
    lines: Sequence[str], anchor: Anchor, found: Sequence[Block], made: Sequence[str]
) -> Spot | Refused:
    runs = siblings.split(lines, found, anchor, Gap.OTHER)
    # A section names the run that follows it.
    if len(runs) > 1 and anchor.section is None:
        numbers = list(siblings.numbers(runs))
        return Refused(Why.AMBIGUOUS, messages.several_runs(anchor.like, numbers))
    run = runs[0]
    if anchor.place is Place.LAST:
        return Spot(run[-1], None)
    if anchor.place is Place.FIRST:
        return Spot(None, run[0])
    return _sorted_place(lines, anchor, run, siblings.sort_key(made[0], anchor))


def _sorted_place(
    lines: Sequence[str], anchor: Anchor, run: Sequence[Block], key: tuple[str, ...]
) -> Spot | Refused:
    if all(one.key <= other.key for one, other in pairwise(run)):
        spots = _agreeing(run, key)
    else:
        # A list that is in order but for a few entries may still have one place only.
        paragraphs = siblings.split(lines, run, anchor, Gap.BLANK)
        spots = [spot for paragraph in paragraphs for spot in _agreeing(paragraph, key)]
    if len(spots) != 1:
        return Refused(Why.AMBIGUOUS, messages.not_sorted(anchor.like, run[0].start + 1))
    before, after = spots[0]
    if before and after and siblings.is_open(lines, before, after, anchor):
        return Refused(Why.AMBIGUOUS, messages.between(before.end, after.start + 1))
    return spots[0]


def _agreeing(run: Sequence[Block], key: tuple[str, ...]) -> list[Spot]:
    """The places whose neighbours agree with the order; behind those that sort the same."""
    around = pairwise((None, *run, None))
    return [
        Spot(before, after)
        for before, after in around
        if (before is None or before.key <= key) and (after is None or key < after.key)
    ]


def _put(lines: list[str], anchor: Anchor, made: Sequence[str], spot: Spot) -> int:
    """Change `lines`; the index of the first line of the entry."""
    empty, line = [""] * anchor.blank, spot.line
    if spot.before is None:
        lines[line:line] = [*_ended(made, anchor), *empty]
        return line
    before = lines[line - 1]
    if anchor.bare(before) != before.rstrip():
        made = _ended(made, anchor)
    elif anchor.separator and spot.after is None:
        lines[line - 1] = before.rstrip() + anchor.separator
    lines[line:line] = [*empty, *made]
    return line + anchor.blank


def _ended(made: Sequence[str], anchor: Anchor) -> list[str]:
    return [*made[:-1], made[-1] + (anchor.separator or "")]
