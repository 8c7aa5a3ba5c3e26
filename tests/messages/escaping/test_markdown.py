"""Text that others wrote comes out harmless in Markdown, whatever it is."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pattern_ci.messages.escaping import markdown as md
from pattern_ci.messages.escaping.lines import one_line
from tests.messages.github_page import read
from tests.messages.hostile import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from pattern_ci.model.safe import Markdown

# A second parser beside GitHub's own one: it hands out spans and blocks with their content.
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_INERT = {"text", "text_special", "softbreak", "code_inline"}
anything = st.one_of(
    st.sampled_from(HOSTILE), st.text(), st.text(alphabet="@#`|<>!-[]()\\_*~:/.w \n1a&;$")
)


def _tokens(source: str) -> Iterator[Token]:
    for token in _PARSER.parse(source):
        yield token
        yield from token.children or ()


def _types(source: str) -> set[str]:
    return {token.type for token in _tokens(source)} - {"html_inline"}


def _html(source: str) -> set[str]:
    return {token.content for token in _tokens(source) if token.type.startswith("html")}


def _shown(source: str) -> str:
    return "".join(token.content for token in _tokens(source) if token.type in _INERT)


def _unseen(value: str) -> set[str]:
    return {
        char
        for char in value
        if char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    }


@settings(max_examples=300, deadline=None)
@given(anything)
def test_text_is_nothing_but_text(value: str) -> None:
    """A line of text renders as one paragraph of text: no mark, link, HTML or live reference."""
    source = md.text(value)
    page = read(source)

    assert page.tags in (("p", "/p"), ())
    assert not page.comments
    assert not page.alive
    assert "\n" not in source
    assert not _unseen(source)
    assert _types(f"{source}\n") <= {"paragraph_open", "inline", "paragraph_close"} | _INERT
    assert _html(source) <= {"<span>", "</span>"}
    assert "code_inline" not in _types(source)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_text_stays_text_below_another_line(value: str) -> None:
    """No underline, table or quote is made with the line above."""
    page = read(md.lines([md.text("above"), md.text(value)]))

    assert page.tags == ("p", "/p")
    assert not page.alive


@settings(max_examples=300, deadline=None)
@given(anything)
def test_text_shows_what_was_given(value: str) -> None:
    """Nothing is lost: without the breaks, the rendered text is the line that went in."""
    assert _shown(md.text(value)).replace("\u200b", "") == one_line(value)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_code_is_code(value: str) -> None:
    """Whatever backticks it holds, it is one piece of code with that content."""
    source = md.code(value)
    spans = [token.content for token in _tokens(source) if token.type == "code_inline"]
    shown = spans or [_shown(source).replace("\u200b", "")]

    assert shown == [one_line(value) or "(empty)"]
    assert _html(source) <= {"<code>", "</code>", "<span>", "</span>"}
    assert read(source).tags == ("p", "code", "/code", "/p")
    assert not _unseen(source)


@given(anything)
def test_code_ticks_no_box(value: str) -> None:
    """A box beside code stays as we made it."""
    page = read(md.ours("- [ ] {}", md.code(value)))

    assert page.tags[2] == "input type=checkbox disabled="


@settings(max_examples=300, deadline=None)
@given(anything)
def test_a_fence_holds_its_content(value: str) -> None:
    """A block ends where we end it, and the text after it is text again."""
    source = f"{md.fence(value, 'diff')}\n\nafter\n"
    blocks = [token for token in _PARSER.parse(source) if token.type == "fence"]

    assert [block.info for block in blocks] == ["diff"]
    assert read(source).tags == ("pre", "code", "/code", "/pre", "p", "/p")
    assert not _unseen(source)


@settings(max_examples=300, deadline=None)
@given(anything, anything)
def test_a_table_keeps_its_shape(one: str, two: str) -> None:
    """Two columns stay two columns and one row, and cells hold no HTML but our own."""
    page = read(md.table(["a", "b"], [[md.text(one), md.code_cell(two)]]) + "\n\nafter\n")

    assert page.tags == (
        *("table", "thead", "tr", "th", "/th", "th", "/th", "/tr", "/thead"),
        *("tbody", "tr", "td", "/td", "td", "code", "/code", "/td", "/tr", "/tbody", "/table"),
        *("p", "/p"),
    )
    assert not page.alive


@settings(max_examples=200, deadline=None)
@given(anything)
def test_a_comment_ends_where_we_end_it(value: str) -> None:
    """One comment and nothing else."""
    page = read(f"{md.comment(value)}\n\nafter\n")

    assert page.tags == ("p", "/p")
    assert len(page.comments) == 1


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("ping @octocat", "ping @&#8203;octocat"),
        ("fixes #12", "fixes \\#&#8203;12"),
        ("<!-- x -->", "&lt;\\!-- x --&gt;"),
        ("a|b", "a&#124;b"),
        ("1. one", "1\\. one"),
        ("a\u202eb", "a\\\\u202eb"),
        ("at a5c3785", "at a5c378&#8203;5"),
        ("CVE-2021-1", "CVE-&#8203;2021-1"),
        (":+1: rules.py: 3", "\\:&#8203;+1: rules.py: 3"),
        ("a $x$", "a <span>$</span>x<span>$</span>"),
    ],
)
def test_text_by_example(value: str, source: str) -> None:
    """The source stays readable for the usual suspects."""
    assert md.text(value) == source


def test_a_link_needs_http() -> None:
    """An address with another scheme, a blank or a bracket gives the label alone."""
    label = md.code("a")

    assert md.link(label, "https://h.invalid/o/1") == "[`a`](https://h.invalid/o/1)"
    for url in ("javascript:alert(1)", "https://h.invalid/a b", "https://h.invalid/a)b", ""):
        assert md.link(label, url) == label


def test_a_path_is_quoted_for_an_address() -> None:
    """Blanks, brackets, percent signs and bytes that are no UTF-8 are encoded; slashes stay."""
    assert md.quoted("a b/(c)%é\udcff") == "a%20b/%28c%29%25%C3%A9%FF"
    assert md.quoted("a\ud800") == "a%ED%A0%80"


def test_what_a_type_checker_missed_is_escaped() -> None:
    """A hole takes Markdown and numbers as they are, and anything else as text."""
    leaked: Markdown = "<b>@x"  # type: ignore[assignment]  # the mistake that this is about

    assert md.ours("**{}** {:.2f} {n}", md.code("a"), 0.5, n=3) == "**`a`** 0.50 3"
    assert md.ours("{}", leaked) == "&lt;b&gt;@&#8203;x"


def test_joined_parts_stay_markdown() -> None:
    """Lines, paragraphs and lists are made of parts that are safe already."""
    parts = [md.code("a"), md.reference(3)]

    assert md.lines(parts) == "`a`\n#3"
    assert md.paragraphs(parts) == "`a`\n\n#3"
    assert md.listed(parts) == "`a`, #3"


def test_fit_keeps_whole_sections_and_says_so() -> None:
    """What does not fit goes as a whole, so that no table or fence is cut open."""
    sections = [md.text("x" * 50), md.fence("y" * 50), md.text("z" * 50)]

    whole = md.fit(sections, 500, md.ours("cut"))
    less = md.fit(sections, 100, md.ours("cut"))

    assert whole == "\n\n".join(sections) + "\n"
    assert less == f"{sections[0]}\n\ncut\n"
    assert len(less) <= 100


@pytest.mark.parametrize("limit", range(40, 400, 7))
def test_cut_never_leaves_a_fence_open(limit: int) -> None:
    """Whole lines, at most so many bytes, and the notice is text, not code."""
    inner = md.fence("```\ninner é\n```\n" * 8)
    page = md.paragraphs([md.text("first"), inner, md.text("last " * 30)])

    short = md.cut(page, limit, md.ours("_cut here_"))

    assert len(short.encode()) <= max(limit, 0)
    assert short == page or read(short).tags[-4:] == ("p", "em", "/em", "/p")


def test_cut_leaves_a_page_that_fits() -> None:
    """No notice where nothing is missing."""
    page = md.ours("one\ntwo\n")

    assert md.cut(page, 8, md.ours("cut")) == page
