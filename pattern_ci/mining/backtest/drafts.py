"""The patterns that mining would have drafted at a commit, each studied once for all who ask."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import __version__, git, git_objects, process
from pattern_ci.mining import drafting
from pattern_ci.mining.engine import MAX_BLOB_BYTES
from pattern_ci.mining.family import material, outcomes, wanted
from pattern_ci.mining.holdout import Memory
from pattern_ci.mining.outcomes import freeze_all, thaw_all
from pattern_ci.mining.suggesting import Offer, best, known_values
from pattern_ci.mining.versions import RULES_VERSION
from pattern_ci.model.candidate import Draft
from pattern_ci.model.digests import content_digest, identity
from pattern_ci.model.pattern import Kind, Newline, Status
from pattern_ci.model.role import Role
from pattern_ci.render.language import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pattern_ci.database import Cache
    from pattern_ci.mining.family import Material
    from pattern_ci.mining.roles import RoleGroup

MAX_COPIES = 8
# Studies of one role that one process does in a row: they share most of their windows.
IN_A_ROW = 12
_STORED = ("pattern_id", "version", "status", "confidence", "newline", "source", "schema")


class Mined(NamedTuple):
    """A pattern of the past: what `suggest` sees of it, and how sure it was of its text."""

    offer: Offer
    surety: float


def offer_of(draft: Draft) -> Offer:
    """A draft as `suggest` sees it."""
    slot = draft.spec.slots[0]
    below = {path.partition("/")[2]: text for path, text in draft.files.items()}
    return Offer(
        pattern_id=draft.spec.pattern_id,
        version=draft.spec.version,
        status=draft.spec.status,
        confidence=draft.spec.confidence.total,
        role=Role(slot.role),
        newline=slot.newline,
        source=below[slot.template],
        schema=json.loads(below[draft.spec.inputs]),
    )


def written(offer: Offer, path: str) -> str:
    """What a pattern writes when nothing is known but the path."""
    return render(offer.source, known_values(offer, path), newline=offer.newline).text


def key_of(group: RoleGroup, min_members: int) -> str:
    """Digest of all that studying a group depends on."""
    members = [[one.path, one.blob, *one.addition] for one in wanted(group)]
    added = [one for one in group.additions if not one.moved]
    counts = [len(group.members), sum(one.stood for one in added), len(added)]
    whole = [__version__, RULES_VERSION, min_members, group.role.text, counts, members]
    return "backtest-study-5:" + content_digest(whole)


class Studies:
    """Groups to study, and what came of it: offers, of a group or of narrower ones within it."""

    def __init__(self, repo: git.Repo, store: Cache, *, min_members: int) -> None:
        self._repo, self._store, self._min_members = repo, store, min_members
        self._known: dict[str, list[Mined]] = {}
        self._waiting: dict[str, RoleGroup] = {}
        self.missing: set[str] = set()

    def ask(self, group: RoleGroup) -> str:
        """Ask for a group; the answer is there after `work`."""
        key = key_of(group, self._min_members)
        if key not in self._known:
            self._waiting[key] = group
        return key

    @property
    def waiting(self) -> int:
        """How many groups nobody has studied yet."""
        return len(self._waiting)

    def best(self, path: str, keys: Iterable[str]) -> Mined | None:
        """The pattern that would have been suggested for a path."""
        found = [one for key in keys for one in self._known[key]]
        offer = best(path, [one.offer for one in found])
        return next((one for one in found if one.offer is offer), None)

    def work(self) -> None:
        """Study all that was asked for."""
        for key, text in self._store.results(self._waiting).items():
            self._known[key] = _thaw(json.loads(text))
            del self._waiting[key]
        todo = list(self._waiting.items())
        self._waiting = {}
        if todo:
            self._study(todo)

    def _study(self, todo: list[tuple[str, RoleGroup]]) -> None:
        ids = {key: [one.blob for one in wanted(group)] for key, group in todo}
        every = list(dict.fromkeys(chain.from_iterable(ids.values())))
        contents = git_objects.blobs(self._repo, every, max_bytes=MAX_BLOB_BYTES)
        missing = git_objects.missing(self._repo, [blob for blob in every if blob not in contents])
        self.missing |= missing
        least = self._min_members
        materials = [(key, material(group, contents, min_members=least)) for key, group in todo]
        memory = Memory(self._store.results(chain(*(one.predictions() for _, one in materials))))
        rows = _rows(materials)

        def work(number: int) -> str:
            found = {key: _freeze(of, memory) for key, of in rows[number]}
            fresh = dict(memory.fresh)
            memory.fresh.clear()
            return json.dumps([found, fresh])

        copies = max(1, min(process.cores(), MAX_COPIES, len(rows)))
        for _, answer in process.spread(work, len(rows), copies=copies):
            found, fresh = json.loads(answer)
            for key, text in found.items():
                self._known[key] = _thaw(json.loads(text))
            # What is missing today may be fetched tomorrow: such a result is not for the cache.
            whole = {key: text for key, text in found.items() if missing.isdisjoint(ids[key])}
            self._store.add_results({**whole, **fresh})


def _rows(materials: Sequence[tuple[str, Material]]) -> list[list[tuple[str, Material]]]:
    """Parts of the work, each of one role; windows of one role overlap."""
    by_role: dict[str, list[tuple[str, Material]]] = {}
    for one in materials:
        by_role.setdefault(one[1].group.role.text, []).append(one)
    return [
        ones[start : start + IN_A_ROW]
        for ones in by_role.values()
        for start in range(0, len(ones), IN_A_ROW)
    ]


def _freeze(of: Material, memory: Memory) -> str:
    glob = of.group.role.glob
    names = {of.group.role.text: (drafting.slug(glob), identity(Kind.FAMILY.value, [glob], ""))}
    # Frozen and thawed as the cache of `mine` does it: figures are the same to the last digit.
    made = thaw_all(freeze_all(outcomes(of, drafting.naming(names)[of.group.role.text], memory)))
    return json.dumps([_stored(one) for one in made if isinstance(one, Draft)])


def _stored(draft: Draft) -> dict[str, Any]:
    offer = offer_of(draft)
    # One slot of a family: there are no entries of other files in it.
    said = {name: getattr(offer, name) for name in _STORED}
    return {**said, "role": offer.role.text, "surety": draft.surety}


def _thaw(rows: Sequence[dict[str, Any]]) -> list[Mined]:
    return [_mined(row) for row in rows]


def _mined(row: dict[str, Any]) -> Mined:
    status, newline = Status(row["status"]), Newline(row["newline"])
    said = {name: row[name] for name in _STORED}
    offer = Offer(**{**said, "status": status, "newline": newline, "role": Role(row["role"])})
    return Mined(offer, row["surety"])
