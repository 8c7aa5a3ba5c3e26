"""What mining found, before and beside the drafts it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pattern_ci.model.pattern import Kind

if TYPE_CHECKING:
    from pattern_ci.model.pattern import Spec

REPORT_SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """One held-out member: what history holds, what the pattern would have written before it."""

    path: str
    commit: str
    actual: str
    predicted: str
    net_saving: float
    draft_precision: float


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A candidate that qualified, written out: its spec and every file of its doc suite.

    `files` maps a path relative to the library folder (`patterns/` or DIR) to its text, for the
    status that the spec has. `members` are the training members, oldest first. `surety` is how much
    of its text should stay, as its hold-out and the members that share it say.
    """

    spec: Spec
    files: dict[str, str]
    members: tuple[str, ...]
    held_out: HeldOut | None
    kind: Kind = Kind.FAMILY
    surety: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Abstention:
    """A role that was looked at and not drafted, and what would have had to be different."""

    role: str
    members: int
    reason: str
    nearest_miss: str
    score: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain data as `mine` prints it."""
        return {
            "role": self.role,
            "members": self.members,
            "reason": self.reason,
            "nearest_miss": self.nearest_miss,
        }


@dataclass(frozen=True, kw_only=True)
class MineResult:
    """All that one mining run found in the commits reachable from `rev`.

    `abstained` are roles without a template, `without_recipe` those of which nothing more is told
    than the role alone. `lasting` says that a later run will find the same: nothing was missing.
    """

    rev: str
    commits: int
    files: int
    limits: tuple[str, ...]
    drafts: tuple[Draft, ...]
    abstained: tuple[Abstention, ...]
    companions: dict[str, Any]
    without_recipe: tuple[Abstention, ...] = ()
    lasting: bool = False
