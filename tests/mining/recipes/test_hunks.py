"""What an edit put in, read as runs of lines."""

from __future__ import annotations

from pattern_ci.mining.recipes.hunks import Hunk, changed, turns


def lines(text: str) -> tuple[str, ...]:
    """One line a word."""
    return tuple(text.split())


def test_an_insertion_is_one_run() -> None:
    """With its place in the text before."""
    assert changed(lines("a b d"), lines("a b c d")) == [Hunk(2, 2, ("c",))]


def test_two_insertions_far_apart_are_two_runs() -> None:
    """What both versions have between them is no part of either."""
    found = changed(lines("a b c d e"), lines("x a b c d y e"))

    assert found == [Hunk(0, 0, ("x",)), Hunk(4, 4, ("y",))]


def test_a_run_that_could_stand_higher_is_given_there() -> None:
    """`} { b` after `{ a` is `{ b }` after `{ a }` as well: the same text, one reading."""
    assert changed(lines("{ a } ."), lines("{ a } { b } .")) == [Hunk(2, 2, ("}", "{", "b"))]


def test_every_reading_of_an_insertion_gives_the_same_text() -> None:
    """All turns are told, the block that begins with its own first line among them."""
    before, after = lines("{ a } { c }"), lines("{ a } { b } { c }")
    (hunk,) = changed(before, after)

    readings = list(turns(before, hunk))

    assert Hunk(3, 3, ("{", "b", "}")) in readings
    for start, stop, put in readings:
        assert (*before[:start], *put, *before[stop:]) == after


def test_a_removal_puts_nothing_in() -> None:
    """Only what is new is told."""
    assert changed(lines("a b c"), lines("a c")) == []


def test_a_rewrite_teaches_nothing() -> None:
    """A stretch of more lines than anybody enters by hand is left out; the rest is told."""
    old = tuple(f"old {number}" for number in range(300))
    new = tuple(f"new {number}" for number in range(300))

    found = changed((*old, "end"), (*new, "end", "more"))

    assert found == [Hunk(301, 301, ("more",))]
