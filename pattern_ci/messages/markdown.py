"""Text that others wrote, made harmless for Markdown, plain lines and logs.

Paths, file contents and commit data come from a repository that anybody may have written to. Here
they become text that only shows itself: no mention, reference or link comes alive, no HTML, no
table or fence breaks, and characters that steer a terminal or reorder a line become visible.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Control, format (bidi, zero-width, tags) and lone-surrogate characters; line and paragraph marks.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_NONCHARACTER = 0xFFFE
_INLINE = re.compile(r"[\\`*_{}\[\]|~$!#<>&]")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;", "$": "&#36;"}
# Mentions and references are found after Markdown was rendered, so that a backslash does not stop
# them; a zero-width space, written as an entity, does.
_BREAK = "&#8203;"
_AT = re.compile(r"@(?=\S)")
_REFERENCE = re.compile(r"(\\#|\bGH-)(?=[0-9])", re.IGNORECASE)
_ADDRESS = re.compile(r"(:)(?=//)|(www)(?=\.)|(mailto|xmpp)(?=:)", re.IGNORECASE)
_LINE_START = re.compile(r"^(?:([-+=])|([0-9]+)([.)]))")
_BACKTICKS = re.compile(r"`+")
_SAFE_PATH = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
_COMMAND = re.compile(r"^(\s*):(?=:)")


def _shown(char: str) -> str:
    code = ord(char)
    if unicodedata.category(char) not in _UNSEEN and code & _NONCHARACTER != _NONCHARACTER:
        return char
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def visible(value: str, *, keep: str = "") -> str:
    """Every character that cannot be seen in the notation of Python, except those in `keep`."""
    if value.isascii() and value.isprintable():
        return value
    return "".join(char if char in keep else _shown(char) for char in value)


def one_line(value: str) -> str:
    """Visible text on one line: runs of white space become one blank."""
    return visible(" ".join(value.split()))


def short(value: str, limit: int) -> str:
    """At most `limit` characters of a line, with an ellipsis where it was cut."""
    return value if len(value) <= limit else value[: max(0, limit - 1)] + "…"


def text(value: str) -> str:
    """One line of Markdown that renders as `value` and as nothing else."""
    line = _INLINE.sub(_escape_char, one_line(value))
    line = _AT.sub("@" + _BREAK, line)
    line = _REFERENCE.sub(r"\1" + _BREAK, line)
    line = _ADDRESS.sub(lambda match: match.group() + _BREAK, line)
    return _LINE_START.sub(_escape_start, line)


def _escape_char(match: re.Match[str]) -> str:
    return _ENTITIES.get(match.group(), "\\" + match.group())


def _escape_start(match: re.Match[str]) -> str:
    marker, number, end = match.groups()
    return f"\\{marker}" if marker else f"{number}\\{end}"


def code(value: str) -> str:
    """An inline code span that holds `value` on one line."""
    line = one_line(value)
    if not line:
        return "`(empty)`"
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def cell(value: str) -> str:
    """Text for a table cell; a pipe is an entity and so never ends the cell."""
    return text(value)


def code_cell(value: str) -> str:
    """Code for a table cell; a span of backticks could not hold a pipe there."""
    return f"<code>{text(value) or '(empty)'}</code>"


def fence(value: str, language: str = "") -> str:
    """A fenced block whose fence is longer than any that `value` holds."""
    body = visible(value.replace("\r\n", "\n"), keep="\n\t").strip("\n")
    ticks = "`" * max(3, _longest_run(body) + 1)
    info = language if re.fullmatch(r"[A-Za-z0-9+#.-]{1,20}", language) else ""
    return f"{ticks}{info}\n{body}\n{ticks}"


def _longest_run(value: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(value)), default=0)


def link(label: str, url: str) -> str:
    """A link to an address of ours; another scheme than HTTP leaves the label alone."""
    if not re.fullmatch(r"https?://[^\s<>()\"'\\`]+", url):
        return label
    return f"[{label}]({url})"


def quoted(path: str) -> str:
    """A path percent-encoded for an address."""
    raw = path.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if chr(byte) in _SAFE_PATH else f"%{byte:02X}" for byte in raw)


def row(cells: Sequence[str]) -> str:
    """One table row of cells that `cell` or `code_cell` made."""
    return f"| {' | '.join(cells)} |"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A whole table; `rows` hold cells that `cell` or `code_cell` made."""
    rule = "| " + " | ".join("---" for _ in head) + " |"
    return "\n".join([row(head), rule, *(row(cells) for cells in rows)])


def plain(value: str, limit: int = 200) -> str:
    """A line for a title or commit message: nothing in it refers to or closes anything."""
    line = re.sub(
        r"[@#](?=\w)|:(?=//)|\bGH-(?=[0-9])", _spaced, one_line(value), flags=re.IGNORECASE
    )
    return short(line, limit)


def _spaced(match: re.Match[str]) -> str:
    return match.group() + " "


def log(value: str) -> str:
    """A line for a log that a workflow runner reads: never one of its commands."""
    line = visible(value).replace("##[", "## [")
    return _COMMAND.sub(r"\1: ", line)


def clip(value: str, *, lines: int, chars: int) -> tuple[str, bool]:
    """At most so many lines and characters from the start, and whether anything is missing."""
    kept = "".join(value.splitlines(keepends=True)[:lines])[:chars]
    return kept, len(kept) < len(value)


def fit(sections: Sequence[str], limit: int, notice: str) -> str:
    """Whole sections as long as they fit into `limit` characters; `notice` says what is missing."""
    joined = "\n\n".join(sections)
    if len(joined) <= limit:
        return joined + "\n"
    kept: list[str] = []
    room = limit - len(notice) - 3
    for section in sections:
        room -= len(section) + 2
        if room < 0:
            break
        kept.append(section)
    return "\n\n".join([*kept, notice]) + "\n"
