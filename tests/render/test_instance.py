"""What people type becomes values, and everything that is wrong is found at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.model.pattern import Slot
from pattern_ci.render.instance import Filled, Given, from_path, instance, typed

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA: dict[str, Any] = {
    "properties": {
        "name": {"type": "string"},
        "flag": {"type": "boolean"},
        "count": {"type": "integer"},
        "share": {"type": "number"},
        "tags": {"type": "array"},
        "map": {"type": "object"},
        "either": {"type": ["integer", "string", "null"]},
        "choice": {"enum": ["a", 2]},
        "shared": {"$ref": "#/$defs/count"},
        "free": {},
    },
    "$defs": {"count": {"type": "integer"}},
}
SLOTS = (
    Slot(id="code", role="src/{name.snake}.py", template="t"),
    Slot(id="docs", role="docs/{area}/{name.kebab}.md", template="t", when="has_docs"),
)
ROLES = [slot.role for slot in SLOTS]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("name", "true", "true"),
        ("name", "", ""),
        ("name", "a=b", "a=b"),
        ("flag", "true", True),
        ("flag", "false", False),
        ("count", "3", 3),
        ("share", "3", 3),
        ("share", "0.5", 0.5),
        ("tags", '["a", "b"]', ["a", "b"]),
        ("map", '{"a": 1}', {"a": 1}),
        ("either", "3", 3),
        ("either", "three", "three"),
        ("either", "null", None),
        ("choice", "a", "a"),
        ("choice", "2", 2),
        ("shared", "4", 4),
        ("free", "5", "5"),
        ("unknown", "5", "5"),
    ],
)
def test_text_takes_the_declared_type(name: str, text: str, value: object) -> None:
    """No quotes are needed on a command line, and none are taken away."""
    given = typed(SCHEMA, [(name, text)])

    assert given.values == {name: value}
    assert type(given.values[name]) is type(value)
    assert given.problems == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("flag", "yes"),
        ("flag", "1"),
        ("flag", "True"),
        ("count", "3.5"),
        ("count", "x"),
        ("count", "true"),
        ("tags", "a,b"),
        ("tags", "{}"),
        ("map", "["),
        ("share", "NaN!"),
    ],
)
def test_text_of_another_type_is_a_problem(name: str, text: str) -> None:
    """The name, what was given, and what is wanted."""
    problem = typed(SCHEMA, [(name, text)]).problems[name]

    assert problem.startswith(f"{name}: {text!r} is not of type ")


def test_a_name_given_twice_is_a_problem() -> None:
    """Nobody can tell which was meant."""
    assert typed(SCHEMA, [("name", "a"), ("name", "b")]).problems == {"name": "name is given twice"}


def test_a_path_gives_the_holes_of_its_role() -> None:
    """The role that the path fills, whichever slot it belongs to."""
    filled = from_path(ROLES, "docs/guide/two-words.md")

    assert filled is not None
    assert filled.values == {"area": "guide", "name": "two-words"}
    assert from_path(ROLES, "src/Two.py") is None


def _all(
    explicit: dict[str, Any],
    *,
    filled: Filled | None = None,
    defaults: Mapping[str, Any] | None = None,
    found: list[tuple[tuple[str | int, ...], str]] | None = None,
) -> tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]:
    return instance(
        SLOTS,
        Given(explicit, {}),
        filled,
        required=["name"],
        defaults=defaults or {},
        check=lambda values: found or [],
    )


def test_the_nearest_source_wins() -> None:
    """A default gives way to the path, and the path to what is given."""
    filled = from_path(ROLES, "src/a_b.py")

    values, _, problems = _all(
        {"x": 2, "name": "aB"}, filled=filled, defaults={"x": 1, "y": 1, "name": "default"}
    )

    assert values == {"x": 2, "y": 1, "name": "aB"}
    assert problems == ()


def test_a_value_that_leads_elsewhere_contradicts_the_path() -> None:
    """Both were named, and they do not agree."""
    _, _, problems = _all({"name": "other"}, filled=from_path(ROLES, "src/a_b.py"))

    assert problems == ("name: the value given does not lead to the path 'src/a_b.py'",)


def test_only_slots_that_are_written_need_their_holes() -> None:
    """A guard that is off takes its holes with it."""
    assert _all({"name": "a"})[1] == ()
    assert _all({"name": "a", "has_docs": True})[1] == ("area",)
    assert _all({"name": ""})[1] == ("name",)
    assert _all({})[1] == ("name",)


def test_everything_wrong_comes_at_once_and_once() -> None:
    """What the schema says about a name that has a problem already is not said again."""
    _, missing, problems = _all(
        {"bad": "\udcff", "list": ["\ud800"]},
        found=[
            ((), "the variable 'name' is missing."),
            (("bad",), "does not match."),
            (("count",), "is not of type integer."),
            (("nmae",), "the variable 'nmae' is not declared; did you mean 'name'?"),
            ((), "together they are wrong."),
        ],
    )

    assert missing == ("name",)
    assert problems == (
        "bad: holds bytes that are not UTF-8",
        "list: holds bytes that are not UTF-8",
        "count: is not of type integer",
        "the variable 'nmae' is not declared; did you mean 'name'",
        "together they are wrong",
    )
