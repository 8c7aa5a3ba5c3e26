"""Versions of the rules of mining, and where what was mined is kept; loads nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci import git

# Raised with every change that can alter a result: cached results of older rules are then unused.
RULES_VERSION = 13
# Raised with every change that can alter which groups and rules there are.
LEDGER_VERSION = 2
MIN_MEMBERS = 4


def cache_path(repo: git.Repo) -> Path:
    """Where the history cache of a repository lies."""
    return repo.state_dir / "cache.db"
