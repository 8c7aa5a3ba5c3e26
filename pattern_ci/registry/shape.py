"""Checks plain data against our own published schemas without loading a schema library.

Importing one costs more than the rest of a hook. Only the keywords that our schemas use are known
here; a test holds the schemas to them. Schemas that users write are checked with jsonschema.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pattern_ci.yaml import Key

Schema = dict[str, Any]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
_ANY = frozenset({"$ref", "type", "const", "enum"})
_OF_TYPE = frozenset(
    {"pattern", "minLength", "maxLength", "minimum", "maximum", "items", "minItems"}
    | {"required", "properties", "additionalProperties", "propertyNames"}
)
KEYWORDS = _ANY | _OF_TYPE
ANNOTATIONS = frozenset({"$schema", "$id", "$defs", "title", "description", "default", "examples"})


class Problem(NamedTuple):
    """What is wrong with the value at `key`."""

    key: Key
    message: str


def problems(data: Any, schema: Schema) -> list[Problem]:
    """Every way in which `data` does not fit `schema`, in document order."""
    return list(_check(data, schema, (), schema))


def _check(data: Any, schema: Schema, key: Key, root: Schema) -> Iterator[Problem]:
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if wrong := _wrong_value(data, schema):
        yield Problem(key, wrong)
        return
    if isinstance(data, str):
        yield from (Problem(key, message) for message in _text(data, schema))
    elif isinstance(data, dict):
        yield from _mapping(data, schema, key, root)
    elif isinstance(data, list):
        yield from _sequence(data, schema, key, root)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield from (Problem(key, message) for message in _number(data, schema))


def is_type(data: Any, name: str) -> bool:
    """Whether `data` is of the JSON type `name`; true and false are no numbers."""
    if isinstance(data, bool):
        return name == "boolean"
    if name == "integer" and isinstance(data, float):
        return data.is_integer()
    return isinstance(data, _TYPES[name])


def _wrong_value(data: Any, schema: Schema) -> str:
    if "type" in schema:
        kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        if not any(is_type(data, kind) for kind in kinds):
            return f"{show(data)} is not {' or '.join(_article(kind) for kind in kinds)}."
    if "const" in schema and not _same(data, schema["const"]):
        return f"{show(data)} is not {show(schema['const'])}."
    if "enum" in schema and not any(_same(data, value) for value in schema["enum"]):
        return f"{show(data)} is none of {', '.join(str(value) for value in schema['enum'])}."
    return ""


def _same(left: Any, right: Any) -> bool:
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


def _text(data: str, schema: Schema) -> Iterator[str]:
    if len(data) < schema.get("minLength", 0):
        yield "the text is empty."
    if len(data) > schema.get("maxLength", len(data)):
        yield f"the text is longer than {schema['maxLength']} characters."
    if "pattern" in schema and not _strict(schema["pattern"]).search(data):
        yield f"{show(data)} does not match {schema['pattern']}."


@cache
def _strict(pattern: str) -> re.Pattern[str]:
    """`$` would also accept a newline at the end, and a YAML block leaves one."""
    return re.compile(re.sub(r"\$\Z", r"\\Z", pattern))


def _number(data: float, schema: Schema) -> Iterator[str]:
    if data != data:  # noqa: PLR0124  # not a number is the only value that differs from itself
        yield "this is not a number."
    if data < schema.get("minimum", data):
        yield f"{show(data)} is below {schema['minimum']}."
    if data > schema.get("maximum", data):
        yield f"{show(data)} is above {schema['maximum']}."


def _mapping(data: Mapping[str, Any], schema: Schema, key: Key, root: Schema) -> Iterator[Problem]:
    properties = schema.get("properties", {})
    missing = [name for name in schema.get("required", ()) if name not in data]
    if missing:
        yield Problem(key, f"missing: {', '.join(missing)}.")
    rest = schema.get("additionalProperties", True)
    for name, value in data.items():
        for problem in _check(name, schema.get("propertyNames", {}), (*key, name), root):
            yield Problem(problem.key, f"the name {problem.message}")
        if name in properties:
            yield from _check(value, properties[name], (*key, name), root)
        elif rest is False:
            yield Problem((*key, name), _unknown(name, properties))
        elif isinstance(rest, dict):
            yield from _check(value, rest, (*key, name), root)


def _unknown(name: str, properties: Mapping[str, Any]) -> str:
    import difflib

    near = difflib.get_close_matches(name, list(properties), n=1)
    return f"the key {name!r} is unknown{f'; did you mean {near[0]!r}?' if near else '.'}"


def _sequence(data: list[Any], schema: Schema, key: Key, root: Schema) -> Iterator[Problem]:
    if len(data) < schema.get("minItems", 0):
        yield Problem(key, f"the list has fewer than {schema['minItems']} entries.")
    for index, item in enumerate(data):
        yield from _check(item, schema.get("items", {}), (*key, index), root)


def _article(kind: str) -> str:
    return {
        "object": "a mapping",
        "array": "a list",
        "integer": "a whole number",
        "null": "null",
    }.get(kind, f"a {kind}")


def show(data: Any) -> str:
    """A value as a reader of JSON would write it, cut where it gets long."""
    import json

    if isinstance(data, dict):
        return "a mapping"
    if isinstance(data, list):
        return "a list"
    text = json.dumps(data, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"
