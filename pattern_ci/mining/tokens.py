"""Text as tokens, and the longest common subsequence of two token lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# A word, one white-space run, or one other character. Placeholders of lifted names are private-use
# characters (see stems.py) and so stand alone.
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")

# What kind of token each character of ASCII belongs to: a word, white space, a token of its own.
_KINDS = bytes(
    ord("w" if chr(code).isalnum() or chr(code) == "_" else " " if chr(code).isspace() else ".")
    for code in range(128)
).ljust(256, b".")

# A match of one or two tokens is chance: a comma, a blank, a name (research: min-run 3 is honest).
MIN_RUN = 3


def tokenize(text: str) -> list[str]:
    """The tokens of `text`; joined they give it back."""
    return _TOKEN.findall(text)


def count_tokens(text: str) -> int:
    """How many tokens `tokenize` makes, in a tenth of its time for text that is ASCII."""
    if not text.isascii():
        return len(tokenize(text))
    kinds = text.encode("ascii").translate(_KINDS)
    marks = kinds.count(b".")
    words = sum(map(kinds.count, (b" w", b".w"))) + kinds.startswith(b"w")
    blanks = sum(map(kinds.count, (b"w ", b". "))) + kinds.startswith(b" ")
    return marks + words + blanks


class Block(NamedTuple):
    """`size` tokens of the first list from `a` equal those of the second from `b`."""

    a: int
    b: int
    size: int


def common_blocks(first: Sequence[object], second: Sequence[object]) -> list[Block]:
    """Maximal blocks of a longest common subsequence, in order."""
    from rapidfuzz.distance import LCSseq

    # The last block is empty, and says where both lists end.
    found = LCSseq.editops(first, second).as_matching_blocks()
    return [Block(one.a, one.b, one.size) for one in found if one.size]


class Score(NamedTuple):
    """Characters of a draft and its target: kept, to delete, to type."""

    kept: int
    deleted: int
    typed: int

    @property
    def net_saving(self) -> float:
        """1 - (typed + deleted) / length of the target, at least 0."""
        size = self.kept + self.typed
        return max(0.0, 1 - (self.typed + self.deleted) / size) if size else 0.0

    @property
    def precision(self) -> float:
        """Share of the draft that stays; 0 for an empty draft."""
        size = self.kept + self.deleted
        return self.kept / size if size else 0.0

    @property
    def saved(self) -> int:
        """Net saving in characters, at least 0."""
        return max(0, self.kept - self.deleted)


def score(draft: Sequence[str], target: Sequence[str], *, min_run: int = MIN_RUN) -> Score:
    """Compare a draft with what was really written: token LCS, runs of at least `min_run`."""
    kept = sum(
        len("".join(draft[block.a : block.a + block.size]))
        for block in common_blocks(draft, target)
        if block.size >= min_run
    )
    drafted, size = len("".join(draft)), len("".join(target))
    return Score(kept, drafted - kept, size - kept)
