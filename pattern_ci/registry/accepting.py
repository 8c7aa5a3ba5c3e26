"""A quick yes to variables that fit a plain schema; anything else is asked of jsonschema.

Asking that costs more than all else that the engine does about a step. So a schema is made into
tests once, and what they accept needs no other answer. They are silent about every keyword that
they do not know: then there is no yes. A test holds each yes to what jsonschema says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Accepts = Callable[[Any], bool]

_SILENT = frozenset({"$schema", "$comment", "title", "description", "default", "examples"})
_NONE: frozenset[str] = frozenset()
_KEYWORDS = {
    "": frozenset({"enum", "const"}),
    "string": frozenset({"type", "pattern", "enum", "minLength", "maxLength"}),
    "integer": frozenset({"type", "minimum", "maximum", "exclusiveMinimum"}),
    "number": frozenset({"type", "minimum", "maximum", "exclusiveMinimum"}),
    "boolean": frozenset({"type"}),
    "array": frozenset({"type", "items", "minItems", "maxItems"}),
    "object": frozenset({"type", "properties", "required", "additionalProperties"}),
}
_INFINITE = float("inf")


def accepts(schema: object) -> Accepts:
    """A test for values; one that it does not accept may fit all the same."""
    if not isinstance(schema, dict):
        return _never
    kind = schema.get("type", "")
    if not isinstance(kind, str) or not schema.keys() - _SILENT <= _KEYWORDS.get(kind, _NONE):
        return _never
    return _TESTS[kind](schema)


def _never(_: object) -> bool:
    return False


def _any(_: object) -> bool:
    return True


def _word(schema: Mapping[str, Any]) -> Accepts:
    """One of a few words, or those words in this order; a 1 that is equal to a true is neither."""
    match schema:
        case {"enum": _, "const": _}:
            return _never
        case {"enum": words} if _are_words(words):
            return lambda value: type(value) is str and value in words
        case {"const": list(words)} if _are_words(words):
            return lambda value: type(value) is list and value == words
        case {"const": str(word)}:
            return lambda value: type(value) is str and value == word
        case _:
            return _never


def _are_words(words: list[Any]) -> bool:
    return all(type(word) is str for word in words)


def _text(schema: Mapping[str, Any]) -> Accepts:
    low, high = schema.get("minLength", 0), schema.get("maxLength", _INFINITE)
    words = schema.get("enum")
    try:
        fits = re.compile(schema.get("pattern", "")).search
    except re.error:
        return _never

    def test(value: Any) -> bool:
        if type(value) is not str or not low <= len(value) <= high:
            return False
        return fits(value) is not None and (words is None or value in words)

    return test


def _number(schema: Mapping[str, Any]) -> Accepts:
    types = (int,) if schema["type"] == "integer" else (int, float)
    low, high = schema.get("minimum", -_INFINITE), schema.get("maximum", _INFINITE)
    above = schema.get("exclusiveMinimum")
    return lambda value: (
        type(value) in types and low <= value <= high and (above is None or value > above)
    )


def _list(schema: Mapping[str, Any]) -> Accepts:
    low, high = schema.get("minItems", 0), schema.get("maxItems", _INFINITE)
    if "items" not in schema:
        return lambda value: type(value) is list and low <= len(value) <= high
    item = accepts(schema["items"])
    return lambda value: (
        type(value) is list and low <= len(value) <= high and all(item(one) for one in value)
    )


def _object(schema: Mapping[str, Any]) -> Accepts:
    properties = {name: accepts(part) for name, part in schema.get("properties", {}).items()}
    required = frozenset(schema.get("required", ()))
    others = schema.get("additionalProperties", True)
    if type(others) is not bool:
        return _never
    other = _any if others else _never

    def test(value: Any) -> bool:
        if type(value) is not dict or not required <= value.keys():
            return False
        return all(properties.get(name, other)(item) for name, item in value.items())

    return test


def _truth(_: Mapping[str, Any]) -> Accepts:
    return lambda value: type(value) is bool


_TESTS: dict[str, Callable[[Mapping[str, Any]], Accepts]] = {
    "": _word,
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": _truth,
    "array": _list,
    "object": _object,
}
