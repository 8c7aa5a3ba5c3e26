"""Narrower roles within one: a first or last word of the name is fixed, `tests/test_{name}.py`.

Path evidence alone: no text is read to tell the kinds that one role holds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.drafting import Naming, slug
from pattern_ci.mining.naming import case_of, role_of
from pattern_ci.model.digests import identity
from pattern_ci.model.forms import HOLE_PATTERN
from pattern_ci.model.pattern import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pattern_ci.mining.roles import Member, RoleGroup
    from pattern_ci.model.role import Role

# So many narrower roles are drafted in the place of one.
MAX_NARROWER = 3
_FIRST_WORD = re.compile(r"[A-Za-z0-9]+[_.-]")
_LAST_WORD = re.compile(r"[_.-][A-Za-z0-9]+$")
_NAME = re.compile(HOLE_PATTERN)


class Cut(NamedTuple):
    """A word that some names begin or end with, and what is left of those names by path."""

    first: str
    last: str
    names: Mapping[str, str]


def narrower(group: RoleGroup, members: Sequence[Member], *, min_members: int) -> list[RoleGroup]:
    """The groups of those of these members that share a first or last word, by role.

    Each keeps all additions of its role: how an operation ended is told of the whole.
    """
    around = _around(group.role.text)
    if around is None:
        return []
    made = []
    for first, last, names in cuts({one.path: one.values[0] for one in members}):
        if not min_members <= len(names) < len(members):
            continue
        place = around[0] + first, last + around[1]
        role = role_of(*place, case_of(list(names.values())))
        if role is not None:
            own = [one._replace(values=(names[one.path],)) for one in members if one.path in names]
            made.append(group._replace(role=role, members=tuple(own)))
    return sorted(made, key=lambda one: one.role.text)


def cuts(names: Mapping[str, str]) -> Iterator[Cut]:
    """Every word that names (by path) begin or end with."""
    begun: dict[str, dict[str, str]] = defaultdict(dict)
    ended: dict[str, dict[str, str]] = defaultdict(dict)
    for path, name in names.items():
        first, last = _FIRST_WORD.match(name), _LAST_WORD.search(name)
        if first and _NAME.fullmatch(rest := name[first.end() :]):
            begun[first.group()][path] = rest
        if last and _NAME.fullmatch(rest := name[: last.start()]):
            ended[last.group()][path] = rest
    yield from (Cut(word, "", left) for word, left in begun.items())
    yield from (Cut("", word, left) for word, left in ended.items())


def is_narrower(role: str, than: str) -> bool:
    """Whether one role, as text, is another with more of the name fixed."""
    own, wide = _around(role), _around(than)
    if own is None or wide is None or own == wide:
        return False
    return own[0].startswith(wide[0]) and own[1].endswith(wide[1])


def naming(role: Role) -> Naming:
    """The names of what is drafted for a narrower role.

    They carry a digest at all times: which other roles there are must not change what one gives.
    """
    own = identity(Kind.FAMILY.value, [role.glob], "")
    name = f"{slug(role.glob)}_x{own[:6]}"
    return Naming(name, f"PAT-{name.upper().replace('_', '-')}-001", own)


def chosen(tried: Iterable[tuple[float, RoleGroup]]) -> list[RoleGroup]:
    """The best by utility that share no member, by role."""
    found: list[RoleGroup] = []
    taken: set[str] = set()
    for _, one in sorted(tried, key=lambda each: (-each[0], each[1].role.text)):
        paths = {member.path for member in one.members}
        if len(found) < MAX_NARROWER and taken.isdisjoint(paths):
            taken |= paths
            found.append(one)
    return sorted(found, key=lambda one: one.role.text)


def _around(role: str) -> tuple[str, str] | None:
    """What stands before and behind the one place of a name; None for a role with more places."""
    before, _, rest = role.partition("{")
    behind = rest.partition("}")[2]
    return None if "{" in behind else (before, behind)
