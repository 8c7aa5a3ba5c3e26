"""How far the runs of workflows were collected: the cursor that lies beside what was collected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Of one workflow: every run up to `upto` is collected, and these above it."""

    upto: int = 0
    above: frozenset[int] = frozenset()

    def holds(self, run: int) -> bool:
        """Whether a run is collected."""
        return run <= self.upto or run in self.above

    def with_run(self, run: int) -> Self:
        """One more run."""
        return replace(self, above=self.above | {run})

    def settled(self, below: int) -> Self:
        """The same, when every run below this one has ended and is collected."""
        upto = max(self.upto, below - 1)
        return replace(self, upto=upto, above=frozenset(run for run in self.above if run > upto))


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """By workflow what is collected, and whose turn is next; `writer` is that of the branch."""

    writer: str
    next: str = ""
    seen: Mapping[str, Seen] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "schema_version": SCHEMA_VERSION,
            "writer": self.writer,
            "next": self.next,
            "workflows": {
                name: {"upto": one.upto, "above": sorted(one.above)}
                for name, one in sorted(self.seen.items())
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data; KeyError, TypeError or ValueError for anything else."""
        if data["schema_version"] != SCHEMA_VERSION:
            msg = f"version {data['schema_version']!r} is not known"
            raise ValueError(msg)
        seen = {
            str(name): Seen(upto=int(one["upto"]), above=frozenset(map(int, one["above"])))
            for name, one in data["workflows"].items()
        }
        return cls(writer=str(data["writer"]), next=str(data["next"]), seen=seen)
