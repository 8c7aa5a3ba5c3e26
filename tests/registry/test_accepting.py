"""The quick yes: never one that jsonschema would not give, and given to what patterns take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pattern_ci.registry.accepting import accepts
from pattern_ci.registry.variables import variable_problems, with_defaults

PATTERNS = Path(__file__).resolve().parents[2] / "patterns"
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.5, 1.0, 2.5, float("inf"), float("nan")]),
    st.text("ab1", max_size=3),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abx"), inner, max_size=3)
    ),
    max_leaves=5,
)
NUMBER = st.integers(-2, 3)
ANY_KEYWORD: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(
        ["string", "integer", "number", "boolean", "array", "object", "null", ["string", "null"]]
    ),
    "pattern": st.sampled_from(["^a+$", "b", ""]),
    "enum": st.lists(SCALARS, min_size=1, max_size=3),
    "const": SCALARS,
    "minLength": st.integers(0, 2),
    "maxLength": st.integers(0, 2),
    "minimum": NUMBER,
    "maximum": NUMBER,
    "exclusiveMinimum": NUMBER,
    "minItems": st.integers(0, 2),
    "maxItems": st.integers(0, 2),
    "description": st.just("text"),
    "required": st.lists(st.sampled_from("abx"), unique=True, max_size=2),
    "additionalProperties": st.booleans(),
}


def _schemas(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    nested: dict[str, st.SearchStrategy[Any]] = {
        "items": inner,
        "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        "not": inner,
    }
    return st.fixed_dictionaries({}, optional=ANY_KEYWORD | nested)


SCHEMAS = st.recursive(st.fixed_dictionaries({}, optional=ANY_KEYWORD), _schemas, max_leaves=3)


@given(SCHEMAS, VALUES)
def test_a_yes_is_what_jsonschema_says(schema: dict[str, Any], value: Any) -> None:
    """Whatever the schema and the value look like."""
    if accepts(schema)(value):
        assert variable_problems(schema, value) == []


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "format": "date"}, "x"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, {"a": "x"}),
        ({"enum": [1]}, True),
        ({"type": "string", "pattern": "("}, "x"),
        ({"type": "integer"}, True),
        ({"type": "string", "enum": ["a"]}, "b"),
    ],
)
def test_what_is_not_known_for_sure_is_no_yes(schema: dict[str, Any], value: Any) -> None:
    """A keyword of another book, a broken expression, a true for a number."""
    assert not accepts(schema)(value)


def test_most_examples_of_the_shipped_patterns_are_accepted_at_once() -> None:
    """Or it would be of no use."""
    seen = quick = 0
    for path in sorted(PATTERNS.glob("examples/*/positive/*.json")):
        schema = json.loads((PATTERNS / f"schemas/{path.parts[-3]}.schema.json").read_text())
        variables = json.loads(path.read_text())["variables"]
        seen += 1
        quick += accepts(schema)(with_defaults(schema, variables))

    assert seen > 20
    assert quick / seen > 0.6
