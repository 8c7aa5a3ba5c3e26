"""Which version a pattern has that was drafted again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pattern_ci.model.pattern import Slot
from pattern_ci.registry.redrafting import Drafted, raised
from testing.sample_pattern import sample_spec

NAME: dict[str, Any] = {"name": {"type": "string"}}
LIMIT: dict[str, Any] = {"limit": {"type": "integer", "default": 5}}
SCHEMA = {"properties": NAME | LIMIT, "required": ["name"]}
OLD = replace(sample_spec(), version="1.2.3", history=({"version": "1.2.3"},), content_digest="old")
NEW = replace(OLD, version="1.0.0", history=({"version": "1.0.0"},), content_digest="new")
MORE = Slot(id="more", role="more/{name}.md", template="templates/more.j2")


@pytest.mark.parametrize(
    ("schema", "slots", "version", "why"),
    [
        ({}, OLD.slots, "1.2.4", "another text"),
        ({"properties": NAME | LIMIT | {"x": {}}}, OLD.slots, "1.3.0", "may be given x"),
        ({}, (*OLD.slots, MORE), "1.3.0", "writes more/{name}.md as well"),
        (
            {"properties": NAME | LIMIT | {"x": {}}, "required": ["name", "x"]},
            OLD.slots, "2.0.0", "needs x",
        ),
        ({"required": ["name", "limit"]}, OLD.slots, "2.0.0", "needs limit"),
        ({"properties": NAME}, OLD.slots, "2.0.0", "without the variable limit"),
        (
            {"properties": NAME | {"limit": {"type": "string"}}},
            OLD.slots, "2.0.0", "limit of another type",
        ),
        ({"properties": NAME | {"limit": True}}, OLD.slots, "2.0.0", "limit of another type"),
        (
            {"properties": NAME | {"limit": {"type": "integer", "enum": [1, 2]}}},
            OLD.slots, "2.0.0", "limit of another type",
        ),
        ({}, OLD.slots[:1], "2.0.0", f"does not write {OLD.slots[1].role}"),
    ],
)  # fmt: skip
def test_the_number_says_what_an_update_takes(
    schema: dict[str, Any], slots: tuple[Slot, ...], version: str, why: str
) -> None:
    """Nothing, nothing but a look, or values that nobody has given yet."""
    made = raised(Drafted(OLD, SCHEMA), Drafted(replace(NEW, slots=slots), SCHEMA | schema))

    assert made.version == version
    assert made.history == (
        {"version": "1.2.3"},
        {"version": version, "change": f"drafted again from history: {why}"},
    )


def test_the_same_content_keeps_version_and_history() -> None:
    """Other evidence alone is no new version."""
    made = raised(Drafted(OLD, SCHEMA), Drafted(replace(NEW, content_digest="old"), SCHEMA))

    assert (made.version, made.history) == (OLD.version, OLD.history)


def test_a_version_that_is_higher_already_stays() -> None:
    """It was raised otherwise."""
    higher = replace(NEW, version="3.0.0")

    assert raised(Drafted(OLD, SCHEMA), Drafted(higher, SCHEMA)) == higher


def test_the_version_after_one_before_a_release() -> None:
    """Plain numbers, and higher."""
    early = replace(OLD, version="1.0.0-rc.1")

    assert raised(Drafted(early, SCHEMA), Drafted(NEW, SCHEMA)) == NEW


@pytest.mark.parametrize(
    ("before", "after", "version"),
    [
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "2.0.0"),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, "1.2.4"),
        ({"items": {"type": "string"}}, {"items": {"type": "object"}}, "2.0.0"),
        ({"items": {"type": "string"}}, {"items": {"type": "string", "pattern": "x"}}, "1.2.4"),
        ({"description": "a"}, {"description": "b"}, "1.2.4"),
    ],
)
def test_a_value_that_may_not_fit_any_more(
    before: dict[str, Any], after: dict[str, Any], version: str
) -> None:
    """A choice that is gone, entries of another kind; not more choices, nor other words."""
    old = Drafted(OLD, {"properties": {"x": before}})

    assert raised(old, Drafted(NEW, {"properties": {"x": after}})).version == version
