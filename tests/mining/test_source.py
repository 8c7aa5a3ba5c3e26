"""Gaps and fixed texts as template source and variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.mining.bands import Part
from pattern_ci.mining.source import Written, _shared_end, write
from pattern_ci.mining.stems import placeholder
from pattern_ci.mining.tokens import tokenize
from pattern_ci.mining.variables import Names, Variable
from pattern_ci.model.pattern import Newline
from pattern_ci.render.language import render
from tests.mining.worlds import imported, mined

if TYPE_CHECKING:
    from pathlib import Path


def test_names_that_are_cut_alike_stay_apart() -> None:
    """A number behind a long word is not cut off again, however often the word comes."""
    names = Names(("name",))
    wish = "has_a_word_that_is_longer_than_names_may_be"

    claimed = [names.claim(wish) for _ in range(5)]

    assert len(set(claimed)) == 5
    assert names.claim("name") == "name_2"


def test_one_word_names_follow_the_case_of_the_others(repo_path: Path) -> None:
    """`eta` reads the same in snake and kebab; the members with two words say which it is."""
    names = ("eta", "beta_ray", "iota", "delta_wave", "rho", "zeta_fn", "mu_two", "kappa_max")
    trees = [
        {f"rules/{name}.md": f"The rule {name.replace('_', '-')} is on by default.\n" * 4}
        for name in names
    ]
    imported(repo_path, *trees)

    (found,) = mined(repo_path, "--output", repo_path.with_name("out"))["candidates"]

    template = repo_path.with_name("out") / "drafts/templates/rules_md/file.j2"
    assert found["slots"][0]["members"] == len(names)
    assert template.read_text() == "The rule {{ name | kebab }} is on by default.\n" * 4


@pytest.mark.parametrize(
    ("values", "end"),
    [
        (("3.\n", "14.\n"), ".\n"),
        (("a()\nb()\n", "c()\nd()\n"), "\n"),
        (("a\nb\n    ", "c\n    "), "\n    "),
        (("one", "two"), ""),
        (("a.\n", ""), ""),
    ],
)
def test_what_every_value_ends_with_is_fixed(values: tuple[str, ...], end: str) -> None:
    """Marks behind one line; of several lines the line end alone, so that lines stay apart."""
    assert _shared_end(values) == end


def part(text: str, gap: tuple[str, ...], *missing: int) -> Part:
    """A gap and fixed text behind it that all members but the `missing` have."""
    has = tuple(number not in missing for number in range(len(gap)))
    return Part(gap, tuple(tokenize(text)), has)


def written(*parts: Part, last: tuple[str, ...] = ("", "", "")) -> Written:
    """The source of three members with the hole `name`."""
    return write(parts, last, ("name",))


def again(made: Written, member: int) -> str:
    """A member from its values."""
    values = {one.name: one.plain(one.values[member]) for one in made.variables}
    return render(made.source, values, newline=Newline.LF).text


def test_marks_that_some_lack_are_no_switch() -> None:
    """They go into the gap around them, which has them as its default."""
    made = written(
        part("import os\n", ("", "", "")),
        part("):\n", ("a", "b", ""), 2),
        last=("c\nd", "e\nf", "g\nh"),
    )

    assert made.source == "import os\n{{ rest }}"
    assert made.variables == (
        Variable("rest", "text", ("a):\nc\nd", "b):\ne\nf", "g\nh"), "", "):\n"),
    )
    assert again(made, 2) == "import os\ng\nh"


def test_the_entries_of_a_list_are_one_variable() -> None:
    """Four marks in a row, though all members have them; three are left as they stand."""
    head = part("names = [", ("", "", ""))
    entries = [part("', '", (f"a{n}", f"b{n}", f"c{n}")) for n in range(4)]
    tail = part("] and so on", ("x", "y", "z"))

    listed, three = written(head, *entries, tail), written(head, *entries[:3], tail)

    assert listed.source == "names = [{{ names }}] and so on"
    assert listed.variables[0].default == "', '" * 4
    assert again(listed, 0) == "names = [a0', 'a1', 'a2', 'a3', 'x] and so on"
    assert three.source.count("', '") == 3
    assert len(three.variables) == 4


def test_words_that_some_lack_are_a_switch() -> None:
    """A name from the path is a word as well."""
    made = written(part("return ", ("", "", ""), 1), part("\ue000()", ("", "", ""), 0))

    assert made.source == (
        "{% if has_return %}return {% endif %}{% if has_part %}{{ name }}(){% endif %}"
    )
    assert [one.kind for one in made.variables] == ["flag", "flag"]


def test_line_ends_before_an_optional_part_belong_to_it() -> None:
    """Whoever fills in nothing gets no heading glued to a sentence; each member is what it was."""
    made = written(
        part("It is said here.", ("", "", "")),
        part("## Settings\n", ("_\n\n", "\n\n", ""), 2),
        last=("a\n", "b\n", "\nc\n"),
    )

    assert render(made.source, {"has_settings": True}, newline=Newline.LF).text == (
        "It is said here.\n\n## Settings\n\n"
    )
    assert [again(made, member) for member in range(3)] == [
        "It is said here._\n\n## Settings\na\n",
        "It is said here.\n\n## Settings\nb\n",
        "It is said here.\nc\n",
    ]


@pytest.mark.parametrize(
    ("first", "gap"),
    [
        ("One line.\n", ("\n", "\n", "")),
        ("It is", (" one\n", " two\n", "")),
        ("", ("\n", "\n", "")),
    ],
    ids=["line ended", "line goes on", "no line"],
)
def test_line_ends_that_part_nothing_stay_in_the_gap(first: str, gap: tuple[str, ...]) -> None:
    """Behind a line that has ended, and where every member goes on."""
    head = [part(first, ("", "", ""))] if first else []
    made = written(*head, part("## Settings\n", gap, 2), last=("a\n", "b\n", "c\n"))

    assert "{% if has_settings %}## Settings" in made.source


def test_line_ends_that_others_have_without_the_part_stay_in_the_gap() -> None:
    """Where a member that lacks the part has text before it, both stay as they stand."""
    made = written(
        part("It is said here", ("", "", "")),
        part("## Settings\n", (".\n", "\n", "?\n"), 2),
        last=("a\n", "b\n", "c\n"),
    )

    assert [again(made, member) for member in range(3)] == [
        "It is said here.\n## Settings\na\n",
        "It is said here\n## Settings\nb\n",
        "It is said here?\nc\n",
    ]


def test_blocks_are_named_by_their_place() -> None:
    """The first, the last, and the others by the word before them."""
    gaps = ("1\n2\n", "3\n4\n", "5\n6\n")
    made = written(
        part("class Check:\n", gaps), part("limit = ", tuple(f"{one}{one}" for one in gaps)),
        part("\nreturn it\n", ("1", "2", "3")), last=("x\ny", "y\nz", "z\nx"),
    )  # fmt: skip

    assert [one.name for one in made.variables] == ["head", "after_check", "limit", "rest"]


def test_a_description_shows_names_as_holes() -> None:
    """What stands before a value may hold a name; a reader is not shown our placeholder for it."""
    tokens = ("rule ", placeholder(0, "kebab"), ": ")
    written = write([Part(("", ""), tokens, (True, True))], ("on", "off"), ["name"])

    assert [one.after for one in written.variables] == ["rule {name.kebab}:"]
