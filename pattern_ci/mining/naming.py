"""From a place and the names in it to a role: in which case the name is written, each time."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pattern_ci.model.lifting import AGAIN, PATH_CASES
from pattern_ci.model.role import Role, conforms, escape_literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# Cases in which names are checked, most telling first.
_CHECKED = ("snake", "kebab", "pascal", "camel")


def case_of(names: Collection[str]) -> str:
    """The case that all these names are in; empty for any."""
    return next((c for c in _CHECKED if all(conforms(c, name) for name in names)), "")


def role_of(prefix: str, suffix: str, case: str) -> Role | None:
    """The role of a place; None when its path cannot be part of one."""
    if escape_literal(prefix + suffix) is None:
        return None
    return Role(f"{prefix}{_hole(case)}{suffix}")


def _hole(case: str) -> str:
    return "{name." + case + "}" if case else "{name}"


def settled(prefix: str, suffix: str, found: Sequence[tuple[str, str]]) -> Role | None:
    """The role of a place with `AGAIN` in its suffix, from (path, name) of the files there.

    Each time that the name comes again it is in the case that most of these files have it in: a
    name of one word is written alike in many.
    """
    first = role_of(prefix, suffix, case_of([name for _, name in found]))
    if first is None or AGAIN not in suffix:
        return first
    start, *rest = first.text.split(AGAIN)
    own = first.case("name")
    for after, texts in zip(rest, _again(prefix, suffix, found), strict=True):
        start += _hole(_most_alike(texts, own)) + after
    return Role(start)


def _again(
    prefix: str, suffix: str, found: Iterable[tuple[str, str]]
) -> list[list[tuple[str, str]]]:
    """For each time that the name comes again: (name, how it is written there) of each file."""
    parts = suffix.split(AGAIN)
    texts: list[list[tuple[str, str]]] = [[] for _ in parts[1:]]
    taken = re.compile("([^/]+)".join(map(re.escape, parts)), re.DOTALL)
    for path, name in found:
        said = taken.fullmatch(path, len(prefix) + len(name))
        for of_place, text in zip(texts, said.groups() if said else (), strict=False):
            of_place.append((name, text))
    return texts


def _most_alike(texts: Iterable[tuple[str, str]], own: str) -> str:
    """The case in which most of these names are written so; of equals the one of the name itself.

    That case stands for the name as it is, too.
    """
    # As the name itself is first: Counter keeps the order in which equals came.
    counts = Counter(dict.fromkeys((own, *PATH_CASES), 0))
    for name, text in texts:
        counts.update(case for case in counts if _written(case, own, name) == text)
    return counts.most_common(1)[0][0]


def _written(case: str, own: str, name: str) -> str:
    return name if case == own else Role(_hole(case)).path({"name": name})
