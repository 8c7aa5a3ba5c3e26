"""Lists of like lines become loops, and every member still comes back to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pattern_ci.mining import schema
from pattern_ci.mining.bands import Part
from pattern_ci.mining.holdout import Sample
from pattern_ci.mining.source import Written, write
from pattern_ci.mining.template import Template, induce
from pattern_ci.mining.tokens import tokenize
from pattern_ci.model.pattern import Newline
from pattern_ci.model.role import Role
from pattern_ci.render.gaps import FRAME
from pattern_ci.render.language import render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEAD = "# what every one of these files says first\nkind: report\nparts:\n"
TAIL = "owner: the team that keeps all of these reports\nstate: open\n"
LISTS = (
    ("alpha", "beta-two"),
    ("gamma", "delta", "epsilon-five", "zeta"),
    ("eta", "theta", "iota"),
)
NAMES = ("north", "south", "east", "west", "centre", "coast")


def learned(*texts: str, threshold: float = 0.8) -> Template:
    """The template of members with these texts."""
    samples = [
        Sample(path=f"r/{name}.txt", values=(name,), blob=name, text=text, order=number)
        for number, (name, text) in enumerate(zip(NAMES, texts, strict=False))
    ]
    made = induce(samples, threshold, ("name",))
    assert made is not None
    return made


def lists(made: Template) -> dict[str, list[Any]]:
    """The values of its lists, by name."""
    found = [one for one in made.variables if one.kind == "list"]
    return {one.name: [one.plain(value) for value in one.values] for one in found}


def comes_back(made: Template) -> None:
    """Every member from its values, through the language and accepted by the schema."""
    declared = schema.build(
        title="t", role=Role("r/{name}.txt"), hole_values=NAMES, variables=made.variables
    )
    for number, one in enumerate(made.members):
        values = made.values(number, ("name",))
        jsonschema.Draft202012Validator(declared).validate(values)
        assert render(made.source, values, newline=Newline.LF).text == one.text


def framed(line: Callable[[str], str], entries: Sequence[Sequence[str]] = LISTS) -> Template:
    """Members that differ in a list alone."""
    return learned(*(HEAD + "".join(map(line, some)) + TAIL for some in entries))


def test_lines_that_differ_in_number_are_a_list() -> None:
    """One variable holds the entries, and the template says their frame once."""
    made = framed(lambda word: f'  - step: "{word}"\n')

    assert lists(made) == {"step_list": [list(some) for some in LISTS]}
    loop = '{% for item in step_list %}  - step: "{{ item }}"\n{% endfor %}'
    assert made.source == HEAD + loop + TAIL
    comes_back(made)


def test_a_member_may_have_none() -> None:
    """An empty list writes nothing, and the schema asks for no entry then."""
    made = framed(lambda word: f"  - step: {word}\n", (*LISTS, ()))

    assert lists(made)["step_list"][-1] == []
    comes_back(made)
    assert "minItems" not in schema._list(made.variables[0])


def test_a_list_that_nobody_leaves_out_has_an_entry() -> None:
    """The schema refuses an empty one, and says what an entry looks like."""
    made = framed(lambda word: f"  - step: {word}\n", (("a1", "b2"), ("c3", "d4", "e5"), ("f6",)))

    declared = schema._list(made.variables[0])
    assert declared["minItems"] == 1
    assert declared["items"]["pattern"].startswith(r"^(?:[A-Za-z_]\w*)")
    comes_back(made)


def test_entries_that_say_two_things_have_fields() -> None:
    """Named by the words before them, when neither follows from the other."""
    pairs = (
        (("alpha", "Nine"), ("beta", "Six")),
        (("gamma", "Two"), ("delta", "Ten"), ("eta", "One"), ("mu", "Four")),
        (("iota", "Five"), ("nu", "Seven"), ("xi", "Eight")),
    )
    made = learned(
        *(HEAD + "".join(f"from .{a} import {b}\n" for a, b in some) + TAIL for some in pairs)
    )

    fields = [[{"from": a, "import": b} for a, b in some] for some in pairs]
    assert lists(made) == {"parts_list": fields}
    assert "from .{{ item.from }} import {{ item.import }}\n" in made.source
    comes_back(made)


def test_what_follows_from_an_entry_is_not_asked_for() -> None:
    """The same word in another case is written from the one that is given."""
    made = framed(
        lambda word: f"from .{word.replace('-', '_')} import {word.title()}\n".replace("-", "")
    )

    assert made.source.count("item") == 3
    assert "import {{ item | pascal }}" in made.source
    comes_back(made)


def test_the_last_entry_may_lack_its_comma() -> None:
    """The mark stands between entries alone."""
    texts = [
        f"{HEAD}[\n" + ",\n".join(f'  "{one}"' for one in some) + f"\n]\n{TAIL}" for some in LISTS
    ]
    made = learned(*texts)

    assert '"{{ item }}"{% if not loop.last %},{% endif %}\n{% endfor %}]' in made.source
    assert list(lists(made).values()) == [[list(some) for some in LISTS]]
    comes_back(made)


def test_a_file_may_end_without_its_line_end() -> None:
    """Then the line end stands between entries as well."""
    made = learned(*(HEAD + "\n".join(f"  - step: {one}" for one in some) for some in LISTS))

    assert made.source.endswith("{{ item }}{% if not loop.last %}\n{% endif %}{% endfor %}")
    comes_back(made)


def test_a_frame_cuts_no_word() -> None:
    """What all entries happen to begin and end with stays in their words."""
    words = [[f"check_{one.replace('-', '_')}_rule" for one in some] for some in LISTS]
    made = framed(lambda word: f"import {word}\n", words)

    assert list(lists(made).values()) == [words]
    assert "import {{ item }}\n" in made.source


def test_lines_of_different_depth_are_no_list() -> None:
    """Blanks before a value would be part of it."""
    made = framed(lambda word: f"-{' ' * len(word)}{word} is here\n")

    assert lists(made) == {}
    comes_back(made)


def test_groups_of_lines_are_entries_too() -> None:
    """With a field for what each line says."""
    made = framed(lambda word: f"- name: {word}\n  run: make {word[::-1]}\n")

    (values,) = lists(made).values()
    assert values[0] == [
        {"name": "alpha", "make": "ahpla"},
        {"name": "beta-two", "make": "owt-ateb"},
    ]
    comes_back(made)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(lambda word: f"{word} is said in words of {len(word)}\n", id="prose"),
        pytest.param(lambda word: f"    {word}();  // {word[0]}\n", id="statements"),
        pytest.param(lambda word: f"{word}\n\n", id="paragraphs"),
    ],
)
def test_lines_without_a_frame_are_no_list(line: Callable[[str], str]) -> None:
    """Text that only happens to stand in lines stays one text."""
    made = framed(line)

    assert lists(made) == {}
    comes_back(made)


def test_as_many_lines_in_every_member_are_no_list() -> None:
    """Nothing says that there could be more of them."""
    made = framed(lambda word: f"  - step: {word}\n", [some[:2] for some in LISTS])

    assert lists(made) == {}
    comes_back(made)


def test_a_loop_that_costs_more_than_it_saves_is_not_written() -> None:
    """Two short lines and one are said more briefly as they are."""
    made = framed(lambda word: f"- {word}\n", (("a",), ("b", "c"), ("d", "e")))

    assert lists(made) == {}
    comes_back(made)


def test_entries_that_most_members_share_are_the_default() -> None:
    """What is written when nothing is known stays what the members have in common."""
    words = (("abc", "os"), ("os", "re", "csv"), ("ast", "os", "json", "sys"), ("bz2", "cmd", "io"))
    texts = [
        HEAD + "".join(f'  - the module called "{word}" here\n' for word in some) + TAIL
        for some in words
    ]
    made = learned(*texts, threshold=0.7)

    (found,) = [one for one in made.variables if one.kind == "list"]
    assert found.entries == (("",),) * 3
    declared = schema._list(found)
    assert (declared["default"], declared[FRAME]) == (["", "", ""], True)
    assert declared["items"]["pattern"].endswith(")?$")
    comes_back(made)


_WORD = st.text("abcdefgh-_.é", min_size=1, max_size=9)
_LINES: tuple[Callable[[str], str], ...] = (
    lambda word: f"- {word}\n",
    lambda word: f'    "{word}",\n',
    lambda word: f"| {word} | {word[::-1]} |\n",
    lambda word: f"from .{word} import {word.title()}\n",
    lambda word: f"  - name: {word}\n    run: {word[:2]}x\n",
    lambda word: f"{{{{ {word} }}}}\n",
    lambda word: f"{{% {word}\n",
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_LINES),
    st.lists(st.lists(_WORD, max_size=6), min_size=3, max_size=6),
    st.sampled_from(["\n", "", "]\n", "  }\n"]),
    st.booleans(),
)
@example(_LINES[1], [["a"] * 3, [], ["b"]], "]\n", True)
def test_any_list_comes_back(
    line: Callable[[str], str], entries: list[list[str]], end: str, bare: bool
) -> None:
    """Whatever the lines hold, each member is rendered byte for byte, and the schema takes it."""
    texts = []
    for some in entries:
        body = "".join(map(line, some))
        texts.append(HEAD + (body.rstrip(",\n") if bare else body) + end + TAIL)

    comes_back(learned(*texts))


def _written(entries: Sequence[Sequence[str]]) -> Written:
    """The source for members that differ in what stands between two texts."""
    gap = tuple("".join(f'  - step: "{one}"\n' for one in some) for some in entries)
    every = (True,) * len(gap)
    head = Part(("",) * len(gap), tuple(tokenize(HEAD)), every)
    return write([head, Part(gap, tuple(tokenize(TAIL)), every)], ("",) * len(gap), ("name",))


@settings(max_examples=60, deadline=None)
@given(st.permutations([*LISTS, (), ("kappa",)]))
def test_the_order_of_members_does_not_matter(entries: list[tuple[str, ...]]) -> None:
    """The same source, with the values in the order of the members."""
    made = _written(entries)

    assert made.source == _written([*LISTS, (), ("kappa",)]).source
    (found,) = made.variables
    assert [found.plain(value) for value in found.values] == [list(some) for some in entries]
