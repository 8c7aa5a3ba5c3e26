"""Execution events: one record of telemetry about one operation (design, section 5)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = 1
# A line of a shard, its line end included: below the 4 KiB that systems write as one block.
MAX_BYTES = 4096


@unique
class EventType(StrEnum):
    """What an event tells."""

    OPERATION = "operation"
    EXECUTED = "pattern.executed"
    MISSING = "pattern.missing"
    SUGGESTION = "suggestion"
    FEEDBACK = "feedback"
    RESOLUTION = "resolution"
    LIFECYCLE = "lifecycle"
    HEALTH = "health"


@unique
class Source(StrEnum):
    """Who saw it."""

    GIT = "git"
    CI = "ci"
    ORCHESTRATOR = "orchestrator"
    EXECUTOR = "executor"
    HOOK = "hook"
    CLI = "cli"


@dataclass(frozen=True, kw_only=True)
class ErrorRef:
    """The error of a failed operation: its masked signature, and its class if it is known."""

    signature: str
    kind: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"signature": self.signature, "class": self.kind}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data as `to_dict` writes it."""
        return cls(signature=data["signature"], kind=data.get("class"))


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What was done about an error, whether it went away, and the check that showed it."""

    method: str
    success: bool
    verified_by: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"method": self.method, "success": self.success, "verified_by": self.verified_by}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data as `to_dict` writes it."""
        return cls(
            method=data["method"], success=data["success"], verified_by=data.get("verified_by")
        )


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event. `id`, `ts` and `writer` are empty until a recorder stamps them.

    `ts` is UTC in RFC 3339 with milliseconds, `duration_s` is in seconds. `parameters` holds plain
    JSON data; a recorder takes secrets, addresses and home folders out of it and cuts what is too
    long. A `lifecycle` event names in its parameters what it is about:
    `subject` (`pattern`, `candidate`, `anti_pattern`), `subject_id` and `status`.
    """

    type: EventType
    source: Source
    id: str = ""
    ts: str = ""
    writer: str = ""
    operation_kind: str | None = None
    pattern_id: str | None = None
    pattern_version: str | None = None
    used_pattern: bool = False
    file_types: tuple[str, ...] = ()
    tools_used: tuple[str, ...] = ()
    input_signature: str | None = None
    output_signature: str | None = None
    verification: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    success: bool | None = None
    duration_s: float | None = None
    error: ErrorRef | None = None
    resolution: Resolution | None = None
    reason: str | None = None
    commit: str | None = None
    run: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data in the order of the schema."""
        return {
            "schema_version": SCHEMA_VERSION,
            "id": self.id,
            "ts": self.ts,
            "type": self.type.value,
            "source": self.source.value,
            "operation_kind": self.operation_kind,
            "pattern_id": self.pattern_id,
            "pattern_version": self.pattern_version,
            "used_pattern": self.used_pattern,
            "file_types": list(self.file_types),
            "tools_used": list(self.tools_used),
            "input_signature": self.input_signature,
            "output_signature": self.output_signature,
            "verification": self.verification,
            "parameters": dict(self.parameters),
            "success": self.success,
            "duration_s": self.duration_s,
            "error": None if self.error is None else self.error.to_dict(),
            "resolution": None if self.resolution is None else self.resolution.to_dict(),
            "reason": self.reason,
            "commit": self.commit,
            "run": self.run,
            "writer": self.writer,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read plain data that fits the schema."""
        plain = {name: data[name] for name in _PLAIN if name in data}
        error, resolution = data.get("error"), data.get("resolution")
        return cls(
            type=EventType(data["type"]),
            source=Source(data["source"]),
            file_types=tuple(data.get("file_types", ())),
            tools_used=tuple(data.get("tools_used", ())),
            error=None if error is None else ErrorRef.from_dict(error),
            resolution=None if resolution is None else Resolution.from_dict(resolution),
            **plain,
        )


_SPECIAL = frozenset({"type", "source", "file_types", "tools_used", "error", "resolution"})
_PLAIN = tuple(item.name for item in fields(Event) if item.name not in _SPECIAL)
