"""Rewrite rules of a mining run: what the cache knows of a revision, or what there is to study."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.outcomes import freeze, read, thaw
from pattern_ci.model.candidate import Draft
from pattern_ci.model.digests import content_digest

if TYPE_CHECKING:
    from pattern_ci import git
    from pattern_ci.database import Cache, Tables
    from pattern_ci.mining.ledger import State
    from pattern_ci.mining.rewrites.reading import Recent


class Begun(NamedTuple):
    """The rules of a revision where they are `known`, else the commits to learn them `of`."""

    key: str
    lasting: bool
    known: list[Draft] | None
    of: Recent | None


def begin(db: Tables, at: State, store: Cache) -> Begun:
    """Look the revision up; without an answer, what the ledger knows of its newest commits."""
    key = content_digest(["rewrites", at.basis, at.globs, at.tip, at.commits])
    # Without all attributes the basis is empty, and what is learned holds for this run alone.
    lasting = bool(at.basis)
    known = _stored(store.results([key]).get(key)) if lasting else None
    if known is not None:
        return Begun(key, lasting, known, None)
    from pattern_ci.mining.rewrites.reading import recent

    return Begun(key, lasting, None, recent(db, at))


def _stored(text: str | None) -> list[Draft] | None:
    """Cached rules; None when there are none, or they were damaged."""
    try:
        found = [read(one) for one in json.loads(text)] if text else [None]
    except (ValueError, TypeError):
        return None
    drafts = [one for one in found if isinstance(one, Draft)]
    return drafts if len(drafts) == len(found) else None


def finish(repo: git.Repo, begun: Begun, store: Cache) -> list[Draft]:
    """The drafts, best first."""
    if begun.known is not None or begun.of is None:
        return begun.known or []
    from pattern_ci.mining.rewrites.finding import mine

    drafts, whole = mine(repo, begun.of, store)
    frozen = [freeze(one) for one in drafts]
    # What is missing today may be fetched tomorrow.
    if whole and begun.lasting:
        store.add_results({begun.key: json.dumps(frozen)})
    # Read back even when fresh: what a cache gives later must be the same to the last digit.
    return [one for text in frozen if isinstance(one := thaw(text), Draft)]
