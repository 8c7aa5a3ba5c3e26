"""TARMAQ, the usual yardstick for "what else has to change" (Rolfsnes and others, SANER 2016).

Re-implemented from its description: of all earlier transactions only those count that share most
with the query; what else they touched is ranked by the support of the rule from the shared part,
then by its confidence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def ranking(query: Collection[str], transactions: Iterable[Collection[str]]) -> list[str]:
    """Paths that usually change with those of `query`, the likeliest first."""
    asked = frozenset(query)
    largest = 1
    close: dict[frozenset[str], list[Collection[str]]] = defaultdict(list)
    for one in transactions:
        shared = asked.intersection(one)
        if len(shared) > largest:
            largest = len(shared)
            close.clear()
        if len(shared) == largest:
            close[shared].append(one)
    best: dict[str, tuple[int, float]] = {}
    for shared, ones in close.items():
        # No transaction shares more, so these are all that hold the left side of the rule.
        together = Counter(path for one in ones for path in one if path not in shared)
        for path, support in together.items():
            score = support, support / len(ones)
            best[path] = max(best.get(path, score), score)
    return sorted(best, key=lambda path: (-best[path][0], -best[path][1], path))
