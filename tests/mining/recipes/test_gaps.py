"""Entries with gaps: what is foretold, what is left to people, and when that is too little."""

from __future__ import annotations

import pytest

from pattern_ci.mining.recipes import gaps, gate
from pattern_ci.mining.recipes.compose import Edits
from pattern_ci.mining.recipes.entries import filled
from pattern_ci.mining.recipes.filling import completeness, named
from pattern_ci.mining.recipes.gaps import Entered
from pattern_ci.mining.recipes.study import Judged, judge
from pattern_ci.model.anchor import Place
from tests.mining.recipes.test_study import NAMES as FRUIT
from tests.mining.recipes.test_study import additions, grown, one

NAMES = (*FRUIT, "plum_tart", "raisin")
SAID = {
    "date": "Eats one.", "kiwi": "Walks far", "mango": "Boils an egg.",
    "apple_pie": "Counts sheep, slowly", "quince": "Finds a fish", "banana": "Reads (most) letters",
    "orange_tree": "Turns the page.", "cherry": "Walks home", "lemon": "Sings two songs",
    "fig_leaf": "Draws a line", "plum_tart": "Asks", "raisin": "Rests a day",
}  # fmt: skip


def row(name: str) -> str:
    """A table's row: its name, what it does, and a number."""
    return f"| [{name}](docs/{name}.md) | {SAID[name]} | {len(name) % 3} |"


def test_what_differs_each_time_is_a_gap() -> None:
    """Marks between two of them stay where they are."""
    lines = gaps.template([Entered(name, (row(name),)) for name in NAMES])

    assert lines is not None
    assert gaps.count(lines) == 2
    assert filled(lines, "plum", ("Falls.", "7")) == ("| [plum](docs/plum.md) | Falls. | 7 |",)
    assert gaps.values(lines, "lemon", (row("lemon"),)) == ("Sings two songs", "2")
    assert gaps.values(lines, "plum", (row("lemon"),)) is None


def test_white_space_that_lines_up_a_column_is_a_gap_of_its_own() -> None:
    """What is asked for is the text alone."""
    rows = {name: f"| [{name}] {' ' * (12 - len(name))}| {SAID[name]:<22} |" for name in NAMES}
    lines = gaps.template([Entered(name, (text,)) for name, text in rows.items()])

    assert lines is not None
    held = gaps.values(lines, "lemon", (rows["lemon"],))
    assert held is not None
    assert "Sings two songs" in held
    assert filled(lines, "lemon", held) == (rows["lemon"],)


@pytest.mark.parametrize(
    "write",
    [
        lambda name: f"{name} {SAID[name]}",
        lambda name: f"mod {name};",
        lambda name: "\n".join([f"def test_{name}():", f"{SAID[name]}", "    return 1"]),
        lambda name: f"add({name}, " + ", x = ".join(f"{name}{k}" for k in range(9)) + ")",
    ],
    ids=["hardly anything told", "nothing varies", "a line of its own", "too many"],
)
def test_a_body_that_people_write_is_no_entry(write: object) -> None:
    """A recipe that asks for nearly everything saves nothing."""
    assert callable(write)
    seen = [Entered(name, tuple(str(write(name)).split("\n"))) for name in NAMES]

    assert gaps.template(seen) is None


def test_the_end_of_a_sentence_belongs_to_it() -> None:
    """Nobody promised that the next one ends so too; what closes a bracket is fixed."""
    ended = {
        name: f"* [{name}] (says {said.rstrip('.')}.) {said.rstrip('.')}."
        for name, said in SAID.items()
    }

    lines = gaps.template([Entered(name, (ended[name],)) for name in NAMES])

    assert lines is not None
    assert gaps.values(lines, "plum", ("* [plum] (says x.) y!",)) == ("x", "y!")


def test_a_tick_is_a_value() -> None:
    """All had it so far; without a gap in the line it is part of the line."""
    ticked = [Entered(name, (f"| [{name}] | {SAID[name]} | ✅ |",)) for name in NAMES]
    bare = [Entered(name, (f"| [{name}] | ✅ |",)) for name in NAMES]

    lines = gaps.template(ticked)

    assert lines is not None
    assert gaps.values(lines, "plum", ("| [plum] | Falls | no |",)) == ("Falls", "no")
    assert gaps.template(bare) is None


def test_one_that_was_written_otherwise_does_not_spoil_the_rest() -> None:
    """It begins alike, and that is all."""
    seen = [Entered(name, (row(name),)) for name in NAMES]
    odd = Entered("plum", ("| [plum] see elsewhere",))

    assert gaps.template([*seen[:4], odd, *seen[4:]]) == gaps.template(seen)


def learned() -> Judged:
    """A table whose rows are sorted, learned from ten additions."""
    return one(judge(grown(NAMES, lambda names: "\n".join(map(row, sorted(names))))))


def test_a_row_with_gaps_is_foretold_in_its_place() -> None:
    """All that is fixed, and the order; the examples keep what stood in the gaps."""
    found = learned()

    assert found.entry.anchor.place is Place.SORTED
    assert [right for _, right in found.tried] == [True] * 7
    assert gate.objection(found) == ""
    assert found.values[f"{6:040x}"] == ("Sings two songs", "2")


def test_gaps_have_to_be_surer() -> None:
    """Four of four will do for an entry that is said whole."""
    found = learned()

    assert gate.objection(found._replace(tried=found.tried[:6])) == "unsure"
    assert gate.objection(found) == ""
    whole = one(judge(grown(NAMES, lambda names: "\n".join(f"mod {n};" for n in sorted(names)))))
    assert gate.objection(whole._replace(tried=whole.tried[:4])) == ""


def test_what_can_be_said_whole_comes_before_what_has_gaps() -> None:
    """Of two entries that begin alike only one is written."""
    whole = one(judge(grown(NAMES, lambda names: "\n".join(f"| [{n}" for n in sorted(names)))))
    other = one(judge(grown(NAMES, lambda names: "\n".join(f"mod {n};" for n in sorted(names)))))

    assert gate.best([learned(), whole, other]) == [other, whole]


def test_a_row_that_a_later_addition_left_out_counts_as_wrong() -> None:
    """There was a place for it."""
    texts = ["\n".join(map(row, sorted(["date", "kiwi", *NAMES[:n]]))) for n in range(10)]

    (found,) = judge(additions(NAMES, [*texts, texts[-1]]))

    assert [right for _, right in found.tried] == [True] * 6 + [False]
    assert gate.objection(found) == "latest"


def test_gaps_become_variables_with_a_type() -> None:
    """A text that has to be there, a number, and names that nothing else has."""
    edit = Edits("README.md", learned())

    ((text, number),) = named([edit], ["name", "text"])

    assert (text.name, text.optional) == ("text_2", False)
    assert text.to_property()["minLength"] == 1
    assert (number.name, number.to_property()["type"]) == ("number", "integer")
    assert number.value(f"{6:040x}") == 2
    assert completeness(edit, (text, number)) == 1.0


def test_what_need_not_be_there_has_a_default() -> None:
    """Nothing for a text, one blank for a column."""
    judged = learned()
    texts: dict[str, tuple[str, ...]] = {
        sha: ("" if number % 2 else "x", "  ") for number, sha in enumerate(judged.values)
    }

    ((text, space),) = named([Edits("README.md", judged._replace(values=texts))], ["name"])

    assert text.to_property()["default"] == ""
    assert "minLength" not in text.to_property()
    assert (space.name, space.to_property()["default"]) == ("space", " ")
