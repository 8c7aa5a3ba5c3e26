"""Numbers with their nouns."""

from __future__ import annotations


def plural(count: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`; `many` where an `s` does not make the plural."""
    return f"{count} {one if count == 1 else many or one + 's'}"
