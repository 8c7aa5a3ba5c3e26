"""Hostile text on every surface: what is shown changes, what happens does not."""

from __future__ import annotations

import unicodedata
from importlib import import_module
from inspect import get_annotations, isfunction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pattern_ci import messages
from tests.messages.github_page import read
from tests.messages.hostile import HOSTILE
from tests.messages.pages import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator


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
