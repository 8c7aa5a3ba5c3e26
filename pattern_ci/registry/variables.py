"""Variables of a pattern against the JSON Schema that the pattern declares for them.

Only this module loads jsonschema, and only when it is called.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pattern_ci.messages import schemas as messages
from pattern_ci.model.forms import example, in_words
from pattern_ci.registry.shape import Problem, Schema, show
from pattern_ci.render.problem import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import ValidationError

    from pattern_ci.yaml import Key

DRAFT = "https://json-schema.org/draft/2020-12/schema"
# Templates name variables, so a variable is what the template language takes for a name.
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DATA = frozenset({"const", "default", "enum", "examples"})
_MAPS = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})


def with_defaults(schema: Schema, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables given, and the schema's default for each other one that has a default."""
    properties = schema.get("properties", {})
    defaults = {
        name: declared["default"]
        for name, declared in properties.items()
        if isinstance(declared, dict) and "default" in declared
    }
    return {**defaults, **variables}


def variable_problems(schema: Schema, variables: object) -> list[Problem]:
    """Every way in which `variables` do not fit `schema`.

    A schema that cannot be used is one problem of its own.
    """
    import referencing.exceptions
    from jsonschema import Draft202012Validator

    # An empty registry: no reference is ever fetched.
    validator = Draft202012Validator(schema, registry=referencing.Registry())
    try:
        errors = sorted(validator.iter_errors(variables), key=lambda error: str(error.json_path))
    except referencing.exceptions.Unresolvable as error:
        return [Problem((), messages.unresolvable(str(error.ref)))]
    except RecursionError:
        return [Problem((), messages.ENDLESS)]
    except re.error as error:
        return [Problem((), messages.bad_regex(str(error)))]
    return [problem for error in errors for problem in _explain(error)]


def _explain(error: ValidationError) -> Iterator[Problem]:
    key: Key = tuple(error.absolute_path)
    value: Any = error.instance
    limit: Any = error.validator_value
    if error.validator == "additionalProperties" and limit is False:
        declared = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        for name in sorted(set(value) - set(declared)):
            yield Problem((*key, name), messages.undeclared(name, list(declared)))
    elif error.validator == "required":
        missing = re.match(r"'(.*)' is a required property", error.message)
        yield Problem(key, messages.missing(missing.group(1) if missing else error.message))
    elif error.validator == "pattern":
        shown = error.schema.get("examples", ()) if isinstance(error.schema, dict) else ()
        wanted, like = in_words(str(limit)), example(str(limit), value, shown)
        yield Problem(key, messages.no_match(show(value), str(limit), words=wanted, like=like))
    elif error.validator == "type":
        yield Problem(key, messages.wrong_type(show(value), limit))
    else:
        yield Problem(key, messages.other(error.message))


def schema_problems(schema: object) -> list[Problem]:
    """Why `schema` is no schema of variables; only a schema without problems is ever used."""
    if not isinstance(schema, dict):
        return [Problem((), messages.NOT_A_MAPPING)]
    found = [*_metaschema(schema), *_unusable_parts(schema)]
    return found or [*_closed(schema), *_names(schema), *_defaults(schema)]


def _metaschema(schema: Schema) -> Iterator[Problem]:
    from jsonschema import Draft202012Validator

    if schema.get("$schema", DRAFT) != DRAFT:
        yield Problem(("$schema",), messages.other_draft(show(schema["$schema"]), DRAFT))
        return
    validator = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    for error in validator.iter_errors(schema):
        yield Problem(tuple(error.absolute_path), messages.other(error.message))


def _unusable_parts(schema: Schema) -> Iterator[Problem]:
    """Regular expressions that do not compile and references that lead out of the schema."""
    for key, value in _keywords(schema, ()):
        match key[-1], value:
            case "pattern", str():
                yield from _regex(value, key)
            case "patternProperties", dict():
                for name in value:
                    yield from _regex(name, (*key, name))
            case (("$ref" | "$dynamicRef"), str()) if not value.startswith("#"):
                yield Problem(key, messages.REMOTE)
            case _:
                pass


def _keywords(node: Any, key: Key, *, by_name: bool = False) -> Iterator[tuple[Key, Any]]:
    """Each keyword of a schema and of those inside it; `by_name`: the names are the user's own."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _keywords(item, (*key, index))
    elif isinstance(node, dict):
        for name, value in node.items():
            if not by_name:
                yield (*key, name), value
            if by_name or name not in _DATA:
                yield from _keywords(value, (*key, name), by_name=not by_name and name in _MAPS)


def _regex(pattern: str, key: Key) -> Iterator[Problem]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield Problem(key, messages.bad_regex(str(error)))


def _closed(schema: Schema) -> Iterator[Problem]:
    if schema.get("type") != "object":
        yield Problem(("type",), messages.NOT_AN_OBJECT)
    if schema.get("additionalProperties") is not False:
        yield Problem(("additionalProperties",), messages.NOT_CLOSED)


def _names(schema: Schema) -> Iterator[Problem]:
    properties = schema.get("properties", {})
    for name in properties:
        if not _NAME.fullmatch(name) or name in RESERVED:
            yield Problem(("properties", name), messages.bad_name(name))
    for index, name in enumerate(schema.get("required", ())):
        if name not in properties:
            yield Problem(("required", index), messages.required_undeclared(name))


def _defaults(schema: Schema) -> Iterator[Problem]:
    # One at a time, and only the parts that references can point at: rules about several
    # variables do not hold for one.
    parts = {name: part for name, part in schema.items() if name in ("$defs", "properties")}
    for name, default in with_defaults(schema, {}).items():
        for problem in variable_problems(parts, {name: default}):
            yield Problem(("properties", name, "default"), problem.message)
