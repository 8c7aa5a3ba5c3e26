"""What comes along with a whole change: files and roles in one ranking, from the history itself.

The rules of `companions.json` are the few that are sure enough to be committed. A ranking may use
weaker evidence too, so it counts the newest commits anew for the paths that it is asked about.
`docs/decisions/0015-companions.md` has what each step gave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pattern_ci.messages import suggest as messages
from pattern_ci.mining.association import (
    MAX_ADDED,
    MAX_CHANGED,
    Rule,
    additions_say,
    changes_say,
    wilson,
)
from pattern_ci.mining.companions import Chance, Prediction, target
from pattern_ci.mining.recipes.habitual import habitual
from pattern_ci.model.lifting import Wanted, all_texts
from pattern_ci.model.suggestion import Companion, Together

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from pattern_ci.mining.companions import Companions
    from pattern_ci.mining.history import Commit
    from pattern_ci.mining.recipes.habits import Record

# A commit counts half as much as one that came so many commits later: from 50 to 800 all do well.
HALF_LIFE = 200
# A ranking is cut where hardly anything is right any more.
MAX_TOGETHER = 20
# A file that comes with every change of a role often comes with every change there is.
TOUCHED_WEIGHT = 0.5


# Why something comes along: file and its path, changes or additions and a role.
Cause: TypeAlias = tuple[str, str]
Counted: TypeAlias = "dict[Cause, Counts]"


class There(NamedTuple):
    """What is there before the change, and which paths nobody writes by hand."""

    file: Callable[[str], bool]
    folder: Callable[[str], bool]
    excluded: Callable[[str], bool]


class Counts:
    """Of one cause: how often it came, and how often each rule then held.

    Each is counted twice: as told to people, and with old commits faded.
    """

    def __init__(self) -> None:
        self._came = (0, 0.0)
        self._held: dict[Rule, tuple[int, float]] = {}

    def add(self, rules: Iterable[Rule], weight: float) -> None:
        """Count one commit in which the cause came."""
        self._came = self._came[0] + 1, self._came[1] + weight
        for rule in rules:
            times, faded = self._held.get(rule, (0, 0.0))
            self._held[rule] = times + 1, faded + weight

    def say(self, name: str) -> Iterator[Prediction]:
        """What the rules name, with the name filled in where they are about roles."""
        for rule, (times, faded) in self._held.items():
            # A literal: there are a thousand rules for each that is told.
            row = {
                "kind": rule.kind,
                "when": rule.when,
                "then": rule.then,
                "support": times,
                "seen": self._came[0],
            }
            path = rule.then if rule.kind == "file" else target(row, name)
            if path is not None:
                weight = TOUCHED_WEIGHT if rule.kind == "touched" else 1.0
                yield Prediction(path, weight * wilson(faded, self._came[1]), row)


def causes(path: str, there: There) -> Iterator[tuple[str, str, str]]:
    """All that can bring others along with a path: kind, path or role, and the name in it."""
    old = there.file(path)
    if old:
        yield "file", path, ""
    for role, name in all_texts(path):
        yield "changes", role, name
        if not old:
            yield "additions", role, name


def uncounted(query: Iterable[str], there: There, counted: Counted) -> dict[Cause, None]:
    """The causes of a query that are not counted yet."""
    every = ((kind, of) for path in query for kind, of, _ in causes(path, there))
    return dict.fromkeys(cause for cause in every if cause not in counted)


class _Tally:
    """What commits say about the paths of a query and about their roles."""

    def __init__(self, asked: Collection[str], there: There, counted: Counted) -> None:
        self._there = there
        self._counts = counted
        todo = uncounted(asked, there, counted)
        self._old = frozenset(of for kind, of in todo if kind == "file")
        self._roles = Wanted(of for kind, of in todo if kind == "changes")
        self._new = Wanted(of for kind, of in todo if kind == "additions")
        counted.update((cause, Counts()) for cause in todo)

    def add(self, commit: Commit, weight: float) -> None:
        """Count one commit, as `weight` of one."""
        excluded = self._there.excluded
        for role, rules in changes_say(commit, excluded, self._roles).items():
            self._counts["changes", role].add(rules, weight)
        if self._adds(commit):
            added, said = additions_say(commit, excluded, self._new)
            for role in self._new.texts & added:
                self._counts["additions", role].add((r for r in said if r.when == role), weight)
        self._add_files(commit, weight)

    def _adds(self, commit: Commit) -> bool:
        """Whether a commit adds a file where the query adds one."""
        return bool(self._new.texts) and any(
            change.status == "A" and self._new.of(change.path) for change in commit.changes
        )

    def _add_files(self, commit: Commit, weight: float) -> None:
        changed = [change.path for change in commit.changes if change.status != "D"]
        asked = self._old.intersection(changed)
        if not asked:
            return
        there = [p for p in changed if self._there.file(p) and not self._there.excluded(p)]
        small = len(commit.changes) <= MAX_CHANGED and len(there) <= MAX_ADDED
        for path in asked:
            others = [Rule("file", path, other) for other in there if other != path]
            self._counts["file", path].add(others if small else (), weight)

    def say(self, path: str) -> Iterator[Prediction]:
        """What comes along with one path and can: an old file is there, or a folder for a new."""
        for kind, of, name in causes(path, self._there):
            said = self._counts[kind, of].say(name)
            yield from (one for one in said if possible(one, self._there))


def possible(one: Prediction, there: There) -> bool:
    """Whether a path can come along: it is there, or is a new one in a folder that can be."""
    if there.excluded(one.path):
        return False
    if there.file(one.path):
        return True
    then = one.rule["then"].rpartition("/")[0]
    free = "{" in then or there.folder(one.path.rpartition("/")[0])
    return bool(one.rule["kind"] == "role" and free)


def ranking(
    query: Iterable[str],
    past: Iterable[tuple[int, Commit]],
    there: There,
    *,
    also: Mapping[str, Sequence[Prediction]] | None = None,
    counted: Counted | None = None,
) -> list[Prediction]:
    """Companions of all these paths as one change, the likeliest first, none of them in it.

    `past` gives commits with their age, 0 for the newest; those that touch no path and no role of
    the query may be missing. `also` holds what is known of single paths from elsewhere. For one
    path the strongest rule counts, by the lower bound of its share; over several paths the chance
    that at least one of them is right, as if they were independent. `counted` keeps what was
    counted, for other queries at the same commit: of these only what is `uncounted` is asked of
    `past`.
    """
    asked = frozenset(query)
    tally = _Tally(asked, there, {} if counted is None else counted)
    for age, commit in past:
        tally.add(commit, 0.5 ** (age / HALF_LIFE))
    chance = Chance()
    for path in sorted(asked):
        chance.add([*tally.say(path), *(also or {}).get(path, ())])
    return [one for one in chance.ranked() if one.path not in asked]


def known_of(
    path: str, there: There, rules: Companions, brought: Mapping[str, Record]
) -> list[Prediction]:
    """What is known of one path beside the newest commits: committed rules and habits."""
    said = [one for one in rules.surely(path, exists=there.file(path)) if possible(one, there)]
    return [*said, *habitual(brought)]


def together(
    changed: Sequence[str],
    past: Iterable[tuple[int, Commit]],
    there: There,
    rules: Companions,
    brought: Mapping[str, Mapping[str, Record]] | None = None,
) -> Together:
    """What `suggest` says about a whole change, in one ranking.

    `past` are its newest commits, `rules` the committed ones, `brought` what new files of it bring.
    """
    old = {path: there.file(path) for path in changed if not there.excluded(path)}
    also = {path: known_of(path, there, rules, (brought or {}).get(path, {})) for path in old}
    found = [one for one in ranking(old, past, there, also=also) if one.path not in changed]
    warned = rules.warned(old)
    return Together(
        changed=tuple(changed),
        companions=tuple(
            Companion(
                path=one.path,
                action="edit" if there.file(one.path) else "add",
                confidence=one.confidence,
                reason=messages.companion_reason(one.rule),
            )
            for one in found[:MAX_TOGETHER]
        ),
        warned=frozenset(one.path for one in found if one.path in warned),
    )
