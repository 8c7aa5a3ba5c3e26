"""What the history of a spec says of a draft that was made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.escaping import lines

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT = "another text"
_SHOWN = 4


def drafted_again(why: str) -> str:
    """The entry of a version."""
    return f"drafted again from history: {why}"


def needed(names: Sequence[str]) -> str:
    """Variables without which it cannot be applied any more."""
    return f"needs {_few(names)}"


def gone(names: Sequence[str]) -> str:
    """Variables that it does not take any more."""
    return f"without the variable{_s(names)} {_few(names)}"


def other(names: Sequence[str]) -> str:
    """Variables that hold something else."""
    return f"{_few(names)} of another type"


def places(roles: Sequence[str]) -> str:
    """Files that it does not write any more."""
    return f"does not write {_few(roles)}"


def added(names: Sequence[str]) -> str:
    """Variables that may be given as well."""
    return f"may be given {_few(names)}"


def more(roles: Sequence[str]) -> str:
    """Files that it writes as well."""
    return f"writes {_few(roles)} as well"


def _few(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(lines.one_line, names[:_SHOWN])) + rest


def _s(names: Sequence[str]) -> str:
    return "s" if len(names) > 1 else ""
