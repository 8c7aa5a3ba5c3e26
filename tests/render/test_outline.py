"""The pieces of a template, and renderings told by them."""

from __future__ import annotations

from typing import Any

import pytest

from pattern_ci.errors import TemplateError
from pattern_ci.model.pattern import Newline
from pattern_ci.render.language import escape, render
from pattern_ci.render.outline import outline, trace

SOURCE = (
    "# {{ name | snake | kebab }}\n"
    "{% if has_note %}note: {{ note }}\n{% else %}bare\n{% endif %}"
    "{% for item in entries %}- {{ item }}\n{% endfor %}"
    '{{ "{{" }} end'
)


def test_pieces_say_what_writes_them() -> None:
    """Fixed text, variables with filters, what guards them, and the list behind an item."""
    said = [(one.text, one.name, one.filters, one.guards) for one in outline(SOURCE)]

    assert said == [
        ("# ", None, (), ()),
        ("", "name", ("snake", "kebab"), ()),
        ("\n", None, (), ()),
        ("note: ", None, (), ("has_note",)),
        ("", "note", (), ("has_note",)),
        ("\n", None, (), ("has_note",)),
        ("bare\n", None, (), ("has_note",)),
        ("- ", None, (), ()),
        ("", "entries", (), ()),
        ("\n", None, (), ()),
        ("{{", None, (), ()),
        (" end", None, (), ()),
    ]


def test_pieces_know_their_line() -> None:
    """Lines of the source, from 1."""
    lines = {one.name: one.line for one in outline(SOURCE) if one.name}

    assert lines == {"name": 1, "note": 2, "entries": 4}


@pytest.mark.parametrize(
    "values",
    [
        {"name": "FooBar", "has_note": True, "note": "x", "entries": ["a", "b"]},
        {"name": "foo", "has_note": False},
        {},
        {"name": "\U00100000\U001000000\U00100000", "has_note": True, "note": "\U00100001"},
    ],
)
def test_a_trace_is_the_rendering(values: dict[str, Any]) -> None:
    """Joined it is what `render` writes, whatever the values hold."""
    told = trace(SOURCE, values)

    assert "".join(one.text for one in told) == render(SOURCE, values, newline=Newline.LF).text


def test_a_trace_names_the_piece_of_each_text() -> None:
    """Each round of a loop, and nothing of the branch that was not taken."""
    told = trace(SOURCE, {"name": "FooBar", "has_note": False, "entries": ["a", "b"]})

    assert [one.text for one in told if one.piece.name == "entries"] == ["a", "b"]
    assert [one.text for one in told if one.piece.name == "name"] == ["foo-bar"]
    assert "note: " not in [one.text for one in told]


def test_marks_never_meet_a_text_that_looks_like_one() -> None:
    """A template that holds the first mark itself is told as well."""
    source = escape("a \U001000000\U00100000 b")

    assert "".join(one.text for one in trace(source, {})) == "a \U001000000\U00100000 b"
    assert len(trace(source, {})) == 1


def test_tracing_leaves_the_template_as_it_was() -> None:
    """Rendering afterwards writes no marks."""
    trace(SOURCE, {"name": "foo"})

    assert "\U00100000" not in render(SOURCE, {"name": "foo"}, newline=Newline.LF).text


def test_a_template_outside_the_language_is_refused() -> None:
    """With the error of rendering."""
    with pytest.raises(TemplateError):
        outline("{{ name() }}")


LISTED = (
    "{% for item in steps %}{{ item.name | snake }} {{ item.run }}"
    "{% if not loop.last %},{% endif %}\n{% endfor %}"
)


def test_fields_of_an_entry_belong_to_its_list() -> None:
    """Nothing guards what stands between entries: it is no variable that decides it."""
    pieces = [(one.name, one.field, one.guards) for one in outline(LISTED) if one.repeated]

    assert pieces == [("steps", "name", ()), ("steps", "run", ())]
    assert all(one.guards == () for one in outline(LISTED))


def test_a_list_without_entries_is_told_as_left_open() -> None:
    """Where its first entry would begin; a list that has entries is not."""
    (bare,) = trace(LISTED, {})
    told = trace(LISTED, {"steps": [{"name": "a", "run": "b"}]})

    assert (bare.text, bare.piece.name) == ("", "steps")
    assert [one.text for one in told] == ["a", " ", "b", "\n"]
