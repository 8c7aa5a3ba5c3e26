"""Whether a request, and the answer of a test server, are those of GitHub's published API.

The descriptions are extracts (`testing/github_api`, made by `scripts/api_contract.py`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = Path(__file__).parent / "github_api"
# Part names that hold slashes; all others end at one.
_LONG = {"path", "ref"}
# GitHub answers these to any request; its description names them only here and there.
_ANYWHERE = {401, 403, 404}
_ERROR = {"$ref": "#/schemas/basic-error"}
_SCALARS = {"ID": {"type": "string"}, "String": {"type": "string"}, "Boolean": {"type": "boolean"},
            "GitObjectID": {"type": "string", "pattern": "^[0-9a-f]{40}$"},
            "GitRefname": {"type": "string", "pattern": "^refs/"}}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request with the answer that a test server gave to it."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Any
    status: int
    answer: Any


@cache
def extract(name: str) -> Any:
    """One of the extracts: rest, graphql or events."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def operations() -> set[tuple[str, str]]:
    """Every operation of REST that is described."""
    paths = extract("rest")["paths"]
    return {(method, path) for path, methods in paths.items() for method in methods}


def operation(method: str, path: str) -> tuple[str, str] | None:
    """The described operation that a request is."""
    return next(
        (one for one in operations() if one[0] == method and _pattern(one[1]).fullmatch(path)),
        None,
    )


@cache
def _pattern(template: str) -> re.Pattern[str]:
    # Only git's own addresses and contents go on below a branch or path.
    long = "/git/" in template or "/contents/" in template
    parts = re.split(r"(\{[a-z_]+\})", template)
    return re.compile("".join(_part(part, long=long) for part in parts))


def _part(part: str, *, long: bool) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return ".+" if long and part[1:-1] in _LONG else "[^/]+"


def violations(exchange: Exchange) -> list[str]:
    """What of a request or its answer GitHub's description does not have, one line each."""
    if exchange.path.endswith("/graphql"):
        return [f"graphql: {line}" for line in _graphql(exchange)]
    found = operation(exchange.method, exchange.path)
    if found is None:
        return [f"{exchange.method} {exchange.path}: no such operation"]
    described = extract("rest")["paths"][found[1]][found[0]]
    name = " ".join(found)
    return [
        *(f"{name}: {line}" for line in _request(exchange, described)),
        *(f"{name} {exchange.status}: {line}" for line in _answer(exchange, described)),
    ]


def _request(exchange: Exchange, described: Mapping[str, Any]) -> Iterator[str]:
    for name, values in exchange.query.items():
        if name not in described["query"]:
            yield f"query {name} is unknown"
            continue
        schema = described["query"][name]
        value = int(values[0]) if schema.get("type") == "integer" else values[0]
        yield from (f"query {name}: {line}" for line in errors(schema, value))
    schema = described.get("body")
    if exchange.body is None or schema is None:
        if exchange.body is not None:
            yield "a body, where none is described"
        return
    yield from (f"body {line}" for line in errors(schema, exchange.body))
    yield from (f"body.{name} is unknown" for name in set(exchange.body) - _names(schema))


def _names(schema: Mapping[str, Any]) -> set[str]:
    parts = [part for kind in ("oneOf", "anyOf", "allOf") for part in schema.get(kind, ())]
    return set(schema.get("properties", ())).union(*map(_names, parts))


def _answer(exchange: Exchange, described: Mapping[str, Any]) -> list[str]:
    answers = described["answers"]
    if str(exchange.status) in answers:
        schema = answers[str(exchange.status)]
    elif exchange.status in _ANYWHERE:
        schema = _ERROR
    else:
        return ["this status is not described"]
    if schema is None:
        return [] if exchange.answer is None else ["a body, where none is described"]
    return sorted(set(errors(schema, exchange.answer)))


def errors(schema: Mapping[str, Any], value: Any) -> Iterator[str]:
    """What is wrong with a value: place and rule, without the value itself."""
    whole = {**schema, "schemas": extract("rest")["schemas"]}
    for error in Draft202012Validator(whole).iter_errors(value):
        place = re.sub(r"\[\d+\]", "[]", error.json_path)
        yield f"{place} {_rule(error.validator, error.message)}"


def _rule(validator: object, message: str) -> str:
    if validator == "required":
        return message.replace("is a required property", "is missing")
    return f"breaks {validator}"


def _graphql(exchange: Exchange) -> Iterator[str]:
    """A mutation with one input, or the question who asks."""
    described, query = extract("graphql"), exchange.body["query"]
    if query == "query { viewer { login } }":
        return
    found = re.fullmatch(
        r"mutation \(\$input: ([\w!]+)\) \{ (\w+)\(input: \$input\) \{ (\w+) \} \}", query
    )
    if found is None:
        yield "a query of another form"
        return
    kind, name, wanted = found.groups()
    field = described["fields"].get(f"Mutation.{name}")
    if field is None or field["arguments"] != {"input": kind}:
        yield f"no mutation {name}(input: {kind})"
    elif wanted not in described["types"][field["type"]]:
        yield f"{field['type']} has no {wanted}"
    else:
        yield from errors(_type(kind), exchange.body["variables"]["input"])


def _type(kind: str) -> dict[str, Any]:
    """A type of GraphQL as JSON Schema."""
    if not kind.endswith("!"):
        return {"anyOf": [_type(f"{kind}!"), {"type": "null"}]}
    bare = kind.removesuffix("!")
    if bare.startswith("["):
        return {"type": "array", "items": _type(bare[1:-1])}
    if bare in _SCALARS:
        return _SCALARS[bare]
    fields = extract("graphql")["types"][bare]
    return {
        "type": "object",
        "properties": {name: _type(each) for name, each in fields.items()},
        "required": [name for name, each in fields.items() if each.endswith("!")],
        "additionalProperties": False,
    }
