"""The template language: what it takes, what it renders, what it refuses."""

from __future__ import annotations

import subprocess  # noqa: TID251  # the import cost is a property of a fresh process
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pattern_ci.errors import TemplateError, VariablesError
from pattern_ci.model.cases import CASES
from pattern_ci.model.pattern import Newline
from pattern_ci.render import language, sandbox
from pattern_ci.render.language import check, escape, looped, render, variables

# Pieces that mean something to Jinja, to YAML workflows, or to whoever splits text into lines.
_PIECES = (
    st.sampled_from(
        ["{", "}", "{{", "}}", "{%", "%}", "{%-", "-%}", "{#", "#}", "${{ x }}", "{% raw %}"]
    )
    | st.sampled_from(
        [
            "{% endraw %}",
            "raw",
            "endraw",
            '"',
            "'",
            "\\",
            "\\n",
            "\n",
            "\n\n",
            " ",
            "\t",
            "\f",
            "\v",
        ]
    )
    | st.sampled_from(
        ["\u2028", "\u2029", "\x85", "\x00", "\ufeff", "é", "😀", "-", "+", "##", "a"]
    )
)
_TEXT = st.lists(_PIECES | st.text(max_size=4), max_size=12).map("".join)
_UNIX = _TEXT.map(lambda text: text.replace("\r", ""))


def lf(source: str, **values: Any) -> str:
    return render(source, values, newline=Newline.LF).text


@settings(max_examples=300, deadline=None)
@given(_TEXT)
@example("{")
@example("{{{")
@example("{% raw %}{{ x }}{% endraw %}")
@example("on: ${{ github.ref }}\n")
@example("one\r\ntwo\rthree\n")
def test_escaped_text_renders_back_exactly(text: str) -> None:
    """Whatever a file holds, its escaped form is a template that renders to it, byte for byte."""
    source = escape(text)

    assert check(source) == []
    assert variables(source) == ()
    assert lf(source) == text


@settings(max_examples=150, deadline=None)
@given(_UNIX, _UNIX, st.text(alphabet="ab_ {}%#", max_size=5))
def test_escaped_pieces_can_be_put_together(before: str, after: str, value: str) -> None:
    """Pieces stay literal beside each other and beside a variable."""
    source = escape(before) + "{{ v }}" + escape(after) + escape(before)

    assert lf(source, v=value) == before + value + after + before


@settings(max_examples=100, deadline=None)
@given(_UNIX)
def test_a_crlf_slot_writes_crlf_everywhere(text: str) -> None:
    """The newline style of the slot holds for literal text and for values alike."""
    done = render(escape(text) + "{{ v }}", {"v": "a\nb\r\nc"}, newline=Newline.CRLF)

    assert done.text == text.replace("\n", "\r\n") + "a\r\nb\r\nc"


def test_a_crlf_text_renders_back_in_either_style() -> None:
    """Carriage returns that were escaped as they stood are not doubled."""
    source = escape("a\r\nb\r\n")

    assert render(source, {}, newline=Newline.LF).text == "a\r\nb\r\n"
    assert render(source, {}, newline=Newline.CRLF).text == "a\r\nb\r\n"


def test_values_take_the_newline_of_the_slot() -> None:
    """A value typed on another system does not mix line endings into a file."""
    assert lf("{{ v }}", v="a\r\nb\n") == "a\nb\n"


def test_a_template_checked_out_with_crlf_renders_the_same() -> None:
    """The line endings of the template file do not matter."""
    assert lf("a\r\n{{ v }}\r\n", v="x") == lf("a\n{{ v }}\n", v="x") == "a\nx\n"


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n\n\n"])
def test_newlines_at_the_end_are_kept(end: str) -> None:
    """A file ends as its template ends."""
    assert lf("a" + end) == "a" + end


@pytest.mark.parametrize("name", sorted(CASES))
def test_each_case_is_a_filter(name: str) -> None:
    """All ten ways of writing a name are there, under their names."""
    assert lf(f"{{{{ v | {name} }}}}", v="two_words") == CASES[name]("two_words")


def test_conditions_choose_a_block() -> None:
    """if, elif and else; not, and, or; comparison to a constant."""
    source = "{% if a and not b %}1{% elif c == 'x' or d != 2 %}2{% else %}3{% endif %}"

    assert lf(source, a=True, b=False) == "1"
    assert lf(source, a=True, b=True, c="x", d=2) == "2"
    assert lf(source, a=False, b=True, c="y", d=2) == "3"


