"""Which rules are worth drafting: right often enough, the best of each shape, a few in all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.rewrites.judging import Fired, Rolled, fired, one_sided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pattern_ci.mining.rewrites.judging import Later
    from pattern_ci.model.rewrite import Rewrite

    Waiting = Callable[[Sequence[Rewrite]], Sequence[int]]

# More often right than wrong, and by the lower end of the interval: one of one passes, two of
# three do not, three of four do.
MIN_BOUND = 0.35
# What is only added or only taken away hangs on the rest of the file (an import, an argument) more
# often than what is replaced: two of two pass.
MIN_BOUND_ONE_SIDED = 0.5
# A person reads every one of them.
MAX_RULES = 6


class Chosen(NamedTuple):
    """A rule to draft, how often it was right, and how many files hold what it replaces."""

    rolled: Rolled
    fired: Fired
    waiting: int


def choose(rolled: Iterable[Rolled], later: Later, waiting: Waiting) -> list[Chosen]:
    """The best rules, best first; of those that share most of their changes only the best.

    `waiting` counts the files that hold what each rule replaces.
    """
    judged = ((one, fired(one, later)) for one in rolled)
    good = [(one, found) for one, found in judged if _good(one, found)]
    counts = waiting([one.rule for one, _ in good]) if good else ()
    chosen: list[Chosen] = []
    made = (Chosen(*pair, count) for pair, count in zip(good, counts, strict=True))
    for one in sorted(made, key=_rank):
        if len(chosen) < MAX_RULES and not any(_subsumed(one, best) for best in chosen):
            chosen.append(one)
    return chosen


def _good(one: Rolled, found: Fired) -> bool:
    return found.bound >= (MIN_BOUND_ONE_SIDED if one_sided(one) else MIN_BOUND)


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
