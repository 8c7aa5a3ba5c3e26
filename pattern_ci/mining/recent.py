"""The newest commits of a revision, for questions that need no ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import git, git_trees
from pattern_ci.mining.association import RECENT
from pattern_ci.mining.history import parse, place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.mining.history import Commit


def recent(repo: git.Repo, rev: str, *, count: int = RECENT) -> Iterator[tuple[int, Commit]]:
    """At most `count` commits with their age in commits, the newest first.

    Raises HistoryUnreadableError.
    """
    return enumerate(reversed(place(parse(git_trees.log_raw(repo, rev, newest=count)), {})))
