"""Find the command in a comment: the first line that starts with `/pattern`.

What is quoted, or stands in a code block or a hidden comment, is text of somebody and no command.
"""

from __future__ import annotations

import re
from enum import StrEnum, unique
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = "/pattern"
# Four blanks or a tab make a code block (CommonMark 0.31, section 4.4).
_LINE = re.compile(r" {0,3}/pattern(?:[ \t]+(.*))?")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_QUOTE = re.compile(r" {0,3}>")
# A reply holds what was said; nobody needs more of it.
_MOST_CHARS = 500


@unique
class Verb(StrEnum):
    """What can be asked for."""

    APPROVE = "approve"
    REJECT = "reject"
    RENAME = "rename"
    EXPLAIN = "explain"


class Request(NamedTuple):
    """A command as it was written; `verb` is None for a word that is none of ours."""

    verb: Verb | None
    word: str
    rest: str


def find(body: str) -> Request | None:
    """The first command of a comment; further ones are not looked at."""
    for line in _spoken(body):
        found = _LINE.fullmatch(line)
        if found:
            word, _, rest = (found[1] or "").strip()[:_MOST_CHARS].partition(" ")
            verb = Verb(word.lower()) if word.lower() in set(Verb) else None
            return Request(verb, word, rest.strip())
    return None


def _spoken(body: str) -> Iterator[str]:
    """The lines that are neither quoted nor code nor hidden."""
    fence, quoted, hidden = "", False, False
    for raw in body.splitlines():
        line = raw.rstrip()
        found = _FENCE.fullmatch(line)
        if hidden:
            hidden = "-->" not in line
        elif fence:
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
        elif found and not (found[1][0] == "`" and "`" in found[2]):
            fence, quoted = found[1], False
        elif _QUOTE.match(line):
            quoted = True
        elif quoted and line:
            continue  # a quote goes on until an empty line, also without its mark
        else:
            quoted = False
            hidden = "-->" not in line.rpartition("<!--")[2] and "<!--" in line
            yield line
