"""References in texts of a spec: `{files}`, `{item.path}`, `{name.snake}` stand for values.

A text that is one reference and nothing else is the value itself, of whatever type; in any other
text a reference is replaced by the value as text. The last part may be a case filter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pattern_ci.model.cases import CASES
from pattern_ci.model.role import CASED, conforms

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*"
_HOLE: Final = re.compile(r"\{(" + _NAME + r")\}")


class NoValueError(LookupError):
    """A reference to something that is not there; its text is the reference."""


def names(text: str) -> tuple[str, ...]:
    """Every reference in a text, in order."""
    return tuple(_HOLE.findall(text))


def stray(text: str) -> bool:
    """Whether a brace is left that belongs to no reference."""
    rest = _HOLE.sub("", text)
    return "{" in rest or "}" in rest


def filled_with(value: str, text: str) -> str:
    """The text with one value in place of every reference."""
    return _HOLE.sub(lambda _: value, text)


def whole(text: str) -> bool:
    """Whether a text is one reference and nothing else."""
    return _HOLE.fullmatch(text) is not None


def filled(text: str, scope: Mapping[str, Any]) -> Any:
    """The value of a text. Raises NoValueError for a reference that leads nowhere."""
    if one := _HOLE.fullmatch(text):
        return value_of(one[1], scope)
    return _HOLE.sub(lambda found: _text(value_of(found[1], scope), found[1]), text)


def _text(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise NoValueError(name)


def value_of(name: str, scope: Mapping[str, Any]) -> Any:
    """What a name leads to: from value to value by `.`, at the end perhaps in another case.

    Raises NoValueError when it leads nowhere.
    """
    found: Any = scope
    *_, last = parts = name.split(".")
    for number, part in enumerate(parts):
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif number and part is last and isinstance(found, str) and part in CASES:
            found = found if part in CASED and conforms(part, found) else CASES[part](found)
        else:
            raise NoValueError(name)
    return found


def given(name: str, scope: Mapping[str, Any]) -> bool:
    """Whether a name leads to a value; null is none."""
    try:
        return value_of(name, scope) is not None
    except NoValueError:
        return False
