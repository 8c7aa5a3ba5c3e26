"""Templates rendered without the engine come out as the engine renders them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.errors import TemplateError
from pattern_ci.model.pattern import Newline
from pattern_ci.render import plain, sandbox
from pattern_ci.render.language import MAX_CHARACTERS, escape, render, variables

PIECES = st.sampled_from(
    [
        "text", " ", "\n", "{", "}", "{{", "%}", "#}", "{#", "{% raw %}", "é",
        "{{ one }}", "{{ two | snake }}", "{{ one | pascal | kebab }}", "{{ loop }}", "{{one}}",
        "{{- two }}", "{{ two | upper }}", "{% if one %}", "{% if not two %}", "{% if one == 1 %}",
        "{% else %}", "{% endif %}", '{{ "{%" }}', '{{ "{" }}', '{{ "\\r" }}', "{{ One }}",
    ]
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(["", "fooBar", "a\r\nb", "{{ two }}", "0"]),
    st.none(), st.booleans(), st.integers(-1, 2), st.floats(allow_nan=False, width=16),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(PIECES, max_size=9).map("".join),
    st.dictionaries(st.sampled_from(["one", "two"]), VALUES),
)
def test_both_say_the_same(source: str, values: dict[str, Any]) -> None:
    """Text and what had no value; what the engine refuses is never rendered here."""
    program = plain.steps(source)
    if program is None:
        return
    assert sandbox.parse(source).problems == []
    assert plain.run(program, values, limit=MAX_CHARACTERS) == sandbox.run(
        sandbox.compile_template(source), values, limit=MAX_CHARACTERS
    )
    assert set(variables(source)) == {step.name for step in program if step.name}


@pytest.mark.parametrize(
    "source",
    [
        "{{ one }} and {% if two %}{{ two | snake }}{% endif %}.\n",
        escape("${{ x }} {% y %} {# z #} {") + "{{ one }}",
    ],
)
def test_what_drafts_are_made_of_is_known(source: str) -> None:
    """No engine for these."""
    assert plain.steps(source) is not None


@pytest.mark.parametrize(
    "source",
    ["{% for x in one %}{% endfor %}", "{% if one %}", "{{ one.two }}", "{{{ one }}", "a\rb"],
)
def test_what_is_not_known_is_left_to_the_engine(source: str) -> None:
    """Loops, what is not closed, what is outside the language."""
    assert plain.steps(source) is None


def test_a_list_is_refused_as_ever() -> None:
    """The engine says what is wrong with a value."""
    program = plain.steps("{{ one }}")
    assert program is not None
    assert plain.run(program, {"one": ["a"]}, limit=9) is None


def test_too_much_text_is_refused_as_ever() -> None:
    """However it is rendered."""
    with pytest.raises(TemplateError):
        render("{{ one }}{{ one }}", {"one": "x" * MAX_CHARACTERS}, newline=Newline.LF)
