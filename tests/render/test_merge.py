"""Three-way merges and entries: changes of both sides stand, or are marked, and line ends stay."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.render.entries import holds, replaced
from pattern_ci.render.merge import Labels, in_style, three_way

LABELS = Labels("yours", "then", "now")


def test_changes_of_other_lines_are_merged() -> None:
    """No conflict, and bytes that are no UTF-8 survive."""
    merged = three_way(b"a\xff\nb\nc\n", b"a\nb\nc\n", b"a\nb\nC\n", LABELS)

    assert merged == (b"a\xff\nb\nC\n", 0)


def test_changes_of_one_line_are_marked() -> None:
    """All three texts are there."""
    merged = three_way(b"x\n", b"a\n", b"y\n", LABELS)

    assert merged is not None
    assert merged.conflicts == 1
    assert merged.data == b"<<<<<<< yours\nx\n||||||| then\na\n=======\ny\n>>>>>>> now\n"


def test_what_both_sides_changed_alike_is_no_conflict() -> None:
    """A person was ahead of the pattern."""
    assert three_way(b"y\nz\n", b"a\nz\n", b"y\nz\n", LABELS) == (b"y\nz\n", 0)


EDITS = st.lists(st.sampled_from(["keep", "drop", "change", "add"]), min_size=6, max_size=6)


@given(ours=EDITS, theirs=EDITS)
@settings(max_examples=25, deadline=None)
def test_what_either_side_wrote_is_in_the_merge(ours: list[str], theirs: list[str]) -> None:
    """With conflicts or without, no line that somebody added is lost."""
    base = [f"line {number}" for number in range(6)]
    mine, other = _edited(base, ours, "mine"), _edited(base, theirs, "other")

    merged = three_way(_text(mine), _text(base), _text(other), LABELS)

    assert merged is not None
    assert {*mine, *other} - set(base) <= set(merged.data.decode().splitlines())


def _edited(base: list[str], edits: list[str], who: str) -> list[str]:
    result = []
    for line, edit in zip(base, edits, strict=True):
        kept = {"keep": [line], "drop": [], "change": [f"{who} {line}"]}
        result += kept.get(edit, [line, f"{who} after {line}"])
    return result


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def test_binary_data_is_not_merged() -> None:
    """Markers would break it."""
    assert three_way(b"\0a", b"\0b", b"\0c", LABELS) is None


def test_a_merge_keeps_the_line_ends_of_the_file() -> None:
    """A checkout may have changed them all."""
    assert three_way(b"a\r\nx\r\n", b"a\nb\n", b"A\nb\n", LABELS) is not None
    merged = three_way(b"a\r\nb\r\n\r\nx\r\n", b"a\nb\n", b"A\nb\n", LABELS)

    assert merged == (b"A\r\nb\r\n\r\nx\r\n", 0)


@pytest.mark.parametrize(
    ("data", "sample", "wanted"),
    [
        (b"a\n", b"b\r\n", b"a\r\n"),
        (b"a\r\n", b"b\n", b"a\n"),
        (b"a\n", b"b\r\nc\n", b"a\n"),
        (b"a\r\nb\n", b"c\r\n", b"a\r\nb\n"),
        (b"a\n", b"", b"a\n"),
    ],
)
def test_mixed_line_ends_are_nobodys_style(data: bytes, sample: bytes, wanted: bytes) -> None:
    """Only a text with one kind gives or takes a style."""
    assert in_style(data, sample) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[\n  a,\n  b\n]\n", "[\n  A,\n  b\n]\n"),
        ("[\n  b,\n  a\n]", "[\n  b,\n  A\n]"),
        ("[\r\n  a,\r\n]\r\n", "[\r\n  A,\r\n]\r\n"),
        ("[\r\n  a,\n]\r\n", None),
        ("  a,\n  a,\n", None),
        ("  ab,\n", None),
    ],
    ids=["separator", "last", "crlf", "mixed", "twice", "other"],
)
def test_an_entry_is_replaced_where_it_stands_once(text: str, wanted: str | None) -> None:
    """Verbatim, but for the separator, which belongs to the list."""
    assert replaced(text, "  a,\n", "  A,\n", separator=",") == wanted


def test_an_entry_of_several_lines() -> None:
    """Found as a whole, and it may grow."""
    text = "x:\n  a: 1\ny:\n  a: 1\n"

    assert replaced(text, "y:\n  a: 1\n", "y:\n  a: 2\n  b: 3\n", separator=None) == (
        "x:\n  a: 1\ny:\n  a: 2\n  b: 3\n"
    )
    assert holds(text, "x:\n  a: 1", separator=None)
    assert not holds(text, "  a: 1", separator=None)
