"""Characters that make words, and signs that pair, in whatever language."""

from __future__ import annotations

CLOSING = {"(": ")", "[": "]", "{": "}"}
OPENING = {closing: opening for opening, closing in CLOSING.items()}
QUOTES = "\"'`"


def is_word(char: str) -> bool:
    """Whether a character is part of a word."""
    return char == "_" or char.isalnum()


def nests(open_ones: list[str], sign: str) -> bool:
    """Note a bracket among those that are open; False where it closes one that is not."""
    if sign in CLOSING:
        open_ones.append(sign)
    elif sign in OPENING:
        return bool(open_ones) and open_ones.pop() == OPENING[sign]
    return True
