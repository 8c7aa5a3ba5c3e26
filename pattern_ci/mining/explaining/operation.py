"""A pattern that was written, not learned, and a kind of operation: plain data to plain data."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages import explain_operation as messages
from pattern_ci.model.operation_explained import (
    Input,
    KindExplained,
    OperationExplained,
    Origin,
    Serving,
)
from pattern_ci.model.pattern import Mode, Status
from pattern_ci.registry import overlay as layers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.model.registry import Route
    from pattern_ci.registry.overlay import InForce, Overlay

_KIND = re.compile(r"OPK-[A-Z0-9]+(-[A-Z0-9]+)*")
ORIGINS = {layers.Origin.OWN: Origin.LIBRARY, layers.Origin.BUILTIN: Origin.BUILT_IN}


class Shelf(NamedTuple):
    """Two libraries as one, its routes, and what each of the two says of the kinds it lists."""

    library: Overlay
    table: Sequence[Route]
    own_kinds: Mapping[str, str]
    built_in_kinds: Mapping[str, str]

    def says(self, kind: str) -> str:
        """What the registry says of a kind; the repository's word counts first."""
        return self.own_kinds.get(kind) or self.built_in_kinds.get(kind, "")


def named_kind(target: str) -> str | None:
    """The operation kind that is meant, None where none is."""
    return target.upper() if _KIND.fullmatch(target.upper()) else None


def written(entry: InForce) -> bool:
    """Whether a pattern is explained by what it does: it is built in, or history gave none of it.

    One of the repository that has templates or a rule is explained by its members instead.
    """
    spec = entry.pattern.spec
    return entry.origin is layers.Origin.BUILTIN or not (spec.slots or spec.rewrite)


def find(target: str, shelf: Shelf) -> InForce | None:
    """The pattern of exactly this id, of the repository first; None where there is none."""
    found = [one for one in shelf.library.entries if one.pattern.spec.pattern_id == target.upper()]
    active = [one for one in found if one.pattern.spec.status is Status.ACTIVE]
    return next(iter([*active, *found]), None)


def operation(
    entry: InForce, shelf: Shelf, example: Mapping[str, Any] | None
) -> OperationExplained:
    """What a pattern does, what it takes, and how to run it."""
    spec, schema = entry.pattern.spec, entry.pattern.schema
    active = spec.status is Status.ACTIVE
    return OperationExplained(
        pattern_id=spec.pattern_id,
        name=spec.name,
        version=spec.version,
        status=spec.status.value,
        origin=ORIGINS[entry.origin],
        shadows=entry.shadows,
        spec=entry.pattern.spec_path.relative_to(entry.pattern.base).as_posix(),
        operation_kind=spec.operation_kind,
        kind_says=shelf.says(spec.operation_kind),
        routed=active and any(route.pattern_id == spec.pattern_id for route in shelf.table),
        summary=spec.summary,
        intent=spec.intent,
        writes=tuple(slot.role for slot in spec.slots),
        inputs=tuple(_inputs(schema)),
        preconditions=tuple(spec.preconditions),
        steps=tuple(spec.steps),
        executor=spec.executor,
        ground_truth=tuple(messages.truth(one) for one in spec.ground_truth),
        example=example,
        commands=messages.commands(
            spec.pattern_id, [slot.role for slot in spec.slots if slot.mode is Mode.ADD]
        ),
    )


def _inputs(schema: Mapping[str, Any]) -> Iterator[Input]:
    """Those that have to be given first; a constant is no input."""
    properties = schema.get("properties", {})
    required = set(schema.get("required", ()))
    for name in sorted(properties, key=lambda one: one not in required):
        said = properties[name] if isinstance(properties[name], dict) else {}
        if "const" in said:
            continue
        yield Input(
            name=name,
            type=_type(said),
            says=str(said.get("description", "")),
            required=name in required,
            default=_text(said["default"]) if "default" in said else None,
            choices=tuple(map(_text, said.get("enum", ()))),
        )


def _type(said: Mapping[str, Any]) -> str:
    if "enum" in said:
        return messages.ONE_OF
    named = said.get("type", messages.ANY)
    if named == "array" and isinstance(said.get("items"), dict):
        return messages.list_of(_type(said["items"]))
    return " or ".join(named) if isinstance(named, list) else str(named)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def kind(named: str, shelf: Shelf) -> KindExplained | None:
    """A kind of operation; None where nobody lists or uses it."""
    listed = (
        (Origin.LIBRARY, shelf.own_kinds),
        (Origin.BUILT_IN, shelf.built_in_kinds),
    )
    entries = [one for one in shelf.library.entries if one.pattern.spec.operation_kind == named]
    if named not in shelf.library.kinds and not entries:
        return None
    routes = [route for route in shelf.table if route.operation_kind == named]
    served = {route.pattern_id for route in routes}
    return KindExplained(
        operation_kind=named,
        says=shelf.says(named),
        origins=tuple(origin for origin, kinds in listed if named in kinds),
        served=tuple(_serving(route, shelf) for route in routes),
        waiting=tuple(
            sorted({one.pattern.spec.pattern_id for one in entries} - served),
        ),
    )


def _serving(route: Route, shelf: Shelf) -> Serving:
    entry = find(route.pattern_id, shelf)
    assert entry is not None, "a route leads to a pattern that is there"
    return Serving(
        pattern_id=route.pattern_id,
        version=entry.pattern.spec.version,
        origin=ORIGINS[entry.origin],
        summary=entry.pattern.spec.summary,
        roles=route.roles,
    )
