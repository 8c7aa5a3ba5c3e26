"""The difference between what a file holds and what it will hold, as people and git read it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def unified(path: str, before: bytes | None, after: bytes | None) -> str:
    """A unified diff that `git apply` takes; empty when nothing changes, None is no file."""
    if before == after:
        return ""
    names = (
        "/dev/null" if before is None else f"a/{path}",
        "/dev/null" if after is None else f"b/{path}",
    )
    if b"\0" in (before or b"") or b"\0" in (after or b""):
        return f"Binary files {names[0]} and {names[1]} differ\n"
    return "".join(_lines(_split(before), _split(after), names))


def _lines(before: list[str], after: list[str], names: tuple[str, str]) -> Iterator[str]:
    # Git ends a name with a tab when it holds a blank, so that nothing is taken for a date.
    first, second = (f"{name}\t" if " " in name else name for name in names)
    for line in difflib.unified_diff(before, after, first, second, lineterm="\n"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _split(data: bytes | None) -> list[str]:
    """Lines with their ends; only a line feed ends one, as for git."""
    text = (data or b"").decode("utf-8", "surrogateescape")
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return [line for line in lines if line]