def test_a_loop_goes_over_a_list() -> None:
    """Each item is rendered in order; the item's name ends with the loop."""
    source = "{% for item in items %}- {{ item | kebab }}\n{% endfor %}[{{ item }}]"

    done = render(source, {"items": ["a_b", "c"], "item": "outer"}, newline=Newline.LF)

    assert done.text == "- a-b\n- c\n[outer]"
    assert variables(source) == ("items", "item")
    assert looped(source) == ("items",)


def test_booleans_print_as_data_does() -> None:
    """true and false, as JSON, YAML and most languages write them."""
    assert lf("{{ a }} {{ b }} {{ n }} {% for x in xs %}[{{ x }}]{% endfor %}",
              a=True, b=False, n=3, xs=[None, True]) == "true false 3 [][true]"  # fmt: skip


def test_values_are_never_templates() -> None:
    """A value that looks like a template stays text: nothing in it is evaluated."""
    assert lf("{{ v }}", v="{{ w }}{% raw %}", w="no") == "{{ w }}{% raw %}"
    assert lf("<{{ v }}>", v="<b>&amp;</b>") == "<<b>&amp;</b>>"


@pytest.mark.parametrize("given_values", [{}, {"a": None}, {"a": ""}])
def test_what_has_no_value_renders_empty_and_is_listed(given_values: dict[str, Any]) -> None:
    """Missing, null and empty are the same to the reader of the file."""
    done = render("[{{ a | snake }}{{ b }}]", {**given_values, "b": "x"}, newline=Newline.LF)

    assert done == ("[x]", ("a",))


def test_unfilled_names_come_once_and_in_order() -> None:
    """A name printed twice is listed once, in the order of the template."""
    done = render("{{ b }}{{ a }}{{ b }}{% for i in l %}{% endfor %}", {}, newline=Newline.LF)

    assert done.unfilled == ("b", "a", "l")


def test_what_is_not_reached_is_not_unfilled() -> None:
    """A variable inside a block that is left out, or only asked for, needs no value."""
    source = "{% if a %}{{ b }}{% endif %}{% if c == '' %}empty{% endif %}"

    assert render(source, {}, newline=Newline.LF) == ("empty", ())


