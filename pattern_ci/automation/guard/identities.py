"""Ids stay with their pattern, and every route leads to exactly one that is active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.automation.guard.records import readable
from pattern_ci.messages import guard as messages
from pattern_ci.model.pattern import Mode, Status
from pattern_ci.registry.reading import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.automation.guard.records import Change, Named, Side
    from pattern_ci.model.finding import Finding


def check(change: Change) -> list[Finding]:
    """Every rule about ids and routes."""
    reused = [finding for one in change.changed for finding in _reused(change, one)]
    return [*reused, *_still_routed(change), *_two_routes(change)]


def _reused(change: Change, one: Named) -> Iterator[Finding]:
    spec, file = one.spec, one.suite.file
    known = readable(change.before)
    identities = [old.spec.identity for old in known if old.spec.pattern_id == spec.pattern_id]
    if identities and spec.identity not in identities:
        text = messages.id_reused(spec.pattern_id, identities[0], change.since)
        yield file.at(("pattern_id",), "guard/id-reused", text)
    owners = {old.spec.pattern_id for old in known if old.spec.identity == spec.identity}
    if owners and spec.pattern_id not in owners:
        text = messages.identity_reused(spec.identity, min(owners), change.since)
        yield file.at(("identity",), "guard/identity-reused", text)


def _still_routed(change: Change) -> Iterator[Finding]:
    """What the rule about routes calls unknown was a pattern that somebody may rely on."""
    left = {one.spec.pattern_id for one in readable(change.after)}
    removed = {one.spec.pattern_id for one in _active(change.before)} - left
    routing = change.after.facts.routing
    if not removed or routing is None:
        return
    file = parse_text(routing)
    routes = file.data.get("routes") if isinstance(file.data, dict) else None
    for index, route in enumerate(routes if isinstance(routes, list) else ()):
        wanted = route.get("pattern_id") if isinstance(route, dict) else None
        if wanted in removed:
            text = messages.still_routed(wanted, change.since)
            yield file.at(("routes", index, "pattern_id"), "guard/still-routed", text)


def _two_routes(change: Change) -> Iterator[Finding]:
    active = _active(change.after)
    for one in change.changed:
        if one.spec.status is not Status.ACTIVE:
            continue
        for other in active:
            if other.spec.pattern_id != one.spec.pattern_id:
                yield from _shared(one, other)


def _shared(one: Named, other: Named) -> Iterator[Finding]:
    """Two patterns of one kind must differ in where they write; the first route would win."""
    if one.spec.operation_kind != other.spec.operation_kind:
        return
    kind, name = one.spec.operation_kind, other.spec.pattern_id
    # Roles that only overlap have an order: the most specific route comes first.
    taken = {slot.role for slot in other.spec.slots}
    for index, slot in enumerate(one.spec.slots):
        # A file that lists others is edited by many: no route leads there.
        if slot.role in taken and slot.mode is Mode.ADD:
            text = messages.two_routes(kind, slot.role, name)
            yield one.suite.file.at(("slots", index, "role"), "guard/two-routes", text)
    if not one.spec.slots and not taken:
        text = messages.two_routes(kind, "", name)
        yield one.suite.file.at(("operation_kind",), "guard/two-routes", text)


def _active(side: Side) -> list[Named]:
    return [one for one in readable(side) if one.spec.status is Status.ACTIVE]
