"""Text of others as Markdown: it shows itself and does nothing else.

Paths, file contents and commit data come from a repository that anybody may have written to. Here
they become text in which no mention, reference or link comes alive, no HTML, and no table or fence
breaks. Every page that we publish is put together by these functions: what `ours` is given is
literal, and what goes into its holes was made here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from pattern_ci.messages.escaping.lines import one_line, raw, visible
from pattern_ci.model.safe import Cell, Markdown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Label = TypeVar("_Label", bound=Markdown)
_INLINE = re.compile(r"[\\`*_{}\[\]|~$!#<>&]")
# A dollar sign in a span is what GitHub's own page on formulas asks for.
_ENTITIES = {
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    "|": "&#124;",
    "$": "<span>$</span>",
}
# Mentions, references, addresses and emoji names are found after Markdown was rendered, so that a
# backslash does not stop them; a zero-width space, written as an entity, does.
_BREAK = "&#8203;"
_ALIVE = re.compile(
    r"""
    @ | \\\#(?=[0-9]|$) | \b(?:GH|GHSA|CVE)-(?=\w)      # somebody, something, an advisory
    | :(?=//) | www(?=\.) | (?:mailto|xmpp)(?=:)          # addresses
    | :(?=(?:[\w+-]|\\_)+(?::|$))                         # :emoji:, also with what follows
    """,
    re.IGNORECASE | re.VERBOSE,
)
# What could be the id of a commit, in pieces that could not.
_COMMIT = re.compile(r"(?<![0-9a-z])[0-9a-f]{7,64}(?![0-9a-z])", re.IGNORECASE)
_COMMIT_PIECE = 6
_LINE_START = re.compile(r"^(?:([-+=:])|([0-9]+)([.)])(?= |$))")
_FENCE = re.compile(r"^(`{3,})([^`\n]*)$", re.MULTILINE)
_BACKTICKS = re.compile(r"`+")
_URL = re.compile(r"https?://[^\s<>()\"'\\`|]+")
# GitHub's parser (cmark-gfm) knows no code span with more than 80 backticks, and takes the box of a
# list item for ticked when these signs stand anywhere in its line.
_MOST_TICKS = 40
_TICKED = "[x]"
_SAFE_PATH = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def ours(template: str, /, *values: Markdown | float, **named: Markdown | float) -> Markdown:
    """Markdown that we wrote ourselves, as a literal, with values of this module in its holes.

    The holes are those of `str.format`. Plain text that a type checker could not see is escaped.
    """
    holes = {name: _trusted(one) for name, one in named.items()}
    return Markdown(template.format(*map(_trusted, values), **holes))


def _trusted(value: object) -> object:
    return value if isinstance(value, Markdown | int | float) else text(str(value))


def text(value: str) -> Cell:
    """One line of Markdown that renders as `value` and as nothing else."""
    line = _INLINE.sub(_escape_char, one_line(value))
    line = _COMMIT.sub(_in_pieces, line)
    line = _ALIVE.sub(lambda found: found.group() + _BREAK, line)
    return Cell(_LINE_START.sub(_escape_start, line))


def _escape_char(match: re.Match[str]) -> str:
    return _ENTITIES.get(match.group(), "\\" + match.group())


def _in_pieces(match: re.Match[str]) -> str:
    whole = match.group()
    starts = range(0, len(whole), _COMMIT_PIECE)
    return _BREAK.join(whole[start : start + _COMMIT_PIECE] for start in starts)


def _escape_start(match: re.Match[str]) -> str:
    marker, number, end = match.groups()
    return f"\\{marker}" if marker else f"{number}\\{end}"


def code(value: str) -> Markdown:
    """Inline code that holds `value` on one line."""
    line = one_line(value)
    run = _longest_run(line)
    if not line:
        return Markdown("`(empty)`")
    if run > _MOST_TICKS or _TICKED in line.lower():
        return code_cell(value)
    ticks = "`" * (run + 1)
    pad = " " if line[0] in "` " or line[-1] in "` " else ""
    return Markdown(f"{ticks}{pad}{line}{pad}{ticks}")


def code_cell(value: str) -> Cell:
    """Code for a table; a span of backticks could not hold a pipe there."""
    return Cell(f"<code>{text(value) or '(empty)'}</code>")


def fence(value: str, language: str = "") -> Markdown:
    """A fenced block whose fence is longer than any that `value` holds."""
    body = visible(value.replace("\r\n", "\n"), keep="\n\t").strip("\n")
    ticks = "`" * max(3, _longest_run(body) + 1)
    info = language if re.fullmatch(r"[A-Za-z0-9+#.-]{1,20}", language) else ""
    return Markdown(f"{ticks}{info}\n{body}\n{ticks}")


def _longest_run(value: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(value)), default=0)


def link(label: _Label, url: str) -> _Label:
    """A link to an address of ours; another scheme than HTTP leaves the label alone."""
    if not _URL.fullmatch(url):
        return label
    return type(label)(f"[{label}]({url})")


def quoted(path: str) -> str:
    """A path percent-encoded for an address."""
    return "".join(chr(byte) if chr(byte) in _SAFE_PATH else f"%{byte:02X}" for byte in raw(path))


def reference(number: int) -> Cell:
    """A live reference to an issue or pull request of the same repository."""
    return Cell(f"#{number:d}")


def comment(value: str) -> Markdown:
    """A comment that a reader does not see, for what we must find again."""
    line = one_line(value).replace("<", "(").replace(">", ")")
    return Markdown(f"<!-- {line} -->")


def row(cells: Iterable[Cell]) -> Markdown:
    """One table row."""
    return Markdown(f"| {' | '.join(cells)} |")


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Markdown:
    """A whole table; its head is text."""
    rule = Markdown(f"| {' | '.join('---' for _ in head)} |")
    return lines([row(map(text, head)), rule, *map(row, rows)])


def lines(parts: Iterable[Markdown]) -> Markdown:
    """Each part on a line of its own."""
    return Markdown("\n".join(parts))


def paragraphs(parts: Iterable[Markdown]) -> Markdown:
    """Parts with an empty line between them."""
    return Markdown("\n\n".join(parts))


def listed(parts: Iterable[Markdown]) -> Markdown:
    """Parts of one sentence."""
    return Markdown(", ".join(parts))


def fit(sections: Sequence[Markdown], limit: int, notice: Markdown) -> Markdown:
    """Whole sections as long as they fit into `limit` characters; `notice` says what is missing."""
    joined = paragraphs(sections)
    if len(joined) <= limit:
        return Markdown(joined + "\n")
    kept: list[Markdown] = []
    room = limit - len(notice) - 3
    for section in sections:
        room -= len(section) + 2
        if room < 0:
            break
        kept.append(section)
    return Markdown(paragraphs([*kept, notice]) + "\n")


def cut(page: Markdown, limit: int, notice: Markdown) -> Markdown:
    """Whole lines as long as they fit into `limit` bytes; a fence that would stay open goes too.

    `notice` says that something is missing.
    """
    whole = page.encode()
    if len(whole) <= limit:
        return page
    room = limit - len(notice.encode()) - 3
    kept = whole[:room].decode("utf-8", "ignore").rpartition("\n")[0]
    open_fence = _open_fence(kept)
    kept = kept if open_fence is None else kept[:open_fence].rstrip("\n")
    return Markdown(f"{kept}\n\n{notice}\n")


def _open_fence(page: str) -> int | None:
    """Where a fence starts that never ends."""
    ticks, start = 0, 0
    for found in _FENCE.finditer(page):
        if not ticks:
            ticks, start = len(found[1]), found.start()
        elif len(found[1]) >= ticks and not found[2].strip():
            ticks = 0
    return start if ticks else None
