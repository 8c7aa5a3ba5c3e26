"""What comes of putting an entry into a text: where it stands then, or why there is no place."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import NamedTuple


@unique
class Why(StrEnum):
    """Kinds of refusal."""

    MIXED_NEWLINES = "mixed-newlines"
    BAD_ENTRY = "bad-entry"
    NO_SECTION = "no-section"
    NO_SIBLING = "no-sibling"
    AMBIGUOUS = "ambiguous"
    THERE = "there"


class Refused(NamedTuple):
    """There is no one place; `reason` is a sentence about the text."""

    why: Why
    reason: str


class Inserted(NamedTuple):
    """The new text, and the line of the entry in it, from 1; not `changed` when it was there."""

    text: str
    line: int
    changed: bool


class Located(NamedTuple):
    """The line, from 1, that an entry would have in the new text, or has when it is `there`."""

    line: int
    there: bool
