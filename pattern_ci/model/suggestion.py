"""What `suggest` says about one path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, kw_only=True)
class Insertion:
    """An entry that a slot of a pattern would put into a file, from a line on.

    `unfilled` are variables that are left to its author and stand marked in the text; `apply` does
    not go without those that are `needed`.
    """

    pattern_id: str
    slot: str
    line: int
    text: str
    unfilled: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data as `suggest` prints it; unfilled only where there are any."""
        data: dict[str, Any] = {
            "pattern_id": self.pattern_id,
            "slot": self.slot,
            "line": self.line,
            "text": self.text,
        }
        return data | ({"unfilled": list(self.unfilled)} if self.unfilled else {})


@dataclass(frozen=True, kw_only=True)
class Companion:
    """Another path that usually belongs to the change; confidence in 0..1.

    `edits` are what patterns would insert there.
    """

    path: str
    action: str
    confidence: float
    reason: str
    edits: tuple[Insertion, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data as `suggest` prints it; edits only where there are any."""
        data: dict[str, Any] = {
            "path": self.path,
            "action": self.action,
            "confidence": round(self.confidence, 4),
            "reason": self.reason,
        }
        return data | ({"edits": [one.to_dict() for one in self.edits]} if self.edits else {})


class Preview(NamedTuple):
    """A text with its gaps marked, and the numbers of its lines that hold more than fixed text."""

    text: str
    telling: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """The best pattern for a path, what it would write, and what usually comes along.

    `preview` is for people; programs get `unfilled` instead.
    """

    path: str
    exists: bool
    pattern_id: str | None
    pattern_version: str | None
    confidence: float
    variables: dict[str, Any]
    unfilled: tuple[str, ...]
    text: str | None
    companions: tuple[Companion, ...]
    preview: Preview | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data as `suggest` prints it, keys in the published order."""
        return {
            "path": self.path,
            "exists": self.exists,
            "pattern_id": self.pattern_id,
            "pattern_version": self.pattern_version,
            "confidence": self.confidence,
            "variables": self.variables,
            "unfilled": list(self.unfilled),
            "text": self.text,
            "companions": [companion.to_dict() for companion in self.companions],
        }


@dataclass(frozen=True, kw_only=True)
class Together:
    """What usually comes along with a whole change, the likeliest first.

    `warned` are the companions that are left out by mistake often enough to say so.
    """

    changed: tuple[str, ...]
    companions: tuple[Companion, ...]
    warned: frozenset[str] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        """Plain data as `suggest --together` prints it."""
        return {
            "changed": list(self.changed),
            "companions": [companion.to_dict() for companion in self.companions],
        }
