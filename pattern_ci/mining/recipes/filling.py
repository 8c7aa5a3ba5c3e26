"""The gaps of entries as variables: a name, a type and a default for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.mining.recipes import gaps
from pattern_ci.mining.schema import (
    EXAMPLE_LENGTH,
    MAX_EXAMPLES,
    accepts,
    infer_choices,
    infer_shape,
)
from pattern_ci.mining.stems import FIRST_PLACEHOLDER, meaning
from pattern_ci.render.problem import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pattern_ci.mining.recipes.compose import Edits

# What hangs on a name or a dot is an ending rather than a word for what follows.
_WORD = re.compile(r"(?<![\w./-])[A-Za-z][A-Za-z0-9]{2,}")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_LONGEST = 30
_SHOWN_AFTER = 60


class Gap(NamedTuple):
    """A gap of an entry under a name; `values` has by commit what stood there, oldest first."""

    name: str
    after: str
    values: dict[str, str]

    @property
    def space(self) -> bool:
        """Whether only white space ever stood there."""
        return not any(map(str.strip, self.values.values()))

    @property
    def optional(self) -> bool:
        """Whether nothing need stand there."""
        return self.space or not all(self.values.values())

    @property
    def whole(self) -> bool:
        """Whether it always was a whole number."""
        return all(map(_WHOLE.fullmatch, self.values.values()))

    def value(self, sha: str) -> str | int:
        """What stood there in a commit, in the type of the schema."""
        said = self.values[sha]
        return int(said) if self.whole else said

    def to_property(self) -> dict[str, Any]:
        """What the schema says of it."""
        seen = list(self.values.values())
        if self.space:
            what = "White space that lines up a column."
            return {"type": "string", "default": " ", "pattern": r"^[ \t]*$", "description": what}
        if self.whole:
            last = list(dict.fromkeys(map(int, seen)))[-MAX_EXAMPLES:]
            told = self._told("a whole number")
            return {"type": "integer", "minimum": 0, **told, "examples": last}
        made: dict[str, Any] = {"type": "string", **({"default": ""} if self.optional else {})}
        choices = infer_choices(seen)
        shape = infer_shape(seen)
        if choices:
            empty = ("",) if self.optional else ()
            return {**made, **self._told("one of a few texts"), "enum": [*empty, *choices]}
        if shape is not None:
            end = "?$" if self.optional else "$"
            made["pattern"] = f"^(?:{shape[0]}){end}"
        if not self.optional:
            made["minLength"] = 1
        shown = [one for one in dict.fromkeys(seen) if one and len(one) <= EXAMPLE_LENGTH]
        made |= self._told(shape[1] if shape else "text on one line")
        return {**made, **({"examples": shown[-MAX_EXAMPLES:]} if shown else {})}

    def _told(self, what: str) -> dict[str, Any]:
        where = f"after {self.after!r}" if self.after else "at the beginning of the line"
        return {"description": f"What stands {where}: {what}."}


def named(edits: Iterable[Edits], taken: Iterable[str]) -> list[tuple[Gap, ...]]:
    """The gaps of each entry, under names that are not taken."""
    used = {*taken, *RESERVED}
    return [tuple(_gaps(edit, used)) for edit in edits]


def _gaps(edit: Edits, used: set[str]) -> Iterator[Gap]:
    judged = edit.judged
    number = 0
    for line in judged.entry.lines:
        for at, sign in enumerate(line):
            if gaps.is_gap(sign):
                values = {sha: held[number] for sha, held in judged.values.items()}
                before = _before(line[:at])
                gap = Gap("", before.strip()[-_SHOWN_AFTER:], values)
                yield gap._replace(name=_free(_wish(gap), used))
                number += 1


def _before(text: str) -> str:
    """The fixed text in front of a gap, from the gap or name before it on."""
    words = "".join(FIRST_PLACEHOLDER if meaning(sign) else sign for sign in text)
    parts = [part for part in words.split(FIRST_PLACEHOLDER) if part.strip()]
    return parts[-1] if parts else ""


def _wish(gap: Gap) -> str:
    words = _WORD.findall(gap.after)
    if gap.space:
        return "space"
    return words[-1].lower()[:_LONGEST] if words else "number" if gap.whole else "text"


def _free(wish: str, used: set[str]) -> str:
    name, number = wish, 2
    while name in used:
        name, number = f"{wish}_{number}", number + 1
    used.add(name)
    return name


def completeness(edit: Edits, filled: Sequence[Gap]) -> float:
    """Share of what an entry needs that is derived, or that a schema of the others accepts.

    The name comes from the path; each value is judged without itself.
    """
    names = len(edit.judged.values)
    accepted = total = names
    for gap in filled:
        values = list(gap.values.values())
        total += len(values)
        accepted += sum(
            accepts(values[:at] + values[at + 1 :], value) for at, value in enumerate(values)
        )
    return accepted / total if total else 1.0
