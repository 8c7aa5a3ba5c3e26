"""The recipes of one revision: asked of the ledger, studied, drafted; a second run reads them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.exclude import Excluded
from pattern_ci.mining.outcomes import Learned, freeze, read_all
from pattern_ci.mining.recipes.drafts import draft
from pattern_ci.mining.recipes.facts import operations
from pattern_ci.mining.recipes.run import learn
from pattern_ci.model.digests import content_digest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pattern_ci import git
    from pattern_ci.database import Cache, Tables
    from pattern_ci.mining.grouping import GroupRow
    from pattern_ci.mining.ledger import State
    from pattern_ci.mining.recipes.roles import Operation
    from pattern_ci.model.candidate import Abstention, Draft

    Outcomes = list[Draft | Abstention]


class Begun(NamedTuple):
    """What is known before contents are read: all of it, or the operations to study."""

    at: State
    known: Outcomes | None
    operations: list[Operation]


def begin(db: Tables, at: State, groups: Sequence[GroupRow], store: Cache) -> Begun:
    """What the cache or the ledger says at a revision."""
    known = read_all(store.results([_key(at)]).get(_key(at)))
    if known is not None:
        return Begun(at, known, [])
    return Begun(at, None, operations(db, groups, Excluded(at.globs)))


def finish(
    repo: git.Repo,
    begun: Begun,
    families: Sequence[Draft],
    taken: Collection[str],
    store: Cache,
) -> Learned:
    """Each operation's recipe, or why there is none; `taken` are the names of families."""
    if begun.known is not None:
        return Learned(begun.known, whole=True)
    learned = learn(repo, begun.operations, store, begun.at.basis)
    found = draft(learned, families, taken, store)
    # What is missing today may be fetched tomorrow; without all attributes nothing is for later.
    whole = not any(one.missing for one in learned)
    if begun.at.basis and whole:
        store.add_results({_key(begun.at): json.dumps([freeze(one) for one in found])})
    return Learned(found, whole)


def _key(at: State) -> str:
    return content_digest(["recipes", at.basis, at.globs, at.tip, at.commits])
