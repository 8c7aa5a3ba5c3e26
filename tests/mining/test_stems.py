"""Names are lifted out of a text in every case, and settle back exactly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.mining.stems import (
    forms,
    lift,
    liftable,
    meaning,
    name_holes,
    placeholder,
    settle,
)
from pattern_ci.model.cases import CASES

QUICK = settings(max_examples=80, deadline=None)
PLAIN = st.text(alphabet="abcXYZ019_-. ", min_size=1, max_size=12)
ANY = st.text(alphabet=st.characters(exclude_categories=["Co", "Cs"]), min_size=1, max_size=12)


@QUICK
@given(st.data(), PLAIN | ANY)
def test_what_was_lifted_settles_back(data: st.DataObject, name: str) -> None:
    """Text with the name in any case and place comes back byte for byte."""
    parts = data.draw(
        st.lists(st.sampled_from([name, *(case(name) for case in CASES.values())]) | PLAIN | ANY)
    )
    text = "".join(parts)

    assert settle(lift(text, (name,)), (name,)) == text


@QUICK
@given(PLAIN, PLAIN, st.lists(PLAIN, max_size=6))
def test_two_names_settle_back(one: str, two: str, parts: list[str]) -> None:
    """Each of two names keeps its own placeholders."""
    text = " ".join([one, *parts, two, one])

    assert settle(lift(text, (one, two)), (one, two)) == text


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("foo_bar", ""),
        ("foo-bar", "kebab"),
        ("FooBar", "pascal"),
        ("fooBar", "camel"),
        ("FOO_BAR", "const"),
        ("foobar", "flat"),
        ("FOOBAR", "uflat"),
        ("Foo Bar", "title"),
        ("foo bar", "words"),
        ("foo.bar", "dot"),
    ],
)
def test_every_case_is_found_and_named(text: str, case: str) -> None:
    """Ten ways to write a name, ten placeholders; another name takes the same case."""
    lifted = lift(f"({text})", ("foo_bar",))

    assert lifted == f"({placeholder(0, case)})"
    assert settle(lifted, ("new_thing",)) == f"({CASES[case or 'snake']('new_thing')})"


@pytest.mark.parametrize(
    "text", ["latest", "tests", "protest1", "test9", "attest", "TESTING", "MYTEST", "Tests"]
)
def test_a_name_inside_a_longer_word_stays(text: str) -> None:
    """`test` in `latest` is no name."""
    assert lift(text, ("test",)) == text


@pytest.mark.parametrize(
    ("text", "lifted"),
    [
        ("MyTestCase", "My\ue003Case"),
        ("test_case", "\ue000_case"),
        ("run_test()", "run_\ue000()"),
        ("a.test.b", "a.\ue000.b"),
    ],
)
def test_a_name_as_a_word_of_its_own_is_lifted(text: str, lifted: str) -> None:
    """Separators and capitals end a word."""
    assert lift(text, ("test",)) == lifted


@pytest.mark.parametrize("name", ["ab", "a", "12", "123", "--", ""])
def test_short_and_wordless_names_are_left(name: str) -> None:
    """Two letters or a number stand in a text by chance."""
    assert lift("ab a 12 123 -- x", (name,)) == "ab a 12 123 -- x"


def test_the_longest_variant_wins() -> None:
    """A short name inside a longer one does not cut it."""
    assert lift("foo_bar", ("foo_bar", "bar")) == placeholder(0, "")
    lengths = [len(form) for form in forms(("foo_bar", "bar"))]
    assert lengths == sorted(lengths, reverse=True)


def test_a_name_with_private_characters_is_not_lifted() -> None:
    """It could be found in what another name was replaced by, and would not settle back."""
    name = "a\ue001b"

    assert lift("aa_bb a_b", (name,)) == "aa_bb a_b"


def test_texts_that_hold_placeholders_are_not_liftable() -> None:
    """Private-use characters would be taken for names."""
    assert not liftable("icon \ue0a0")
    assert liftable("é中 \u2028 \U0001f600")


def test_placeholders_say_what_they_stand_for() -> None:
    """Hole and case come back; anything else means nothing."""
    assert meaning(placeholder(2, "kebab")) == (2, "kebab")
    assert meaning(placeholder(0, "")) == (0, "")
    assert meaning("x") is None
    assert meaning(placeholder(0, "") * 2) is None


def test_a_lifted_path_becomes_a_role() -> None:
    """Cases that a path cannot be checked against make no role."""
    cases = frozenset({"kebab"})

    assert name_holes(f"docs/{placeholder(0, '')}.md", "name", cases) == "docs/{name}.md"
    assert name_holes(f"a/{placeholder(0, 'kebab')}.md", "name", cases) == "a/{name.kebab}.md"
    assert name_holes(f"a/{placeholder(0, 'title')}.md", "name", cases) is None
