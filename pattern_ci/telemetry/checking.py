"""Records against their published schemas, quickly: each is read once and made into checks.

A test holds this to what a schema library says about the same schema.
"""

from __future__ import annotations

import json
import re
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files
from pattern_ci.model.event import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[Any], bool]

FOLDER = Path(__file__).parent.parent / "model" / "schemas"
EVENT, METRICS = "event", "telemetry_metrics"
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "boolean": (bool,),
    "null": (type(None),),
}


# Words that come again and again: a combination that was found right is not looked at again.
_REPEATED = (
    "type", "source", "operation_kind", "pattern_id", "pattern_version", "verification", "writer",
)  # fmt: skip
_MOST_KNOWN = 10_000


class Rules(NamedTuple):
    """The checks of an object: one a property, and the names that it must have."""

    checks: Mapping[str, Check]
    required: frozenset[str]


class Quick(NamedTuple):
    """How an event that has every field is checked at the cost of a few."""

    words: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    known: set[tuple[Any, ...]]
    others: tuple[tuple[str, Check], ...]


@cache
def schema(name: str = EVENT) -> dict[str, Any]:
    """A published schema."""
    raw = files.read_bytes(FOLDER / f"{name}.schema.json")
    assert raw is not None, f"the schema {name} belongs to the package"
    found: dict[str, Any] = json.loads(raw)
    return found


def problem(data: Any, name: str = EVENT) -> str | None:
    """The first thing that is wrong with a record as plain data; None when it fits."""
    if type(data) is not dict:
        return "it is no object"
    return _object(data, _rules(name))


def event_problem(data: Any) -> str | None:
    """What `problem` says of an event; the one to ask for many."""
    quick = _quick()
    try:
        words = quick.words(data)
        if words in quick.known and len(data) == len(_rules(EVENT).checks):
            for name, check in quick.others:
                if not check(data[name]):
                    break
            else:
                return None
    except (KeyError, TypeError):  # a field is not there, or holds what no word can be
        return problem(data)
    wrong = problem(data)
    if wrong is None and len(quick.known) < _MOST_KNOWN:
        quick.known.add(words)
    return wrong


@cache
def _quick() -> Quick:
    others = {name: check for name, check in _rules(EVENT).checks.items() if name not in _REPEATED}
    return Quick(itemgetter(*_REPEATED), set(), tuple(others.items()))


def is_newer(data: Any) -> bool:
    """Whether a later pattern-ci wrote this: it is not ours to judge."""
    version = data.get("schema_version") if isinstance(data, dict) else None
    return isinstance(version, int) and version > SCHEMA_VERSION


@cache
def _rules(name: str) -> Rules:
    return _compiled(schema(name))


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
        case "number" | "integer":
            low = spec.get("minimum", float("-inf"))
            types = (int, float) if kind == "number" else (int,)
            return lambda value: type(value) in types and value >= low
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
