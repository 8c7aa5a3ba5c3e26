"""Repairs of one text by small edits near the line of an error; whoever asks keeps what parses."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from pattern_ci.executors.library import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.model.diagnosis import Diagnosis

_INDENTATION = re.compile(r"indent|\btabs?\b", re.IGNORECASE)
_WHITESPACE = re.compile(
    r"trailing[ -](?:white)?space|trailing[ -]blank|blank line (?:contains|with) whitespace"
    r"|no newline at end|missing-final-newline|trailing newlines|new-line-at-end-of-file",
    re.IGNORECASE,
)
_OPENING: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSING: Final = ")]},:"
_MARKS = re.compile(r"[()\[\]{},\"']")
# So far below the line that an error is reported at its cause may stand above it.
_NEAR: Final = 3


def about_indentation(found: Diagnosis) -> bool:
    """Whether an error is about how far a line is indented."""
    return _INDENTATION.search(found.message) is not None


def about_whitespace(found: Diagnosis) -> bool:
    """Whether an error is about blanks at the ends of lines, or the end of the file."""
    return _WHITESPACE.search(found.message) is not None


def whitespace(text: str) -> Iterator[str]:
    """Lines without blanks at their ends, one newline at the end of the file."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [re.sub(r"[ \t]+(?=\r?$)", "", line) for line in text.split("\n")]
    yield "\n".join(lines).rstrip("\r\n") + newline


def indentation(path: str, text: str, found: Diagnosis) -> Iterator[str]:
    """The text with one line, or the block that begins there, indented in another way."""
    if "\t" in text:
        yield from _without_tabs(text)
    lines = text.split("\n")
    for at in _places(path, text, found):
        yield from _shifted(lines, at)


def _without_tabs(text: str) -> Iterator[str]:
    """The text with blanks for the tabs that it is indented with.

    To eight columns first: so Python has always read them (reference, 2.1.8), whatever an editor
    showed. To four where that comes to the same, or nothing else parses.
    """
    wide, narrow = (_all_expanded(text, width) for width in (8, 4))
    yield from (narrow, wide) if _means(wide) in (None, _means(narrow)) else (wide, narrow)


def _all_expanded(text: str, width: int) -> str:
    return "\n".join(_expanded(line, width) for line in text.split("\n"))


def _means(text: str) -> str | None:
    """What a Python text says, however it is laid out; None where it does not parse."""
    try:
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _expanded(line: str, width: int = 4) -> str:
    body = line.lstrip(" \t")
    return line[: len(line) - len(body)].expandtabs(width) + body


def _places(path: str, text: str, found: Diagnosis) -> list[int]:
    """Indexes of the lines to look at: where the parser stops, then where the error was told."""
    problem = syntax.problem(path, text.encode())
    told = [line for line in (problem.line if problem else None, found.line) if line]
    count = text.count("\n") + 1
    return [line - 1 for line in dict.fromkeys(told) if line <= count]


def _shifted(lines: Sequence[str], at: int) -> Iterator[str]:
    """The line at `at` at each indentation that the lines above make likely."""
    above = [line for line in lines[:at] if line.strip()]
    # Blanks do not say how far a line goes that is indented with tabs.
    if not above or not lines[at].strip() or _has_tab(above[-1]) or _has_tab(lines[at]):
        return
    last = _indent(above[-1])
    opens = above[-1].split("#")[0].rstrip().endswith((":", "{", "[", "("))
    likely = [last + 4] if opens else [last]
    likely += sorted(
        {_indent(line) for line in above}, key=lambda one: abs(one - _indent(lines[at]))
    )
    for indent in dict.fromkeys(likely):
        for stop in _block_ends(lines, at):
            by = indent - _indent(lines[at])
            moved = [_moved(line, by) for line in lines[at:stop]]
            yield "\n".join([*lines[:at], *moved, *lines[stop:]])


def _block_ends(lines: Sequence[str], at: int) -> list[int]:
    """Where what is moved may end: after the line, or before the next that is indented less."""
    stop = at + 1
    while stop < len(lines) and (
        not lines[stop].strip() or _indent(lines[stop]) >= _indent(lines[at])
    ):
        stop += 1
    return list(dict.fromkeys((at + 1, stop)))


def _has_tab(line: str) -> bool:
    return "\t" in line[: len(line) - len(line.lstrip())]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _moved(line: str, by: int) -> str:
    if not line.strip():
        return line
    return " " * by + line if by >= 0 else line[min(-by, _indent(line)) :]


def marks(path: str, text: str, found: Diagnosis) -> Iterator[str]:
    """The text with one mark added or removed near the error."""
    if path.endswith(".json"):
        yield from _without_last_comma(path, text)
    if path.endswith((".yaml", ".yml")) and "\t" in text:
        yield "\n".join(_expanded(line) for line in text.split("\n"))
    lines = text.split("\n")
    for place in _places(path, text, found):
        for at in range(place, max(-1, place - _NEAR), -1):
            for made in _line_repairs(lines[at], comma=path.endswith(".json")):
                yield "\n".join([*lines[:at], made, *lines[at + 1 :]])


def _without_last_comma(path: str, text: str) -> Iterator[str]:
    """JSON without the comma that the parser stops at, where nothing but a bracket follows it."""
    problem = syntax.problem(path, text.encode())
    if problem is None:
        return
    lines = text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: problem.line - 1]) + problem.column - 1
    # Newer parsers point at the comma, older ones at the bracket.
    head = text[: offset + text[offset : offset + 1].count(",")].rstrip()
    if head.endswith(",") and text[len(head) :].lstrip()[:1] in ("]", "}"):
        yield head[:-1] + text[len(head) :]


def _line_repairs(line: str, *, comma: bool) -> Iterator[str]:
    """One line with a mark more or less at its end, the likeliest first."""
    ended = "\r" if line.endswith("\r") else ""
    body = line.removesuffix("\r").rstrip()
    # A line that ends like this wants to go on. To close it would throw away what was to come.
    if not body or body.endswith((*_OPENING, ",", "\\")):
        return
    made = [] if comma else [f"{body}:"]
    made += [*_bracketed(body), f"{body},", *_quoted(body)]
    yield from (one + ended for one in made)


def _bracketed(body: str) -> Iterator[str]:
    """The line with the brackets closed that it opened, or without one that it did not open."""
    for opening, closing in _OPENING.items():
        missing = body.count(opening) - body.count(closing)
        if missing > 0:
            yield body + closing * missing
            yield body + closing * missing + ":"
        elif missing < 0 and body.endswith(closing):
            yield body[:-1]


def _quoted(body: str) -> Iterator[str]:
    """The line with a text closed that it left open: before the marks that it ends with.

    Where marks stand inside of the text as well, nobody can tell where it was to end.
    """
    for quote in ('"', "'"):
        before, found, text = body.rpartition(quote)
        inner = text.rstrip(_CLOSING)
        if not found or body.count(quote) % 2 == 0 or not inner or _MARKS.search(inner):
            continue
        made = f"{before}{quote}{inner}{quote}{text[len(inner) :]}"
        yield made
        yield from (made + end for end in (")", ",", "),", ":"))
