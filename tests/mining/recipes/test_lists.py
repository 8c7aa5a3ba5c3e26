"""Elements of lists on one line: read from an edit, learned, and put where history put them."""

from __future__ import annotations

import pytest

from pattern_ci.mining.recipes import gate
from pattern_ci.mining.recipes.lists import Element, Row, added
from pattern_ci.mining.recipes.study import judge
from pattern_ci.model.anchor import Anchor, Place
from tests.mining.recipes.test_study import NAMES, grown, one


@pytest.mark.parametrize(
    ("old", "new", "text", "row"),
    [
        ('__all__ = ["a"]', '__all__ = ["a", "b"]', '"b"', Row("__all__ = [{*}]", ",")),
        ("rules: [b, c] # x", "rules: [a, b, c] # x", "a", Row("rules: [{*}] # x", ",")),
        ("f(x, [a, b])", "f(x, [a, ab, b])", "ab", Row("f(x, [{*}])", ",")),
        ("use {a, b};", "use {a, b, c};", "c", Row("use {{*}};", ",")),
        ("K = a | b", "K = a | ab | b", "ab", Row("K = {*}", "|")),
        ("TESTS = one two", "TESTS = one three two", "three", Row("TESTS = {*}", None)),
    ],
)
def test_one_element_more_is_read(old: str, new: str, text: str, row: Row) -> None:
    """In the innermost list that has it, whatever the language."""
    assert added(old, new) == Element(text, row)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x = [a, b]", "x = [a, b, c, d]"),
        ("x = [a, b]", "x = [a, c]"),
        ("x = []", "x = [a]"),
        ("x = [a, b]", "y = [a, b, c]"),
        ("a word", "a word more"),
        ("x = one", "x = one two"),
        ("x = [a]", "x = [a, {*}]"),
    ],
)
def test_anything_else_is_no_element(old: str, new: str) -> None:
    """Two at once, another text, a first one, or a sentence that goes on."""
    assert added(old, new) is None


def test_a_list_on_one_line_is_learned() -> None:
    """Its elements are foretold with their place, though the line is another each time."""

    def write(names: list[str]) -> str:
        inside = ", ".join(f'"{name}"' for name in sorted(names))
        return f"one = 1\n__all__ = [{inside}]\nlast = {len(names)}"

    found = one(judge(grown(NAMES, write)))

    assert found.entry.anchor == Anchor(
        place=Place.SORTED, like='"{*}"', separator=",", within="__all__ = [{*}]"
    )
    assert [right for _, right in found.tried] == [True] * 6
    assert gate.objection(found) == ""


def test_a_list_that_grows_at_its_end_is_no_sorted_one() -> None:
    """Bare words will do: the line says what they are."""
    found = one(judge(grown(NAMES, lambda names: f"rules: [{', '.join(names)}]")))

    assert (found.entry.anchor.place, found.entry.anchor.like) == (Place.LAST, "{*}")
    assert all(right for _, right in found.tried)


def test_the_same_element_in_two_lists_is_two_entries() -> None:
    """What tells them apart is the line."""

    def write(names: list[str]) -> str:
        return f"first = [{', '.join(names)}]\nmore\nsecond = [{', '.join(sorted(names))}]"

    found = gate.best(judge(grown(NAMES, write)))

    assert [each.entry.anchor.within for each in found] == ["first = [{*}]", "second = [{*}]"]
