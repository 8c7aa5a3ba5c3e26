"""Workflow commands and outputs: each says what we say, and cannot be made to say more."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.messages.escaping import commands as made
from tests.messages.hostile import HOSTILE
from tests.messages.runner import Found, commands, outputs

anything = st.one_of(st.sampled_from(HOSTILE), st.text(), st.text(alphabet=":,=%#[]; \r\n0AD"))


@settings(max_examples=300, deadline=None)
@given(anything, anything, anything)
def test_an_annotation_is_one_command(message: str, file: str, title: str) -> None:
    """Its place and title are what was given; nothing ends it early or starts another."""
    line = made.annotation("error", message, file=file, line=3, column=7, title=title)

    (found,) = commands(line)
    assert (found.name, found.properties["line"], found.properties["col"]) == ("error", "3", "7")
    assert set(found.properties) == {"file", "line", "col", "title"}
    assert "##[" not in line


def test_an_annotation_arrives_as_it_was_given() -> None:
    """Percent signs, line ends, colons and commas survive the way there and back."""
    (found,) = commands(
        made.annotation("warning", "50 %0A,\r\nx: y", file="a,b:c%", line=1, column=1, title="t=1")
    )

    properties = {"file": "a,b:c%", "line": "1", "col": "1", "title": "t=1"}
    assert found == Found("warning", properties, "50 %0A,\r\nx: y")


@settings(max_examples=200, deadline=None)
@given(anything)
def test_a_debug_line_is_one_command(value: str) -> None:
    """Whatever is traced."""
    assert [found.name for found in commands(made.debug(value))] == ["debug"]
    assert [found.name for found in commands(made.error(value))] == ["error"]


@settings(max_examples=300, deadline=None)
@given(anything, anything)
def test_outputs_stay_apart(one: str, two: str) -> None:
    """Two values are two outputs, whatever they hold."""
    text = made.outputs({"one": one, "two": two}, "end-0123456789abcdef")

    assert set(outputs(text)) == {"one", "two"}


def test_outputs_keep_lines_and_refuse_what_breaks_out() -> None:
    """A value that knows its delimiter, and a name that is none, are faults of ours."""
    assert outputs(made.outputs({"a": "x=1\ny<<z"}, "END")) == {"a": "x=1\ny<<z"}
    with pytest.raises(ValueError, match="cannot be written"):
        made.outputs({"a": "x\nEND\nb=1"}, "END")
    with pytest.raises(ValueError, match="cannot be written"):
        made.outputs({"a\nb": "x"}, "END")


def test_matchers_are_named_and_taken_back() -> None:
    """A path and an owner."""
    assert made.add_matcher("/x/y.json") == "::add-matcher::/x/y.json"
    assert made.remove_matcher("pattern-ci") == "::remove-matcher owner=pattern-ci::"
