"""Learning entries and places from earlier additions, judged by later ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.mining.recipes import gate, study
from pattern_ci.mining.recipes.entries import filled
from pattern_ci.mining.recipes.hunks import changed
from pattern_ci.mining.recipes.places import Edit
from pattern_ci.mining.recipes.study import (
    Addition,
    Entry,
    Foretold,
    Judged,
    Tried,
    addition,
    judge,
)
from pattern_ci.model.anchor import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NAMES = ("mango", "apple_pie", "quince", "banana", "orange_tree", "cherry", "lemon", "fig_leaf")


def additions(names: Sequence[str], texts: Sequence[str]) -> list[Addition]:
    """One addition a name; `texts` are the registry before the first and after each."""
    made = []
    for number, name in enumerate(names):
        before, after = (tuple(texts[at].split("\n")) for at in (number, number + 1))
        made.append(
            addition(f"{number:040x}", name, Edit(before, frozenset(changed(before, after))))
        )
    return made


def grown(names: Sequence[str], write: Callable[[list[str]], str]) -> list[Addition]:
    """A registry that holds each name from its addition on."""
    known = ["date", "kiwi"]
    return additions(names, [write([*known, *names[:n]]) for n in range(len(names) + 1)])


def one(found: Sequence[Judged]) -> Judged:
    """The only thing that was learned."""
    (judged,) = found
    return judged


def test_a_sorted_list_is_learned() -> None:
    """Each later entry is foretold from the earlier ones, and the place is its order."""
    found = one(judge(grown(NAMES, lambda ns: "\n".join(f"mod {n};" for n in sorted(ns)))))

    assert found.entry.anchor.place is Place.SORTED
    assert [right for _, right in found.tried] == [True] * 6
    assert filled(found.entry.lines, "plum") == ("mod plum;",)
    assert gate.objection(found) == ""


def test_a_list_that_grows_at_its_end_is_learned() -> None:
    """It is not sorted, and so not taken for it."""
    found = one(judge(grown(NAMES, lambda ns: "\n".join(f"register({n!r})" for n in ns))))

    assert found.entry.anchor.place is Place.LAST
    assert all(right for _, right in found.tried)


def test_what_was_tried_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later window of the same additions gives what it gives alone, for what is new in it."""
    all_of_them = grown(NAMES, lambda ns: "\n".join(f"mod {n};" for n in sorted(ns)))
    tried = Tried({}, {})
    asked: list[str] = []
    real = study.foretold

    def counting(entry: Entry, one: Addition) -> Foretold:
        asked.append(one.name)
        return real(entry, one)

    monkeypatch.setattr(study, "foretold", counting)
    judge(all_of_them[:7], tried=tried)
    asked.clear()
    later = judge(all_of_them[1:], tried=tried)

    assert set(asked) == {NAMES[7]}
    assert later == judge(all_of_them[1:])


def test_an_object_of_several_lines_is_one_entry() -> None:
    """Begun with its name, whichever way the difference reads, below the line that heads it."""

    def write(names: list[str]) -> str:
        body = [f'  "{n}": {{\n    "on": true\n  }},' for n in sorted(names)]
        return "\n".join(['"other": {', '  "a": {', "  },", "},", '"rules": {', *body, "}"])

    found = one(judge(grown(NAMES, write)))

    assert found.entry.anchor.lines == 3
    assert found.entry.anchor.section == '"rules": {'
    assert all(right for _, right in found.tried)


def test_what_is_learned_never_knows_what_it_is_tried_on() -> None:
    """The record of the first additions is the same, whatever comes after them."""
    whole = grown(NAMES, lambda ns: "\n".join(f"mod {n};" for n in sorted(ns)))
    spoilt = [
        *whole[:6],
        *additions(NAMES[6:], ["x", "x\nuse lemon;", "x\nuse lemon;\nuse fig_leaf;"]),
    ]

    first = one(judge(whole[:6]))
    later = next(found for found in judge(spoilt) if found.entry.lines[0].startswith("mod"))

    assert later.tried[: len(first.tried)] == first.tried


def test_an_addition_is_foretold_from_two_before_it() -> None:
    """Those that did not write the entry teach nothing, and it teaches itself nothing."""
    texts = ["mod date;", *(["mod date;"] * 2)]
    for number in range(2, len(NAMES)):
        names = ["date", *NAMES[2 : number + 1]]
        texts.append("\n".join(f"mod {name};" for name in sorted(names)))

    found = one(judge(additions(NAMES, texts)))

    assert [sha for sha, _ in found.tried] == [f"{number:040x}" for number in range(4, 8)]


@pytest.mark.parametrize(
    ("tried", "reason"),
    [
        ("XXXX", ""),
        ("XXX", "unsure"),
        ("XXXXXX.", "latest"),
        ("X.X.X.XX", "unsure"),
        ("", "seldom"),
    ],
)
def test_the_rule_of_abstention(tried: str, reason: str) -> None:
    """Four of four will do, three of three are luck, and the newest has to be right."""
    found = one(judge(grown(NAMES, lambda ns: "\n".join(f"mod {n};" for n in sorted(ns)))))
    record = tuple((str(number), sign == "X") for number, sign in enumerate(tried))

    assert gate.objection(found._replace(tried=record)) == reason


def test_an_entry_in_another_place_counts_as_wrong() -> None:
    """The text alone is half of it."""
    names = NAMES[:7]
    write = [f"mod {n};" for n in ("date", "kiwi")]
    texts = ["\n".join(sorted([*write, *(f"mod {n};" for n in names[:k])])) for k in range(7)]
    texts.append("\n".join([*texts[-1].split("\n"), f"mod {names[6]};"]))

    found = one(judge(additions(names, texts)))

    assert [right for _, right in found.tried] == [True] * 4 + [False]
    assert gate.objection(found) == "latest"
