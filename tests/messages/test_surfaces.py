"""Hostile text on every surface: what is shown changes, what happens does not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from importlib import import_module
from inspect import get_annotations, isfunction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pattern_ci import messages
from pattern_ci.automation.bot_prs import marker
from pattern_ci.messages import comments, pull_request
from tests.automation.drafts import COMMIT, spec
from tests.messages.github_page import read
from tests.messages.hostile import HOSTILE
from tests.messages.pages import PAGES, WEB, hostile_draft

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALIVE_LINE = re.compile(r"[@#]\w|://|\bGH-\w|\[(?:skip|ci|no|actions)\b", re.IGNORECASE)


def _page_makers() -> Iterator[str]:
    """Every public function of a module of messages that says it makes Markdown."""
    for path in Path(str(messages.__file__)).parent.glob("*.py"):
        module = import_module(f"{messages.__name__}.{path.stem}")
        for name, value in vars(module).items():
            own = isfunction(value) and value.__module__ == module.__name__
            if own and name[0] != "_" and get_annotations(value).get("return") == "Markdown":
                yield f"{path.stem}.{name}"


def test_every_page_is_tried() -> None:
    """A function that makes a page is listed in `pages.py`, or it is not tried with anything."""
    assert set(_page_makers()) == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_comes_alive(name: str) -> None:
    """With any text in it a page has the blocks, links and comments that it has with a word.

    And outside of code no mention, reference, address or emoji.
    """
    make = PAGES[name]
    calm = read(make("word"))
    for value in HOSTILE:
        source = make(value)
        page = read(source)

        assert page.tags == calm.tags, value
        assert page.comments == calm.comments, value
        assert page.alive == calm.alive, value
        assert not _steering(source), value


def _steering(source: str) -> set[str]:
    return {
        char
        for char in source
        if char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    }


def test_no_title_or_commit_message_comes_alive() -> None:
    """One line, and trailers that are ours; nothing is mentioned, closed, skipped or signed."""
    for value in HOSTILE:
        title = pull_request.title(replace(spec(), name=f"a{value}"))
        renamed = comments.rename_title("PAT-A-001", value)
        message = marker.commit_message(
            title, identity="0" * 16, digest="d", files=value, changes={}, replaces=value
        )

        for line in (title, renamed, *message.split("\n")):
            assert not _ALIVE_LINE.search(line), value
            assert not _steering(line), value
        first, empty, *trailers, end = message.split("\n")
        assert (first, empty, end) == (title, "", "")
        assert all(line.startswith("Pattern-CI-") for line in trailers), value


def test_a_body_starts_with_our_marker_and_no_other() -> None:
    """What stands below cannot speak for us, whatever it quotes."""
    for value in HOSTILE:
        text = pull_request.text(hostile_draft(value), {}, web=WEB)
        body = marker.write(
            identity="a" * 16, digest="d", head=COMMIT, members=marker.Members.of([]), text=text
        )

        found = marker.read(body)
        assert found is not None, value
        assert found.identity == "a" * 16
        assert marker.read(text) is None, value
        assert len(read(body).comments) == 1, value
