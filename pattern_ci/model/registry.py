"""Records of the registry: which pattern serves which operation."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

SCHEMA_VERSION = 1


class Route(NamedTuple):
    """A pattern that serves a kind of operation; `roles` are the paths it is for, none for any."""

    operation_kind: str
    pattern_id: str
    roles: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read one entry of `PATTERN_ROUTING.yaml`."""
        return cls(data["operation_kind"], data["pattern_id"], tuple(data.get("roles", ())))

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as the file holds it."""
        return {
            "operation_kind": self.operation_kind,
            "pattern_id": self.pattern_id,
            "roles": list(self.roles),
        }
