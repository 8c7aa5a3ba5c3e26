"""Rewrite rules of a mining run: what the cache knows of a revision, or what there is to study."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import process
from pattern_ci.mining.outcomes import Learned, freeze, read_all, thaw
from pattern_ci.model.candidate import Draft
from pattern_ci.model.digests import content_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
    found = read_all(text)
    drafts = [one for one in found or () if isinstance(one, Draft)]
    return drafts if found is not None and len(drafts) == len(found) else None


@contextmanager
def finishing(repo: git.Repo, begun: Begun, store: Cache) -> Iterator[Callable[[], Learned]]:
    """Learn the rules beside other work; the function waits for the drafts, best first."""
    if begun.known is not None or begun.of is None:
        known = Learned([*(begun.known or ())], whole=True)
        yield lambda: known
        return
    from pattern_ci.mining.rewrites import reading

    of, before = begun.of, reading.stored(begun.of, store)
    if 2 * len(before) > len(of.shas):
        # Most is read already: to copy this process would cost as much.
        yield lambda: _finish(begun, of, json.loads(_learn(repo, of, before)), store)
        return
    with process.aside(lambda: _learn(repo, of, before)) as answer:
        yield lambda: _finish(begun, of, json.loads(answer()), store)


def _learn(repo: git.Repo, of: Recent, known: Mapping[str, str]) -> str:
    """What was learned and read, as text: a copy of this process may do it."""
    from pattern_ci.mining.rewrites.finding import mine

    made = mine(repo, of, known)
    frozen = [freeze(one) for one in made.drafts]
    return json.dumps({"drafts": frozen, "fresh": made.read.fresh, "whole": made.read.whole})


def _finish(begun: Begun, of: Recent, learned: dict[str, Any], store: Cache) -> Learned:
    from pattern_ci.mining.rewrites import reading

    reading.keep(of, learned["fresh"], store)
    # What is missing today may be fetched tomorrow.
    if learned["whole"] and begun.lasting:
        store.add_results({begun.key: json.dumps(learned["drafts"])})
    # Read back even when fresh: what a cache gives later must be the same to the last digit.
    drafts = [one for text in learned["drafts"] if isinstance(one := thaw(text), Draft)]
    return Learned([*drafts], whole=bool(learned["whole"]))
