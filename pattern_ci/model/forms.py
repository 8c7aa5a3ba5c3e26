"""Forms that a drafted schema asks values to have, each as a regular expression and in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pattern_ci.model.cases import CASES
from pattern_ci.model.role import CASED

if TYPE_CHECKING:
    from collections.abc import Iterable

# Narrowest first.
SHAPES = (
    (r"[0-9]+", "a whole number"),
    (r"[A-Za-z_]\w*", "an identifier"),
    (r"\w+", "one word"),
    (r"[\w.-]+", "a word with dots or dashes"),
    (r"[\w.~@-]*(?:/[\w.~@-]+)+/?", "a path"),
    (r"[^\r\n]*", "text on one line"),
)
# `$` alone lets a line end pass.
END = r"$(?!\n)"
# A name becomes part of a path: one component, not hidden, no traversal.
HOLE_PATTERN = rf"^(?!\.{{1,2}}$)[^/\\\x00-\x1f]+{END}"
_CASES = {CASED[case]: case for case in CASED}
_CASE_WORDS = {
    "snake": "in snake_case",
    "kebab": "in kebab-case",
    "pascal": "in PascalCase",
    "camel": "in camelCase",
    "const": "in CONSTANT_CASE",
    "flat": "small letters and digits alone",
    "uflat": "capitals and digits alone",
    "dot": "words joined by dots",
}
_WORDS = {
    **dict(SHAPES),
    **{regex: _CASE_WORDS.get(case, f"in {case} case") for regex, case in _CASES.items()},
    HOLE_PATTERN: "one part of a path",
}


def in_words(pattern: str) -> str:
    """What a pattern of a schema asks for; empty for one that no draft has."""
    return _WORDS.get(pattern) or _WORDS.get(_bare(pattern), "")


def example(pattern: str, value: object, shown: Iterable[object]) -> str:
    """A text that would pass: the value in the case that is asked for, else one that is shown."""
    case = _CASES.get(_bare(pattern), "")
    near = [CASES[case](value)] if case and isinstance(value, str) else []
    texts = (one for one in (*near, *shown) if isinstance(one, str) and one)
    try:
        return next((one for one in texts if re.search(pattern, one)), "")
    except re.error:
        return ""


def _bare(pattern: str) -> str:
    """A pattern without its ends, and without saying that there may be nothing."""
    text = pattern.removeprefix("^").removesuffix(END).removesuffix("$")
    for end in (")?", ")"):
        if text.startswith("(?:") and text.endswith(end):
            return text.removeprefix("(?:").removesuffix(end)
    return text
