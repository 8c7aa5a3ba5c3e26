"""Bring the ledger to a revision: read what is new from git and enter it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, git_objects, git_trees
from pattern_ci.database import CacheUnusableError
from pattern_ci.mining import grouping, ledger
from pattern_ci.mining.exclude import Excluded
from pattern_ci.mining.history import Commit, parse, place
from pattern_ci.mining.ledger import Delta, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pattern_ci.database import Tables
    from pattern_ci.mining.roles import RoleGroup


class Basis(NamedTuple):
    """What a ledger is made under beside the history; another one makes another ledger."""

    digest: str
    ignore: Sequence[str]
    min_members: int
    describe: Callable[[str, RoleGroup], grouping.GroupRow]


class Step(NamedTuple):
    """How the ledger gets from `before` to `after`; `anew` when nothing there can be kept.

    `fresh` are commits that the ledger did not know.
    """

    before: State | None
    after: State
    anew: bool
    fresh: list[Commit]
    delta: Delta
    excluded: Excluded


def plan(repo: git.Repo, rev: str, db: Tables, basis: Basis) -> Step | None:
    """What has to be read to bring the ledger to `rev` (a full commit id); None when it is there.

    Raises HistoryUnreadableError, and CacheUnusableError when the ledger contradicts itself.
    """
    before = ledger.state(db)
    if before and before.tip == rev and before.basis == basis.digest:
        return None
    base = before.tip if before else None
    onward = base is not None and git.is_ancestor(repo, base, rev)
    if base and not onward and git_objects.missing(repo, [base]):
        base = None
    fresh = beyond(repo, rev, base, db)
    if before and onward and before.basis == basis.digest:
        changes = git_trees.changed(repo, before.tip, rev)
        if not any(_attributes(change.path) for change in changes):
            return _onward(before, rev, fresh, changes)
    rest = _rest(repo, rev, fresh, db) if before else []
    return _anew(repo, rev, rest + fresh, basis)._replace(before=before, fresh=fresh)


def _attributes(path: str) -> bool:
    return path.rpartition("/")[2] == ".gitattributes"


def beyond(repo: git.Repo, rev: str, base: str | None, db: Tables) -> list[Commit]:
    """Commits of `rev` beyond `base`, which the ledger knows, in order.

    Raises HistoryUnreadableError, and CacheUnusableError when the ledger lacks one of them.
    """
    raw = parse(git_trees.log_raw(repo, rev, exclude=base))
    inside = {commit.sha for commit in raw}
    edge = {parent for commit in raw for parent in commit.parents} - inside
    known = ledger.place_of(db, sorted(edge)) if base else {}
    if base and len(known) < len(edge):
        msg = "a commit is missing from the cache"
        raise CacheUnusableError(msg)
    return place(raw, known)


def _onward(
    before: State, rev: str, fresh: list[Commit], changes: Iterable[git_trees.TreeChange]
) -> Step:
    """The step to a later revision."""
    excluded = Excluded(before.globs)
    gained: dict[str, str] = {}
    lost = []
    files = before.files
    for change in changes:
        files += (change.status == "A") - (change.status == "D")
        if excluded(change.path):
            continue
        if change.mode in git_trees.FILE_MODES:
            gained[change.path] = change.blob
        else:
            lost.append(change.path)
    after = State(rev, before.basis, before.commits + len(fresh), files, before.globs)
    return Step(before, after, False, fresh, Delta(fresh, gained, lost), excluded)


def _rest(repo: git.Repo, rev: str, fresh: list[Commit], db: Tables) -> list[Commit]:
    """Commits of `rev` that were known before."""
    return ledger.commits_of(db, git.reachable(repo, rev) - {commit.sha for commit in fresh})


def _anew(repo: git.Repo, rev: str, commits: list[Commit], basis: Basis) -> Step:
    """The step to any revision from nothing but its commits."""
    entries = git_trees.tree(repo, rev)
    excluded = Excluded.at(repo, entries, basis.ignore)
    gained = {
        entry.path: entry.blob
        for entry in entries
        if entry.mode in git_trees.FILE_MODES and not excluded(entry.path)
    }
    # Without all attributes this is the truth of today: no later run may build on it.
    digest = basis.digest if excluded.whole else ""
    after = State(rev, digest, len(commits), len(entries), excluded.globs)
    return Step(None, after, True, commits, Delta(commits, gained, ()), excluded)


def enter(db: Tables, step: Step | None, rev: str, basis: Basis) -> bool:
    """Enter a step; False, and nothing done, when another run moved the ledger meanwhile."""
    now = ledger.state(db)
    if step is None:
        return now is not None and (now.tip, now.basis) == (rev, basis.digest)
    if now != step.before:
        return False
    ledger.remember(db, step.fresh)
    if step.anew:
        ledger.clear(db)
    keys = ledger.add(db, step.delta, step.excluded, min_members=basis.min_members)
    grouping.regroup(db, keys, basis.describe, step.excluded, min_members=basis.min_members)
    ledger.outdate(db, keys)
    ledger.stand(db, step.after)
    return True
