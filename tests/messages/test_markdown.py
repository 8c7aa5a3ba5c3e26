"""Text that others wrote comes out harmless, whatever it is."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pattern_ci.messages import markdown as md
from tests.messages.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])
_MENTION = re.compile(r"(?<![\w])@[A-Za-z0-9]")
_REFERENCE = re.compile(r"#[0-9]|\bGH-[0-9]", re.IGNORECASE)
_ADDRESS = re.compile(r"://|\bwww\.|\bmailto:|\bxmpp:", re.IGNORECASE)
_INERT = {"text", "text_special", "softbreak", "code_inline"}
anything = st.one_of(
    st.sampled_from(HOSTILE), st.text(), st.text(alphabet="@#`|<>!-[]()\\_*~:/.w \n1a&;$")
)


def _tokens(source: str) -> Iterator[Token]:
    for token in _PARSER.parse(source):
        yield token
        yield from token.children or ()


def _types(source: str) -> set[str]:
    return {token.type for token in _tokens(source)}


def _text(source: str) -> str:
    return "".join(token.content for token in _tokens(source) if token.type in _INERT)


def _unseen(value: str) -> set[str]:
    kept = {"\n", "\t"}
    return {
        char
        for char in value
        if char not in kept and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    }


def test_there_are_enough_hostile_strings() -> None:
    """The list is long enough to be worth something."""
    assert len(set(HOSTILE)) >= 200


@settings(max_examples=300, deadline=None)
@given(anything)
def test_text_is_nothing_but_text(value: str) -> None:
    """A line of text renders as one paragraph of text: no mark, link, HTML or live reference."""
    source = md.text(value)

    assert _types(f"{source}\n") <= {"paragraph_open", "inline", "paragraph_close"} | _INERT
    assert "code_inline" not in _types(source)
    assert "\n" not in source
    assert not _unseen(source)
    rendered = _text(source)
    assert not _MENTION.search(rendered)
    assert not _REFERENCE.search(rendered)
    assert not _ADDRESS.search(rendered)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_text_shows_what_was_given(value: str) -> None:
    """Nothing is lost: without the breaks, the rendered text is the line that went in."""
    assert _text(md.text(value)).replace("\u200b", "") == md.one_line(value)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_code_is_one_span(value: str) -> None:
    """Whatever backticks it holds, code is one span with that content."""
    source = md.code(value)
    spans = [token.content for token in _tokens(source) if token.type == "code_inline"]

    assert spans == [md.one_line(value) or "(empty)"]
    assert _types(source) == {"paragraph_open", "inline", "paragraph_close", "code_inline"}
    assert not _unseen(source)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_a_fence_holds_its_content(value: str) -> None:
    """A block ends where we end it, and the text after it is text again."""
    source = f"{md.fence(value, 'diff')}\n\nafter\n"
    blocks = [token for token in _PARSER.parse(source) if token.type == "fence"]

    assert len(blocks) == 1
    assert blocks[0].info == "diff"
    assert [token.type for token in _PARSER.parse(source)][1:] == [
        "paragraph_open", "inline", "paragraph_close",
    ]  # fmt: skip
    assert not _unseen(source)


@settings(max_examples=300, deadline=None)
@given(anything, anything)
def test_a_table_keeps_its_shape(one: str, two: str) -> None:
    """Two columns stay two columns and one row, and cells hold no HTML but our own."""
    source = md.table(["a", "b"], [[md.cell(one), md.code_cell(two)]])
    tokens = list(_tokens(source + "\n\nafter\n"))

    assert sum(token.type == "td_open" for token in tokens) == 2
    assert sum(token.type == "tr_open" for token in tokens) == 2
    html = [token.content for token in tokens if token.type.startswith("html")]
    assert html == ["<code>", "</code>"]
    assert not _unseen(source)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_a_log_line_is_no_command(value: str) -> None:
    """A runner that reads our log finds one line and no command of its own in it."""
    line = md.log(value)

    assert len(line.splitlines()) <= 1
    assert not line.strip().startswith("::")
    assert "##[" not in line
    assert not _unseen(line)
    assert line.encode().decode() == line


@settings(max_examples=200, deadline=None)
@given(anything)
def test_a_title_closes_nothing(value: str) -> None:
    """A title or commit subject mentions nobody and closes no issue."""
    line = md.plain(value)

    assert len(line) <= 200
    assert not re.search(r"@\w|#\w|://|\bGH-[0-9]", line, re.IGNORECASE)
    assert not _unseen(line)


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("ping @octocat", "ping @&#8203;octocat"),
        ("fixes #12", "fixes \\#&#8203;12"),
        ("<!-- x -->", "&lt;\\!-- x --&gt;"),
        ("a|b", "a&#124;b"),
        ("1. one", "1\\. one"),
        ("a\u202eb", "a\\\\u202eb"),
    ],
)
def test_text_by_example(value: str, source: str) -> None:
    """The source stays readable for the usual suspects."""
    assert md.text(value) == source


def test_a_link_needs_http() -> None:
    """An address with another scheme, a blank or a bracket gives the label alone."""
    assert (
        md.link("`a`", "https://h.invalid/o/r/commit/1") == "[`a`](https://h.invalid/o/r/commit/1)"
    )
    for url in ("javascript:alert(1)", "https://h.invalid/a b", "https://h.invalid/a)b", ""):
        assert md.link("label", url) == "label"


def test_a_path_is_quoted_for_an_address() -> None:
    """Blanks, brackets, percent signs and bytes that are no UTF-8 are encoded; slashes stay."""
    assert md.quoted("a b/(c)%é\udcff") == "a%20b/%28c%29%25%C3%A9%FF"


def test_clip_says_whether_something_is_missing() -> None:
    """Lines and characters are both bounds."""
    assert md.clip("a\nb\nc\n", lines=2, chars=99) == ("a\nb\n", True)
    assert md.clip("abcdef", lines=9, chars=3) == ("abc", True)
    assert md.clip("a\nb\n", lines=2, chars=4) == ("a\nb\n", False)


def test_fit_keeps_whole_sections_and_says_so() -> None:
    """What does not fit goes as a whole, so that no table or fence is cut open."""
    sections = ["a" * 50, md.fence("b" * 50), "c" * 50]

    whole = md.fit(sections, 500, "cut")
    less = md.fit(sections, 100, "cut")

    assert whole == "\n\n".join(sections) + "\n"
    assert less == f"{sections[0]}\n\ncut\n"
    assert len(less) <= 100
