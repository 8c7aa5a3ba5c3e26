"""What `suggest --together` would have said at a commit: the product's ranking, on a past."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

from pattern_ci.mining.association import RECENT
from pattern_ci.mining.backtest.recipes import Known
from pattern_ci.mining.recipes.habits import predict
from pattern_ci.mining.together import MAX_TOGETHER, There, known_of, ranking, uncounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pattern_ci.mining.backtest.past import Past
    from pattern_ci.mining.companions import Companions
    from pattern_ci.mining.history import Commit
    from pattern_ci.mining.recipes.habits import Record
    from pattern_ci.mining.together import Cause, Counted


class Beside:
    """Rankings at the commit where a past stands.

    `suggest` reads the newest commits one after the other; here only those are read that touch a
    path or a role of the query, as the others say nothing of it. What they say is counted once for
    all queries at one commit.
    """

    def __init__(self, past: Past) -> None:
        self._past = past
        self._known = Known(past)
        self._at = -1
        self._ages: dict[int, int] = {}
        self._counted: Counted = {}

    def ranked(self, query: Sequence[str], rules: Companions) -> list[str]:
        """Paths that belong to this change, the likeliest first; `rules` are the committed ones."""
        tree = self._past.tree
        there = There(tree.live.__contains__, tree.holds, tree.excluded)
        asked = [path for path in query if not tree.excluded(path)]
        also = {path: known_of(path, there, rules, self._brought(path)) for path in asked}
        ages = self._age()
        telling = self._telling(uncounted(asked, there, self._counted), ages)
        found = ranking(asked, telling, there, also=also, counted=self._counted)
        return [one.path for one in found][:MAX_TOGETHER]

    def _brought(self, path: str) -> Mapping[str, Record]:
        new = path not in self._past.tree.live
        return predict(self._known, path, self._past.at + 1) if new else {}

    def _telling(
        self, causes: Iterable[Cause], ages: Mapping[int, int]
    ) -> Iterator[tuple[int, Commit]]:
        """The commits that say something of these with their ages, the newest first."""
        timeline = self._past.timeline
        numbers: set[int] = set()
        for kind, of in causes:
            where = timeline.touching if kind == "file" else timeline.filling
            numbers.update(where.get(of, ()))
        seen = (number for number in sorted(numbers, reverse=True) if number in ages)
        return ((ages[number], timeline.commits[number]) for number in seen)

    def _age(self) -> dict[int, int]:
        """Of the newest commits that are seen from here, how many came after each."""
        if self._past.at != self._at:
            mask = self._past.reach
            seen = list(compress(range(len(mask)), mask))[-RECENT:]
            self._ages = {number: age for age, number in enumerate(reversed(seen))}
            self._at = self._past.at
            self._counted = {}
        return self._ages
