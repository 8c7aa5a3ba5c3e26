"""Find the rewrite rules of a history and draft them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.rewrites import reading
from pattern_ci.mining.rewrites.clusters import clusters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pattern_ci import git
    from pattern_ci.mining.rewrites.changes import Change
    from pattern_ci.mining.rewrites.choosing import Chosen, Waiting
    from pattern_ci.mining.rewrites.reading import Read, Recent
    from pattern_ci.model.candidate import Draft


# Most rules are about something that is done with, or given up: nobody has made the change in the
# newest quarter of the commits. On later history they are not met again (decision 0018).
FRESH_SHARE = 0.25
MIN_FRESH = 50


class Mined(NamedTuple):
    """Drafts of the rules worth it, best first, and what was read for them."""

    drafts: list[Draft]
    read: Read


class Asked(NamedTuple):
    """What is asked of the revision only where a rule is in sight.

    `texts` gives the files that the changes left, `waiting` counts the files that hold what rules
    replace.
    """

    texts: Callable[[], Mapping[str, str]]
    waiting: Waiting


def mine(repo: git.Repo, at: Recent, known: Mapping[str, str]) -> Mined:
    """The rules of these commits; `known` are changes that an earlier run read."""
    found = reading.read(repo, at, known)
    order = {sha: place for place, sha in enumerate(at.shas)}
    asked = Asked(partial(reading.texts, repo, at), partial(reading.waiting, repo, at))
    chosen = find(found.changes, order, at.edited, asked)
    if not chosen:
        return Mined([], found)
    from pattern_ci.mining.rewrites.drafting import drafts

    return Mined(drafts(chosen, undone(chosen, found.changes, order)), found)


def find(
    changes: Sequence[Change],
    order: Mapping[str, int],
    edited: Mapping[str, str],
    asked: Asked,
) -> list[Chosen]:
    """The rules of these changes; `order` and `edited` as `Later` takes them."""
    first = len(order) - max(MIN_FRESH, FRESH_SHARE * len(order))
    fresh = {sha for sha, place in order.items() if place >= first}
    found = list(clusters(changes, fresh))
    if not found:  # mostly: what judges rules is not loaded then
        return []
    from pattern_ci.mining.rewrites.choosing import choose
    from pattern_ci.mining.rewrites.judging import Later, roll

    rolled = [made for one in found if (made := roll(one, order)) is not None]
    if not rolled:
        return []
    return choose(rolled, Later(changes, order, edited, asked.texts()), asked.waiting)


def undone(
    chosen: Iterable[Chosen], changes: Iterable[Change], order: Mapping[str, int]
) -> list[Change]:
    """Those of the chosen rules' changes that a later commit took back, at the same place."""
    newest = {(one.path, one.before, one.after): order[one.sha] for one in changes}
    members = (member.change for one in chosen for member in one.rolled.members)
    return [
        one for one in members if newest.get((one.path, one.after, one.before), -1) > order[one.sha]
    ]
