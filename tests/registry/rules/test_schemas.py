"""A schema of variables is valid, closed, and agrees with the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.model.finding import Severity
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

_NAME = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "is not the draft"),
        ({"type": "array"}, 'must say "type": "object"'),
        ({"additionalProperties": True}, "misspelt"),
        ({"required": ["name", "gone"]}, "'gone' is required but not declared"),
        ({"properties": {"name": {"type": "strin"}}}, "'strin'"),
        ({"properties": {"name": {"type": "string", "pattern": "("}}}, "no regular expression"),
        ({"properties": {"name": {"$ref": "https://example.com/x.json"}}}, "nothing is fetched"),
        ({"properties": {"name": {"type": "string", "default": 3}}}, "3 is not of type string"),
        ({"properties": {"name": _NAME, "Bad-Name": {}}}, "no name for a variable"),
        ({"properties": {"name": _NAME, "loop": {}}}, "no name for a variable"),
    ],
)
def test_a_schema_that_cannot_be_used_is_refused(
    tmp_path: Path, schema: dict[str, Any], message: str
) -> None:
    """Other drafts, open schemas, bad expressions and remote references each have their line."""
    text = samples.as_json(samples.schema(**schema))

    found = samples.check(tmp_path, samples.library(SCHEMA=text))

    shapes = [finding for finding in found if finding.rule == "schema-shape"]
    assert any(message in finding.message for finding in shapes)
    assert {finding.path for finding in shapes} == {f"patterns/{samples.SCHEMA}"}


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """The second value would silently replace the first."""
    text = samples.as_json(samples.schema()).replace(
        '"subject": {', '"name": {"type": "number"},\n    "subject": {'
    )

    found = samples.check(tmp_path, samples.library(SCHEMA=text))

    assert [finding.message for finding in found] == ["the key 'name' stands here twice."]
    assert found[0].line == samples.line_of(text, '"name": {"type": "number"}')


def test_a_variable_that_no_schema_declares_is_an_error(tmp_path: Path) -> None:
    """It is told in the template, where it is used first."""
    found = samples.check(tmp_path, samples.library(TEMPLATE="one {{ subject }}\n  {{ autor }}\n"))

    errors = [finding for finding in found if finding.rule == "template-variable"]
    assert [(finding.path, finding.line, finding.column) for finding in errors] == [
        (f"patterns/{samples.TEMPLATE}", 2, 6)
    ]
    assert "'autor' is not declared" in errors[0].message


def test_a_variable_that_nothing_uses_is_a_warning(tmp_path: Path) -> None:
    """Holes and guards count as uses; the declared rest is told at its place in the schema."""
    schema = samples.schema()
    schema["properties"]["spare"] = {"type": "string", "default": "x"}
    text = samples.as_json(schema)

    found = samples.check(tmp_path, samples.library(SCHEMA=text))

    assert [(finding.rule, finding.severity) for finding in found] == [
        ("schema-unused", Severity.WARNING)
    ]
    assert found[0].line == samples.line_of(text, '"spare"')


def test_a_broken_template_says_nothing_about_unused_variables(tmp_path: Path) -> None:
    """What a template uses is unknown until it can be parsed."""
    found = samples.check(tmp_path, samples.library(TEMPLATE="{{ name"))

    assert {finding.rule for finding in found} == {"template-language"}
