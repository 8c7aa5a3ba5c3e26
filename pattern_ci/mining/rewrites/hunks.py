"""Small replaced hunks of a patch, as `git diff-tree --unified=0` prints it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# More lines than this on one side are no small change.
MAX_LINES = 6
_HEAD = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NO_NEWLINE = "\\"


class Hunk(NamedTuple):
    """Neighbouring lines that a commit replaced by others; lines keep a carriage return."""

    sha: str
    path: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def parse(patch: str) -> Iterator[Hunk]:
    """The small replacements of a patch; additions and deletions alone are none.

    A quoted path (it holds a quote, a tab or a line end) is given as it is printed: no rule could
    name it.
    """
    lines = patch.split("\n")
    sha = path = ""
    at, end = 0, len(lines)
    while at < end:
        line = lines[at]
        if line.startswith("@@ -") and (head := _HEAD.match(line)):
            old, new = (1 if size is None else int(size) for size in head.groups())
            middle = _behind(lines, at + 1 + old)
            if 0 < old <= MAX_LINES and 0 < new <= MAX_LINES:
                before, after = lines[at + 1 : at + 1 + old], lines[middle : middle + new]
                yield Hunk(sha, path, tuple(_bare(before)), tuple(_bare(after)))
            at = _behind(lines, middle + new)
            continue
        if line.startswith("+++ "):
            path = line[4:].removeprefix("b/").removesuffix("\t")
        elif _SHA.fullmatch(line):
            sha = line
        at += 1


def _behind(lines: list[str], at: int) -> int:
    """Past the note that the file does not end with a line end, if it stands here."""
    return at + (at < len(lines) and lines[at].startswith(_NO_NEWLINE))


def _bare(lines: list[str]) -> Iterator[str]:
    return (line[1:] for line in lines)
