"""Which roles may have a recipe: how members were added lately, and what else those commits did."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.association import MAX_ADDED, MAX_CHANGED, MIN_SUPPORT, lifted, wilson
from pattern_ci.mining.places import across, is_nested, near, nested
from pattern_ci.mining.recipes.gate import MIN_ADDITIONS, WINDOW
from pattern_ci.model.lifting import AGAIN
from pattern_ci.model.role import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pattern_ci.mining.history import Commit

_CASED = re.compile(r"\{name\.[a-z]+\}")
# Of these, so many have to have a companion for it to belong to the operation.
MIN_SHARE = 0.5
# And for a file to be written with it, the lower bound of that share has to be so high: nine of ten
# companions that passed were added under exactly that path (docs/decisions).
MATE_BOUND = 0.5


class Added(NamedTuple):
    """A commit that added one member of a role, what else it added, and what it edited.

    `edited` are pairs of a path and its blob after the commit.
    """

    sha: str
    name: str
    path: str
    others: tuple[str, ...]
    edited: tuple[tuple[str, str], ...]


class Operation(NamedTuple):
    """A role with its newest additions, oldest first, and what came along with most of them.

    `mates` are roles of the same name that come surely, `others` those that come often; `edits`
    are files, `registries` those of them that were edited often enough to learn from. `stood`
    counts the members that are still there.
    """

    role: Role
    key: str
    added: tuple[Added, ...]
    mates: tuple[str, ...]
    others: tuple[str, ...]
    edits: tuple[str, ...]
    registries: tuple[str, ...]
    stood: int

    @property
    def writes(self) -> tuple[str, ...]:
        """The roles whose files a recipe may write: its own, and those that come surely."""
        return self.role.text, *self.mates


def added(
    role: Role, key: str, commits: Iterable[Commit], excluded: Callable[[str], bool]
) -> list[Added]:
    """The additions of single members, in the order of the commits.

    A commit that adds several does not say which of its lines belong to which.
    """
    found = []
    for commit in commits:
        if len(commit.changes) > MAX_CHANGED:
            continue
        new = [c.path for c in commit.changes if c.status == "A" and not excluded(c.path)]
        members = [path for path in new if _is_member(key, path)]
        values = role.match(members[0]) if len(members) == 1 and len(new) <= MAX_ADDED else None
        if values:
            edited = [
                (c.path, c.blob) for c in commit.changes if c.status == "M" and not excluded(c.path)
            ]
            others = tuple(path for path in new if path != members[0])
            found.append(Added(commit.sha, values["name"], members[0], others, tuple(edited)))
    return found[-WINDOW:]


def members(key: str, commit: Commit) -> list[str]:
    """What a commit added to a group, whatever the path."""
    return [c.path for c in commit.changes if c.status == "A" and _is_member(key, c.path)]


def _is_member(key: str, path: str) -> bool:
    if not is_nested(key):
        return key in (near(path), across(path))
    folder, _, suffix = key.partition("//")
    # What nothing of the path can be: the folder, and what stands behind the name's last place.
    if not path.startswith(folder) or not path.endswith(suffix.rpartition(AGAIN)[2]):
        return False
    return key in nested(path)


def operation(
    role: Role,
    key: str,
    found: Sequence[Added],
    live: Callable[[str], bool],
    along: Counter[str] | None = None,
) -> Operation:
    """What most of these additions have in common; `live` answers for files.

    `along` are their `mates`, where they are known.
    """
    edits = Counter(path for one in found for path, _ in one.edited)
    came = mates(role, found) if along is None else along
    sure = {then for then, n in came.items() if wilson(n, len(found)) >= MATE_BOUND}
    often = _often(came, len(found))
    there = [path for path in _often(edits, len(found)) if live(path)]
    return Operation(
        role=role,
        key=key,
        added=tuple(found),
        mates=tuple(then for then in often if then in sure),
        others=tuple(then for then in often if then not in sure),
        edits=tuple(there),
        registries=tuple(path for path in there if edits[path] >= MIN_ADDITIONS),
        stood=sum(live(one.path) for one in found),
    )


def mates(role: Role, found: Sequence[Added]) -> Counter[str]:
    """How often each other role of the same name came along."""
    named = {then for one in found for path in one.others if (then := lifted(path, one.name))}
    counts = Counter(
        then
        for one in found
        for then in named - {role.text}
        if Role(then).path({"name": one.name}) in one.others
    )
    # A name of one word is written alike in several cases: of roles that give one path for it, the
    # one that came more often says which.
    best: dict[str, str] = {}
    for then in sorted(counts, key=lambda then: (-counts[then], len(then), then)):
        best.setdefault(_CASED.sub("{name}", then), then)
    return Counter({then: counts[then] for then in best.values()})


def _often(counts: Counter[str], total: int) -> list[str]:
    often = [one for one, n in counts.items() if n >= MIN_SUPPORT and n >= MIN_SHARE * total]
    return sorted(often, key=lambda one: (-counts[one], one))


def leading(operations: Sequence[Operation]) -> list[Operation]:
    """One operation of those that are the same commits: the one that came most often.

    Of equals, the one that brings more, and then the one with the shorter path.
    """
    kept: list[Operation] = []
    for one in sorted(operations, key=_rank):
        if not any(_leads(other, one) for other in kept):
            kept.append(one)
    return kept


def _rank(one: Operation) -> tuple[int, int, int, str]:
    text = one.role.text
    return -len(one.added), -len(one.mates) - len(one.edits), len(text), text


def _leads(first: Operation, second: Operation) -> bool:
    """Whether most of the newest additions of the second were additions of the first as well."""
    shas = {one.sha for one in first.added}
    newest = second.added[-len(first.added) :]
    return 2 * sum(one.sha in shas for one in newest) > len(newest)
