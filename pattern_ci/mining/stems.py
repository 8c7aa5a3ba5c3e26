"""Lift the names of a path out of a text: each case variant becomes a placeholder."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pattern_ci.model.cases import CASES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Placeholders are private-use characters: first the hole, then the case, so that one character
# is one token of its own. A text that holds such characters itself is never lifted.
_FIRST = 0xE000
_CASE_NAMES = ("", *CASES)
_STRIDE = 16
_PLACEHOLDER = re.compile("[\ue000-\uf8ff]")
# Shorter names stand in a text by chance too often.
MIN_STEM = 3


def placeholder(hole: int, case: str) -> str:
    """The character that stands for hole number `hole` written in `case` (empty: as it is)."""
    return chr(_FIRST + hole * _STRIDE + _CASE_NAMES.index(case))


def meaning(character: str) -> tuple[int, str] | None:
    """Hole number and case of a placeholder, None for any other text."""
    if len(character) != 1 or not _PLACEHOLDER.match(character):
        return None
    hole, case = divmod(ord(character) - _FIRST, _STRIDE)
    return hole, _CASE_NAMES[case]


def liftable(text: str) -> bool:
    """Whether the text is free of the characters that we use as placeholders."""
    return _PLACEHOLDER.search(text) is None


@lru_cache(maxsize=4096)
def _variants(values: tuple[str, ...]) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    known: dict[str, str] = {}
    for hole, value in enumerate(values):
        for case in _CASE_NAMES:
            form = CASES[case](value) if case else value
            if len(form) >= MIN_STEM and any(c.isalpha() for c in form):
                known.setdefault(form, placeholder(hole, case))
    if not known:
        return None, known
    # Longest first; not inside a longer lower-case word ("test" in "latest"), but `FooCheck` may
    # follow `My`: a capital starts a word of its own.
    forms = sorted(known, key=lambda form: (-len(form), form))
    alternatives = "|".join(_bounded(form) for form in forms)
    return re.compile(alternatives), known


def _bounded(form: str) -> str:
    before = "(?<![A-Za-z0-9])" if not form[0].isupper() else "(?<![A-Z])"
    last = form[-1]
    after = "(?![a-z0-9])" if last.isalnum() and not last.isupper() else "(?![A-Za-z0-9])"
    if form[0].isupper() and len(form) > 1 and form.isupper():
        before, after = "(?<![A-Za-z0-9])", "(?![A-Za-z0-9])"
    return before + re.escape(form) + after


def lift(text: str, values: tuple[str, ...]) -> str:
    """Replace every case variant of each value by its placeholder."""
    regex, known = _variants(values)
    return text if regex is None else regex.sub(lambda found: known[found.group()], text)


def settle(text: str, values: tuple[str, ...]) -> str:
    """Put the values back, each in the case of its placeholder."""

    def fill(found: re.Match[str]) -> str:
        hole, case = divmod(ord(found.group()) - _FIRST, _STRIDE)
        name = _CASE_NAMES[case]
        return CASES[name](values[hole]) if name else values[hole]

    return _PLACEHOLDER.sub(fill, text)


def settle_named(text: str, holes: tuple[str, ...], values: Mapping[str, str]) -> str:
    """`settle` for values by name."""
    return settle(text, tuple(values[hole] for hole in holes))
