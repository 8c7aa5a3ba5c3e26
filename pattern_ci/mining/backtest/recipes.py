"""The recipe protocol: of one added file, what else is added, and what is written into registries.

Temporal hold-out as everywhere here: what is said about a commit knows its parent and nothing
after it. The exact path, the exact lines and their exact place count.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.places import of as keys_of
from pattern_ci.mining.recipes import gate, habits, reading
from pattern_ci.mining.recipes import roles as operations
from pattern_ci.mining.recipes.study import Tried, addition, foretold, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pattern_ci import git
    from pattern_ci.mining.backtest.past import Past
    from pattern_ci.mining.backtest.timeline import Timeline
    from pattern_ci.mining.history import Commit
    from pattern_ci.mining.recipes.roles import Operation
    from pattern_ci.mining.recipes.study import Judged

MIN_MEMBERS = 4


class Counts(NamedTuple):
    """What was said, how much of it was right, and how much there was to say."""

    named: int
    right: int
    truth: int

    @property
    def precision(self) -> float:
        """Share of what was said that was right."""
        return self.right / self.named if self.named else 0.0

    @property
    def recall(self) -> float:
        """Share of what there was that was said."""
        return self.right / self.truth if self.truth else 0.0


class Recipes(NamedTuple):
    """Companions by exact path; entries by exact lines, and by these in their exact place."""

    added: Counts
    lines: Counts
    places: Counts


def score(repo: git.Repo, past: Past, numbers: Sequence[int]) -> Recipes:
    """Ask about every file that these commits added, one at a time; `numbers` in order."""
    asker = _Asker(repo, past)
    answers = [asker.ask(number) for number in numbers]
    return Recipes(*(_summed(part) for part in zip(*answers, strict=True))) if answers else NONE


NONE = Recipes(Counts(0, 0, 0), Counts(0, 0, 0), Counts(0, 0, 0))


def _summed(parts: Iterable[Counts]) -> Counts:
    return Counts(*(sum(column) for column in zip(*parts, strict=True)))


class Known:
    """The additions of a history by kind; what is seen is asked of a past (`habits.History`).

    The same as `PastAdditions` at the commit where the past stands, ready to be asked at many.
    """

    def __init__(self, past: Past) -> None:
        self._past = past
        self._trials: dict[habits.Cause, list[habits.Trial]] = defaultdict(list)
        self._named: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._added: list[tuple[str, ...]] = []
        for number, commit in enumerate(past.timeline.commits):
            self._enter(number, commit)

    def _enter(self, number: int, commit: Commit) -> None:
        new = tuple(change.path for change in commit.changes if change.status == "A")
        self._added.append(new if habits.teaches(commit) else ())
        for path in self._added[-1]:
            for cause, name in habits.causes(path):
                self._trials[cause].append(habits.Trial(number, path, name))
        for path, names in zip(new, habits.names(new), strict=True):
            for name in names:
                self._named[name].append((number, path))

    def trials(self, cause: habits.Cause) -> Iterator[habits.Trial]:
        """As `habits.History` asks for."""
        found = self._trials.get(cause, [])
        before = bisect_left(found, (self._past.at + 1,))
        reach, excluded = self._past.reach, self._past.tree.excluded
        seen = (one for one in reversed(found[:before]) if reach[one.number])
        return islice((one for one in seen if not excluded(one.path)), habits.LOOKED_AT)

    def added(self, number: int) -> Sequence[str]:
        """As `habits.History` asks for."""
        return [path for path in self._added[number] if not self._past.tree.excluded(path)]

    def there(self, path: str, number: int) -> bool:
        """As `habits.History` asks for; at the commit that is asked about, the tree is known."""
        if number > self._past.at:
            return path in self._past.tree.live or self._past.tree.excluded(path)
        if self._past.tree.excluded(path):
            return False
        events = self._past.timeline.events.get(path, ())
        before = [event.added for at, event in events if at < number and self._past.reach[at]]
        return bool(before) and before[-1]

    def is_new(self, name: str, number: int) -> bool:
        """As `habits.History` asks for."""
        reach, excluded = self._past.reach, self._past.tree.excluded
        found = self._named.get(habits.plain(name), ())
        first = next((at for at, path in found if reach[at] and not excluded(path)), number)
        return first >= number


class _Asker:
    """Answers for one commit after another."""

    def __init__(self, repo: git.Repo, past: Past) -> None:
        self._repo, self._past = repo, past
        self._known = Known(past)
        self._studied: dict[tuple[str, str, tuple[str, ...]], list[Judged]] = {}
        self._tried: dict[tuple[str, str], Tried] = {}

    def ask(self, number: int) -> tuple[Counts, Counts, Counts]:
        timeline = self._past.timeline
        (parent,) = timeline.parents[number]
        self._past.move(parent)
        live, excluded = self._past.tree.live, self._past.tree.excluded
        commit = timeline.commits[number]
        new = [c.path for c in commit.changes if c.status == "A" and not excluded(c.path)]
        new = sorted(path for path in new if path not in live)
        companions = _summed([Counts(0, 0, 0), *(self._added(path, new, number) for path in new)])
        return companions, *self._entries(commit, new)

    def _added(self, path: str, new: Sequence[str], number: int) -> Counts:
        said = habits.predict(self._known, path, number)
        return Counts(len(said), sum(one in new for one in said), len(new) - 1)

    def _entries(self, commit: Commit, new: Sequence[str]) -> tuple[Counts, Counts]:
        """Entries for each file that is the only new member of its role."""
        lines = places = Counts(0, 0, 0)
        for path in new:
            for key in keys_of(path):
                operation = self._operation(key)
                own = operation and operations.added(
                    operation.role, key, [commit], self._past.tree.excluded
                )
                if operation and own:
                    one, two = self._registries(operation, own[0])
                    lines, places = _summed([lines, one]), _summed([places, two])
        return lines, places

    def _operation(self, key: str) -> Operation | None:
        """The operation of a group as `mine` would find it at the parent."""
        group = self._past.group(key, min_members=MIN_MEMBERS)
        if group is None:
            return None
        timeline = self._past.timeline
        shas = dict.fromkeys(one.sha for one in group.additions if not one.moved and one.sha)
        numbers = sorted(timeline.number[sha] for sha in shas)
        single = [
            timeline.commits[number]
            for number in numbers
            if len(operations.members(key, timeline.commits[number])) == 1
        ]
        found = operations.added(group.role, key, single[-gate.WINDOW :], self._past.tree.excluded)
        return operations.operation(group.role, key, found, self._past.tree.live.__contains__)

    def _registries(self, operation: Operation, own: operations.Added) -> tuple[Counts, Counts]:
        """What is said of the registries, against what the commit wrote there."""
        after = dict(own.edited)
        asked = [
            reading.Asked(own.sha, path, own.name, after.get(path)) for path in operation.registries
        ]
        edits = reading.read(self._repo, asked).edits
        named = right = placed = truth = 0
        for path in operation.registries:
            edit = edits.get((own.sha, path))
            if edit is None:
                continue
            wrote = addition(own.sha, own.name, edit)
            truth += bool(wrote.found)
            for one in gate.best(self._judged(operation, path)):
                said = foretold(one.entry, wrote)
                if said.placed is not None:
                    named += 1
                    right += said.right
                    placed += said.placed
        return Counts(named, right, truth), Counts(named, placed, truth)

    def _judged(self, operation: Operation, path: str) -> list[Judged]:
        shas = tuple(one.sha for one in operation.added)
        key = operation.role.text, path, shas
        if key not in self._studied:
            asked = [
                reading.Asked(one.sha, path, one.name, dict(one.edited).get(path))
                for one in operation.added
            ]
            edits = reading.read(self._repo, asked).edits
            self._studied[key] = judge(
                [
                    addition(one.sha, one.name, edits[one.sha, path])
                    for one in operation.added
                    if (one.sha, path) in edits
                ],
                gate.MIN_ADDITIONS,
                gate.most_wrong,
                self._tried.setdefault(key[:2], Tried({}, {})),
            )
        return self._studied[key]


def asked(timeline: Timeline, numbers: Iterable[int]) -> list[int]:
    """Those of these commits that can be asked about: they add something, and have one parent."""
    return [
        number
        for number in numbers
        if len(timeline.parents[number]) == 1
        and any(change.status == "A" for change in timeline.commits[number].changes)
    ]
