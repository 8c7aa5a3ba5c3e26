"""What references in texts of a spec stand for."""

from __future__ import annotations

from typing import Any

import pytest

from pattern_ci.model.reference import NoValueError, filled, given, names, stray, value_of

SCOPE: dict[str, Any] = {
    "files": [{"path": "a.py"}],
    "item": {"path": "b/c.py", "size": 3, "none": None},
    "name": "line item",
    "dashed": "line-item",
    "flag": True,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("{files}", [{"path": "a.py"}]),
        ("{item.size}", 3),
        ("{item.none}", None),
        ("{flag}", True),
        ("src/{item.path}", "src/b/c.py"),
        ("{item.size}.txt", "3.txt"),
        ("{name.snake}.py", "line_item.py"),
        ("{dashed.kebab}", "line-item"),
        ("{} {A} {1}", "{} {A} {1}"),
    ],
)
def test_a_text_is_filled(text: str, value: object) -> None:
    """One reference alone is the value with its type; among other words it is text."""
    assert filled(text, SCOPE) == value
    assert type(filled(text, SCOPE)) is type(value)


@pytest.mark.parametrize(
    "text", ["{lost}", "{item.lost}", "{name.lost}", "{files.path}", "x{files}", "x{flag}"]
)
def test_what_leads_nowhere_is_said(text: str) -> None:
    with pytest.raises(NoValueError) as raised:
        filled(text, SCOPE)

    assert raised.value.args == (text.strip("x{}"),)


def test_null_is_there_and_not_given() -> None:
    assert value_of("item.none", SCOPE) is None
    assert not given("item.none", SCOPE)
    assert given("item.size", SCOPE)
    assert not given("item.lost", SCOPE)


def test_braces_that_are_no_reference_are_found() -> None:
    assert names("{a}/{b.c}/{D}") == ("a", "b.c")
    assert stray("{a}/{D}")
    assert not stray("{a}/b")
