"""What a reader of GitHub gets to see of Markdown: GitHub's own parser, then its later filters."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

import cmarkgfm
from cmarkgfm.cmark import Options

_OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
# No mention or reference comes alive inside these; a bare span is how we write a dollar sign.
_QUIET = {"code", "pre", "a", "span"}
_ALIVE = re.compile(
    r"""
    @[a-z0-9] | \#[0-9] | \b(?:GH|GHSA|CVE)-[0-9a-z]   # somebody, something, an advisory
    | :// | \bwww\. | \b(?:mailto|xmpp):               # addresses
    | :[\w+-]+:                                        # emoji
    | (?<![0-9a-z])[0-9a-f]{7,64}(?![0-9a-z])          # commits
    | \$                                               # formulas
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Page(NamedTuple):
    """Tags in order (links with their address), comments, and the text outside of code."""

    tags: tuple[str, ...]
    comments: tuple[str, ...]
    text: tuple[str, ...]

    @property
    def alive(self) -> list[str]:
        """What the filters after the parser would turn into something."""
        return [found for part in self.text for found in _ALIVE.findall(part)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.comments: list[str] = []
        self.text: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = "".join(f" {name}={value}" for name, value in attrs if name != "lang")
        if tag + said != "span":
            self.tags.append(tag + said)
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag + "".join(f" {name}={value}" for name, value in attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag != "span":
            self.tags.append("/" + tag)
        if tag in self._open:
            self._open.remove(tag)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        self.comments.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.comments.append(data)

    def handle_pi(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if not _QUIET & set(self._open):
            self.text.append(data)


def read(source: str) -> Page:
    """The page that GitHub makes of it."""
    reader = _Reader()
    reader.feed(cmarkgfm.github_flavored_markdown_to_html(source, _OPTIONS))
    reader.close()
    return Page(tuple(reader.tags), tuple(reader.comments), tuple(reader.text))
