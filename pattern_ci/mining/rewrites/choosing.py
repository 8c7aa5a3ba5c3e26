"""Which rules are worth drafting: right often enough, the best of each shape, a few in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.rewrites.judging import Fired, Rolled, fired, one_sided

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pattern_ci.mining.rewrites.judging import Later

# More often right than wrong, and by the lower end of the interval: one of one passes, two of
# three do not, three of four do.
MIN_BOUND = 0.35
# What is only added or only taken away hangs on the rest of the file (an import, an argument) more
# often than what is replaced: two of two pass.
MIN_BOUND_ONE_SIDED = 0.5
# A person reads every one of them.
MAX_RULES = 6


class Chosen(NamedTuple):
    """A rule to draft, how often it was right, and live files that hold what it replaces."""

    rolled: Rolled
    fired: Fired
    waiting: int


def choose(rolled: Iterable[Rolled], later: Later) -> list[Chosen]:
    """The best rules, best first; of those that share most of their changes only the best."""
    good = sorted((one for one in (_judged(one, later) for one in rolled) if _good(one)), key=_rank)
    chosen: list[Chosen] = []
    for one in good:
        if len(chosen) < MAX_RULES and not any(_subsumed(one, best) for best in chosen):
            chosen.append(one)
    return chosen


def _judged(one: Rolled, later: Later) -> Chosen:
    standing = list(later.standing(one.rule))
    return Chosen(one, fired(one, later, standing), len(standing))


def _good(one: Chosen) -> bool:
    return one.fired.bound >= (MIN_BOUND_ONE_SIDED if one_sided(one.rolled) else MIN_BOUND)


def _rank(one: Chosen) -> tuple[bool, float, int, int, str, str]:
    """What is left to do first; then the surest, the most often done, the rule that says most."""
    rule = one.rolled.rule
    return (
        not one.waiting,
        -round(one.fired.bound, 6),
        -len(one.rolled.commits),
        -len(rule.before),
        rule.before,
        rule.after,
    )


def _subsumed(one: Chosen, best: Chosen) -> bool:
    """Whether a rule is of the same shape as a better one, or about the same lines."""
    if one.rolled.members[0].shape == best.rolled.members[0].shape:
        return True
    ours, theirs = _places(one), _places(best)
    return 2 * len(ours & theirs) > min(len(ours), len(theirs))


def _places(one: Chosen) -> set[tuple[str, str]]:
    """Commit and file of each change."""
    return {(member.change.sha, member.change.path) for member in one.rolled.members}
