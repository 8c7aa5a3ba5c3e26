"""An entry goes to the one place that its siblings leave for it, or nowhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.model.anchor import Anchor, Key, Place, Shape
from pattern_ci.render import siblings
from pattern_ci.render.anchoring import Inserted, Located, Refused, Why, insert, locate

if TYPE_CHECKING:
    from collections.abc import Sequence

SORTED, LAST, FIRST = Place.SORTED, Place.LAST, Place.FIRST
MOD = Anchor(place=SORTED, like="mod {*};")
JSON = Anchor(place=SORTED, like='  "{*}": {*}', separator=",")
ROW = Anchor(place=SORTED, like="| {*} | {*} |")
BULLET = Anchor(place=LAST, like="- {*}")
POINT = Anchor(place=SORTED, like="    # p/{*}", lines=2, blank=1, section="plugins =")


def put(text: str, anchor: Anchor, entry: str) -> str:
    """The new text; proves on the way that a second time changes nothing."""
    done = insert(text, anchor, entry)
    assert isinstance(done, Inserted), done
    assert done.changed
    again = insert(done.text, anchor, entry)
    assert again == Inserted(done.text, done.line, changed=False)
    assert locate(text, anchor, entry) == Located(done.line, there=False)
    return done.text


def refused(text: str, anchor: Anchor, entry: str) -> Why:
    """Why not, when there is a sentence as well."""
    done = insert(text, anchor, entry)
    assert isinstance(done, Refused), done
    assert done.reason.endswith(".")
    assert "\n" not in done.reason
    return done.why


def test_siblings_are_looked_for_once_for_all_ways_to_put_an_entry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each way still gives its own place."""
    text, looked = "mod b;\nMod C;\nmod d;\n", list[int]()
    real = siblings.is_sibling

    def counting(lines: Sequence[str], number: int, anchor: Anchor) -> bool:
        looked.append(len(lines))
        return real(lines, number, anchor)

    monkeypatch.setattr(siblings, "is_sibling", counting)
    wide = replace(MOD, like="{*} {*};")
    ways = [replace(wide, place=place, ignore_case=True) for place in (SORTED, LAST, FIRST)]

    made = [put(text, way, "mod ca;") for way in ways]

    assert made[0] == "mod b;\nMod C;\nmod ca;\nmod d;\n"
    assert made[1] == "mod b;\nMod C;\nmod d;\nmod ca;\n"
    assert made[2] == "mod ca;\nmod b;\nMod C;\nmod d;\n"
    # Other lengths are the entry alone, and what each way makes of the text.
    assert looked.count(4) == len(text.split("\n")) == 4


@pytest.mark.parametrize(
    ("text", "anchor", "entry", "wanted"),
    [
        ("mod a;\nmod c;\n", MOD, "mod b;\n", "mod a;\nmod b;\nmod c;\n"),
        ("mod b;\nmod c;\n", MOD, "mod a;", "mod a;\nmod b;\nmod c;\n"),
        ("use x;\n\nmod a;\n\nfn f()\n", MOD, "mod b;", "use x;\n\nmod a;\nmod b;\n\nfn f()\n"),
        ("mod a;\n// why\nmod c;\n", MOD, "mod b;", "mod a;\nmod b;\n// why\nmod c;\n"),
        ("mod a;\npub mod b;\nmod c;\n", MOD, "mod d;", "mod a;\npub mod b;\nmod c;\nmod d;\n"),
        ("mod a;\r\nmod c;\r\n", MOD, "mod b;\n", "mod a;\r\nmod b;\r\nmod c;\r\n"),
        ("mod a;\nmod b;", MOD, "mod c;\n", "mod a;\nmod b;\nmod c;"),
        ("mod a;\n", MOD, "mod b;\r\n", "mod a;\nmod b;\n"),
        ("mod a;\nmod m;\nmod c;\nmod z;\n", MOD, "mod b;",
         "mod a;\nmod b;\nmod m;\nmod c;\nmod z;\n"),
        ("mod a;\nmod c;\n\nmod x;\nmod z;\n", MOD, "mod y;",
         "mod a;\nmod c;\n\nmod x;\nmod y;\nmod z;\n"),
        ("- b\n\n- a\n\ntext\n", BULLET, "- c", "- b\n\n- a\n- c\n\ntext\n"),
        ("- b\n  more\n\ntext\n", BULLET, "- c", "- b\n  more\n- c\n\ntext\n"),
        ("- b\n", Anchor(place=FIRST, like="- {*}"), "- c", "- c\n- b\n"),
    ],
)  # fmt: skip
def test_lines(text: str, anchor: Anchor, entry: str, wanted: str) -> None:
    """In order, at the end or in front; newlines and the end of the file stay as they are."""
    assert put(text, anchor, entry) == wanted


