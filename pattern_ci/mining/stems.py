"""Lift the names of a path out of a text: each case variant becomes a placeholder."""

from __future__ import annotations

import re
from functools import lru_cache

from pattern_ci.model.cases import CASES
from pattern_ci.model.lifting import MIN_STEM, replace_form

# Placeholders are private-use characters: first the hole, then the case, so that one character
# is one token of its own. A text that holds such characters itself is never lifted.
_FIRST = 0xE000
FIRST_PLACEHOLDER = chr(_FIRST)
_CASE_NAMES = ("", *CASES)
_STRIDE = 16
_PLACEHOLDER = re.compile("[\ue000-\uf8ff]")
_PLACEHOLDER_SPLIT = re.compile("([\ue000-\uf8ff])")
_ALIKE = {"pascal": "pascal", "title": "pascal", "const": "const", "uflat": "const"}


def placeholder(hole: int, case: str) -> str:
    """The character that stands for hole number `hole` written in `case` (empty: as it is)."""
    return chr(_FIRST + hole * _STRIDE + _CASE_NAMES.index(case))


def meaning(character: str) -> tuple[int, str] | None:
    """Hole number and case of a placeholder, None for any other text."""
    if len(character) != 1 or not _PLACEHOLDER.match(character):
        return None
    hole, case = divmod(ord(character) - _FIRST, _STRIDE)
    return hole, _CASE_NAMES[case]


def alike(character: str) -> str:
    """One placeholder for all cases that a single word is written alike in; other text as it is.

    `alpha` does not tell whether a place wants snake or kebab; `beta-ray` does.
    """
    found = meaning(character)
    if found is None:
        return character
    hole, case = found
    return placeholder(hole, _ALIKE.get(case, ""))


def liftable(text: str) -> bool:
    """Whether the text is free of the characters that we use as placeholders."""
    return _PLACEHOLDER.search(text) is None


@lru_cache(maxsize=4096)
def forms(values: tuple[str, ...]) -> dict[str, str]:
    """Placeholder of every case variant of every value, longest variant first."""
    known: dict[str, str] = {}
    for hole, value in enumerate(values):
        if not liftable(value):
            continue  # it would be found again in what other values were replaced by
        for case in _CASE_NAMES:
            form = CASES[case](value) if case else value
            if len(form) >= MIN_STEM and any(c.isalpha() for c in form):
                known.setdefault(form, placeholder(hole, case))
    return dict(sorted(known.items(), key=lambda item: (-len(item[0]), item[0])))


def lift(text: str, values: tuple[str, ...]) -> str:
    """Replace every case variant of each value by its placeholder, longest variant first."""
    # Plain searches: a compiled expression for each name would cost more than the whole history.
    for form, by in forms(values).items():
        if form in text:
            text = replace_form(text, form, by)
    return text


def settle(text: str, values: tuple[str, ...]) -> str:
    """Put the values back, each in the case of its placeholder."""

    def fill(found: re.Match[str]) -> str:
        hole, case = divmod(ord(found.group()) - _FIRST, _STRIDE)
        name = _CASE_NAMES[case]
        return CASES[name](values[hole]) if name else values[hole]

    return _PLACEHOLDER.sub(fill, text)


def name_holes(text: str, name: str, cases: frozenset[str]) -> str | None:
    """A lifted path as role text with one hole; None when a case is not one of `cases`."""
    made = []
    for part in _PLACEHOLDER_SPLIT.split(text):
        found = meaning(part)
        if found is None:
            made.append(part)
        elif not found[1]:
            made.append(f"{{{name}}}")
        elif found[1] in cases:
            made.append(f"{{{name}.{found[1]}}}")
        else:
            return None
    return "".join(made)
