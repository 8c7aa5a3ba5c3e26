"""Variables are held against the schema that their pattern declares."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pattern_ci.registry.variables import schema_problems, variable_problems, with_defaults
from tests.registry import samples


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["name", "subject", "has_test", "other"]),
        st.none() | st.booleans() | st.integers() | st.text(alphabet="ab_C", max_size=4),
    )
)
def test_variables_are_refused_exactly_when_the_schema_refuses_them(
    variables: dict[str, Any],
) -> None:
    """Our wording of the problems neither loses nor adds one."""
    reference = Draft202012Validator(samples.schema())

    assert bool(variable_problems(samples.schema(), variables)) == (
        not reference.is_valid(variables)
    )


def test_all_problems_come_at_once_with_their_keys() -> None:
    """Missing, undeclared and wrong values are told together, in words."""
    found = variable_problems(samples.schema(), {"nam": "x", "subject": 3})

    assert {(problem.key, problem.message) for problem in found} == {
        ((), "the variable 'name' is missing."),
        (("nam",), "the variable 'nam' is not declared; did you mean 'name'?"),
        (("subject",), "3 is not of type string."),
    }


def test_defaults_fill_what_is_not_given() -> None:
    """What is given stays, also when it is empty."""
    assert with_defaults(samples.schema(), {"name": "x", "subject": ""}) == {
        "name": "x", "subject": "", "has_test": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"$ref": "#/$defs/none"}, "the schema has no"),
        ({"$ref": "#/properties/name"}, "refers to itself without end"),
        ({"$ref": "https://example.com/schema.json"}, "the schema has no"),
    ],
)
def test_a_reference_that_leads_nowhere_is_a_problem_and_not_a_crash(
    part: dict[str, Any], message: str
) -> None:
    """Nothing is fetched, and recursion ends."""
    schema = samples.schema(properties={"name": part})

    (problem,) = variable_problems(schema, {"name": "x"})

    assert message in problem.message


class _Counting(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answer with a schema that accepts everything."""
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words: object) -> None:
        """Keep quiet."""


def test_no_reference_is_ever_fetched() -> None:
    """A server that is named in a schema hears nothing."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Counting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/schema.json"
        found = variable_problems(samples.schema(properties={"name": {"$ref": url}}), {"name": "x"})
        server.shutdown()

    assert len(found) == 1
    assert _Counting.asked == []


@pytest.mark.parametrize("schema", [None, [], "x", 3, True])
def test_what_is_no_mapping_is_no_schema(schema: object) -> None:
    """JSON Schema allows true and false; a schema of variables does not."""
    assert [problem.key for problem in schema_problems(schema)] == [()]


def test_a_property_may_have_the_name_of_a_keyword() -> None:
    """A variable called pattern is a variable."""
    schema = samples.schema(
        required=[], properties={"pattern": {"type": "string"}, "properties": {"type": "string"}}
    )

    assert schema_problems(schema) == []


@settings(max_examples=80, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(["string", "(", "#", "#/x"]),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "properties", "pattern", "$ref", "required", "default", "items", "allOf",
                 "patternProperties", "$defs", "name", "additionalProperties", "if", "not"]
            ),
            inner,
            max_size=4,
        ),
        max_leaves=10,
    )
)  # fmt: skip
def test_no_schema_makes_the_check_crash(schema: Any) -> None:
    """Any JSON at all is judged; what is found sound can be used."""
    changed = {**samples.schema(), **schema} if isinstance(schema, dict) else schema
    if not schema_problems(changed):
        variable_problems(changed, {"name": "x"})
        with_defaults(changed, {})
