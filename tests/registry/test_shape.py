"""Data is held against our published schemas without a schema library."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pattern_ci.registry.published import published
from pattern_ci.registry.shape import problems
from tests.registry import samples

ODD_VALUES: list[Any] = [None, True, 0, -1, 1.5, "", "x", "PAT-A-001", [], [1], {}, {"a": 1}]


def _paths(data: Any, key: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items: list[tuple[Any, Any]] = list(data.items()) if isinstance(data, dict) else []
    items += enumerate(data) if isinstance(data, list) else ()
    return [key, *(path for name, item in items for path in _paths(item, (*key, name)))]


def _replace(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(data)
    inner = changed
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return changed


_SOUND = samples.spec().to_dict()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_paths(_SOUND)), st.sampled_from(ODD_VALUES))
def test_it_agrees_with_the_schema_library_on_damaged_specs(
    path: tuple[Any, ...], value: Any
) -> None:
    """A spec with any one value replaced is refused exactly when jsonschema refuses it."""
    damaged = _replace(_SOUND, path, value)
    reference = Draft202012Validator(published("spec"))

    assert bool(problems(damaged, published("spec"))) == (not reference.is_valid(damaged))


def test_all_problems_are_told_at_once_with_their_keys() -> None:
    """Two wrong values and an unknown key give three problems, each at its own key."""
    data = samples.spec().to_dict() | {"version": "1", "status": "activ", "sumary": "x"}

    found = problems(data, published("spec"))

    assert [problem.key for problem in found] == [("version",), ("status",), ("sumary",)]
    assert "did you mean 'summary'?" in found[2].message


def test_missing_keys_are_named_together() -> None:
    """Everything that is required and missing stands in one line."""
    found = problems({"schema_version": 1}, published("instance"))

    assert [(problem.key, problem.message) for problem in found] == [
        ((), "missing: pattern_id, variables.")
    ]


@pytest.mark.parametrize(
    "value", ["PAT-PLUGINS-001\n", "pat-plugins-001", "PAT-PLUGINS-1", "PAT-001"]
)
def test_a_pattern_id_has_one_form(value: str) -> None:
    """Case, number and a newline at the end all count."""
    data = samples.spec().to_dict() | {"pattern_id": value}

    assert [problem.key for problem in problems(data, published("spec"))] == [("pattern_id",)]


def test_yes_is_no_number() -> None:
    """A boolean is refused where a version of the format is expected, though True == 1."""
    assert problems(samples.positive(schema_version=True), published("positive_example"))


def test_yes_is_no_share_either() -> None:
    """Python counts a boolean as an integer; JSON does not."""
    data = samples.spec().to_dict()
    data["confidence"]["total"] = True

    assert [problem.message for problem in problems(data, published("spec"))] == [
        "true is not a number."
    ]


def test_not_a_number_is_refused() -> None:
    """NaN compares with nothing and would slip through every limit."""
    data = samples.spec().to_dict()
    data["confidence"]["total"] = float("nan")

    assert [problem.key for problem in problems(data, published("spec"))] == [
        ("confidence", "total")
    ]
