"""HTML of ours with text of others in it."""

from __future__ import annotations

import pytest

from pattern_ci.messages.escaping import html
from tests.messages.hostile import HOSTILE


@pytest.mark.parametrize("value", HOSTILE)
def test_text_opens_no_tag_and_ends_no_attribute(value: str) -> None:
    """Whatever is in it, and nothing steers a terminal."""
    made = html.text(value)

    assert not set("<>\"'") & set(made)
    assert made.isprintable()


def test_text_shows_itself() -> None:
    """Signs of HTML as entities, white space as one blank."""
    assert html.text('a <b> & "c"\n d') == "a &lt;b&gt; &amp; &quot;c&quot; d"


def test_elements_nest_and_attributes_are_escaped() -> None:
    """An element takes what was made here."""
    inner = html.element("b", html.text("<x>"))

    assert html.element("p", inner, style='a"b') == '<p style="a&quot;b"><b>&lt;x&gt;</b></p>'


def test_a_page_forbids_what_it_does_not_have() -> None:
    """A policy without scripts, and the title as text."""
    made = html.page("<t>", "p {}\n", [html.text("x")])

    assert "default-src 'none'" in made
    assert "<title>&lt;t&gt;</title>" in made
    assert made.endswith("x\n</body>\n</html>\n")
