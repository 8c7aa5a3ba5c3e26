"""Which texts are alike, whatever their paths: an exact set-similarity join and its clusters.

The product makes no families of these: they are what families by role are compared with.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

SHINGLE = 3
# Average linkage stops here: the cut that did best in the published pilot.
CUT = 0.45
# Pairs below it count as nothing when linkages are averaged; the join is exact above it.
FLOOR = 0.3


class Pair(NamedTuple):
    """Two texts by number, the smaller first, and their Jaccard similarity."""

    one: int
    other: int
    similarity: float


def shingles(texts: Iterable[Sequence[str]]) -> list[frozenset[int]]:
    """Every run of three tokens of each text, a number for each run."""
    numbers: dict[tuple[str, ...], int] = {}
    made = []
    for tokens in texts:
        runs = zip(*(tokens[at:] for at in range(SHINGLE)), strict=False)
        made.append(frozenset(numbers.setdefault(run, len(numbers)) for run in runs))
    return made


def join(sets: Sequence[Collection[int]], threshold: float) -> Iterator[Pair]:
    """Every pair of sets whose Jaccard similarity is at least `threshold`, and no other.

    Prefix filter (Bayardo and others, WWW 2007): with the rarest elements first, sets that are
    alike enough share one of the first `size - ceil(threshold * size) + 1`.
    """
    counts = Counter(element for one in sets for element in one)
    order = sorted((number for number, one in enumerate(sets) if one), key=lambda n: len(sets[n]))
    index: dict[int, list[int]] = defaultdict(list)
    for number in order:
        size = len(sets[number])
        rarest = sorted(sets[number], key=lambda element: (counts[element], element))
        prefix = rarest[: size - math.ceil(threshold * size) + 1]
        # What was entered before is smaller; what is too small cannot be alike.
        found = {other for element in prefix for other in index[element]}
        for other in sorted(found):
            if len(sets[other]) >= threshold * size:
                similarity = _jaccard(sets[number], sets[other])
                if similarity >= threshold:
                    yield Pair(min(number, other), max(number, other), similarity)
        for element in prefix:
            index[element].append(number)


def _jaccard(one: Collection[int], other: Collection[int]) -> float:
    shared = len(frozenset(one).intersection(other))
    return shared / (len(one) + len(other) - shared)


def clusters(count: int, pairs: Iterable[Pair], cut: float = CUT) -> list[list[int]]:
    """Average linkage: numbers below `count` in groups that are alike on average, of two or more.

    Of equals those are joined first that hold the smallest numbers.
    """
    linked: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, similarity in pairs:
        linked[one][other] = linked[other][one] = similarity
    members = {number: [number] for number in range(count)}
    heap = [(-s, a, b) for a, row in linked.items() for b, s in row.items() if a < b and s >= cut]
    heapq.heapify(heap)
    fresh = count
    while heap:
        _, one, other = heapq.heappop(heap)
        if one not in members or other not in members:
            continue
        near = _merged(linked, members, one, other)
        members[fresh] = sorted(members.pop(one) + members.pop(other))
        for third, total in near.items():
            linked[third][fresh] = linked[fresh][third] = total
            mean = total / (len(members[third]) * len(members[fresh]))
            if mean >= cut:
                heapq.heappush(heap, (-mean, third, fresh))
        fresh += 1
    return sorted(group for group in members.values() if len(group) > 1)


def _merged(
    linked: Mapping[int, dict[int, float]], members: Mapping[int, list[int]], one: int, other: int
) -> dict[int, float]:
    """Sums of similarities from both together to each group that is still there."""
    total: dict[int, float] = defaultdict(float)
    for part in (one, other):
        for third, similarity in linked[part].items():
            if third in members and third not in (one, other):
                total[third] += similarity
    return dict(sorted(total.items()))
