"""What is said about `.github/pattern-ci.yml`."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pattern_ci.catalog import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_A_MAPPING = "the file must be a mapping that starts with `version: 1`."
NO_VERSION = "`version` is missing; start the file with `version: 1`."
# An address: the reader stands in a repository of their own, where no such page is.
OPTIONS = f"https://github.com/{REPOSITORY}/blob/main/docs/configuration.md"
FIX = f"correct it there; {OPTIONS} lists every option."


def unknown_key(key: str, known: Sequence[str], section: str) -> str:
    """Names the nearest key that exists, or all of them when none is near."""
    near = get_close_matches(key, known, n=1)
    where = f" in `{section}`" if section else ""
    hint = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(known)}."
    return f"there is no option `{key}`{where}; {hint}"


def wrong_type(name: str, wanted: str) -> str:
    """The value has another type than the option."""
    return f"`{name}` must be {wanted}."


def out_of_range(name: str, low: float, high: float) -> str:
    """A number outside its limits."""
    if low == high:
        return f"`{name}` must be {low:g}."
    return f"`{name}` must be from {low:g} to {high:g}."


def one_of(name: str, choices: Sequence[str]) -> str:
    """A choice that does not exist."""
    return f"`{name}` must be one of: {', '.join(choices)}."


def bad_text(name: str, value: str) -> str:
    """A text that breaks the rule of its option."""
    return f"`{name}` cannot be {value!r}."


def and_more(count: int) -> str:
    """Tail of the one line when there are more problems than the first."""
    return f"({count} more in this file.)" if count else ""
