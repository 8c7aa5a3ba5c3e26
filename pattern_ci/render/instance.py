"""What a person gives for one use of a pattern, as values of its variables: pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages import apply as messages
from pattern_ci.model.role import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pattern_ci.model.pattern import Slot

    # Problems of values against their schema: where (a name first, or nothing), and a sentence.
    Check = Callable[[Mapping[str, Any]], Iterable[tuple[tuple[str | int, ...], str]]]

Schema = dict[str, Any]

_WORDS: dict[str, dict[str, bool | None]] = {
    "boolean": {"true": True, "false": False},
    "null": {"null": None},
}


class Filled(NamedTuple):
    """A role that a path fills, and the values of its holes."""

    role: Role
    path: str
    values: dict[str, str]


class Given(NamedTuple):
    """Values by variable, and a sentence for each that cannot be taken."""

    values: dict[str, Any]
    problems: dict[str, str]


class Instance(NamedTuple):
    """The values of all variables; what has none and needs one; what else is wrong, each once."""

    values: dict[str, Any]
    missing: tuple[str, ...]
    problems: tuple[str, ...]


def typed(schema: Schema, pairs: Iterable[tuple[str, str]]) -> Given:
    """Turn names and texts into values of the types that the schema declares."""
    given = Given({}, {})
    for name, text in pairs:
        kinds = _kinds(schema, name)
        if name in given.values:
            given.problems[name] = messages.given_twice(name)
        try:
            given.values[name] = _value(kinds, text)
        except ValueError:
            given.values[name] = text
            given.problems[name] = messages.not_of_kind(name, text, sorted(kinds))
    return given


def _kinds(schema: Schema, name: str) -> frozenset[str]:
    """The JSON types that a variable may have; text for one that is not declared."""
    declared = schema.get("properties", {}).get(name, {})
    if "$ref" in declared:
        declared = schema.get("$defs", {}).get(declared["$ref"].removeprefix("#/$defs/"), {})
    kinds = declared.get("type") or [_kind(value) for value in declared.get("enum", ())]
    return frozenset([kinds] if isinstance(kinds, str) else kinds or ["string"])


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    kinds = {str: "string", int: "integer", float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


def _value(kinds: frozenset[str], text: str) -> Any:
    """`text` as one of these types. Raises ValueError when it is of none."""
    for kind, words in _WORDS.items():
        if kind in kinds and text in words:
            return words[text]
    if kinds & {"integer", "number", "array", "object"}:
        value = _json(text)
        whole = "number" in kinds and _kind(value) == "integer"
        if value is not None and (whole or _kind(value) in kinds):
            return value
    if "string" in kinds:
        return text
    raise ValueError(text)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def from_path(roles: Sequence[str], path: str) -> Filled | None:
    """The most specific of these roles that `path` fills, or None when it fills none."""
    known = [Role(role) for role in roles]
    fitting = [
        Filled(role, path, values) for role in known if (values := role.match(path)) is not None
    ]
    return max(fitting, key=lambda filled: filled.role.specificity, default=None)


def instance(
    slots: Sequence[Slot],
    explicit: Given,
    filled: Filled | None,
    *,
    required: Sequence[str],
    defaults: Mapping[str, Any],
    check: Check,
) -> Instance:
    """All values together, the path's below those given, and everything that is wrong with them."""
    values = {**defaults, **(filled.values if filled else {}), **explicit.values}
    problems = dict(explicit.problems)
    for name, value in values.items():
        if not _is_text(value):
            problems[name] = messages.not_text(name)
    if filled is not None:
        problems.update(_contradictions(filled, explicit.values))
    absent = [name for name in required if name not in values]
    missing = tuple(dict.fromkeys((*_empty_holes(slots, values), *absent)))
    rest = []
    for key, message in check(values):
        name = str(key[0]) if key else ""
        known = name in (*problems, *missing) or message in map(messages.is_missing, missing)
        if not known:
            rest.append(messages.of_variable(name, message))
    return Instance(values, missing, (*problems.values(), *rest))


def _empty_holes(slots: Sequence[Slot], values: Mapping[str, Any]) -> list[str]:
    """Holes without a value, in the order of the slots that are written."""
    written = [slot for slot in slots if slot.when is None or values.get(slot.when)]
    holes = [hole for slot in written for hole in Role(slot.role).holes]
    return [hole for hole in holes if values.get(hole) in (None, "")]


def _contradictions(filled: Filled, explicit: Mapping[str, Any]) -> dict[str, str]:
    """Values given for holes may differ from the path's in their case, but must lead there."""
    again = {name: str(explicit[name]) for name in filled.values if name in explicit}
    if not again or filled.role.path({**filled.values, **again}) == filled.path:
        return {}
    return {name: messages.contradicts(name, filled.path) for name in again}


def _is_text(value: object) -> bool:
    """Whether all text in a value can be written as UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
