"""Private keys as files hold them, also where one of their two marks is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK = re.compile(r"-----(?P<side>BEGIN|END)[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
# A line of a key has 64, 70 or 76 of these signs; all but its last one, and headers before them.
_BODY = re.compile(r"[A-Za-z0-9+/=]{40,}+")
_SHORT = re.compile(r"[A-Za-z0-9+/=]*+")
_HEADER = re.compile(r"(?:[A-Za-z-]{1,20}: .{0,200})?")
_NO_WORD = re.compile(r"[0-9+/=]")
_SHORTEST = 8  # signs of a key beside a lonely mark; fewer say nothing


def key_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Where private keys start and end; a mark that is alone counts if a key stands beside it.

    A text is cut before its beginning or its end, and programs print half of a file.
    """
    begun: re.Match[str] | None = None
    done = 0
    for mark in _MARK.finditer(text):
        if mark["side"] == "BEGIN":
            yield from _without_end(text, begun, mark.start())
            begun = mark
            continue
        if begun is not None:
            yield begun.start(), mark.end()
        else:
            yield from _without_begin(text, done, mark)
        begun, done = None, mark.end()
    yield from _without_end(text, begun, len(text))


def _without_end(text: str, begun: re.Match[str] | None, limit: int) -> Iterator[tuple[int, int]]:
    if begun is not None:
        end = _end(text, begun.end(), limit)
        if _is_key(text[begun.end() : end]):
            yield begun.start(), end


def _without_begin(text: str, limit: int, mark: re.Match[str]) -> Iterator[tuple[int, int]]:
    start = _start(text, limit, mark.start())
    if _is_key(text[start : mark.start()]):
        yield start, mark.end()


def _is_key(found: str) -> bool:
    """Whether there is anything of a key beside a mark that may just be spoken of."""
    return len(found.strip()) >= _SHORTEST and _NO_WORD.search(found) is not None


def _end(text: str, at: int, limit: int) -> int:
    headers = True
    while at < limit:
        line_end = text.find("\n", at, limit) + 1 or limit
        line = text[at:line_end].strip()
        body = _BODY.search(line) is not None
        if not body and not (headers and _HEADER.fullmatch(line)):
            return line_end if _SHORT.fullmatch(line) else at
        headers = headers and not body
        at = line_end
    return at


def _start(text: str, limit: int, at: int) -> int:
    short = 3  # the mark's own line, the last one of the key, and what is left of the first one
    while at > limit:
        line_start = text.rfind("\n", limit, at - 1) + 1 or limit
        line = text[line_start:at].strip()
        if _BODY.search(line) is None:
            if not short or not _SHORT.fullmatch(line):
                return at
            short -= 1
        at = line_start
    return at
