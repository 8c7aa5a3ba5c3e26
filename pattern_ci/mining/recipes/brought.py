"""What new files surely bring, by the history at a revision: from the ledger, or from git at once.

Nothing is mined and nothing is written. Both ways give the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, git_trees
from pattern_ci.database import Cache, CacheUnusableError
from pattern_ci.mining import index, ledger
from pattern_ci.mining.engine import basis_digest
from pattern_ci.mining.history import parse, place
from pattern_ci.mining.recipes.habits import predict, teaches
from pattern_ci.mining.recipes.past_additions import PastAdditions
from pattern_ci.mining.versions import cache_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from pattern_ci.database import Tables
    from pattern_ci.mining.exclude import Excluded
    from pattern_ci.mining.history import Commit
    from pattern_ci.mining.recipes.habits import Known, Record
    from pattern_ci.mining.recipes.past_additions import Step

    # By new path: the paths that it brings, each with what speaks for it.
    Brought = dict[str, dict[str, Record]]

# A longer history is asked only of the ledger: whoever waits for an answer does not wait for it.
MOST_COMMITS = 20_000


class Asked(NamedTuple):
    """What is asked of a repository: a revision (a full commit id) and paths that are not there.

    `file` says what is there; `ignore` and `min_members` are those of the configuration.
    """

    repo: git.Repo
    rev: str
    paths: Sequence[str]
    file: Callable[[str], bool]
    excluded: Excluded
    ignore: Sequence[str]
    min_members: int

    def known(self, path: str) -> bool:
        """Whether nobody will add this path: it is there, or no person writes it."""
        return self.file(path) or self.excluded(path)


def brought(asked: Asked) -> Brought:
    """What each new path brings; nothing of a history that is too long to be read for this.

    Raises HistoryUnreadableError.
    """
    found = _from_ledger(asked)
    if found is not None:
        return found
    if git.is_longer(asked.repo, asked.rev, MOST_COMMITS):
        return {}
    commits = place(parse(git_trees.log_raw(asked.repo, asked.rev)), {})
    return _predict(asked, _steps(commits, asked.excluded), _small(commits))


def _predict(
    asked: Asked,
    steps: Iterable[Step],
    small: Callable[[Collection[str]], Collection[str]],
) -> Brought:
    history = PastAdditions(steps, small, asked.known)
    known: Known = {}
    return {path: predict(history, path, history.now, known) for path in asked.paths}


def _from_ledger(asked: Asked) -> Brought | None:
    """From the ledger and what came after it; None where it does not serve."""
    path = cache_path(asked.repo)
    # As for `mine`: what a horizon hides may come with the next fetch.
    if not path.exists() or git.is_shallow(asked.repo):
        return None
    try:
        with Cache(path) as store, store.tables("BEGIN") as db:
            return _ask_ledger(asked, db)
    except (CacheUnusableError, ValueError, TypeError, KeyError, IndexError):
        return None  # a row may hold what no run wrote; a fault of ours is seen again without it


def _ask_ledger(asked: Asked, db: Tables) -> Brought | None:
    at = ledger.state(db)
    digest = basis_digest(asked.ignore, asked.min_members)
    if at is None or at.basis != digest or at.globs != asked.excluded.globs:
        return None
    fresh: list[Commit] = []
    if at.tip != asked.rev:
        more = git.beyond(asked.repo, at.tip, asked.rev)
        if more is None or more > MOST_COMMITS:
            return None
        fresh = index.beyond(asked.repo, asked.rev, at.tip, db)
    steps = [*ledger.steps(db), *_steps(fresh, asked.excluded)]
    later = _small(fresh)

    def small(shas: Collection[str]) -> set[str]:
        new = later(shas)
        old = ledger.commits_of(db, [sha for sha in shas if sha not in inside])
        return {*new, *(one.sha for one in old if teaches(one))}

    inside = {one.sha for one in fresh}
    return _predict(asked, steps, small)


def _steps(commits: Iterable[Commit], excluded: Excluded) -> list[Step]:
    return [
        (commit.order, commit.sha, one.path, one.status == "A")
        for commit in commits
        for one in commit.changes
        if one.status in "AD" and not excluded(one.path)
    ]


def _small(commits: Iterable[Commit]) -> Callable[[Collection[str]], set[str]]:
    """Those of some of these commits that teach."""
    return {commit.sha for commit in commits if teaches(commit)}.intersection
