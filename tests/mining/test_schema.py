"""Schemas inferred from what members hold accept what those members hold."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.mining.schema import accepts, build, completeness, infer_shape
from pattern_ci.mining.variables import Variable
from pattern_ci.model.role import Role

QUICK = settings(max_examples=60, deadline=None)


def variable(*values: str | bool, kind: str = "text") -> Variable:
    """A variable of that many members."""
    return Variable("value", kind, values, "")


def schema(
    *variables: Variable, names: tuple[str, ...] = ("alpha", "beta"), role: str = "rules/{name}.py"
) -> dict[str, Any]:
    """The schema of a template with one hole and these variables."""
    return build(title="PAT-X-001", role=Role(role), hole_values=names, variables=variables)


def valid(made: dict[str, Any], **values: object) -> bool:
    """Whether an instance is accepted."""
    return bool(jsonschema.Draft202012Validator(made).is_valid({"name": "alpha", **values}))


@pytest.mark.parametrize(
    ("values", "described"),
    [
        (["1", "22", ""], "a whole number"),
        (["foo_1", "Bar", "_x"], "an identifier"),
        (["1", "x2"], "one word"),
        (["src/a.py", "/usr/lib", "a/b/"], "a path"),
        (["a-b", "x.y", "c"], "a word with dots or dashes"),
        (["a b", "c"], "text on one line"),
        (["é中"], "one word"),
    ],
)
def test_the_narrowest_shape_is_found(values: list[str], described: str) -> None:
    """Empty values do not widen it."""
    found = infer_shape(values)

    assert found is not None
    assert found[1] == described


def test_a_few_texts_that_come_again_are_a_choice() -> None:
    """Each at least three times; one that came twice may be the first of many."""
    choice = variable(*["low", "high part"] * 3, "")
    rare = variable(*["low", "high part"] * 3, "mid", "mid")
    made = schema(choice)

    assert made["properties"]["value"]["enum"] == ["", "high part", "low"]
    assert all(valid(made, value=value) for value in ("low", "high part", ""))
    assert not valid(made, value="other")
    assert "enum" not in schema(rare)["properties"]["value"]
    assert valid(schema(rare), value="other")
    assert completeness([choice], 7, 0) == 1 > completeness([variable(*"aaabbbc")], 7, 0)


def test_no_shape_without_values_or_across_lines() -> None:
    """Nothing is said of what may hold anything."""
    assert infer_shape([]) is None
    assert infer_shape(["", ""]) is None
    assert infer_shape(["a", "b\nc"]) is None


@QUICK
@given(st.lists(st.text(max_size=8), min_size=1, max_size=6))
def test_members_are_accepted_by_their_own_schema(values: list[str]) -> None:
    """Whatever a member holds; the schema itself is valid."""
    made = schema(variable(*values))

    jsonschema.Draft202012Validator.check_schema(made)
    assert all(valid(made, value=value) for value in values)


def test_nothing_but_what_is_declared_is_accepted() -> None:
    """Unknown variables, missing names and names that leave the folder are refused."""
    made = schema(variable("1", "2"), variable(True, False, kind="flag")._replace(name="has_x"))

    assert valid(made, value="3", has_x=False)
    assert valid(made)
    assert not valid(made, other="x")
    assert not valid(made, value="x")
    assert not valid(made, has_x="yes")
    assert not jsonschema.Draft202012Validator(made).is_valid({})
    for name in ("..", ".", "a/b", "a\\b", "a\nb", "", "../x"):
        assert not valid(made, name=name)


def test_defaults_are_there_for_everything_but_the_name() -> None:
    """A gap is left empty, an optional part is written."""
    made = schema(variable("1"), variable(True, False, kind="flag")._replace(name="has_x"))

    assert made["properties"]["value"]["default"] == ""
    assert made["properties"]["has_x"]["default"] is True
    assert "default" not in made["properties"]["name"]
    assert made["required"] == ["name"]


def test_a_default_is_accepted_and_said_to_be_a_frame() -> None:
    """The values alone would be one word each; the default is not."""
    made = schema(Variable("value", "text", ("a", "b"), "", '", "'))
    plain = schema(variable("a", "b"))

    assert made["properties"]["value"]["default"] == '", "'
    assert valid(made, value='", "')
    assert made["properties"]["value"]["x-frame"] is True
    assert "frame" in made["properties"]["value"]["description"]
    assert "x-frame" not in plain["properties"]["value"]
    assert not valid(plain, value='", "')


def test_completeness_is_measured_on_the_others() -> None:
    """Each value is judged by a schema made without it: one odd value of four is one miss."""
    odd = variable("1", "2", "3", "x y")

    assert completeness([], 4, 1) == 1
    assert completeness([variable("1", "2", "3", "4")], 4, 1) == 1
    assert completeness([odd], 4, 1) == 7 / 8
    assert completeness([variable(True, False, kind="flag")], 2, 1) == 1
    assert completeness([], 0, 1) == 0


def test_what_has_no_shape_accepts_anything() -> None:
    """And an empty value is always fine: the gap is then left."""
    assert accepts(["a\nb"], ["x"])
    assert accepts(["1"], [""])
    assert not accepts(["1"], ["1", "x"])


@pytest.mark.parametrize(
    ("role", "taken", "refused"),
    [
        ("rules/{name.snake}.py", ["no_tabs", "http2"], ["no-tabs", "NoTabs", "a b", "x;y", "a\n"]),
        ("docs/{name.kebab}.md", ["no-tabs", "http2"], ["no_tabs", "noTabs", "..", "a\n"]),
        ("tests/{name}.txt", ["no-tabs", "No Tabs"], ["..", "a/b", "a\n"]),
    ],
)
def test_a_name_is_of_the_case_of_its_path(role: str, taken: list[str], refused: list[str]) -> None:
    """Entries and texts may hold the name as it is, and `mod no-tabs;` would be no program."""
    made = schema(role=role)

    assert [name for name in taken if not valid(made, name=name)] == []
    assert [name for name in refused if valid(made, name=name)] == []
