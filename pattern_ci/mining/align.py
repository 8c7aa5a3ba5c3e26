"""Star alignment: what the members of a family share with their medoid, token by token."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from itertools import accumulate, compress, count
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.stems import FIRST_PLACEHOLDER, alike, meaning
from pattern_ci.mining.tokens import MIN_RUN, Block, common_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence


# No more members than this are aligned (see `WINDOW`): their number fits into a byte.
_COUNTS = 256
_RUN = re.compile(rb"\x00\x01{%d,}" % (MIN_RUN - 1))


class Text(NamedTuple):
    """A member's text as tokens, with the token range of each line.

    `keys` are what tokens are compared by: names of one word do not tell their case. `telling`
    says whether this member's do. `known` holds what was worked out against other texts before.
    """

    tokens: tuple[str, ...]
    keys: tuple[str, ...]
    telling: bool
    lines: tuple[tuple[int, int], ...]
    occurrences: Counter[str]
    known: _Known


class _Known(NamedTuple):
    """By identity of the other text's keys, kept so that no other can take their place."""

    blocks: dict[int, tuple[tuple[str, ...], list[Block]]]
    closeness: dict[int, tuple[tuple[str, ...], float]]


def prepare(tokens: Sequence[str], *, telling: bool = True) -> Text:
    """Cut tokens into lines; a token that holds a line end closes its line."""
    # A text has few different tokens: what is asked of each is asked once, and then looked up.
    kinds = set(tokens)
    plain = {token: alike(token) for token in kinds if token >= FIRST_PLACEHOLDER}
    keys = tuple(map(plain.get, tokens, tokens))
    closing = {token for token in kinds if "\n" in token}
    ends = list(compress(count(1), map(closing.__contains__, tokens)))
    if not ends or ends[-1] < len(tokens):
        ends.append(len(tokens))
    lines = tuple(zip([0, *ends], ends, strict=False)) if tokens else ()
    return Text(tuple(tokens), keys, telling, lines, Counter(keys), _Known({}, {}))


class Star(NamedTuple):
    """The member in the middle (the medoid, where no other was named), and per token how many
    members have it (`support`) and have it right after the token before (`joined`); `size` counts
    the members, the middle among them."""

    medoid: Text
    support: tuple[int, ...]
    joined: tuple[int, ...]
    size: int


def align(first: Text, second: Text) -> list[Block]:
    """Common blocks, whole lines first, then tokens between the lines that agree."""
    found = first.known.blocks.get(id(second.keys))
    if found is None:
        # Windows of one family overlap: the same pair is asked for again and again.
        found = first.known.blocks[id(second.keys)] = second.keys, _align(first, second)
    return found[1]


def _align(first: Text, second: Text) -> list[Block]:
    ids: dict[tuple[str, ...], int] = {}
    left = [ids.setdefault(first.keys[a:b], len(ids)) for a, b in first.lines]
    right = [ids.setdefault(second.keys[a:b], len(ids)) for a, b in second.lines]
    blocks: list[Block] = []
    end_a = end_b = 0
    for block in common_blocks(left, right):
        start_a, stop_a = first.lines[block.a][0], first.lines[block.a + block.size - 1][1]
        start_b = second.lines[block.b][0]
        _between(blocks, first, second, Block(end_a, end_b, 0), Block(start_a, start_b, 0))
        _append(blocks, Block(start_a, start_b, stop_a - start_a))
        end_a, end_b = stop_a, start_b + stop_a - start_a
    last = Block(len(first.tokens), len(second.tokens), 0)
    _between(blocks, first, second, Block(end_a, end_b, 0), last)
    return blocks


def _between(blocks: list[Block], first: Text, second: Text, start: Block, stop: Block) -> None:
    if start.a < stop.a and start.b < stop.b:
        left, right = first.keys[start.a : stop.a], second.keys[start.b : stop.b]
        if set(left).isdisjoint(right):  # true of most gaps, and much cheaper to ask
            return
        for block in common_blocks(left, right):
            _append(blocks, Block(block.a + start.a, block.b + start.b, block.size))


def _append(blocks: list[Block], block: Block) -> None:
    if blocks and blocks[-1].a + blocks[-1].size == block.a:
        last = blocks[-1]
        if last.b + last.size == block.b:
            blocks[-1] = Block(last.a, last.b, last.size + block.size)
            return
    blocks.append(block)


def _closeness(one: Text, other: Text) -> float:
    found = one.known.closeness.get(id(other.keys))
    if found is None:
        found = one.known.closeness[id(other.keys)] = other.keys, _share(one, other)
    return found[1]


def _share(one: Text, other: Text) -> float:
    ours, theirs = one.occurrences, other.occurrences
    shared = sum(min(ours[key], theirs[key]) for key in ours.keys() & theirs.keys())
    return 2 * shared / (len(one.tokens) + len(other.tokens) + 1)


def medoid(texts: Sequence[Text]) -> int:
    """Index of the member that is closest to all others; the first of equals."""
    total = [0.0] * len(texts)
    for i, one in enumerate(texts):
        for j in range(i):
            close = _closeness(one, texts[j])
            total[i] += close
            total[j] += close
    return max(range(len(texts)), key=lambda i: (round(total[i], 9), -i))


def star(texts: Sequence[Text], around: int | None = None) -> Star:
    """Align every member with the medoid, or with number `around`, and count what they share."""
    middle = texts[medoid(texts) if around is None else around]
    size = len(middle.tokens)
    # Where a stretch begins and where it ends: the sums up to a token are its counts.
    support, joined = [0] * (size + 1), [0] * (size + 1)
    cases: dict[int, Counter[str]] = {
        index: Counter()
        for index, token in enumerate(middle.tokens)
        if token >= FIRST_PLACEHOLDER and meaning(token)
    }
    places = list(cases)
    for text in texts:
        for block in [Block(0, 0, size)] if text is middle else align(middle, text):
            stop = block.a + block.size
            support[block.a] += 1
            support[stop] -= 1
            if block.size > 1:
                joined[block.a + 1] += 1
                joined[stop] -= 1
            if text.telling:
                for index in places[bisect_left(places, block.a) : bisect_left(places, stop)]:
                    cases[index][text.tokens[block.b + index - block.a]] += 1
    tokens = list(middle.tokens)
    for index, votes in cases.items():
        if votes:
            # The most common case; the medoid's own where members disagree evenly.
            tokens[index] = max(sorted(votes), key=lambda one: (votes[one], one == tokens[index]))
    told = middle._replace(tokens=tuple(tokens))
    counts = [tuple(accumulate(steps[:-1])) for steps in (support, joined)]
    return Star(told, counts[0], counts[1], len(texts))


def runs(aligned: Star, threshold: float) -> list[tuple[int, int]]:
    """Stretches of the medoid that at least `threshold` of the members have, unbroken.

    Stretches of fewer than MIN_RUN tokens are chance and are dropped.
    """
    need = threshold * aligned.size - 1e-9
    # Who has a token after another has both: what is joined often enough tells of its first token.
    enough = max(0, ceil(need))
    joined = bytes(aligned.joined).translate(b"\0" * enough + b"\1" * (_COUNTS - enough))
    return [found.span() for found in _RUN.finditer(joined)]