@pytest.mark.parametrize(
    ("text", "entry", "wanted"),
    [
        ('{\n  "a": 1,\n  "c": 2\n}\n', '  "b": 0', '{\n  "a": 1,\n  "b": 0,\n  "c": 2\n}\n'),
        ('{\n  "a": 1,\n  "c": 2\n}\n', '  "d": 0', '{\n  "a": 1,\n  "c": 2,\n  "d": 0\n}\n'),
        ('{\n  "a": 1,\n  "c": 2,\n}\n', '  "d": 0,', '{\n  "a": 1,\n  "c": 2,\n  "d": 0,\n}\n'),
        ('{\n  "b": 1\n}\n', '  "a": 0', '{\n  "a": 0,\n  "b": 1\n}\n'),
        ('{\n  "a": 1\n  "c": 2\n}\n', '  "b": 0', '{\n  "a": 1\n  "b": 0\n  "c": 2\n}\n'),
        ('{\n  "a": [\n    1\n  ]\n}', '  "b": 0', '{\n  "a": [\n    1\n  ],\n  "b": 0\n}'),
    ],
)
def test_entries_with_a_separator(text: str, entry: str, wanted: str) -> None:
    """The comma stands between entries, and after the last only where it stood there before."""
    assert put(text, JSON, entry) == wanted


def test_rows_of_a_table() -> None:
    """Head and ruler are no rows, though they look like some."""
    text = "| Rule | Doc |\n| --- | --- |\n| a | x |\n| c | y |\n\nEnd\n"

    assert put(text, ROW, "| b | z |\n") == text.replace("| c", "| b | z |\n| c")
    assert refused("| Rule | Doc |\n| --- | --- |\n", ROW, "| b | z |") is Why.NO_SIBLING


def test_entries_of_several_lines_with_empty_lines_between() -> None:
    """An entry with more lines than usual stays whole; the gap goes with the new one."""
    text = "plugins =\n    # p/a\n    a = 1\n    a2 = 2\n\n    # p/c\n    c = 3\n\n[x]\n"
    entry = "    # p/{}\n    n = 0\n"

    between = put(text, POINT, entry.format("b"))
    assert between == text.replace("\n    # p/c", "\n    # p/b\n    n = 0\n\n    # p/c")
    before = put(text, POINT, entry.format("A"))
    assert before == text.replace("    # p/a", "    # p/A\n    n = 0\n\n    # p/a")
    after = put(text, POINT, entry.format("d"))
    assert after == text.replace("c = 3\n", "c = 3\n\n    # p/d\n    n = 0\n")


@pytest.mark.parametrize(
    ("changes", "entry", "line"),
    [
        ({}, "from b import Z", 3),
        ({"key": Key.WILD}, "from b import Z", 3),
        ({"ignore_case": True}, "from A import Z", 2),
        ({}, "from A import Z", 1),
    ],
)
def test_what_entries_are_sorted_by(changes: dict[str, Any], entry: str, line: int) -> None:
    """The whole line or what varies, with or without regard to case."""
    anchor = Anchor(place=SORTED, like="from {*} import {*}", **changes)
    text = "from a import Y\nfrom b import Q\nfrom c import X\n"

    assert locate(text, anchor, entry) == Located(line, there=False)


def test_an_entry_goes_behind_those_that_sort_the_same() -> None:
    """Where case does not count, the newer one comes second."""
    anchor = Anchor(place=SORTED, like="- {*}", ignore_case=True)

    assert put("- a\n- b\n- c\n", anchor, "- B") == "- a\n- b\n- B\n- c\n"


def test_what_varies_may_sort_otherwise_than_the_line() -> None:
    """`ab` comes before `a.b` by its name alone, after it as a line."""
    text = "use a.b;\nuse b;\n"

    by_line = Anchor(place=SORTED, like="use {*};")
    by_name = Anchor(place=SORTED, like="use {*};", key=Key.WILD)
    assert locate("use a;\nuse b;\n", by_line, "use a0;") == Located(1, there=False)
    assert locate("use a;\nuse b;\n", by_name, "use a0;") == Located(2, there=False)
    assert locate(text, by_name, "use a;") == Located(1, there=False)


