"""What a hunk changes, brought into a form in which changes can be compared."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.model.signs import is_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.mining.rewrites.hunks import Hunk

# Longer texts are no small change, or lines that no person wrote.
MAX_TEXT = 600
MAX_CORE = 200
TOKEN = re.compile(r"\w+|[ \t]+|\n[ \t]*|[^\w \t\n]")
# Hashes, versions, dates and plain numbers: what differs in them alone is data that moves on.
_MOVING = re.compile(
    r"[0-9a-f]{7,}|\d+(?:st|nd|rd|th)?|(?<=[v.])\?|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b",
    re.IGNORECASE,
)
_EARLY = re.compile(
    r"(?<=0)[-.]?(?:a|b|c|rc|dev|post|alpha|beta|final)[-.]?(?=0|\b)", re.IGNORECASE
)
_ZEROS = re.compile(r"0(?:[.\-+/]?0)+")
_VERSION_END = re.compile(r"[\w.+?-]*\Z")
_VERSION_START = re.compile(r"[\w.+?-]*")
_NEAR = 20
_DIGIT = re.compile(r"\d")

Signature = tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]


class Change(NamedTuple):
    """One place in one commit: `before` and `after` share `head` and `tail`, and differ between.

    Texts have no indentation of their own; further lines are indented relative to the first.
    """

    sha: str
    path: str
    head: str
    left: str
    right: str
    tail: str

    @property
    def before(self) -> str:
        """The whole text before."""
        return self.head + self.left + self.tail

    @property
    def after(self) -> str:
        """The whole text after."""
        return self.head + self.right + self.tail


def changes(hunk: Hunk) -> Iterator[Change]:
    """Line by line where as many lines came as went, and the hunk as a whole."""
    before, after = hunk.before, hunk.after
    if len(before) == len(after):
        for pair in zip(before, after, strict=True):
            yield from _change(hunk, *(line.removesuffix("\r").lstrip(" \t") for line in pair))
    if len(before) > 1 or len(after) > 1:
        old, new = block(before), block(after)
        if old is not None and new is not None and _indent(before[0]) == _indent(after[0]):
            yield from _change(hunk, old, new)


def block(lines: tuple[str, ...]) -> str | None:
    """Lines as one text without the first's indentation; None where one is indented less."""
    indent = _indent(lines[0])
    bare = [line.removesuffix("\r") for line in lines]
    if not bare[0].strip() or any(line.strip() and not line.startswith(indent) for line in bare):
        return None
    return "\n".join(line[len(indent) :] if line.strip() else "" for line in bare)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _change(hunk: Hunk, before: str, after: str) -> Iterator[Change]:
    if before == after or len(before) > MAX_TEXT or len(after) > MAX_TEXT:
        return
    head, left, right, tail = _apart(before, after)
    if len(left) > MAX_CORE or len(right) > MAX_CORE or not before.strip() or not after.strip():
        return
    if "".join(left.split()) == "".join(right.split()):
        return
    if moves_on(left, right, head, tail):
        return
    yield Change(hunk.sha, hunk.path, head, left, right, tail)


def moves_on(left: str, right: str, head: str = "", tail: str = "") -> bool:
    """Whether two texts differ in versions, dates, hashes or numbers alone."""
    start, end = _VERSION_END.search(head[-_NEAR:]), _VERSION_START.match(tail[:_NEAR])
    assert start is not None
    assert end is not None
    old, new = start[0] + left + end[0], start[0] + right + end[0]
    # A digit may stand in what both share: `1.2.dev` is released as `1.2`.
    return bool(_DIGIT.search(old + new)) and _still(old) == _still(new)


def _still(text: str) -> str:
    """A text with all that moves on as one zero: `1.2.0-dev0` and `1.10` are the same."""
    return _ZEROS.sub("0", _EARLY.sub("", _MOVING.sub("0", text)))


def _apart(before: str, after: str) -> tuple[str, str, str, str]:
    """What both begin with, what each has for itself, what both end with: no token is cut."""
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    return (
        before[:start],
        before[start : len(before) - end],
        after[start : len(after) - end],
        before[len(before) - end :],
    )


def _shared(one: str, two: str) -> int:
    """How many characters both begin with, without cutting a word."""
    size, limit = 0, min(len(one), len(two))
    while size < limit:  # halving: slices compare far quicker than characters do
        middle = (size + limit + 1) // 2
        if one[size:middle] == two[size:middle]:
            size = middle
        else:
            limit = middle - 1
    while size and is_word(one[size - 1]):
        if not any(map(is_word, one[size : size + 1] + two[size : size + 1])):
            break
        size -= 1
    return size


def signature(change: Change) -> Signature:
    """Tokens that only one side has, with their numbers: equal for changes of one shape."""
    left, right = Counter(TOKEN.findall(change.left)), Counter(TOKEN.findall(change.right))
    return tuple(sorted((left - right).items())), tuple(sorted((right - left).items()))
