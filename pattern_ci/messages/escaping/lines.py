"""Text of others as lines: for terminals, logs, titles and commit messages.

Characters that steer a terminal, reorder a line or cannot be seen become visible.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pattern_ci.model.safe import Message, Title

if TYPE_CHECKING:
    from collections.abc import Mapping

# Control, format (bidi, zero-width, tags) and lone-surrogate characters; line and paragraph marks.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NONCHARACTER = 0xFFFE
_COMMAND = re.compile(r"^(\s*):(?=:)")
# Mentions, references and addresses, and the words that keep GitHub from running checks.
_ALIVE = re.compile(
    r"[@#](?=\w)|:(?=//)|\b(?:GH|GHSA|CVE)-(?=\w)|\[(?=(?:skip|ci|no|actions)\b)", re.IGNORECASE
)
_TRAILER_NAME = re.compile(r"[A-Za-z][A-Za-z-]*")


def visible(value: str, *, keep: str = "") -> str:
    """Every character that cannot be seen in the notation of Python, except those in `keep`."""
    if value.isascii() and value.isprintable():
        return value
    return "".join(char if char in keep else _shown(char) for char in value)


def _shown(char: str) -> str:
    from unicodedata import category

    code = ord(char)
    if category(char) not in _UNSEEN and code & _NONCHARACTER != _NONCHARACTER:
        return char
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def one_line(value: str) -> str:
    """Visible text on one line: runs of white space become one blank."""
    return visible(" ".join(value.split()))


def short(value: str, limit: int) -> str:
    """At most `limit` characters of a line, with an ellipsis where it was cut."""
    return value if len(value) <= limit else value[: max(0, limit - 1)] + "…"


def clip(value: str, *, lines: int, chars: int) -> tuple[str, bool]:
    """At most so many lines and characters from the start, and whether anything is missing."""
    kept = "".join(value.splitlines(keepends=True)[:lines])[:chars]
    return kept, len(kept) < len(value)


def title(value: str, limit: int = 200) -> Title:
    """A line for a title or the subject of a commit."""
    return Title(short(_ALIVE.sub(lambda found: found.group() + " ", one_line(value)), limit))


def message(subject: Title, trailers: Mapping[str, str]) -> Message:
    """A commit message with trailers of ours; none of their values can start another one."""
    said = "".join(
        f"{name}: {title(value, 1000)}\n"
        for name, value in trailers.items()
        if _TRAILER_NAME.fullmatch(name)
    )
    return Message(f"{subject}\n\n{said}" if said else f"{subject}\n")


def raw(value: str) -> bytes:
    """The bytes of a name: as they were on disk, or of any text that never was there."""
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


def log(value: str) -> str:
    """A line for a terminal or a log that a workflow runner reads: never one of its commands."""
    line = visible(value, keep="\t").replace("##[", "## [")
    return _COMMAND.sub(r"\1: ", line)
