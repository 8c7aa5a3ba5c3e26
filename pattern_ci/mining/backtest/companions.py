"""The companion protocol: part of a commit is given, the rest has to be named."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.backtest import protocol, tarmaq
from pattern_ci.mining.backtest.beside import Beside
from pattern_ci.mining.backtest.rules import Rules, predict
from pattern_ci.model.backtest import Hits, Ranking, StaleRanking, Together

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from pattern_ci.mining.backtest.past import Past
    from pattern_ci.mining.backtest.recipes import Counts, Recipes
    from pattern_ci.mining.backtest.templates import Cut
    from pattern_ci.mining.companions import Companions

    Tell = Callable[[str, int, int], None]
    _Pair = tuple[list[str], set[str]]


class Scored(NamedTuple):
    """One ranking against what was expected."""

    average_precision: float
    hit_at_3: bool
    recall_at_10: float
    answered: bool


def judge(ranked: Sequence[str], expected: Collection[str]) -> Scored:
    """Average precision over all that was expected, whether it could have been known or not."""
    right = 0
    total = 0.0
    for place, path in enumerate(ranked, 1):
        if path in expected:
            right += 1
            total += right / place
    found = sum(path in expected for path in ranked[:10])
    return Scored(
        total / len(expected),
        any(path in expected for path in ranked[:3]),
        found / len(expected),
        bool(ranked),
    )


def summed(scored: Sequence[Scored]) -> Ranking:
    """Means over all transactions."""
    count = len(scored) or 1
    return Ranking(
        map=round(sum(one.average_precision for one in scored) / count, 4),
        hit_at_3=round(sum(one.hit_at_3 for one in scored) / count, 4),
        recall_at_10=round(sum(one.recall_at_10 for one in scored) / count, 4),
        applicability=round(sum(one.answered for one in scored) / count, 4),
    )


def hits(pairs: Iterable[tuple[Collection[str], Collection[str]]]) -> Hits:
    """Precision and recall over (named, truth) of many queries."""
    named = right = truth = 0
    for said, came in pairs:
        named += len(said)
        right += sum(path in came for path in said)
        truth += len(came)
    return Hits(
        named=named,
        right=right,
        truth=truth,
        precision=round(right / named, 4) if named else 0.0,
        recall=round(right / truth, 4) if truth else 0.0,
    )


def counted(found: Counts) -> Hits:
    """The same with its two shares."""
    return Hits(
        named=found.named,
        right=found.right,
        truth=found.truth,
        precision=round(found.precision, 4),
        recall=round(found.recall, 4),
    )


class Asked(NamedTuple):
    """A commit to ask about, and how its files are split."""

    number: int
    query: tuple[str, ...]
    expected: frozenset[str]


def split(past: Past, numbers: Sequence[int]) -> list[Asked]:
    """Split the commits of these numbers; `past` says which files are left out."""
    made = []
    for number in numbers:
        commit = past.timeline.commits[number]
        paths = protocol.transaction(commit, past.tree.excluded)
        made.append(Asked(number, *protocol.split(commit.sha, paths)))
    return made


# What the history up to one point says, ours and TARMAQ's, by number of each commit after it.
_Then = dict[int, tuple[Scored, Scored]]


class _Answer(NamedTuple):
    """What was said about one commit: rankings, and (named, truth) for each added file."""

    ours: Scored
    tarmaq: Scored
    stale: dict[float, tuple[Scored, Scored]]
    edited: list[_Pair]


class Run:
    """One run of the protocol over chosen commits."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._rules = Rules(past)
        self._beside = Beside(past)
        self._transactions: dict[int, tuple[str, ...]] = {}
        self._globs: list[str] = []

    def report(
        self, asked: Sequence[Asked], cuts: Sequence[Cut], recipes: Recipes, tell: Tell
    ) -> Together:
        """Ask about these commits, oldest first; `recipes` is what recipes said of the same."""
        then = {cut.share: self._mined_at(cut, asked) for cut in cuts}
        answers = []
        for done, one in enumerate(asked):
            tell("commits", done, len(asked))
            answers.append(self._answer(one, then))
        tell("commits", len(asked), len(asked))
        return Together(
            transactions=len(answers),
            sampled=False,
            ours=summed([one.ours for one in answers]),
            tarmaq=summed([one.tarmaq for one in answers]),
            stale=tuple(_stale(cut.share, answers) for cut in cuts),
            added=counted(recipes.added),
            lines=counted(recipes.lines),
            places=counted(recipes.places),
            edited=hits(pair for one in answers for pair in one.edited),
        )

    def _mined_at(self, cut: Cut, asked: Sequence[Asked]) -> _Then:
        self._past.move(cut.number)
        seen = set(self._past.seen(one.number for one in asked))
        later = [one for one in asked if one.number not in seen]
        rules = self._rules.at(path for one in later for path in one.query)
        return {one.number: self._both(one, rules) for one in later}

    def _both(self, one: Asked, rules: Companions) -> tuple[Scored, Scored]:
        ours = self._beside.ranked(one.query, rules)
        return judge(ours, one.expected), judge(self._tarmaq(one.query), one.expected)

    def _tarmaq(self, query: Collection[str]) -> list[str]:
        touching = self._past.timeline.touching
        numbers = sorted({n for path in query for n in self._past.seen(touching.get(path, ()))})
        return tarmaq.ranking(query, filter(None, map(self._transaction, numbers)))

    def _transaction(self, number: int) -> tuple[str, ...]:
        """A commit of the past, asked once for one set of excluded paths."""
        excluded = self._past.tree.excluded
        if excluded.globs != self._globs:
            self._globs = excluded.globs
            self._transactions.clear()
        found = self._transactions.get(number)
        if found is None:
            found = protocol.transaction(self._past.timeline.commits[number], excluded)
            self._transactions[number] = found
        return found

    def _answer(self, one: Asked, then: dict[float, _Then]) -> _Answer:
        (parent,) = self._past.timeline.parents[one.number]
        self._past.move(parent)
        rules = self._rules.at((*one.query, *sorted(one.expected)))
        ours, other = self._both(one, rules)
        return _Answer(
            ours=ours,
            tarmaq=other,
            stale={share: old[one.number] for share, old in then.items() if one.number in old},
            edited=list(self._edited(one, rules)),
        )

    def _ranked(self, rules: Companions, query: Sequence[str]) -> list[str]:
        return [one.path for one in predict(rules, query, self._past.tree.live.__contains__)]

    def _edited(self, one: Asked, rules: Companions) -> Iterator[_Pair]:
        """From each added file alone: (named, truth) of what was edited along."""
        live = self._past.tree.live
        paths = {*one.query, *one.expected}
        for path in sorted(paths.difference(live)):
            said = self._ranked(rules, [path])
            yield [name for name in said if name in live], paths.intersection(live)


def _stale(share: float, answers: Sequence[_Answer]) -> StaleRanking:
    pairs = [one.stale[share] for one in answers if share in one.stale]
    return StaleRanking(
        mined_at=share,
        transactions=len(pairs),
        ours=summed([ours for ours, _ in pairs]),
        tarmaq=summed([other for _, other in pairs]),
    )
