"""An anchor: where a new entry belongs among its siblings in a file that is edited.

Siblings are lines of one shape: a list in a registry module, the rows of a table, the entries of
a dictionary, a block of imports. An anchor says how to know them, which run of them is meant when
there are several, and where in that run a new one goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from functools import cached_property
from typing import Any, Self

WILD = "{*}"


@unique
class Place(StrEnum):
    """Where among its siblings an entry goes."""

    SORTED = "sorted"
    LAST = "last"
    FIRST = "first"


@unique
class Key(StrEnum):
    """What siblings are sorted by: the whole line, or only what varies in it."""

    LINE = "line"
    WILD = "wild"


@dataclass(frozen=True)
class Shape:
    """Text with `{*}` for parts that vary, each at least one character long.

    Indentation is literal: a `{*}` at the start takes no white space first.
    """

    text: str

    @cached_property
    def _parts(self) -> tuple[str, ...]:
        return tuple(self.text.rstrip().split(WILD))

    def match(self, line: str) -> tuple[str, ...] | None:
        """What each `{*}` stands for, the earlier ones as short as can be; None for no match.

        Linear in the length of the line for each part, whatever the text holds.
        """
        line = line.rstrip()
        head, *rest = self._parts
        if not rest:
            return () if line == head else None
        if not line.startswith(head) or (not head and line[:1].isspace()):
            return None
        *middle, tail = rest
        end = len(line) - len(tail)
        if not line.endswith(tail):
            return None
        values, start = [], len(head)
        for part in middle:
            found = line.find(part, start + 1, end)
            if found < 0:
                return None
            values.append(line[start:found])
            start = found + len(part)
        return (*values, line[start:end]) if start < end else None


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """Where an entry goes.

    `like` is the shape of the first line of a sibling, without the separator. A new entry has
    `lines` lines; `blank` empty lines stand between entries, and `separator` ends every entry but
    the last, as the comma of JSON does. `section` is the text or the shape of a line above the
    run that is meant. `key` and `ignore_case` count for sorted entries only.

    `within` is the shape of one line that holds a whole list, `{*}` for the list in it: an entry is
    an element of that list then, and `separator` stands between elements (white space without one).
    """

    place: Place
    like: str
    lines: int = 1
    blank: int = 0
    section: str | None = None
    separator: str | None = None
    key: Key = Key.LINE
    ignore_case: bool = False
    within: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data; what few anchors have is left out where it says nothing."""
        return {
            "place": self.place.value,
            "like": self.like,
            "lines": self.lines,
            "blank": self.blank,
            "section": self.section,
            "separator": self.separator,
            "key": self.key.value,
            "ignore_case": self.ignore_case,
            **({"within": self.within} if self.within is not None else {}),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read plain data as `to_dict` writes it; what is left out has its default."""
        return cls(
            place=Place(data["place"]),
            like=data["like"],
            lines=int(data.get("lines", 1)),
            blank=int(data.get("blank", 0)),
            section=data.get("section"),
            separator=data.get("separator"),
            key=Key(data.get("key", "line")),
            ignore_case=bool(data.get("ignore_case", False)),
            within=data.get("within"),
        )

    @cached_property
    def sibling(self) -> Shape:
        """The shape of a sibling's first line."""
        return Shape(self.like)

    def bare(self, line: str) -> str:
        """A line without trailing space and separator."""
        line = line.rstrip()
        return line.removesuffix(self.separator).rstrip() if self.separator else line
