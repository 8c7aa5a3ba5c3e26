"""The schemas that we publish are valid, named alike and true to the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from pattern_ci.model.pattern import Spec
from pattern_ci.registry.published import FOLDER, published
from pattern_ci.registry.shape import ANNOTATIONS, KEYWORDS, problems
from tests.registry import samples

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = sorted(path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json"))
# The configuration has a reader of its own.
OURS = [name for name in NAMES if name != "config"]


def _keywords(schema: Any) -> Iterator[str]:
    if not isinstance(schema, dict):
        return
    for name, value in schema.items():
        yield name
        if name in ("properties", "$defs"):
            for inner in value.values():
                yield from _keywords(inner)
        elif name in ("items", "additionalProperties", "propertyNames"):
            yield from _keywords(value)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_valid_schema_with_its_own_id(name: str) -> None:
    """Draft 2020-12, and the id ends with the file name."""
    schema = published(name)

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["$id"].endswith(f"/{name}.schema.json")


@pytest.mark.parametrize("name", OURS)
def test_each_uses_only_keywords_that_are_checked(name: str) -> None:
    """A keyword that nobody checks would be a promise that nobody keeps."""
    assert set(_keywords(published(name))) <= KEYWORDS | ANNOTATIONS


def test_the_spec_schema_has_the_keys_of_the_record() -> None:
    """What a spec writes is what the schema knows, and it reads back as the same spec."""
    spec = samples.spec(
        rewrite={"kind": "line", "rule": "x"},
        ground_truth=({"check": "renders", "slot": "plugin", "expected": True},),
    )
    data = spec.to_dict()

    assert set(data) == set(published("spec")["properties"])
    assert problems(data, published("spec")) == []
    assert Spec.from_dict(data).to_dict() == data
