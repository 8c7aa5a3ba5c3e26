"""How a place is shown that its author has to fill in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# No common language has these brackets: a name in <> may be a tag, a type or an address.
OPEN, CLOSE = "⟨", "⟩"
# In place of them where an encoding has neither.
PLAIN = "??"
_MARK = re.compile(f"{OPEN}([^{OPEN}{CLOSE}\\n]*){CLOSE}")
SHOWN_NAMES = 6


def mark(name: str) -> str:
    """What stands where the value of a variable is left to the author."""
    return f"{OPEN}{name}{CLOSE}"


def holds_mark(text: str) -> bool:
    """Whether something is left open in a text."""
    return _MARK.search(text) is not None


def bare(text: str) -> str:
    """A text without its marks."""
    return _MARK.sub("", text)


def plain(text: str) -> str:
    """A text with marks that any encoding has."""
    return _MARK.sub(rf"{PLAIN}\1{PLAIN}", text)


def in_any(text: str, shows: Callable[[str], bool]) -> str:
    """A text with marks that can be shown: `shows` tells whether characters can be."""
    return text if shows(OPEN + CLOSE) else plain(text)


def left(unfilled: Sequence[str], *, every: bool = False) -> str:
    """What a mark means, and all that is left to the author, by name."""
    more = 0 if every else len(unfilled) - SHOWN_NAMES
    names = unfilled if more <= 0 else unfilled[:SHOWN_NAMES]
    rest = f" and {more} more" if more > 0 else ""
    return f"left to you, marked {mark('…')}: {', '.join(names)}{rest}"
