"""Companion rules as mining would have them at a commit, worked out for the paths asked about."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pattern_ci.mining import places
from pattern_ci.mining.association import (
    MAX_ADDED,
    MAX_CHANGED,
    MIN_SUPPORT,
    RECENT,
    Counted,
    Rule,
    additions_say,
    needed,
    strong,
    told,
)
from pattern_ci.mining.companions import Companions
from pattern_ci.mining.suggesting import MAX_COMPANIONS
from pattern_ci.model.lifting import Wanted, is_nested_text, role_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pattern_ci.mining.backtest.past import Past
    from pattern_ci.mining.companions import Prediction


class Rules:
    """The rules at the commit where a past stands.

    `mine` counts every rule there is; this counts the few that start from the paths asked about,
    which gives the same rows.
    """

    def __init__(self, past: Past) -> None:
        self._past = past
        self._said: dict[int, tuple[set[str], set[Rule]]] = {}
        self._globs: list[str] = []

    def at(self, paths: Iterable[str]) -> Companions:
        """All rules that a change of these paths, or a new file there, can set off."""
        asked = list(dict.fromkeys(paths))
        whens = dict.fromkeys(role for path in asked for role, _ in role_texts(path))
        nested = dict.fromkeys(key for path in asked for key in places.nested(path))
        whens |= dict.fromkeys(places.cause_of(key) for key in nested if self._past.is_group(key))
        counted = [one for role in whens for one in self._of_role(role)]
        oldest = self._past.newest(RECENT)
        counted += [one for path in asked for one in self._of_file(path, oldest)]
        firm = [one for one in counted if strong(one.hits, one.total)]
        live, folders = self._past.tree.live, self._past.tree.folders
        wanted = {folder for one in firm for folder in needed(one.rule)[1]}
        there = {folder for folder in wanted if folders[folder]}
        return Companions(told(firm, live, there, rev=""))

    def _of_role(self, role: str) -> Iterator[Counted]:
        total = 0
        hits: Counter[Rule] = Counter()
        for number in self._past.seen(self._past.timeline.adding.get(role, ())):
            added, rules = self._say(number, Wanted([role]) if is_nested_text(role) else None)
            if role in added:
                total += 1
                hits.update(rule for rule in rules if rule.when == role)
        return (Counted(rule, count, total) for rule, count in hits.items())

    def _say(self, number: int, nested: Wanted | None) -> tuple[set[str], set[Rule]]:
        """What a commit says about roles, asked once for one set of excluded paths."""
        excluded = self._past.tree.excluded
        if excluded.globs != self._globs:
            self._globs = excluded.globs
            self._said.clear()
        if nested:
            return additions_say(self._past.timeline.commits[number], excluded, nested)
        if number not in self._said:
            self._said[number] = additions_say(self._past.timeline.commits[number], excluded)
        return self._said[number]

    def _of_file(self, path: str, oldest: int) -> Iterator[Counted]:
        live = self._past.tree.live
        if path not in live:
            return iter(())
        touching = self._past.timeline.touching.get(path, ())
        numbers = [number for number in self._past.seen(touching) if number >= oldest]
        if len(numbers) < MIN_SUPPORT:
            return iter(())
        together: Counter[str] = Counter()
        for number in numbers:
            changes = self._past.timeline.commits[number].changes
            if len(changes) <= MAX_CHANGED:
                files = [change.path for change in changes if change.path in live]
                if len(files) <= MAX_ADDED:
                    together.update(files)
        return (
            Counted(Rule("file", path, other), hits, len(numbers))
            for other, hits in together.items()
            if other != path and hits >= MIN_SUPPORT
        )


def predict(
    rules: Companions, query: Iterable[str], known: Callable[[str], bool]
) -> list[Prediction]:
    """Companions of all these paths in one ranking, none of them in the query.

    Of each path what `suggest` says of it. Where several paths name one companion, the chance that
    at least one of them is right decides, as if they were independent.
    """
    asked = frozenset(query)
    best: dict[str, Prediction] = {}
    wrong: dict[str, float] = {}
    for path in sorted(asked):
        for one in _said(rules, path, known)[:MAX_COMPANIONS]:
            if one.path in asked:
                continue
            wrong[one.path] = wrong.get(one.path, 1.0) * (1 - one.confidence)
            if one.path not in best or one.confidence > best[one.path].confidence:
                best[one.path] = one
    return sorted(best.values(), key=lambda one: (round(wrong[one.path], 9), one.path))


def _said(rules: Companions, path: str, known: Callable[[str], bool]) -> list[Prediction]:
    found = rules.predict(path, exists=known(path))
    return [one for one in found if one.rule["kind"] == "role" or known(one.path)]
