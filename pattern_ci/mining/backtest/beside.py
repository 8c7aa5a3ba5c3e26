"""What `suggest --together` would have said at a commit: the product's ranking, on a past."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

from pattern_ci.mining.association import RECENT
from pattern_ci.mining.backtest.recipes import Known
from pattern_ci.mining.recipes.habits import predict
from pattern_ci.mining.together import MAX_TOGETHER, There, known_of, ranking
from pattern_ci.model.lifting import all_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.mining.backtest.past import Past
    from pattern_ci.mining.companions import Companions
    from pattern_ci.mining.history import Commit
    from pattern_ci.mining.recipes.habits import Record


class Beside:
    """Rankings at the commit where a past stands.

    `suggest` reads the newest commits one after the other; here only those are read that touch a
    path or a role of the query, as the others say nothing of it.
    """

    def __init__(self, past: Past) -> None:
        self._past = past
        self._known = Known(past)
        self._at = -1
        self._ages: dict[int, int] = {}

    def ranked(self, query: Sequence[str], rules: Companions) -> list[str]:
        """Paths that belong to this change, the likeliest first; `rules` are the committed ones."""
        tree = self._past.tree
        there = There(tree.live.__contains__, tree.holds, tree.excluded)
        asked = [path for path in query if not tree.excluded(path)]
        also = {path: known_of(path, there, rules, self._brought(path)) for path in asked}
        found = ranking(asked, self._telling(asked), there, also=also)
        return [one.path for one in found][:MAX_TOGETHER]

    def _brought(self, path: str) -> Mapping[str, Record]:
        new = path not in self._past.tree.live
        return predict(self._known, path, self._past.at + 1) if new else {}

    def _telling(self, query: Sequence[str]) -> Iterator[tuple[int, Commit]]:
        """The commits that say something of these paths with their ages, the newest first."""
        timeline = self._past.timeline
        numbers: set[int] = set()
        for path in query:
            numbers.update(timeline.touching.get(path, ()))
            for role, _ in all_texts(path):
                numbers.update(timeline.filling.get(role, ()))
        ages = self._age()
        for number in sorted(numbers, reverse=True):
            if number in ages:
                yield ages[number], timeline.commits[number]

    def _age(self) -> dict[int, int]:
        """Of the newest commits that are seen from here, how many came after each."""
        if self._past.at != self._at:
            mask = self._past.reach
            seen = list(compress(range(len(mask)), mask))[-RECENT:]
            self._ages = {number: age for age, number in enumerate(reversed(seen))}
            self._at = self._past.at
        return self._ages
