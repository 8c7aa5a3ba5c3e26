"""From a kind of operation to the pattern that serves it, and to what executes that pattern."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages import engine as messages
from pattern_ci.model.pattern import Status
from pattern_ci.model.role import Role
from pattern_ci.registry.overlay import overlay
from pattern_ci.registry.routing import routes
from pattern_ci.registry.variables import variable_problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pattern_ci.model.plan import Step
    from pattern_ci.model.registry import Route
    from pattern_ci.registry.overlay import InForce, Overlay

BUILTIN = "builtin:"


@dataclass(frozen=True, kw_only=True)
class RoutingContext:
    """What is known about an operation besides its kind.

    `inputs` are values for the pattern's variables, `path` is a file that it is about, and
    `pattern_id` the one pattern that may serve it.
    """

    inputs: Mapping[str, Any] = field(default_factory=dict)
    path: str | None = None
    pattern_id: str | None = None


class Resolution(NamedTuple):
    """The pattern that serves an operation, or one line that says why there is none."""

    entry: InForce | None
    reason: str = ""


class PatternRouter:
    """Answers for one library; it reads the disk once, when it is made."""

    def __init__(self, library: Overlay, table: tuple[Route, ...]) -> None:
        self.library = library
        self._table: dict[str, list[Route]] = {}
        for route in table:
            self._table.setdefault(route.operation_kind, []).append(route)
        self._by_id = {entry.pattern.spec.pattern_id: entry for entry in reversed(library.entries)}
        # The active copy; a draft of the same id does not stand in its way.
        self._active = {
            entry.pattern.spec.pattern_id: entry
            for entry in reversed(library.entries)
            if entry.pattern.spec.status is Status.ACTIVE
        }

    @classmethod
    def load(cls, root: Path, *, shown: str | None = None) -> PatternRouter:
        """The router of the library in `root`, laid over the one that ships with the package."""
        library = overlay(root, shown=shown)
        return cls(library, routes(root, library.entries))

    def resolve_pattern(
        self, operation_kind: str, context: RoutingContext | Mapping[str, Any] | None = None
    ) -> str | None:
        """The id of the pattern that serves such an operation, or None."""
        found = self.resolve(operation_kind, context).entry
        return None if found is None else found.pattern.spec.pattern_id

    def resolve(
        self, operation_kind: str, context: RoutingContext | Mapping[str, Any] | None = None
    ) -> Resolution:
        """The pattern in force for such an operation, or why there is none.

        A context as plain data may have the fields of `RoutingContext` as keys; what else is known
        of an operation decides nothing here.
        """
        known = context if isinstance(context, RoutingContext) else _context(context or {})
        if known.pattern_id is not None:
            return self._named(operation_kind, known.pattern_id)
        table = self._table.get(operation_kind, [])
        for route in table:
            entry = self._active.get(route.pattern_id)
            if entry is not None and _fits(route, entry, known):
                return Resolution(entry)
        if not table:
            return Resolution(None, messages.no_route(operation_kind))
        return Resolution(None, messages.no_route_fits(operation_kind, len(table), known.path))

    def resolve_step(self, step: Step) -> Resolution:
        """The pattern in force for a step of a plan."""
        known = RoutingContext(inputs=step.inputs, pattern_id=step.pattern_id)
        return self.resolve(step.operation_kind, known)

    def get_pattern_executor_path(self, pattern_id: str) -> str:
        """What executes a pattern: `builtin:<name>`, or the path of a file.

        Raises PatternNotFoundError when there is no such pattern.
        """
        pattern = self.library.in_force(pattern_id).pattern
        executor = pattern.spec.executor
        return executor if executor.startswith(BUILTIN) else str(pattern.base / executor)

    def _named(self, operation_kind: str, pattern_id: str) -> Resolution:
        entry = self._active.get(pattern_id)
        if entry is None:
            known = self._by_id.get(pattern_id)
            status = known.pattern.spec.status.value if known else None
            return Resolution(None, messages.not_in_force(pattern_id, status))
        if entry.pattern.spec.operation_kind != operation_kind:
            kind = entry.pattern.spec.operation_kind
            return Resolution(None, messages.other_kind(pattern_id, kind, operation_kind))
        return Resolution(entry)


def _context(data: Mapping[str, Any]) -> RoutingContext:
    path = data.get("path")
    return RoutingContext(
        inputs=data.get("inputs") or {},
        path=None if path is None else PurePath(path).as_posix(),
        pattern_id=data.get("pattern_id"),
    )


def _fits(route: Route, entry: InForce, known: RoutingContext) -> bool:
    """By the path where there is one; without, by whether the pattern takes these inputs."""
    if known.path is not None and route.roles:
        return any(Role(role).match(known.path) is not None for role in route.roles)
    return not route.roles or not variable_problems(entry.pattern.schema, dict(known.inputs))
