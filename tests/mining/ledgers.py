"""Ledgers for tests: all that one says, brought to a revision through a cache or from nothing."""

from __future__ import annotations

import subprocess  # noqa: TID251  # feeds histories that no user would make by hand
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pattern_ci import git
from pattern_ci.database import Cache, CacheUnusableError, scratch
from pattern_ci.mining import companion_rules, grouping, index, ledger
from pattern_ci.mining.exclude import Excluded
from pattern_ci.mining.recipes.facts import operations
from testing.repos import git as run_git

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pattern_ci.database import Tables
    from pattern_ci.mining.recipes.roles import Operation
    from pattern_ci.mining.roles import RoleGroup

HERE = "basis"


def describe(key: str, group: RoleGroup) -> grouping.GroupRow:
    """A row that tells all of a group."""
    return grouping.GroupRow(key, group.role.text, "", "", len(group.members), repr(group))


def basis(digest: str = HERE, *ignore: str) -> index.Basis:
    """What the ledgers of these tests are made under."""
    return index.Basis(digest, ignore, 2, describe)


class Facts(NamedTuple):
    """All that a ledger says, in an order that does not depend on the way there."""

    state: ledger.State | None
    rows: dict[str, list[Any]]
    touched: list[Any]
    rules: dict[str, Any]
    operations: list[Operation]


def facts(db: Tables) -> Facts:
    """Read a ledger."""
    at = ledger.state(db)
    done = operations(db, grouping.group_rows(db), Excluded(at.globs if at else ()))
    tables = ("live", "events", "seen", "held", "groups")
    names, dead, touches = ledger.window(db)
    touched = [
        (*one[:3], sorted((names[number], number in dead) for number in one.files))
        for one in touches
    ]
    rows = {name: sorted(db.rows(f"SELECT * FROM {name}"), key=repr) for name in tables}
    return Facts(at, rows, touched, companion_rules.rules(db, rev=""), done)


def scanned(repo: git.Repo, rev: str, under: index.Basis) -> Facts:
    """The facts of a revision from nothing."""
    sha = git.resolve(repo, rev)
    with scratch() as db:
        assert index.enter(db, index.plan(repo, sha, db, under), sha, under)
        return facts(db)


def build(repo: git.Repo, rev: str, cache: Path, under: index.Basis | None = None) -> Facts:
    """The facts of a revision with one opening of the cache; a damaged one is tried again."""
    sha, under = git.resolve(repo, rev), under or basis()
    with Cache(cache) as store:
        for _ in range(2):
            with suppress(CacheUnusableError, ValueError, TypeError):
                with store.tables() as db:
                    step = index.plan(repo, sha, db, under)
                with store.tables("BEGIN IMMEDIATE") as db:
                    assert index.enter(db, step, sha, under)
                    return facts(db)
            store.start_anew()
    pytest.fail("the cache cannot be used")


class Step(NamedTuple):
    """One commit: its parents by number, seconds on its clock, and what it changes."""

    parents: tuple[int, ...]
    time: int
    changes: dict[str, str | None]


def written(path: Path, steps: Sequence[Step]) -> git.Repo:
    """A repository with a ref `refs/heads/cN` for each of these commits."""
    path.mkdir(parents=True, exist_ok=True)
    run_git(path, "init", "--quiet", "--bare")
    stream = []
    for number, step in enumerate(steps):
        stream.append(f"commit refs/heads/c{number}\n")
        stream.append(f"committer A <a@example.invalid> {step.time * 86_400} +0000\ndata 1\nx\n")
        words = ("from", "merge")
        stream += [f"{w} refs/heads/c{p}\n" for w, p in zip(words, step.parents, strict=False)]
        for name, content in step.changes.items():
            text = f"data {len(content)}\n{content}\n" if content else ""
            stream.append(f"M 100644 inline {name}\n{text}" if content else f"D {name}\n")
    run = ["git", "-C", str(path), "fast-import", "--quiet", "--force"]
    subprocess.run(run, input="".join(stream).encode(), check=True, capture_output=True)
    return git.open_repo(path)
