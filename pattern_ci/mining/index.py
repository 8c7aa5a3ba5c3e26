"""Read the history once: cached stretches by tip, then only what is new."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git
from pattern_ci.mining.history import Change, Commit, parse, place

if TYPE_CHECKING:
    from pattern_ci.database import Cache

# A chain of stretches is folded into one when it grows long: reading many is slower than one.
MAX_CHAIN = 16


class Index(NamedTuple):
    """Every commit reachable from the revision, in order of place in time."""

    rev: str
    commits: list[Commit]


def build(repo: git.Repo, rev: str, cache: Cache) -> Index:
    """The index of `rev` (a full commit id); what the cache knows is not read again."""
    # What a horizon hides may come with the next fetch: a shallow history is read each time.
    shallow = git.is_shallow(repo)
    bases = {} if shallow else cache.tips()
    base = _newest_ancestor(repo, rev, bases)
    chain = _chain(base, bases)
    known = _stored(cache, chain)
    if known is None:
        base, chain, known = None, [], []
    if base == rev:
        return Index(rev, _sorted(known))
    orders = {commit.sha: commit.order for commit in known}
    fresh = place(parse(git.log_raw(repo, rev, exclude=base)), orders)
    commits = _sorted([*known, *fresh]) if known else fresh
    if shallow:
        return Index(rev, commits)
    if len(chain) >= MAX_CHAIN:
        cache.add_segment(rev, "", _dump(commits))
    else:
        cache.add_segment(rev, base or "", _dump(fresh))
    return Index(rev, commits)


def _sorted(commits: list[Commit]) -> list[Commit]:
    return sorted(commits, key=lambda commit: (commit.order, commit.sha))


def _newest_ancestor(repo: git.Repo, rev: str, bases: dict[str, str]) -> str | None:
    # Newest first; a few tips at most, because each other branch asked costs a question to git.
    if rev in bases:
        return rev
    for tip in list(bases)[:4]:
        if git.is_ancestor(repo, tip, rev):
            return tip
    return None


def _chain(tip: str | None, bases: dict[str, str]) -> list[str]:
    chain: list[str] = []
    while tip and tip not in chain:
        chain.append(tip)
        tip = bases.get(tip)
    return [tip, *chain[::-1]] if tip else chain[::-1]


def _stored(cache: Cache, chain: list[str]) -> list[Commit] | None:
    """The commits of these stretches; None when one is gone or damaged, or the chain is a ring."""
    known: list[Commit] = []
    if len(set(chain)) < len(chain):
        return None
    for tip in chain:
        payload = cache.payload(tip)
        if payload is None:
            return None
        try:
            known += _load(payload)
        except (ValueError, TypeError):
            return None
    return known


def _dump(commits: list[Commit]) -> str:
    rows = [
        [c.sha, c.time, c.order, [[x.status, x.path, x.blob] for x in c.changes]] for c in commits
    ]
    return json.dumps(rows, separators=(",", ":"))


def _load(payload: str) -> list[Commit]:
    return [
        Commit(sha, time, order, tuple(Change(*change) for change in changes))
        for sha, time, order, changes in json.loads(payload)
    ]
