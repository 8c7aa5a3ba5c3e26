"""JSON is read strictly, and every value keeps its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.errors import SpecError
from pattern_ci.registry.jsontext import MAX_DEPTH, load
from pattern_ci.yaml import MAX_BYTES

_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(_VALUES, st.booleans(), st.sampled_from([None, 0, 2]))
def test_what_json_writes_is_read_back(value: Any, ascii_only: bool, indent: int | None) -> None:
    """Any JSON value survives, however it is laid out."""
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)

    assert load(text, source="x.json").data == value


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='{}[]",:01-.eE+ntrufalse\\ \n', max_size=24))
def test_it_accepts_nothing_that_json_refuses(text: str) -> None:
    """On any text the reader accepts at most what the standard library accepts."""
    try:
        ours = load(text, source="x.json").data
    except SpecError as error:
        assert error.what.startswith("x.json:")  # noqa: PT017  # both outcomes are fine
        return
    assert ours == json.loads(text)


def test_values_know_where_they_stand() -> None:
    """Line and column count from 1, inside lists too; a missing key falls back to its parent."""
    document = load('{\n  "a": [1,\n    {"b": null}]\n}\n', source="x.json")

    assert document.position(("a", 1, "b")) == (3, 11)
    assert document.position(("a", 0)) == (2, 9)
    assert document.position(("a", 7)) == (2, 8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1,\n "a": 2}', "x.json:2:2: the key 'a' stands here twice."),
        ("{'a': 1}", "x.json:1:2: this is not valid JSON: a name in double quotes is expected."),
        ('{"a" 1}', "x.json:1:6: this is not valid JSON: a colon is expected."),
        ("[1 2]", "x.json:1:4: this is not valid JSON: a comma or ] is expected."),
        ("[NaN]", "x.json:1:2: this is not valid JSON: a value is missing."),
        ("[-Infinity]", "x.json:1:2: this is not valid JSON: a value is missing."),
        ("[1e999]", "x.json:1:2: this is not valid JSON: a number is too large."),
        (f"[{'9' * 5000}]", "x.json:1:2: this is not valid JSON: a number is too long."),
        ("[1,]", "x.json:1:4: this is not valid JSON: a value is missing."),
        ("", "x.json:1:1: this is not valid JSON: the text ends too early."),
        ("{} {}", "x.json:1:4: this is not valid JSON: text after the end of the document."),
        ('["a\nb"]', "x.json:1:4: this is not valid JSON: invalid control character at."),
        (" " * (MAX_BYTES + 1), f"x.json:1:1: the document is larger than {MAX_BYTES} bytes."),
    ],
)
def test_bad_text_is_one_line_with_its_place(text: str, said: str) -> None:
    """The line names the file, the place and the problem."""
    with pytest.raises(SpecError) as caught:
        load(text, source="x.json")

    assert caught.value.what == said


def test_nesting_has_an_end() -> None:
    """A document deeper than anything real is refused and does not exhaust the stack."""
    deep = "[" * 50_000

    with pytest.raises(SpecError, match="nested too deeply"):
        load(deep, source="x.json")
    assert load("[" * MAX_DEPTH + "]" * MAX_DEPTH, source="x.json").data