@pytest.mark.parametrize(
    ("source", "line", "column", "part"),
    [
        ("{{ a.b }}", 1, 5, "attributes"),
        ("{{ a['b'] }}", 1, 5, "brackets"),
        ("{{ a[0:1] }}", 1, 5, "brackets"),
        ("{{ a.0 }}", 1, 5, "brackets"),
        ("x\n  {{ f(x) }}", 2, 7, "calls nothing"),
        ("{{ range(9) }}", 1, 9, "calls nothing"),
        ("{{ ''.__class__.__mro__ }}", 1, 6, "attributes"),
        ("{{ a | upper }}", 1, 8, "no filter 'upper'"),
        ("{{ a | attr.x }}", 1, 8, "no filter 'attr.x'"),
        ("{{ a | snake(1) }}", 1, 8, "no arguments"),
        ("{{ a ~ b }}", 1, 6, "compute"),
        ("{{ 9 ** 9 }}", 1, 6, "compute"),
        ("{{ -a }}", 1, 4, "compute"),
        ("{{ a if b else c }}", 1, 6, "choice"),
        ("{{ 1 }}", 1, 4, "text in quotes"),
        ("{{ none }}", 1, 4, "text in quotes"),
        ("{{ [a] }}", 1, 4, "lists and mappings"),
        ("{{ {'a': 1} }}", 1, 4, "lists and mappings"),
        ("{{ a, b }}", 1, 5, "lists and mappings"),
        ("{{ a == 1 }}", 1, 6, "compared"),
        ("{{ self }}", 1, 4, "name of a variable"),
        ("{{ loop }}", 1, 4, "name of a variable"),
        ("{% if a is defined %}{% endif %}", 1, 9, "no tests"),
        ("{% if a < 3 %}{% endif %}", 1, 9, "compared"),
        ("{% if a == b %}{% endif %}", 1, 9, "compared"),
        ("{% if a in 'abc' %}{% endif %}", 1, 9, "compared"),
        ("{% if true %}{% endif %}", 1, 7, "condition"),
        ("{% if a %}{% elif b.c %}{% endif %}", 1, 20, "attributes"),
        ("{% if a %}{% else %}{{ b() }}{% endif %}", 1, 25, "calls nothing"),
        ("{% for a in b.c %}{% endfor %}", 1, 10, "loop goes over"),
        ("{% for a in 'abc' %}{% endfor %}", 1, 10, "loop goes over"),
        ("{% for a, b in c %}{% endfor %}", 1, 4, "a loop is"),
        ("{% for a in b if a %}{% endfor %}", 1, 4, "a loop is"),
        ("{% for a in b recursive %}{% endfor %}", 1, 4, "a loop is"),
        ("{% for a in b %}{% else %}x{% endfor %}", 1, 4, "a loop is"),
        ("{% for a in b %}{% for c in a %}{% endfor %}{% endfor %}", 1, 8, "another loop"),
        ("{% for loop in b %}{% endfor %}", 1, 8, "name of a variable"),
        ("{% set a = 1 %}", 1, 4, "{% set %}"),
        ("{% set a %}{% endset %}", 1, 4, "{% set %}"),
        ("{% include 'a' %}", 1, 4, "{% include %}"),
        ("{% extends 'a' %}", 1, 4, "{% extends %}"),
        ("{% import 'a' as b %}", 1, 4, "{% import %}"),
        ("{% from 'a' import b %}", 1, 4, "{% from %}"),
        ("{% macro a() %}{% endmacro %}", 1, 4, "{% macro %}"),
        ("{% call a() %}{% endcall %}", 1, 4, "{% call %}"),
        ("{% block a %}{% endblock %}", 1, 4, "{% block %}"),
        ("{% filter snake %}{% endfilter %}", 1, 4, "{% filter %}"),
        ("{% with %}{% endwith %}", 1, 4, "{% with %}"),
        ("{% autoescape true %}{% endautoescape %}", 1, 4, "{% autoescape %}"),
        ("{% do a %}", 1, 1, "not a valid template"),
        ("\n a {% if b %}", 2, 4, "not a valid template"),
        ("{{ a b }}", 1, 1, "not a valid template"),
    ],
)
def test_what_is_outside_the_language_is_refused(
    source: str, line: int, column: int, part: str
) -> None:
    """One problem at its place, and the template does not run."""
    (found,) = check(source)

    assert (found.line, found.column) == (line, column)
    assert part in found.message
    with pytest.raises(TemplateError, match=f"line {line}, column {column}"):
        lf(source, a="x")


def test_every_problem_is_named_in_order() -> None:
    """A reviewer sees all of them in one run, one of a kind per place."""
    found = check("{{ a.b }} {{ c.d }}\n{% set x = 1 %}{{ e | up }}")

    assert [(one.line, one.column) for one in found] == [(1, 5), (1, 15), (2, 4), (2, 23)]


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "(" * 5000 + "a" + ")" * 5000 + " }}",
        "{% if a %}" * 50 + "{% endif %}" * 50,
        "{% for a in b %}" * 25 + "{% endfor %}" * 25,
        "{% if " + " and ".join(["a"] * 3000) + " %}{% endif %}",
        "{{ a" + " | snake" * 3000 + " }}",
        "{{ " + "not " * 3000 + "a }}",
        "{{ " + "9" * 5000 + " }}",
    ],
)
def test_templates_made_to_exhaust_the_parser_are_refused(source: str) -> None:
    """Nesting far beyond what people write is a problem, not a crash."""
    assert len(check(source)) >= 1