def test_a_section_says_which_list() -> None:
    """Of two lists that are alike the one below the named line; it ends where the next begins."""
    text = "## Core\n\n- a\n- c\n\n## Extra\n\n- a\n- c\n"
    core = Anchor(place=SORTED, like="- {*}", section="## Core")
    extra = Anchor(place=SORTED, like="- {*}", section="## Ex{*}")

    assert put(text, core, "- b") == text.replace("- c", "- b\n- c", 1)
    assert put(text, extra, "- b").count("- b") == 1
    assert locate(text, extra, "- b") == Located(9, there=False)
    assert refused("## Core\n\n## Extra\n\n- a\n", core, "- b") is Why.NO_SIBLING
    assert refused(text, replace(core, section="## {*}"), "- b") is Why.AMBIGUOUS
    assert refused(text, replace(core, section="## X"), "- b") is Why.NO_SECTION


@pytest.mark.parametrize(
    ("text", "anchor", "entry", "why"),
    [
        ("x\n", MOD, "mod b;", Why.NO_SIBLING),
        ("", MOD, "mod b;", Why.NO_SIBLING),
        ("mod a;\r\nmod c;\n", MOD, "mod b;", Why.MIXED_NEWLINES),
        ("mod a;\n\nmod c;\n", MOD, "mod b;", Why.AMBIGUOUS),
        ("mod b;\nmod a;\nmod d;\nmod c;\n", MOD, "mod cc;", Why.AMBIGUOUS),
        ("mod a;\npub mod b;\nmod d;\n", MOD, "mod c;", Why.AMBIGUOUS),
        ("- a\n\n# More\n\n- b\n", BULLET, "- c", Why.AMBIGUOUS),
        ("x = [\n    a,\n]\ny = [\n    b,\n]\n", Anchor(place=LAST, like="    {*},"), "    c,",
         Why.AMBIGUOUS),
        ("mod a;\n", MOD, "", Why.BAD_ENTRY),
        ("mod a;\n", MOD, "  \n", Why.BAD_ENTRY),
        ("mod a;\n", MOD, "mod ;", Why.BAD_ENTRY),
        ("mod a;\n", MOD, "  mod b;", Why.BAD_ENTRY),
        ("mod a;\n", MOD, "mod b;\nmod c;", Why.BAD_ENTRY),
        ("mod a;\n", MOD, "mod b\rc;", Why.BAD_ENTRY),
        ("- a\n", Anchor(place=LAST, like="- {*}", lines=2), "- b\n- c", Why.BAD_ENTRY),
        ("s\n- a\n", Anchor(place=LAST, like="{*}", section="s"), "s", Why.BAD_ENTRY),
    ],
)  # fmt: skip
def test_nothing_is_guessed(text: str, anchor: Anchor, entry: str, why: Why) -> None:
    """No place, several as good as each other, or an entry that would not be known again."""
    assert refused(text, anchor, entry) is why


def test_an_entry_of_another_list_is_not_this_one() -> None:
    """What stands in another section does not count as there."""
    text = "## A\n- x\n## B\n- b\n"

    found = locate(text, Anchor(place=LAST, like="- {*}", section="## A"), "- b")

    assert found == Located(3, there=False)


def test_an_entry_is_known_by_all_of_its_lines() -> None:
    """The same first line with another second one is another entry."""
    anchor = Anchor(place=LAST, like="- {*}", lines=2)

    assert locate("- a\n  1\n", anchor, "- a\n  1") == Located(1, there=True)
    assert locate("- a\n  1\n", anchor, "- a\n  2") == Located(3, there=False)


@pytest.mark.parametrize(
    ("shape", "line", "values"),
    [
        ("{*}", "a b", ("a b",)),
        ("{*}", "", None),
        ("{*}", " a", None),
        ("{*} = {*}", "a = b = c", ("a", "b = c")),
        ("a{*}", "a", None),
        ("{*}a", "a", None),
        ("{*}{*}", "ab", ("a", "b")),
        ("{*}{*}", "a", None),
        ("(.*)+[{*}]", "(.*)+[x]", ("x",)),
        ("(.*)+[{*}]", "aaa[x]", None),
        ("\\d{*}$", "\\d1$", ("1",)),
        ("x", "x  ", ()),
        ("x", "xy", None),
        ("{*}aa{*}", "baaa", ("b", "a")),
    ],
)
def test_shapes(shape: str, line: str, values: tuple[str, ...] | None) -> None:
    """Text counts as it stands, whatever it would mean to a regular expression."""
    assert Shape(shape).match(line) == values
