"""The door to YAML: plain data in bounds, with places for messages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci import yaml
from pattern_ci.errors import SpecError

QUICK = settings(max_examples=80, deadline=None)
TEXT = st.text(max_size=12) | st.sampled_from(
    ["yes", "null", "~", "1e3", "0x1", "2024-01-01", "a: b", "- a", " x ", "a\nb\n", "\n", "|", "#",
     "a\n  b", "\ttab", "{{ x }}", "é\u2028\x85", "x\r\ny", "\ufeff", "\x7f"]
)  # fmt: skip
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


@QUICK
@given(PLAIN)
def test_what_is_dumped_loads_back(data: Any) -> None:
    """Text that looks like something else stays text."""
    assert yaml.load(yaml.dump(data), source="x").data == data


def test_dumped_text_reads_well() -> None:
    """Keys in their order, blocks for many lines, Unicode as it is, no aliases."""
    shared = ["x"]

    assert yaml.dump({"b": "one\ntwo\n", "a": "é", "c": shared, "d": shared}) == (
        "b: |\n  one\n  two\na: é\nc:\n- x\nd:\n- x\n"
    )


def test_positions_count_from_one() -> None:
    """Of values, of keys, and of the nearest parent of what is not there."""
    document = yaml.load("a:\n  - x\n  - {b: 1}\nc: 2\n", source="x")

    assert document.data == {"a": ["x", {"b": 1}], "c": 2}
    assert document.position(()) == (1, 1)
    assert document.position(("a", 1, "b")) == (3, 9)
    assert document.position(("a", 1, "none", 3)) == (3, 5)
    assert document.key_position(("a",)) == (1, 1)
    assert document.key_position(("c",)) == (4, 1)
    assert document.key_position(("none",)) == (1, 1)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}, *{a}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a: [\n", "2:1", "this is not valid YAML"),
        ("a: 1\na: 2\n", "2:1", "'a' stands here twice"),
        ("a:\n  b: 1\n  b: 2\n", "3:3", "'b' stands here twice"),
        ("a: !!python/object/apply:os.system [id]\n", "1:4", "is not allowed"),
        ("a: !custom x\n", "1:4", "the tag !custom is not allowed"),
        ("a: !!binary aGk=\n", "1:4", "is not allowed"),
        ("a: !!set {x}\n", "1:4", "is not allowed"),
        ("a: !!int x\n", "1:4", "is not what its tag says"),
        ("[1]: 2\n", "1:1", "a key must be plain text"),
        ("a: 1\n---\nb: 2\n", "2:1", "this is not valid YAML"),
        ("a: \udcff\n", "1:4", "this is not UTF-8"),
        ("x\n\ny: \udcff\n", "3:4", "this is not UTF-8"),
        ("a: \x00\n", "1:1", "this is not valid YAML"),
        ("[" * 101 + "]" * 101, None, "nested too deeply"),
        ("[" * 3000 + "]" * 3000, None, "nested too deeply"),
        ("[" * 100_000 + "]" * 100_000, "1:101", "nested too deeply"),
        ("{a: " * 100_000, None, "nested too deeply"),
        ("- " * 100_000 + "x\n", None, "nested too deeply"),
        (BOMB, None, "expands to more than"),
        ("a: &a [*a]\n", None, ""),
        ("x" * (yaml.MAX_BYTES + 1), "1:1", "larger than"),
        ("a: *none\n", "1:4", "this is not valid YAML"),
    ],
)
def test_what_is_refused_says_where(text: str, place: str | None, said: str) -> None:
    """Source, line and column, one line, and never an object or an endless loop."""
    with pytest.raises(SpecError) as told:
        yaml.load(text, source="some.yaml")

    assert told.value.line.startswith(f"some.yaml:{place}: " if place else "some.yaml:")
    assert said in told.value.line
    assert "\n" not in told.value.line


def _nested(depth: int) -> list[Any]:
    return [_nested(depth - 1)] if depth > 1 else []


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("a: 2024-01-01\n", {"a": "2024-01-01"}),
        ("1: x\n", {"1": "x"}),
        ("yes: no\n", {"yes": False}),
        ("[" * 100 + "]" * 100, _nested(100)),
        ("a: [" + "x, " * 5_000 + "]\n", {"a": ["x"] * 5_000}),
        ("a: &x 1\nb: *x\n", {"a": 1, "b": 1}),
        ("a: ~\n", {"a": None}),
    ],
)
def test_what_is_read_is_plain(text: str, data: Any) -> None:
    """Dates stay text, keys are text, aliases are copies."""
    assert yaml.load(text, source="x").data == data
