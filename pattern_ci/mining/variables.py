"""The variables of a template, and the names that they get."""

from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

# Entries of a list: for each the values of its fields, in their order.
Listed: TypeAlias = tuple[tuple[str, ...], ...]
Value: TypeAlias = str | bool | Listed

WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,}")
_NAME_LENGTH = 24


class Variable(NamedTuple):
    """A variable of a template: `flag` guards an optional stretch, `text` fills a gap.

    A `list` holds the entries of a loop; with several `fields` each entry names its values.
    `values` holds the value of each training member, in their order; `default`, for a list
    `entries`, is what stands there when nothing is known.
    """

    name: str
    kind: str
    values: tuple[Value, ...]
    after: str
    default: str = ""
    fields: tuple[str, ...] = ()
    entries: Listed = ()

    def plain(self, value: Value) -> str | bool | list[str] | list[dict[str, str]]:
        """A value as people write it, and as templates take it."""
        if not isinstance(value, tuple):
            return value
        if len(self.fields) == 1:
            return [entry[0] for entry in value]
        return [dict(zip(self.fields, entry, strict=True)) for entry in value]


class Names:
    """Names for variables: a word that stands near, numbered when it is taken."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def claim(self, wish: str) -> str:
        """A name like `wish` that nothing has yet."""
        name = re.sub(r"[^a-z0-9]+", "_", wish.lower()).strip("_")[:_NAME_LENGTH].rstrip("_")
        name = name if name and name[0].isalpha() else f"part_{name}".rstrip("_")
        numbered = (f"{name}_{number}" for number in count(2))
        free = next(one for one in chain((name,), numbered) if one not in self._taken)
        self._taken.add(free)
        return free
