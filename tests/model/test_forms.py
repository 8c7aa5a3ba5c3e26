"""What a drafted schema asks for is said in words, with a text that would pass."""

from __future__ import annotations

import pytest

from pattern_ci.model.forms import HOLE_PATTERN, example, in_words
from pattern_ci.model.role import CASED
from pattern_ci.registry.variables import variable_problems

SNAKE = rf"^{CASED['snake']}$(?!\n)"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (SNAKE, "in snake_case"),
        (HOLE_PATTERN, "one part of a path"),
        ("^(?:[0-9]+)?$", "a whole number"),
        ("^(?:[0-9]+)$", "a whole number"),
        ("^v[0-9]$", ""),
        ("(?:a)|(?:b)", ""),
    ],
)
def test_forms_of_drafts_have_words(pattern: str, words: str) -> None:
    """Those that a person wrote have none."""
    assert in_words(pattern) == words


@pytest.mark.parametrize("case", sorted(CASED))
def test_every_case_of_a_path_has_words(case: str) -> None:
    """And gives an example of a text of two words that it takes."""
    pattern = f"^{CASED[case]}$"

    assert in_words(pattern)
    assert example(pattern, "Lambda calc", ())


def test_an_example_always_passes() -> None:
    """One that does not is passed over, and so is a pattern that is none."""
    assert example(SNAKE, "lambda-calc", ()) == "lambda_calc"
    assert example("^v[0-9]$", "x", ["w1", "v1"]) == "v1"
    assert example("^v[0-9]$", "x", [3, ""]) == ""
    assert example("(", "x", ["v1"]) == ""


def test_a_wrong_name_is_told_what_it_should_be() -> None:
    """No regular expression where words will do."""
    name = {"type": "string", "pattern": SNAKE, "examples": ["zeta"]}
    own = {"type": "string", "pattern": "^v[0-9]$", "examples": ["v1"]}
    schema = {"type": "object", "properties": {"name": name, "own": own}}

    said = [one.message for one in variable_problems(schema, {"name": "a-b", "own": "x"})]

    assert said == [
        "\"a-b\" is not in snake_case, as 'a_b' is.",
        "\"x\" does not match ^v[0-9]$, as 'v1' is.",
    ]
