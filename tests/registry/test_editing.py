"""Edits of YAML that people wrote: one thing changes, every other byte stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pattern_ci import yaml
from pattern_ci.registry.editing import scalar, with_item, with_value, without_item

TEXT = """\
# Ours.
schema_version: 1   # never changes
kinds:

  # The first one.
  - id: OPK-ONE  # keep
    summary: 'One: it''s first.'

  - id: OPK-TWO
    summary: >
      Two
      lines.
  # After the last.
status: "draft"  # soon
empty: []
"""


def test_a_value_keeps_its_comment() -> None:
    """Plain, in quotes, nested, and as a number."""
    edited = with_value(TEXT, ("status",), "active")
    assert edited == TEXT.replace('"draft"', "active")
    assert with_value(TEXT, ("schema_version",), 2) == TEXT.replace(": 1 ", ": 2 ")
    assert with_value(TEXT, ("kinds", 0, "summary"), "1.0") == TEXT.replace(
        "'One: it''s first.'", '"1.0"'
    )


@pytest.mark.parametrize(
    "key", [("lost",), ("kinds", 1, "summary"), ("kinds",), ("kinds", 9), ("empty",)]
)
def test_what_is_no_value_on_one_line_is_left_to_people(key: tuple[str | int, ...]) -> None:
    """A key that is not there, a folded text, a list."""
    assert with_value(TEXT, key, "x") is None


def test_an_item_is_added_as_the_others_stand() -> None:
    """Behind the last item, before the comment that follows it."""
    edited = with_item(TEXT, ("kinds",), {"id": "OPK-NEW", "summary": "New: one."})

    assert edited == TEXT.replace(
        "      lines.\n",
        '      lines.\n  - id: OPK-NEW\n    summary: "New: one."\n',
    )


def test_an_empty_list_gets_its_first_item() -> None:
    """Also without a line end at the end of the file, and with Windows line ends."""
    assert with_item("a: []", ("a",), {"id": "x"}) == "a:\n  - id: x\n"
    assert with_item("a: []\r\nb: 1\r\n", ("a",), {"id": "x"}) == "a:\r\n  - id: x\r\nb: 1\r\n"


def test_an_item_is_taken_out_with_its_lines() -> None:
    """The comments around it stay."""
    edited = without_item(TEXT, ("kinds", 0))

    assert edited is not None
    assert "OPK-ONE" not in edited
    assert "# The first one." in edited
    assert yaml.load(edited, source="x").data["kinds"][0]["id"] == "OPK-TWO"


def test_flow_style_is_left_to_people() -> None:
    """Nothing is guessed."""
    assert with_item("a: [{id: x}]\n", ("a",), {"id": "y"}) is None
    assert without_item("a: [{id: x}, {id: y}]\n", ("a", 0)) is None
    assert with_value("a: {b: 1, c: 2}\n", ("a", "b"), 3) is None


@given(st.one_of(st.text(max_size=30), st.integers(), st.booleans(), st.none()))
def test_a_scalar_reads_back_as_itself(value: str | int | bool | None) -> None:
    """Whatever YAML would make of it without quotes."""
    text = f"a: {scalar(value)}\n"

    assert yaml.load(text, source="x").data == {"a": value}
    assert text.count("\n") == 1


@given(st.lists(st.sampled_from(["x: 1", "y: two  # c", "z: 'q'", "# only", "", "n: null"])))
def test_other_lines_stay(lines: list[str]) -> None:
    """Adding an item and taking it out again gives the text that was there."""
    keys = [line.split(":")[0] for line in lines if ":" in line]
    if len(set(keys)) != len(keys):
        return
    text = "items:\n  - id: a\n" + "".join(f"{line}\n" for line in lines)

    added = with_item(text, ("items",), {"id": "b", "note": "c: d"})

    assert added is not None
    assert without_item(added, ("items", 1)) == text
