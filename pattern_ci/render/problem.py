"""What a template may not hold, and the names that no variable can have."""

from __future__ import annotations

from typing import Final, NamedTuple

# Jinja gives these names a meaning of its own, or parses them as constants.
RESERVED: Final = frozenset(
    {"loop", "self", "super", "caller", "varargs", "kwargs", "not", "and", "or", "in", "is"}
    | {"if", "else", "elif", "for", "true", "false", "none", "True", "False", "None"}
)


class TemplateProblem(NamedTuple):
    """What a template may not hold; line and column count from 1."""

    line: int
    column: int
    message: str
