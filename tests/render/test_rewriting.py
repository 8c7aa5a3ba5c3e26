"""Rewriting a text: what is replaced, what is left alone, and that it ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pattern_ci.model.rewrite import Rewrite, Value
from pattern_ci.render.rewriting import (
    MAX_EDITS,
    MAX_LINE,
    MAX_MISSES,
    Edit,
    anchor,
    rewrite,
    stable,
)


def rule(
    before: str, after: str, *, start: bool = False, end: bool = False, **kinds: str
) -> Rewrite:
    """A rule for every file."""
    return Rewrite(
        files=("*",),
        before=before,
        after=after,
        variables={name: Value(kind) for name, kind in kinds.items()},
        line_start=start,
        line_end=end,
    )


WARN = rule("logger.warn(", "logger.warning(")


def test_every_place_is_replaced_and_told() -> None:
    """With its line, counted from 1."""
    done = rewrite("a\n  logger.warn(1)\nb; logger.warn(2)\n", WARN)

    assert done.text == "a\n  logger.warning(1)\nb; logger.warning(2)\n"
    assert done.edits == (
        Edit(2, "logger.warn(", "logger.warning("),
        Edit(3, "logger.warn(", "logger.warning("),
    )
    assert stable(done, WARN)


@pytest.mark.parametrize(
    "text",
    ["", "mylogger.warn(1)\n", "logger.warning(1)\n", "logger .warn(1)\n", "logger.warns(1)"],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    """A word is not cut, and blanks count."""
    assert rewrite(text, WARN) == (text, ())


def test_a_metavariable_takes_the_shortest_text_with_its_brackets_paired() -> None:
    """A comma inside of brackets ends no argument."""
    swap = rule("assert_equal($A, $B)", "assert $B == $A", A="text", B="text")

    assert rewrite("assert_equal(f(1, 2), g[3, 4])\n", swap).text == "assert g[3, 4] == f(1, 2)\n"
    assert not rewrite("assert_equal(f(1, 2)\n, 3)\n", swap).edits
    assert not rewrite("assert_equal(, 3)\n", swap).edits
    assert not rewrite("assert_equal(a], 3)\n", swap).edits


def test_a_word_is_one_word() -> None:
    """A call is none."""
    bare = rule("class $A(object):", "class $A:", A="word")

    assert rewrite("class Foo(object):\n", bare).text == "class Foo:\n"
    assert not rewrite("class Foo(a)(object):\n", bare).edits


def test_the_same_metavariable_stands_for_the_same_text() -> None:
    """Everywhere in a rule."""
    twice = rule("if $A: del $A;", "pop($A);", A="word")

    assert rewrite("if x: del x;", twice).text == "pop(x);"
    assert not rewrite("if x: del y;", twice).edits


def test_lines_are_indented_like_the_first() -> None:
    """What is written takes the indentation that was found; empty lines get none."""
    block = rule("f = open($A)\nuse(f)", "with open($A) as f:\n\n    use(f)", start=True, A="text")

    done = rewrite("def go():\n    f = open(name)\n    use(f)\n", block)

    assert done.text == "def go():\n    with open(name) as f:\n\n        use(f)\n"
    assert done.edits[0].line == 2
    assert not rewrite("def go():\n    f = open(name)\n  use(f)\n", block).edits
    assert not rewrite("x; f = open(name)\nuse(f)\n", block).edits


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("old", True),
        ("  old\n", True),
        ("old\r\n", True),
        ("old more\n", False),
        ("my old\n", False),
    ],
)
def test_a_rule_for_whole_lines_leaves_parts_of_lines(text: str, changed: bool) -> None:
    """A file without a final line end, and one with those of Windows, has whole lines too."""
    whole = rule("old", "new", start=True, end=True)

    assert rewrite(text, whole).text == (text.replace("old", "new") if changed else text)


def test_line_ends_stay_as_they_are() -> None:
    """New lines end as the first of the match does; others are not touched."""
    joined = rule("a\nb", "a\nx\nb")

    assert rewrite("1\r\na\r\nb\r\n2\n", joined).text == "1\r\na\r\nx\r\nb\r\n2\n"
    assert rewrite("a\nb\r\n", joined).text == "a\nx\nb\r\n"


def test_bytes_that_are_no_text_survive() -> None:
    """They are surrogates here, and themselves again on disk."""
    raw = b"caf\xe9 logger.warn(\xff)\n"

    done = rewrite(raw.decode("utf-8", "surrogateescape"), WARN)

    assert done.text.encode("utf-8", "surrogateescape") == b"caf\xe9 logger.warning(\xff)\n"


def test_signs_of_other_languages_mean_nothing() -> None:
    """Neither those of regular expressions nor those of replacements."""
    odd = rule(r"a.*(b)\1 $$A", r"\g<0> $$ $0")

    assert rewrite(r"a.*(b)\1 $A; axx(b)", odd).text == r"\g<0> $ $0; axx(b)"


def test_a_rule_that_makes_its_own_left_side_is_not_stable() -> None:
    """Such a text is for the caller to leave alone."""
    more = rule("use(a", "use(a, b")

    assert not stable(rewrite("use(a)", more), more)


def test_hostile_texts_cost_little() -> None:
    """Lines of data are left alone, and there is an end to replacing."""
    many = rule("f($A, $A)", "g($A)", A="text")

    assert not rewrite("f(" * 100_000, many).edits
    assert not rewrite("x" * (MAX_LINE + 1) + " logger.warn(1)", WARN).edits
    assert len(rewrite("logger.warn(1)\n" * (MAX_EDITS + 5), WARN).edits) == MAX_EDITS


def test_a_text_of_nothing_but_beginnings_is_given_up() -> None:
    """Looking at each of them for an end would take minutes."""
    call = rule("f($A)", "g($A)", A="text")

    assert not rewrite("f(\n" * MAX_MISSES + "f(x)", call).edits
    assert rewrite("f(\n" * (MAX_MISSES - 1) + "f(x)", call).text.endswith("\ng(x)")


def test_the_anchor_is_the_longest_fixed_text() -> None:
    """Who looks for matches in many files looks for it first."""
    assert anchor(rule("a($A).method_name\n  b", "x", A="text")) == ").method_name"


@given(st.text(alphabet="ab (),\n\r.$", max_size=40))
def test_nothing_but_matches_changes(text: str) -> None:
    """Taking the replacements back gives the text again."""
    swap = rule("a($A)", "b<$A>", A="text")

    done = rewrite(text, swap)

    rest = done.text
    for edit in done.edits:
        rest = rest.replace(edit.after, edit.before, 1)
    assert rest == text
    assert stable(done, swap) or "a(" in done.text
