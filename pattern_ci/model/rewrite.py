"""A rewrite rule: text before and after with metavariables, and the files that it is for.

`$A` … `$Z` in a text stand for what differs between uses, `$$` for a dollar. Lines after the first
are indented relative to the first, whose own indentation is no part of the rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum, unique
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pattern_ci.model.globs import ignored

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "line"
MAX_TEXT = 2_000
_PIECE = re.compile(r"\$([A-Z$])")


@unique
class Value(StrEnum):
    """What a metavariable may stand for: one word, or text of one line with its brackets paired."""

    WORD = "word"
    TEXT = "text"


class Piece(NamedTuple):
    """A part of a rule's text: fixed text, or the name of a metavariable."""

    text: str
    variable: bool


@dataclass(frozen=True, kw_only=True)
class Rewrite:
    """Replace `before` by `after` in files that one of `files` (globs as in a gitignore) names.

    `line_start` and `line_end`: whether only blanks may stand before the match, nothing after it.
    """

    files: tuple[str, ...]
    before: str
    after: str
    variables: Mapping[str, Value] = field(default_factory=dict)
    line_start: bool = False
    line_end: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain data as the `rewrite` section of a spec."""
        rule: dict[str, Any] = {"before": self.before, "after": self.after}
        if self.variables:
            rule["variables"] = {name: kind.value for name, kind in self.variables.items()}
        rule |= {"line_start": self.line_start, "line_end": self.line_end}
        return {"kind": KIND, "files": list(self.files), "rule": rule}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read a section that `problems` had nothing to say about."""
        rule = data["rule"]
        return cls(
            files=tuple(data["files"]),
            before=rule["before"],
            after=rule["after"],
            variables={name: Value(kind) for name, kind in rule.get("variables", {}).items()},
            line_start=rule.get("line_start", False),
            line_end=rule.get("line_end", False),
        )

    def wants(self, path: str) -> bool:
        """Whether the rule is for a file at this path."""
        return ignored(path, self.files)


@unique
class Fault(StrEnum):
    """What can be wrong with the `rewrite` section of a spec."""

    NOT_LINE = "not_line"
    NO_FILES = "no_files"
    SHAPE = "shape"
    LONG = "long"
    SAME = "same"
    UNKNOWN_VARIABLE = "unknown_variable"
    UNBOUND = "unbound"
    TOUCHING = "touching"


_FLAGS = ("line_start", "line_end")


def fault(data: Mapping[str, Any]) -> Fault | None:
    """The first thing that is wrong with a section that the spec schema accepted."""
    if data["kind"] != KIND:
        return Fault.NOT_LINE
    if not data.get("files"):
        return Fault.NO_FILES
    rule = data["rule"]
    if not isinstance(rule, dict) or not _shaped(rule):
        return Fault.SHAPE
    return _text_fault(rule)


def _shaped(rule: Mapping[str, Any]) -> bool:
    texts = [rule.get("before"), rule.get("after")]
    kinds = rule.get("variables", {})
    return (
        set(rule) <= {"before", "after", "variables", *_FLAGS}
        and all(isinstance(text, str) for text in texts)
        and isinstance(kinds, dict)
        and all(kind in list(Value) for kind in kinds.values())
        and all(isinstance(rule.get(flag, False), bool) for flag in _FLAGS)
    )


def _text_fault(rule: Mapping[str, Any]) -> Fault | None:
    before, after = rule["before"], rule["after"]
    if len(before) > MAX_TEXT or len(after) > MAX_TEXT:
        return Fault.LONG
    if not before.strip() or before == after:
        return Fault.SAME
    if before.startswith("\n") or "\r" in before + after:
        return Fault.SHAPE
    left, right = (names(pieces(text)) for text in (before, after))
    if left | right != set(rule.get("variables", {})):
        return Fault.UNKNOWN_VARIABLE
    if right - left:
        return Fault.UNBOUND
    return Fault.TOUCHING if _touching(pieces(before)) else None


def _touching(parts: list[Piece]) -> bool:
    """Whether nothing fixed says where a metavariable ends."""
    edges = parts[0].variable or parts[-1].variable
    return edges or any(one.variable and two.variable for one, two in pairwise(parts))


def pieces(text: str) -> list[Piece]:
    """The parts of a rule's text, in order; `$` before anything else is an ordinary dollar."""
    made: list[Piece] = []
    fixed, at = "", 0
    for found in _PIECE.finditer(text):
        fixed += text[at : found.start()]
        at = found.end()
        if found[1] == "$":
            fixed += "$"
            continue
        if fixed:
            made.append(Piece(fixed, variable=False))
        made.append(Piece(found[1], variable=True))
        fixed = ""
    fixed += text[at:]
    return [*made, Piece(fixed, variable=False)] if fixed else made


def joined(parts: list[Piece]) -> str:
    """`pieces` backwards."""
    return "".join(
        f"${part.text}" if part.variable else part.text.replace("$", "$$") for part in parts
    )


def names(parts: list[Piece]) -> set[str]:
    """The metavariables among these parts."""
    return {part.text for part in parts if part.variable}
