"""Warnings on real pull requests: what the first commit forgot is what later ones added.

A clone that mirrors GitHub has `refs/pull/N/head`: the commits of a pull request before they were
squashed. A pull request counts when its head is not on the main line and it has at least two
commits of its own; it is warned on its first one, and the truth is the files that only later ones
touch. Commits of more than 30 files are left out, as everywhere.
Some of these grew rather than were forgotten, so that no predictor reaches a precision of 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, git_trees
from pattern_ci.mining.association import MAX_CHANGED
from pattern_ci.mining.backtest.companions import hits
from pattern_ci.mining.backtest.rules import Rules, predict
from pattern_ci.mining.backtest.timeline import DELETED
from pattern_ci.mining.companions import Companions, over
from pattern_ci.mining.engine import companions_at
from pattern_ci.mining.history import Commit, parse, place
from pattern_ci.model.backtest import Gate, Warned, Warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from pattern_ci.mining.backtest.past import Past, Tree
    from pattern_ci.mining.history import RawCommit

    Tell = Callable[[str, int, int], None]

HEADS = "refs/pull/*/head"
# GitHub itself lists no more commits of one pull request.
MAX_OWN = 250
TENTHS = 10


class Opened(NamedTuple):
    """A pull request: number of the commit it started from, its first commit, and the truth."""

    parent: int
    first: Commit
    later: frozenset[str]


def opened(repo: git.Repo, past: Past, rev: str) -> list[Opened] | None:
    """All pull requests that count, oldest first; None when the clone has no heads of any."""
    said = git.text(repo.path, "for-each-ref", "--format=%(objectname)", HEADS)
    heads = list(dict.fromkeys(said.split()))
    if not heads:
        return None
    # git takes a glob of references wherever it takes a revision.
    raw = {one.sha: one for one in parse(git_trees.log_raw(repo, f"--glob={HEADS}", exclude=rev))}
    timeline = past.timeline
    orders = {commit.sha: commit.order for commit in timeline.commits}
    placed = {commit.sha: commit for commit in place(raw.values(), orders)}
    end = timeline.commits[timeline.number[rev]].time
    found = []
    for head in heads:
        if head in raw and raw[head].time <= end:
            one = _opened(_own(head, raw), raw, placed, timeline.number)
            if one is not None:
                found.append(one)
    return sorted(found, key=lambda one: (one.first.order, one.first.sha))


def _own(head: str, raw: Mapping[str, RawCommit]) -> list[str]:
    """Commits of a pull request that are not on the main line, merges left out; too many: none."""
    own: set[str] = set()
    left = [head]
    while left:
        sha = left.pop()
        if sha in raw and sha not in own:
            own.add(sha)
            left.extend(raw[sha].parents)
        if len(own) > MAX_OWN:
            return []
    return [sha for sha in own if len(raw[sha].parents) == 1]


def _opened(
    own: Sequence[str],
    raw: Mapping[str, RawCommit],
    placed: Mapping[str, Commit],
    numbers: Mapping[str, int],
) -> Opened | None:
    """The pull request made of these commits, when it counts."""
    ordered = sorted((placed[sha] for sha in own), key=lambda one: (one.order, one.sha))
    if len(ordered) < 2:
        return None
    first, *rest = ordered
    parent = numbers.get(raw[first.sha].parents[0])
    if parent is None:
        return None
    known = {change.path for change in first.changes}
    if not 0 < len(known) <= MAX_CHANGED:
        return None
    # A commit that sweeps did not follow from the first; nobody could have named its files.
    small = [commit for commit in rest if len(commit.changes) <= MAX_CHANGED]
    later = {c.path for commit in small for c in commit.changes if c.status != DELETED}
    return Opened(parent, first, frozenset(later - known))


class Asked(NamedTuple):
    """How many of the newest pull requests to look at, and how mining was configured."""

    limit: int
    ignore: Sequence[str]
    min_members: int


class _Said(NamedTuple):
    """What each gate names for one pull request, and what was added later."""

    by_gate: dict[Gate, list[str]]
    later: frozenset[str]


def report(repo: git.Repo, past: Past, rev: str, asked: Asked, tell: Tell) -> Warnings | None:
    """Warn on the newest pull requests and look what followed; None without any heads."""
    found = opened(repo, past, rev)
    if found is None:
        return None
    chosen = found[-asked.limit :]
    committed = _committed(repo, past, rev, chosen, asked)
    rules = Rules(past)
    said = []
    for done, one in enumerate(chosen):
        tell("pull requests", done, len(chosen))
        said.append(_say(one, past, rules, committed))
    tell("pull requests", len(chosen), len(chosen))
    return Warnings(
        pull_requests=len(said),
        with_later_files=sum(bool(one.later) for one in said),
        sampled=len(chosen) < len(found),
        gates=tuple(_warned(gate, said) for gate in Gate),
    )


def _committed(
    repo: git.Repo, past: Past, rev: str, chosen: Sequence[Opened], asked: Asked
) -> dict[int, Companions]:
    """`companions.json` with its threshold, as committed at each tenth of the main line.

    By number of that commit; only those that one of the pull requests started from or after.
    """
    line = git.first_parents(repo, rev)
    tenths = [past.timeline.number[line[len(line) * part // TENTHS]] for part in range(1, TENTHS)]
    wanted = set()
    for one in chosen:
        past.move(one.parent)
        wanted.add(max(past.seen(tenths), default=None))
    numbers = [number for number in tenths if number in wanted]
    shas = [past.timeline.commits[number].sha for number in numbers]
    made = companions_at(repo, shas, ignore=asked.ignore, min_members=asked.min_members)
    return dict(zip(numbers, map(Companions, made), strict=True))


def _say(one: Opened, past: Past, rules: Rules, committed: Mapping[int, Companions]) -> _Said:
    past.move(one.parent)
    excluded, live = past.tree.excluded, past.tree.live
    paths = [c.path for c in one.first.changes if c.status != DELETED and not excluded(c.path)]
    later = frozenset(path for path in one.later if not excluded(path))
    gone = {change.path for change in one.first.changes}
    found = predict(rules.at(paths), paths, live.__contains__)
    by_gate = {
        gate: [one.path for one in found if passes(gate, one.rule) and one.path not in gone]
        for gate in Gate
    }
    newest = max(past.seen(committed), default=None)
    if newest is not None:
        by_gate[Gate.FITTED] = _warn(committed[newest], paths, gone, past.tree)
    return _Said(by_gate, later)


def _warn(rules: Companions, paths: Sequence[str], gone: Collection[str], tree: Tree) -> list[str]:
    """What the hook would have called missing, sorted."""
    changed = {path: path in tree.live for path in paths}
    warned = rules.warned(changed)
    said = {
        one.path
        for path, old in changed.items()
        for one in rules.predict(path, exists=old)
        # What would be added and is there, or edited and is gone, needs nothing.
        if one.path in warned
        and (one.rule["kind"] == "role") != (one.path in tree.live)
        and not over(one.rule, tree.live)
    }
    return sorted(path for path in said.difference(gone) if not tree.excluded(path))


def passes(gate: Gate, rule: Mapping[str, float]) -> bool:
    """Whether a rule is strong enough for a gate."""
    if gate is Gate.ROSE:
        return rule["support"] >= 3 and rule["confidence"] >= 0.9
    if gate is Gate.WILSON:
        return rule["support"] >= 5 and rule["bound"] >= 0.65
    return gate is Gate.LISTED


def _warned(gate: Gate, said: Sequence[_Said]) -> Warned:
    warned = [one for one in said if one.by_gate[gate]]
    right = sum(not one.later.isdisjoint(one.by_gate[gate]) for one in warned)
    return Warned(
        gate=gate,
        warned=len(warned),
        share=round(len(warned) / len(said), 4) if said else 0.0,
        precision=round(right / len(warned), 4) if warned else 0.0,
        files=hits(_pairs(gate, said)),
    )


def _pairs(gate: Gate, said: Sequence[_Said]) -> Iterator[tuple[list[str], frozenset[str]]]:
    return ((one.by_gate[gate], one.later) for one in said)
