"""Words of an identifier, and the ten ways to write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.model.cases import CASES, words

QUICK = settings(max_examples=80, deadline=None)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("foo_bar", ["foo", "bar"]),
        ("foo-bar", ["foo", "bar"]),
        ("FooBar", ["foo", "bar"]),
        ("fooBar", ["foo", "bar"]),
        ("FOO_BAR", ["foo", "bar"]),
        ("HTTPServer_v2", ["http", "server", "v", "2"]),
        ("parseXMLFile", ["parse", "xml", "file"]),
        ("v1.2", ["v", "1", "2"]),
        ("über größe", ["über", "größe"]),
        ("ÜberGröße", ["über", "größe"]),
        ("HTTPÜbersichtNeu", ["http", "übersicht", "neu"]),
        ("nai\u0308ve cafe\u0301", ["na\u00efve", "caf\u00e9"]),
        ("МойКласс2", ["мой", "класс", "2"]),
        ("中文", ["中文"]),
        ("foo中文Bar", ["foo", "中文", "bar"]),
        ("--", []),
        ("", []),
    ],
)
def test_where_words_begin(text: str, parts: list[str]) -> None:
    """At separators, capitals and digits; a run of capitals is one word."""
    assert words(text) == parts


@QUICK
@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_a_letter_of_another_script_elsewhere_changes_no_word_of_this_one(text: str) -> None:
    """ASCII is split alike whether it stands alone or not."""
    assert words(f"{text} 中") == [*words(text), "中"]


def test_every_case_of_one_name() -> None:
    """The table that templates and roles rely on."""
    assert {case: convert("foo_barBaz") for case, convert in CASES.items()} == {
        "snake": "foo_bar_baz",
        "kebab": "foo-bar-baz",
        "pascal": "FooBarBaz",
        "camel": "fooBarBaz",
        "const": "FOO_BAR_BAZ",
        "flat": "foobarbaz",
        "uflat": "FOOBARBAZ",
        "title": "Foo Bar Baz",
        "words": "foo bar baz",
        "dot": "foo.bar.baz",
    }


@QUICK
@given(st.lists(st.from_regex(r"[a-z]{2,6}", fullmatch=True), min_size=1, max_size=4))
def test_cases_that_keep_words_lead_to_each_other(parts: list[str]) -> None:
    """From any of them to any other is the same as at once."""
    keeping = [name for name in CASES if name not in ("flat", "uflat")]
    name = "_".join(parts)

    for first in keeping:
        for second in keeping:
            assert CASES[second](CASES[first](name)) == CASES[second](name)


@QUICK
@given(st.text(max_size=20), st.sampled_from(sorted(CASES)))
def test_a_case_is_stable(text: str, case: str) -> None:
    """Any text can be converted; what has no letters converts to nothing."""
    made = CASES[case](text)

    assert made == "" or words(text)
    if case == "snake":
        assert CASES["snake"](made) == made
