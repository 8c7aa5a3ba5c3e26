"""What a person has without templates: copying in several ways, and plain consensus."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.backtest.past import folder_of
from pattern_ci.mining.backtest.scoring import Outcome, compare
from pattern_ci.mining.stems import lift, settle
from pattern_ci.mining.tokens import common_blocks, tokenize
from pattern_ci.model.backtest import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

NEAREST_OF = 20
CONSENSUS_OF = 8


class Sibling(NamedTuple):
    """A file of the family: its path and text."""

    path: str
    text: str


class Given(NamedTuple):
    """What a baseline may look at: the new path, its family's key, siblings oldest first.

    `other` is the text of any file of the same extension.
    """

    path: str
    key: str
    siblings: Sequence[Sibling]
    other: str


def stem(path: str, key: str) -> str:
    """The name that differs between siblings of one family."""
    folder, _, suffix = key.partition("//")
    if suffix.startswith("/"):
        return folder_of(path).rpartition("/")[2]
    start = len(folder) + 1 if folder else 0
    return path[start : len(path) - len(suffix)]


def outcomes(given: Given, target: Sequence[str]) -> dict[Method, Outcome]:
    """Every baseline against the file that was written; without siblings there are none.

    The target is looked at to score, and by the oracle to choose, which nobody could.
    """
    found = {Method.RANDOM: compare(tokenize(given.other), target)} if given.other else {}
    if not given.siblings:
        return found
    name = (stem(given.path, given.key),)
    lifted = [lift(one.text, (stem(one.path, given.key),)) for one in given.siblings]
    renamed = [compare(tokenize(settle(text, name)), target) for text in lifted[-NEAREST_OF:]]
    found[Method.COPY_NEWEST] = compare(tokenize(given.siblings[-1].text), target)
    found[Method.COPY_RENAMED] = renamed[-1]
    near = nearest(given.path, [one.path for one in given.siblings[-NEAREST_OF:]])
    found[Method.COPY_NEAREST] = renamed[near]
    found[Method.ORACLE] = max(renamed, key=lambda one: one.saved)
    texts = [tokenize(text) for text in lifted[-CONSENSUS_OF:]]
    middle, support = _aligned(texts)
    for method, threshold in ((Method.CONSENSUS_50, 0.5), (Method.CONSENSUS_80, 0.8)):
        need = threshold * len(texts)
        kept = [token for token, count in zip(middle, support, strict=True) if count >= need]
        found[method] = compare(tokenize(settle("".join(kept), name)), target)
    return found


def nearest(path: str, siblings: Sequence[str]) -> int:
    """Number of the sibling whose path shares most with this one at both ends; newest of equals."""

    def shared(other: str) -> int:
        return _common(path, other) + _common(path[::-1], other[::-1])

    return max(range(len(siblings)), key=lambda number: (shared(siblings[number]), number))


def _common(one: str, other: str) -> int:
    """Length of the common start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _aligned(texts: Sequence[list[str]]) -> tuple[list[str], list[int]]:
    """Tokens of the medoid and how many texts have each: star alignment and no other rule."""
    counts = [Counter(tokens) for tokens in texts]

    def closeness(one: int) -> float:
        return sum(
            2 * (counts[one] & counts[other]).total() / (len(texts[one]) + len(texts[other]) + 1)
            for other in range(len(texts))
        )

    middle = texts[max(range(len(texts)), key=lambda one: (closeness(one), -one))]
    support = [0] * len(middle)
    for tokens in texts:
        for block in common_blocks(middle, tokens):
            for index in range(block.a, block.a + block.size):
                support[index] += 1
    return middle, support