def test_a_template_beyond_the_size_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds for the source as well."""
    monkeypatch.setattr(language, "MAX_CHARACTERS", 10)

    assert "longer than 10 characters" in check("x" * 11)[0].message
    assert check("x" * 10) == []


def test_output_is_bounded() -> None:
    """Loops that multiply a large value stop at the limit."""
    source = "{% for a in xs %}{{ v }}{% endfor %}"

    with pytest.raises(TemplateError, match="renders to more than"):
        lf(source, xs=["x"] * 1000, v="y" * 20_000)


def test_loops_are_bounded() -> None:
    """Loops that print nothing stop as well."""
    source = (
        "{% for a in xs %}{% for b in xs %}{% for c in xs %}{% endfor %}{% endfor %}{% endfor %}"
    )

    with pytest.raises(TemplateError, match=f"more than {sandbox.MAX_ROUNDS} rounds"):
        lf(source, xs=["x"] * 1000)


@pytest.mark.parametrize(
    ("source", "value", "part"),
    [
        ("{{ v }}", ["a"], "holds a list"),
        ("{% for a in v %}{% endfor %}", "abc", "holds no list"),
        ("{{ v }}", {"a": 1}, "neither text"),
        ("{% for a in v %}{% endfor %}", [["a"]], "neither text"),
        ("{{ v }}", object(), "neither text"),
    ],
)
def test_values_of_a_wrong_kind_are_named(source: str, value: object, part: str) -> None:
    """The message names the variable and what is wrong with it."""
    with pytest.raises(VariablesError, match=f"variable v .*{part}"):
        lf(source, v=value)


def test_variables_are_listed_in_order_without_loop_items() -> None:
    """What a schema has to declare."""
    source = "{% if c %}{{ a | snake }}{% endif %}{% for x in l %}{{ x }}{{ b }}{% endfor %}{{ a }}"

    assert variables(source) == ("c", "a", "l", "b")


def test_comments_and_raw_blocks_are_plain_jinja() -> None:
    """What never reaches the output, or only as text, is not restricted."""
    assert lf(
        "a{# {{ x.y }} #}b{% raw %}{{ z() }}{% endraw %}{%- if v -%}\n c{%- endif %}", v=1
    ) == ("ab{{ z() }}c")


def test_jinja_is_loaded_only_for_templates() -> None:
    """Importing the module and escaping text cost a hook nothing."""
    code = (
        "import sys; from pattern_ci.render.language import escape; escape('{{');"
        "sys.exit('jinja2' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


PAIRS = (
    "{% for one in steps %}{{ one.name }}={{ one.to | snake }}"
    "{% if not loop.last %}, {% endif %}{% endfor %}"
)


def test_entries_of_a_list_may_have_fields() -> None:
    """Each is printed by its name, and what stands between two is not written behind the last."""
    steps = [{"name": "a", "to": "FooBar"}, {"name": 2, "to": "x"}]

    assert lf(PAIRS, steps=steps) == "a=foo_bar, 2=x"
    assert lf(PAIRS, steps=steps[:1]) == "a=foo_bar"
    assert render(PAIRS, {}, newline=Newline.LF).unfilled == ("steps",)
    assert variables(PAIRS) == looped(PAIRS) == ("steps",)


@pytest.mark.parametrize(
    ("source", "steps"),
    [
        (PAIRS, ["a"]),
        (PAIRS, [{"name": "a"}]),
        (PAIRS, [{"name": "a", "to": ["b"]}]),
        ("{% for one in steps %}{{ one }}{% endfor %}", [{"name": "a"}]),
        ("{% for one in steps %}{{ one }}{{ one.name }}{% endfor %}", [{"name": "a"}]),
    ],
)
def test_entries_of_another_kind_are_refused(source: str, steps: list[object]) -> None:
    """With the name of the list, and never printed as the host language would."""
    with pytest.raises(VariablesError, match="steps"):
        lf(source, steps=steps)


@pytest.mark.parametrize(
    "inner",
    [
        "{{ one._name }}",
        "{{ one.__class__ }}",
        "{{ one.a.b }}",
        "{{ other.name }}",
        "{{ loop.index }}",
        "{% if loop.last %}x{% endif %}",
        "{% if not loop.first %}x{% endif %}",
        "{% if not loop.last %}x{% else %}y{% endif %}",
        "{% if one.name %}x{% endif %}",
    ],
)
def test_nothing_else_of_a_loop_can_be_asked_for(inner: str) -> None:
    """Fields are printed, and the last round is all that a loop tells."""
    assert check("{% for one in steps %}" + inner + "{% endfor %}") != []


def test_a_field_is_never_a_method() -> None:
    """An entry may call its values as it likes."""
    source = "{% for one in steps %}{{ one.items }}{{ one.keys }}{% endfor %}"

    assert lf(source, steps=[{"items": "a", "keys": "b"}]) == "ab"


def test_what_stands_between_entries_needs_a_loop() -> None:
    """Outside of one there is nothing that could be the last."""
    assert check("{% if not loop.last %}x{% endif %}") != []
