"""The version of a pattern that was drafted again: pure.

A use that was made of it before is brought to the new version by `apply --update`, so the number
says what that takes: nothing that anybody has to do (patch, minor), or values that are missing
(major).
"""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum, unique
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages import redrafting as messages
from pattern_ci.model.semver import precedence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.pattern import Spec

    Schema = Mapping[str, Any]

_KINDS = ("type", "const")


@unique
class Rise(IntEnum):
    """Which number of a version is raised."""

    PATCH = 2
    MINOR = 1
    MAJOR = 0


class Drafted(NamedTuple):
    """A spec and the schema of its variables."""

    spec: Spec
    schema: Schema


def raised(old: Drafted, new: Drafted) -> Spec:
    """The new spec with a version above the old one, and the old history; as it was if alike."""
    if precedence(new.spec.version) > precedence(old.spec.version):
        return new.spec
    if new.spec.content_digest == old.spec.content_digest:
        return replace(new.spec, version=old.spec.version, history=old.spec.history)
    rise, why = changed(old, new)
    version = _above(old.spec.version, rise)
    entry = {"version": version, "change": messages.drafted_again(why)}
    return replace(new.spec, version=version, history=(*old.spec.history, entry))


def changed(old: Drafted, new: Drafted) -> tuple[Rise, str]:
    """What has to be raised, and why in a few words."""
    before, after = _properties(old), _properties(new)
    needed = sorted(_required(new) - _required(old))
    gone = sorted(before.keys() - after.keys())
    other = sorted(name for name in before.keys() & after.keys() if _unlike(old, new, name))
    added = sorted(after.keys() - before.keys())
    places = {slot.role for slot in old.spec.slots} - {slot.role for slot in new.spec.slots}
    for names, say in (
        (needed, messages.needed),
        (gone, messages.gone),
        (other, messages.other),
        (sorted(places), messages.places),
    ):
        if names:
            return Rise.MAJOR, say(names)
    more = [slot.role for slot in new.spec.slots if slot.role not in _roles(old)]
    if added or more:
        return Rise.MINOR, messages.added(added) if added else messages.more(more)
    return Rise.PATCH, messages.TEXT


def _roles(one: Drafted) -> set[str]:
    return {slot.role for slot in one.spec.slots}


def _properties(one: Drafted) -> Mapping[str, Any]:
    found = one.schema.get("properties")
    return found if isinstance(found, dict) else {}


def _required(one: Drafted) -> set[str]:
    found = one.schema.get("required")
    return {name for name in found if isinstance(name, str)} if isinstance(found, list) else set()


def _unlike(old: Drafted, new: Drafted, name: str) -> bool:
    """Whether a recorded value may not fit: another type, other entries, a lost choice."""
    before, after = _properties(old)[name], _properties(new)[name]
    if not isinstance(before, dict) or not isinstance(after, dict):
        return bool(before != after)
    if [before.get(word) for word in _KINDS] != [after.get(word) for word in _KINDS]:
        return True
    if _entry(before) != _entry(after):
        return True
    choices = after.get("enum")
    return choices is not None and any(one not in choices for one in before.get("enum") or (None,))


def _entry(variable: Mapping[str, Any]) -> tuple[object, ...]:
    """Of what kind the entries of a list are, and what each of them needs."""
    items = variable.get("items")
    if not isinstance(items, dict):
        return (items,)
    return items.get("type"), items.get("required"), sorted(items.get("properties") or ())


def _above(version: str, rise: Rise) -> str:
    """The next plain version; one before a release becomes that release at least."""
    numbers = list(precedence(version)[0])
    numbers[rise] += 1
    numbers[rise + 1 :] = [0] * (len(numbers) - rise - 1)
    return ".".join(map(str, numbers))
