"""An element goes into a list on one line: where, how it is parted, and when there is no place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pattern_ci.model.anchor import Anchor, Key, Place
from pattern_ci.render.anchoring import Inserted, Refused, Why, entry_lines, insert
from pattern_ci.render.excerpts import Excerpt, disagreement, excerpt, misplaced
from pattern_ci.render.inline import swapped

ALL = Anchor(place=Place.SORTED, like='"{*}"', separator=",", within="__all__ = [{*}]")
BARE = Anchor(place=Place.LAST, like="{*}", separator=",", within="rules: [{*}]")
WORDS = Anchor(place=Place.SORTED, like="{*}", within="TESTS = {*}")
EITHER = Anchor(place=Place.LAST, like="'{*}'", separator="|", within="type Kind = {*};")


def put(text: str, anchor: Anchor, entry: str) -> str:
    """The text with the entry."""
    done = insert(text, anchor, entry)
    assert isinstance(done, Inserted), done.reason
    return done.text


@pytest.mark.parametrize(
    ("before", "anchor", "entry", "after"),
    [
        ('__all__ = ["a", "c"]', ALL, '"b"', '__all__ = ["a", "b", "c"]'),
        ('__all__ = ["b", "c"]', ALL, '"a"', '__all__ = ["a", "b", "c"]'),
        ('__all__ = ["a","b"]', ALL, '"c"', '__all__ = ["a","b","c"]'),
        ('__all__ = ["a"]', ALL, '"b"', '__all__ = ["a", "b"]'),
        ('__all__ = ["a", "b",]', ALL, '"c"', '__all__ = ["a", "b", "c",]'),
        ("rules: [b, a]", BARE, "c", "rules: [b, a, c]"),
        ("rules: [ b, a ]  ", BARE, "c", "rules: [ b, a, c ]  "),
        ("rules: [b, a]", replace(BARE, place=Place.FIRST), "c", "rules: [c, b, a]"),
        ("rules: [f(x, y), {a: 1}]", BARE, "c", "rules: [f(x, y), {a: 1}, c]"),
        ("rules: ['x, y', don't]", BARE, "c", "rules: ['x, y', don't, c]"),
        ('__all__ = ["a", "b\\",c"]', ALL, '"d"', '__all__ = ["a", "b\\",c", "d"]'),
        ("TESTS = a c", WORDS, "b", "TESTS = a b c"),
        ("type Kind = 'a' | 'b';", EITHER, "'c'", "type Kind = 'a' | 'b' | 'c';"),
    ],
)
def test_an_element_goes_where_it_belongs(
    before: str, anchor: Anchor, entry: str, after: str
) -> None:
    """Parted as the others are; the line around it, and every other line, stays."""
    text = f"one = 1\r\n{before}\r\ntwo = 2\r\n"

    done = insert(text, anchor, f"{entry}\n")

    assert done == Inserted(f"one = 1\r\n{after}\r\ntwo = 2\r\n", 2, changed=True)
    assert insert(done.text, anchor, entry) == Inserted(done.text, 2, changed=False)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nothing", Why.NO_SIBLING),
        ("__all__ = []", Why.NO_SIBLING),
        ('__all__ = ["a", 1]', Why.NO_SIBLING),
        ('__all__ = ["a", "b]', Why.NO_SIBLING),
        ('__all__ = ["a"], ["z"]', Why.NO_SIBLING),
        ('__all__ = ["a"]\n__all__ = ["z"]', Why.AMBIGUOUS),
        ('__all__ = ["z", "a", "z2", "b"]', Why.AMBIGUOUS),
        ('__all__ = ["a"]\r\nx\n', Why.MIXED_NEWLINES),
    ],
)
def test_a_place_is_never_guessed_at(text: str, why: Why) -> None:
    """No list, no list of such elements, two of them, or one that lost its order."""
    done = insert(text, ALL, '"m"')

    assert isinstance(done, Refused)
    assert done.why is why


@pytest.mark.parametrize("entry", ["", '"a", "b"', '"a",', "bare", '"a"\n"b"', '"a'])
def test_an_entry_that_would_not_be_one_element_is_refused(entry: str) -> None:
    """It would not be known again."""
    made = entry_lines(ALL, entry)

    assert isinstance(made, Refused)
    assert made.why is Why.BAD_ENTRY


def test_a_section_tells_one_list_from_another() -> None:
    """Below the line that heads it."""
    anchor = Anchor(
        place=Place.LAST, like="{*}", separator=",", within="  names: [{*}]", section="b:"
    )

    done = put("a:\n  names: [x]\nb:\n  names: [y]\n", anchor, "z")

    assert done == "a:\n  names: [x]\nb:\n  names: [y, z]\n"


def test_what_varies_decides_the_order_where_it_is_the_key() -> None:
    """And case counts only when it is to count."""
    by_line = replace(BARE, place=Place.SORTED, like="use{*}a")
    by_name = replace(by_line, key=Key.WILD)
    folded = replace(by_line, ignore_case=True)
    text = "rules: [useAa, useBbba, usezza]"

    assert put(text, by_line, "useca") == "rules: [useAa, useBbba, useca, usezza]"
    assert put(text, by_name, "useBba") == "rules: [useAa, useBba, useBbba, usezza]"
    assert put(text, folded, "useaza") == "rules: [useAa, useaza, useBbba, usezza]"


def test_an_example_records_the_neighbours_and_they_prove_the_place() -> None:
    """The elements beside it, and no other line."""
    found = excerpt('x\n__all__ = ["a", "c", "d"]\n', ALL, '"b"\n')

    assert found == Excerpt(2, ('"b"',), ('"a"',), ('"c"',))
    assert disagreement(ALL, '"b"', above=['"a"'], below=['"c"']) is None
    assert disagreement(ALL, '"b"', above=['"c"'], below=['"d"'])
    assert disagreement(ALL, '"b"', above=[], below=[])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ('__all__ = ["a", "b", "c"]', True),
        ('__all__ = ["b", "c"]', True),
        ('__all__ = ["a", "c", "b"]', False),
        ('__all__ = ["a", "c"]', False),
        ('__all__ = ["b"]', False),
    ],
)
def test_history_is_asked_whether_an_element_stood_there(text: str, *, right: bool) -> None:
    """Where the anchor would have put it, had it not been there."""
    assert (misplaced(text, ALL, '"b"\n') is None) is right


def test_an_update_replaces_an_element_in_its_place() -> None:
    """Only where it stands, and once."""
    text = 'x\r\n__all__ = ["a", "b",  "c"]\r\n'

    assert swapped(text, ALL, '"b"\n', '"z"\n') == 'x\r\n__all__ = ["a", "z",  "c"]\r\n'
    assert swapped(text, ALL, '"q"', '"z"') is None
    assert swapped('__all__ = ["b", "b"]', ALL, '"b"', '"z"') is None
