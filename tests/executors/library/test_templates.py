"""Templates for executors: nested values, values of several lines, and the built-in ones."""

from __future__ import annotations

import ast
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import SpecError, TemplateError
from pattern_ci.executors.library import templates

if TYPE_CHECKING:
    from tests.executors.conftest import World


def text(source: str, values: dict[str, Any]) -> str:
    made = templates.render(source, templates.flat(values))
    assert made.problems == ()
    return made.text


def test_a_value_inside_a_value_is_named_by_its_path() -> None:
    assert text("{{ shop_owner_name }}\n", {"shop": {"owner": {"name": "Ada"}}}) == "Ada\n"


def test_two_values_of_one_name_are_refused() -> None:
    with pytest.raises(SpecError, match="two values are named a_b"):
        templates.flat({"a": {"b": 1}, "a_b": 2})


def test_a_value_of_several_lines_keeps_the_indentation_of_its_place() -> None:
    """Blank lines stay blank; a value in the middle of a line is put there as it is."""
    made = text("def f():\n    {{ body }}\n# {{ body }}\n", {"body": "a = 1\n\nreturn a"})

    assert made == "def f():\n    a = 1\n\n    return a\n# a = 1\n\nreturn a\n"


def test_text_that_looks_like_a_template_is_text() -> None:
    assert text("{{ a }}\n", {"a": "{{ b }} {% if %}"}) == "{{ b }} {% if %}\n"


def test_every_variable_without_a_value_is_named() -> None:
    made = templates.render("{{ a }} {{ b }} {{ c }}\n", {"b": 1}, optional=("c",))

    assert made.problems == ("a has no value.",)


@pytest.mark.parametrize(
    "source", ["{{ a.b }}", "{{ f() }}", "{% include 'x' %}", "{{ a", "{% for x in y %}"]
)
def test_what_the_language_does_not_know_is_refused(world: World, source: str) -> None:
    with pytest.raises(TemplateError):
        templates.load(world(), {"source": source})


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"builtin": "nope"}, "there are config, crud, model, test"),
        ({"file": "nope.j2"}, "nope.j2 is not there"),
        ({"file": "raw"}, "raw is not UTF-8"),
    ],
)
def test_a_template_that_is_not_there_is_one_clear_line(
    world: World, wanted: dict[str, str], said: str
) -> None:
    with pytest.raises(SpecError, match=said):
        templates.load(world({"raw": b"\xff"}), wanted)


VALUES = {
    "package": "shop",
    "name": "line item",
    "summary": "One line.",
    "fields": ["count: int = 1"],
    "settings": ["size = 1"],
    "model_module": "shop.line_item",
    "module": "shop.tax",
    "cases": ["with_tax"],
}


@pytest.mark.parametrize("name", templates.BUILTIN)
def test_a_built_in_template_makes_a_file_that_parses(world: World, name: str) -> None:
    template = templates.load(world(), {"builtin": name})

    made = templates.render(template.source, VALUES)
    path = templates.render(template.path or "", VALUES)

    assert made.problems == path.problems == ()
    (tomllib.loads if path.text.endswith(".toml") else ast.parse)(made.text)
