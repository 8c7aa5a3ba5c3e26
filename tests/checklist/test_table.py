"""The table of the fifty items is true: the tests that it names are there."""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.checklist.workflows import ROOT

PAGE = ROOT / "docs" / "decisions" / "0012-checklist.md"
ROW = re.compile(r"^\| ([0-9]+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)
TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
STATES = ("met", "not applicable", "later")
LEAST = 46  # of fifty


class Item(NamedTuple):
    """One row."""

    number: int
    state: str
    said: str


ITEMS = [Item(int(n), state, said) for n, _, state, said in ROW.findall(PAGE.read_text("utf-8"))]


def test_every_item_has_its_row() -> None:
    """Fifty, in order, each in one of three states."""
    assert [item.number for item in ITEMS] == list(range(1, 51))
    assert {item.state for item in ITEMS} <= set(STATES)


def test_every_test_that_is_named_exists() -> None:
    """A renamed test takes its row along."""
    named = [(file, name) for item in ITEMS for file, name in TEST.findall(item.said)]
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not re.search(rf"^\s*def {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    ]

    assert len(named) > len(ITEMS)
    assert missing == []


def test_what_is_met_is_tested_and_what_is_not_has_its_reason() -> None:
    """No row claims something by itself."""
    unproved = [item.number for item in ITEMS if item.state == "met" and not TEST.search(item.said)]
    silent = [item.number for item in ITEMS if len(TEST.sub("", item.said)) < 20]

    assert unproved == []
    assert [number for number in silent if ITEMS[number - 1].state != "met"] == []


def test_enough_is_met() -> None:
    """At least forty-six of fifty."""
    assert sum(item.state == "met" for item in ITEMS) >= LEAST


def test_a_test_with_a_number_is_in_the_row_of_that_number() -> None:
    """Whoever reads a row finds every test that was written for it, or at least one of them."""
    for path in sorted((ROOT / "tests" / "checklist").glob("test_*.py")):
        text = path.read_text("utf-8")
        for number in set(re.findall(r"^def test_([0-9]{2})_", text, re.MULTILINE)):
            said = ITEMS[int(number) - 1].said
            assert f"tests/checklist/{path.name}::test_{number}_" in said
