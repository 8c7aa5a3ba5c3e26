"""From which chance on a missing companion is worth a warning, by the history's own later commits.

Going back from the newest commit, each is taken out of the counts before it is asked about, so that
nothing is judged by what it taught. What `suggest` would then have named is right when the commit
has it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pattern_ci.mining.association import (
    MAX_ADDED,
    MAX_CHANGED,
    MAX_FOR_ONE,
    MIN_BOUND,
    Rule,
    additions_say,
    strong,
    wilson,
)
from pattern_ci.mining.companions import Chance, Prediction, target
from pattern_ci.model.lifting import Wanted, all_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from pattern_ci.mining.association import Counted
    from pattern_ci.mining.history import Commit
    from pattern_ci.mining.windows import Moved, Window

_Key = TypeVar("_Key")
# So many of the newest commits are asked about.
TESTED = 1_000
# Four of five warnings have to be right, and not by luck: the lower bound of the share counts.
MIN_PRECISION = 0.8
_STEPS = 100


class Asked(NamedTuple):
    """One commit: the surest companion named of it, and the surest that it does not have.

    0 where there is none.
    """

    surest: float
    wrong: float


def threshold(asked: Sequence[Asked]) -> float | None:
    """The least chance from which on enough commits have all that is named; None when none is.

    It has to hold in the older half of these commits and in the newer one: habits change.
    """
    middle = len(asked) // 2
    # No rule that is told has a lower bound below the first of these.
    for step in range(round(MIN_BOUND * _STEPS), _STEPS):
        chance = step / _STEPS
        if all(_holds(half, chance) for half in (asked[:middle], asked[middle:])):
            return chance
    return None


def _holds(asked: Iterable[Asked], chance: float) -> bool:
    named = [one for one in asked if one.surest >= chance]
    right = sum(one.wrong < chance for one in named)
    return bool(named) and wilson(right, len(named)) >= MIN_PRECISION


def came_or_went(commits: Iterable[Commit]) -> dict[str, bool]:
    """Paths that commits added or deleted; whether each was there before the first that did."""
    found: dict[str, bool] = {}
    for commit in sorted(commits, key=lambda one: (one.order, one.sha)):
        for change in commit.changes:
            if change.status in "AD":
                found.setdefault(change.path, change.status == "D")
    return found


class Turned(NamedTuple):
    """What changed with more commits: files that came or went, those that are there now."""

    paths: Collection[str]
    there: Collection[str]


def still(
    asked: Mapping[str, Sequence[float]],
    old: Window,
    moved: Moved,
    commits: Sequence[Commit],
    turned: Turned,
) -> dict[str, Sequence[float]]:
    """Those of these answers, by commit, that more commits leave as they are.

    A commit is judged by what was before it, so that later ones change nothing about it; unless
    they change which files count, or it cannot be told from them what was there before.
    """
    before = came_or_went(commits)
    paths = before.keys() | turned.paths
    was_there = {path: (path in turned.there) != (path in turned.paths) for path in paths}
    if any(before.get(path) != was_there[path] for path in paths):
        return {}
    first = min(((one.order, one.sha) for one in commits), default=None)
    overtaken = [one for one in old.touches if first is not None and one[:2] > first]
    known = {name: number for number, name in enumerate(old.names)}
    touched = set().union(*(one.files for one in overtaken))
    if overtaken and any(path not in known or known[path] in touched for path in paths):
        return {}
    loose = {known[path] for path in moved.loose if path in known}
    out = {one.sha for one in overtaken}
    out.update(one.sha for one in old.touches if not loose.isdisjoint(one.files))
    return {sha: answer for sha, answer in asked.items() if sha not in out}


class Backwards:
    """Counts of rules that forget one commit after another, the newest first."""

    def __init__(self, counted: Iterable[Counted], live: Iterable[str]) -> None:
        self._tip = frozenset(live)
        self._there = set(self._tip)
        self._hits: dict[Rule, int] = {}
        self._total: dict[tuple[bool, str], int] = {}
        self._rules: dict[tuple[bool, str], list[Rule]] = defaultdict(list)
        for rule, hits, total in counted:
            cause = rule.kind == "file", rule.when
            self._hits[rule] = hits
            self._total[cause] = total
            self._rules[cause].append(rule)
        self._wanted = Wanted(when for of_file, when in self._rules if not of_file)

    def ask(self, commit: Commit, excluded: Callable[[str], bool]) -> Asked:
        """Forget a commit and answer what would have been named of it."""
        self.forget(commit, excluded)
        changed = {one.path for one in commit.changes}
        written = sorted(one.path for one in commit.changes if one.status != "D")
        if len(written) > MAX_CHANGED:
            return Asked(0.0, 0.0)
        chance = Chance()
        for path in written:
            if not excluded(path):
                chance.add(self._said(path))
        named = [one for one in chance.ranked() if not self._idle(one)]
        wrong = [one for one in named if one.path not in changed]
        return Asked(*(found[0].confidence if found else 0.0 for found in (named, wrong)))

    def _idle(self, one: Prediction) -> bool:
        there = one.path in self._there
        return there if one.rule["kind"] == "role" else not there

    def forget(self, commit: Commit, excluded: Callable[[str], bool]) -> None:
        """Count as if this commit and all later ones had not been."""
        self._step_back(commit)
        added, rules = additions_say(commit, excluded, only=self._wanted)
        for role in added:
            _less(self._total, (False, role))
        for rule in rules:
            _less(self._hits, rule)
        files = [c.path for c in commit.changes if not excluded(c.path) and c.path in self._tip]
        for path in files:
            _less(self._total, (True, path))
        if len(files) <= MAX_ADDED and len(commit.changes) <= MAX_CHANGED:
            for one in files:
                if (True, one) in self._rules:
                    for other in files:
                        _less(self._hits, Rule("file", one, other))

    def _step_back(self, commit: Commit) -> None:
        for change in commit.changes:
            if change.status == "A":
                self._there.discard(change.path)
            elif change.status == "D":
                self._there.add(change.path)

    def _said(self, path: str) -> Iterator[Prediction]:
        old = path in self._there
        causes = [(path, "")] if old else all_texts(path)
        for cause, name in causes:
            for bound, rule in self._strong((old, cause)):
                named = rule.then if old else target(rule._asdict(), name)
                if named is not None and named != path:
                    yield Prediction(named, bound, rule._asdict())

    def _strong(self, cause: tuple[bool, str]) -> Sequence[tuple[float, Rule]]:
        total = self._total.get(cause, 0)
        found = [
            (wilson(self._hits[rule], total), rule)
            for rule in self._rules.get(cause, ())
            if total and strong(self._hits[rule], total)
        ]
        return sorted(found, key=lambda one: (-one[0], one[1]))[:MAX_FOR_ONE]


def _less(counts: dict[_Key, int], key: _Key) -> None:
    if key in counts:
        counts[key] -= 1
