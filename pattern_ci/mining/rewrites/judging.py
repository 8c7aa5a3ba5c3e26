"""Whether a rule would have been right: rolling over its own commits, then over all later ones."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from pattern_ci.mining.association import wilson
from pattern_ci.mining.rewrites.clusters import MIN_COMMITS
from pattern_ci.mining.rewrites.generalise import generalise
from pattern_ci.model.rewrite import fault
from pattern_ci.render.rewriting import anchor, rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.mining.rewrites.changes import Change
    from pattern_ci.mining.rewrites.clusters import Cluster
    from pattern_ci.mining.rewrites.lifting import Lifted, Side
    from pattern_ci.model.rewrite import Rewrite

T = TypeVar("T")

# A rule has to be seen twice before it is a rule; the third commit is the first that it can meet.
LEARNED_FROM = 2
# So many of the newest commits of a rule are predicted from what came before each.
MAX_ROLLED = 12
MIN_REPRODUCED = 0.5


class Rolled(NamedTuple):
    """The rule of a cluster, its commits in order, and how many of them it foretold."""

    rule: Rewrite
    members: Cluster
    commits: tuple[str, ...]
    tested: int
    reproduced: int


def roll(members: Cluster, order: Mapping[str, int]) -> Rolled | None:
    """Learn from the commits before each later one and predict it; None when that fails."""
    by_commit: dict[str, list[Lifted]] = {}
    for one in sorted(members, key=lambda one: order[one.change.sha]):
        by_commit.setdefault(one.change.sha, []).append(one)
    commits = list(by_commit)
    rule = generalise(members) if len(commits) >= MIN_COMMITS else None
    if rule is None:
        return None
    first = max(LEARNED_FROM, len(commits) - MAX_ROLLED)
    right = 0
    for number in range(first, len(commits)):
        learned = generalise([one for sha in commits[:number] for one in by_commit[sha]])
        right += learned is not None and _foretold(learned, by_commit[commits[number]])
    tested = len(commits) - first
    enough = right and right >= MIN_REPRODUCED * tested
    return Rolled(rule, members, tuple(commits), tested, right) if enough else None


def _foretold(rule: Rewrite, members: Sequence[Lifted]) -> bool:
    """Whether a rule makes most changes of a commit, byte for byte."""
    return 2 * sum(exact(rule, one.change) for one in members) > len(members)


def exact(rule: Rewrite, change: Change) -> bool:
    """Whether a rule makes this change, byte for byte."""
    return rule.wants(change.path) and rewrite(change.before, rule).text == change.after


class Fired(NamedTuple):
    """Commits since a rule could be known that met its left side: what they did with it."""

    right: int
    otherwise: int
    left: int

    @property
    def met(self) -> int:
        """All of them."""
        return self.right + self.otherwise + self.left

    @property
    def precision(self) -> float:
        """The share that did as the rule says; 0 when none met it."""
        return self.right / self.met if self.met else 0.0

    @property
    def bound(self) -> float:
        """Lower bound of the precision (Wilson score interval)."""
        return wilson(self.right, self.met)


class Later:
    """What rules are held against: all changes, and the files that they left at the revision.

    `edited` maps such a file to the newest commit that edited it, `texts` to what it holds;
    `order` is each commit's place in time.
    """

    def __init__(
        self,
        changes: Sequence[Change],
        order: Mapping[str, int],
        edited: Mapping[str, str],
        texts: Mapping[str, str],
    ) -> None:
        self.order = order
        self._edited = edited
        self._changes = _Haystack(changes, [one.before for one in changes])
        self._files = _Haystack(list(texts), list(texts.values()))

    def changes(self, rule: Rewrite, since: int) -> Iterator[tuple[Change, str]]:
        """Changes since then that a rule meets, each with what the rule makes of it."""
        for change, text in self._changes.having(anchor(rule)):
            if self.order[change.sha] > since and rule.wants(change.path):
                met = rewrite(text, rule)
                if met.edits:
                    yield change, met.text

    def standing(self, rule: Rewrite) -> Iterator[tuple[str, int]]:
        """Of these files, those that hold what a rule would replace; when each was edited last."""
        for path, text in self._files.having(anchor(rule)):
            if rule.wants(path) and rewrite(text, rule).edits:
                yield path, self.order[self._edited[path]]


class _Haystack(Generic[T]):
    """Texts in which many needles are looked for: as one text, which is far quicker."""

    def __init__(self, things: Sequence[T], texts: Sequence[str]) -> None:
        self._things, self._texts = things, texts
        self._all = "\0".join(texts)
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)]

    def having(self, needle: str) -> Iterator[tuple[T, str]]:
        """Those whose text holds the needle."""
        at = self._all.find(needle)
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            yield self._things[number], self._texts[number]
            at = self._all.find(needle, self._starts[number + 1])


def fired(one: Rolled, later: Later) -> Fired:
    """How often a rule was right since the second commit that it was learned from.

    A rule that only adds or only takes away (an import, an argument) hangs on the rest of the file:
    for it, every file that `later` knows counts in which its left side stands, also one that was
    edited before. Who makes the change the other way round was not told the rule either.
    """
    since = later.order[one.commits[LEARNED_FROM - 1]]
    right: set[str] = set()
    other: set[str] = set()
    for change, made in later.changes(one.rule, since):
        (right if made == change.after else other).add(change.sha)
    back = replace(one.rule, before=one.rule.after, after=one.rule.before)
    if fault(back.to_dict()) is None:
        for change, made in later.changes(back, since):
            if made == change.after:
                other.add(change.sha)
    standing = later.standing(one.rule)
    if one_sided(one):
        left = sum(1 for _ in standing)
    else:
        left = len({place for _, place in standing if place > since})
    return Fired(len(right), len(other - right), left)


def one_sided(one: Rolled) -> bool:
    """Whether one side of the change has no text of its own."""
    return only_adds(one) or only_drops(one)


def only_adds(one: Rolled) -> bool:
    """Whether all that was there stays."""
    left, right = one.members[0].shape
    return not _own(left, right)


def only_drops(one: Rolled) -> bool:
    """Whether nothing comes that was not there."""
    left, right = one.members[0].shape
    return not _own(right, left)


def _own(side: Side, other: Side) -> list[str]:
    words = (part for part in side if isinstance(part, str) and part.strip())
    return [word for word in words if word not in other]
