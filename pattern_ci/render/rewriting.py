"""Apply a rewrite rule to a text: what it replaces, where, and the text afterwards.

A metavariable takes the shortest text up to what is fixed behind it, within a line and with its
brackets paired; no choice is ever taken back, and misses are counted, so a text costs what its
length asks for.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.model.rewrite import Piece, Value, pieces
from pattern_ci.model.signs import is_word, nests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.model.rewrite import Rewrite

# What a metavariable holds at most; lines longer than this are data that nobody wrote by hand.
MAX_VALUE = 200
MAX_LINE = 2_000
# Replacements in one text; where there are more, the rule is no small edit of this file.
MAX_EDITS = 5_000
# Places in one text that begin like a match and are none. Each may cost a look at MAX_VALUE
# characters for each metavariable, and text that is made for that would take minutes.
MAX_MISSES = 100_000
_WORD = re.compile(r"\w+")
_INDENT = re.compile(r"[ \t]*")


class Edit(NamedTuple):
    """One replacement: the line where it begins, counted from 1, and the texts."""

    line: int
    before: str
    after: str


class Rewritten(NamedTuple):
    """The text afterwards and what was replaced, in order."""

    text: str
    edits: tuple[Edit, ...]


def rewrite(text: str, rule: Rewrite) -> Rewritten:
    """Replace every match of a rule, from the start; matches never overlap.

    Line ends stay as they are; new lines end as the first of the match does. A text that the rule
    would change again after it was changed is left alone: `stable` tells.
    """
    done: list[str] = []
    edits: list[Edit] = []
    at, line, counted = 0, 1, 0
    for found in _matches(text, rule):
        done += [text[at : found.start], found.after]
        at = found.stop
        line += text.count("\n", counted, found.start)
        counted = found.start
        edits.append(Edit(line, text[found.start : found.stop], found.after))
        if len(edits) >= MAX_EDITS:
            break
    return Rewritten("".join([*done, text[at:]]), tuple(edits))


def stable(done: Rewritten, rule: Rewrite) -> bool:
    """Whether applying the rule again would change nothing."""
    return not rewrite(done.text, rule).edits


def anchor(rule: Rewrite) -> str:
    """A fixed text without line ends that every match of a rule contains: the longest."""
    return _anchor(rule.before)


@lru_cache(maxsize=256)
def _anchor(before: str) -> str:
    fixed = [line for part in pieces(before) if not part.variable for line in part.text.split("\n")]
    return max((one.strip() for one in fixed), key=len)


class _Match(NamedTuple):
    start: int
    stop: int
    after: str


def _matches(text: str, rule: Rewrite) -> Iterator[_Match]:
    if anchor(rule) not in text:
        return
    before, after = pieces(rule.before), pieces(rule.after)
    head, _, _ = before[0].text.partition("\n")
    at, misses = text.find(head), 0
    while at >= 0 and misses < MAX_MISSES:
        found = _match_at(text, at, rule, before, after)
        if found is not None:
            yield found
        else:
            misses += 1
        at = text.find(head, found.stop if found and found.stop > at else at + 1)


def _match_at(
    text: str, at: int, rule: Rewrite, before: list[Piece], after: list[Piece]
) -> _Match | None:
    start = text.rfind("\n", max(0, at - MAX_LINE), at) + 1
    if not start and at >= MAX_LINE:
        return None
    indent = _INDENT.match(text, start, at)
    assert indent is not None
    if rule.line_start and indent.end() != at:
        return None
    bound = _bind(text, at, rule, [_indented(part, indent[0]) for part in before])
    if bound is None:
        return None
    stop, values = bound
    newline = "\r\n" if _first_newline(text, at).startswith("\r") else "\n"
    made = "".join(
        values[part.text] if part.variable else _indented(part, indent[0]).text for part in after
    )
    return _Match(at, stop, made.replace("\n", newline))


def _first_newline(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[max(end - 1, 0) : end + 1] if end >= 0 else "\n"


def _indented(part: Piece, indent: str) -> Piece:
    if part.variable or "\n" not in part.text:
        return part
    first, *rest = part.text.split("\n")
    # The last may go on in the next part, so it is a line even where it is empty here.
    last = len(rest) - 1
    lines = [f"{indent}{line}" if line or n == last else line for n, line in enumerate(rest)]
    return Piece("\n".join([first, *lines]), variable=False)


def _bind(
    text: str, at: int, rule: Rewrite, parts: list[Piece]
) -> tuple[int, dict[str, str]] | None:
    """Where a match that begins at `at` ends, and its values; None when there is none."""
    values: dict[str, str] = {}
    name = ""
    for part in parts:
        if part.variable:
            name = part.text
            continue
        if name:
            found = _value(text, at, part.text, rule.variables[name], values.get(name))
            if found is None:
                return None
            values[name] = found
            at += len(found)
            name = ""
        stop = _literal(text, at, part.text)
        if stop is None:
            return None
        at = stop
    if rule.line_end and text[at : at + 2] != "\r\n" and text[at : at + 1] not in ("", "\n"):
        return None
    return at, values


def _literal(text: str, at: int, fixed: str) -> int | None:
    """Where `fixed` ends when it stands at `at` and cuts no word; None when it does not."""
    if at and is_word(fixed[0]) and is_word(text[at - 1]):
        return None
    if "\n" not in fixed:
        if not text.startswith(fixed, at):
            return None
        at += len(fixed)
    else:
        for number, line in enumerate(fixed.split("\n")):
            if number:
                at += text.startswith("\r\n", at)
                if not text.startswith("\n", at):
                    return None
                at += 1
            if not text.startswith(line, at):
                return None
            at += len(line)
    cut = is_word(fixed[-1]) and at < len(text) and is_word(text[at])
    return None if cut else at


def _value(text: str, at: int, behind: str, kind: Value, known: str | None) -> str | None:
    """The value that stands at `at` before `behind`; one that is known must stand there again."""
    if known is not None:
        return known if text.startswith(known, at) else None
    if kind is Value.WORD:
        word = _WORD.match(text, at, at + MAX_VALUE)
        return word[0] if word else None
    return _shortest(text, at, behind)


def _shortest(text: str, at: int, behind: str) -> str | None:
    limit = min(len(text), at + MAX_VALUE)
    first = behind.partition("\n")[0]
    if text.find(first, at + 1, limit + len(first)) < 0:
        return None
    open_ones: list[str] = []
    for here in range(at, limit + 1):
        if (
            here > at
            and not open_ones
            and text.startswith(first, here)
            and (first or text[here : here + 1] in ("", "\r", "\n"))
            and _literal(text, here, behind) is not None
        ):
            return text[at:here]
        char = text[here : here + 1]
        if char in ("", "\n"):
            return None
        if not nests(open_ones, char):
            return None
    return None
