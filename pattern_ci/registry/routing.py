"""Which pattern serves which kind of operation: what people wrote first, then what specs say.

`PATTERN_ROUTING.yaml` is derived from the active specs, so a spec that is there is routed even
when the file lags behind. In a file that people have taken over (it no longer begins with our
marker) the routes that they wrote come first, in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.model.pattern import Status
from pattern_ci.model.registry import Route
from pattern_ci.registry.derive import MARKER, ROUTING, route_order
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import parse_text, read_text
from pattern_ci.registry.shape import problems

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pattern_ci.registry.overlay import InForce


def routes(root: Path, entries: Iterable[InForce]) -> tuple[Route, ...]:
    """Every route in force, in the order in which they are tried."""
    active = {
        entry.pattern.spec.pattern_id: entry
        for entry in entries
        if entry.pattern.spec.status is Status.ACTIVE
    }
    written = [route for route in _written(root) if route.pattern_id in active]
    ordered = sorted(
        active.values(),
        # Of two that serve the same, that of the repository is tried first.
        key=lambda entry: (entry.origin.value != "repository", route_order(entry.pattern.spec)),
    )
    derived = [
        Route(
            entry.pattern.spec.operation_kind,
            entry.pattern.spec.pattern_id,
            tuple(slot.role for slot in entry.pattern.spec.slots),
        )
        for entry in ordered
    ]
    return tuple(dict.fromkeys((*written, *derived)))


def _written(root: Path) -> list[Route]:
    """The routes of a file that people have taken over; none when it cannot be read."""
    path = root / ROUTING
    if not path.exists():
        return []
    text = read_text(root, path, ROUTING)
    if text.text is None or text.text.startswith(MARKER):
        return []
    data: Any = parse_text(text).data
    if problems(data, published("pattern_routing")):
        return []
    return [Route.from_dict(entry) for entry in data["routes"]]
