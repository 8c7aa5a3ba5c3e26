"""Replaces an entry that an earlier rendering put into a file, where it still stands: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def replaced(text: str, old: str, new: str, *, separator: str | None) -> str | None:
    """The text with the lines of `old` turned into those of `new`, in their place.

    The separator after the entry stays as it is, for it says whether another entry follows. None
    unless `old` stands there verbatim and only once.
    """
    ending = "\r\n" if "\r\n" in text else "\n"
    lines, wanted = text.replace("\r\n", "\n").split("\n"), _lines(old, separator)
    if ending == "\r\n" and text.count("\r\n") != text.count("\n"):
        return None
    starts = [
        start
        for start in range(len(lines) - len(wanted) + 1)
        if [_bare(line, separator) for line in lines[start : start + len(wanted)]] == wanted
    ]
    if len(starts) != 1:
        return None
    start, end = starts[0], starts[0] + len(wanted)
    tail = lines[end - 1][len(wanted[-1]) :]
    *made, last = _lines(new, separator, inner=True)
    return ending.join((*lines[:start], *made, last + tail, *lines[end:]))


def holds(text: str, entry: str, *, separator: str | None) -> bool:
    """Whether the lines of an entry stand in a text."""
    return replaced(text, entry, entry, separator=separator) is not None


def _lines(entry: str, separator: str | None, *, inner: bool = False) -> Sequence[str]:
    """The lines of an entry, bare; with `inner` only its last one is."""
    lines = entry.replace("\r\n", "\n").strip("\n").split("\n")
    first = lines[:-1] if inner else [_bare(line, separator) for line in lines[:-1]]
    return [*first, _bare(lines[-1], separator)]


def _bare(line: str, separator: str | None) -> str:
    line = line.rstrip()
    return line.removesuffix(separator).rstrip() if separator else line
