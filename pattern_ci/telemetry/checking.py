"""Events against their published schema, quickly: the schema is read once and made into checks.

A test holds this to what a schema library says about the same schema.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files
from pattern_ci.model.event import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[Any], bool]

SCHEMA = Path(__file__).parent.parent / "model" / "schemas" / "event.schema.json"
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "null": (type(None),),
}


class Rules(NamedTuple):
    """The checks of an object: one a property, and the names that it must have."""

    checks: Mapping[str, Check]
    required: frozenset[str]


@cache
def schema() -> dict[str, Any]:
    """The published schema of an event."""
    raw = files.read_bytes(SCHEMA)
    assert raw is not None, "the schema of events belongs to the package"
    found: dict[str, Any] = json.loads(raw)
    return found


def problem(data: Any) -> str | None:
    """The first thing that is wrong with an event as plain data; None when it fits."""
    if type(data) is not dict:
        return "it is no object"
    return _object(data, _rules())


def is_newer(data: Any) -> bool:
    """Whether a later pattern-ci wrote this: it is not ours to judge."""
    version = data.get("schema_version") if isinstance(data, dict) else None
    return isinstance(version, int) and version > SCHEMA_VERSION


@cache
def _rules() -> Rules:
    return _compiled(schema())


def _compiled(spec: Mapping[str, Any]) -> Rules:
    properties = spec.get("properties", {})
    checks = {name: _check(inner) for name, inner in properties.items()}
    return Rules(checks, frozenset(spec.get("required", ())))


def _object(data: Mapping[str, Any], rules: Rules) -> str | None:
    checks = rules.checks
    for name, value in data.items():
        check = checks.get(name)
        if check is None:
            return f"{name} is unknown"
        if not check(value):
            return f"{name} does not fit"
    if not rules.required <= data.keys():
        return f"{min(rules.required - data.keys())} is missing"
    return None


def _check(spec: Mapping[str, Any]) -> Check:
    """One test for one value; the forms that the schema of events uses, and no others."""
    if "const" in spec:
        const = spec["const"]
        return lambda value: value == const and not isinstance(value, bool)
    if "enum" in spec:
        choices = frozenset(spec["enum"])
        return lambda value: isinstance(value, str) and value in choices
    named = spec["type"] if isinstance(spec["type"], list) else [spec["type"]]
    kinds = [name for name in named if name != "null"]
    check = _of_kind(kinds[0], spec)
    if len(kinds) < len(named):
        return lambda value: value is None or check(value)
    return check


def _of_kind(kind: str, spec: Mapping[str, Any]) -> Check:
    match kind:
        case "string":
            return _text(spec)
        case "number":
            low = spec.get("minimum", float("-inf"))
            return lambda value: type(value) in (int, float) and value >= low
        case "array":
            item = _check(spec["items"])
            return lambda value: type(value) is list and (not value or all(map(item, value)))
        case "object" if "properties" in spec:
            rules = _compiled(spec)
            return lambda value: type(value) is dict and _object(value, rules) is None
        case _:
            wanted = _TYPES[kind]
            return lambda value: type(value) in wanted


def _text(spec: Mapping[str, Any]) -> Check:
    longest, shortest = spec.get("maxLength", 1 << 30), spec.get("minLength", 0)
    if "pattern" not in spec:
        return lambda value: type(value) is str and shortest <= len(value) <= longest
    # `$` of Python also fits before a line end at the end.
    fits = re.compile(re.sub(r"\$\Z", r"\\Z", spec["pattern"])).match
    return lambda value: type(value) is str and len(value) <= longest and fits(value) is not None
