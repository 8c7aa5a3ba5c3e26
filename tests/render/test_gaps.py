"""What is left to the author of a file, and how it is shown: one answer for all who ask."""

from __future__ import annotations

from typing import Any

import pytest

from pattern_ci.messages.gaps import bare, in_any
from pattern_ci.model.pattern import Newline
from pattern_ci.render import gaps
from pattern_ci.render.language import Rendered, render


def rendered(source: str, values: dict[str, Any], newline: Newline) -> Rendered:
    """The real template language."""
    return render(source, values, newline=newline)


def use(source: str, values: dict[str, Any], **properties: dict[str, Any]) -> gaps.Use:
    """One template with a schema."""
    return gaps.Use(source, values, Newline.LF, {"properties": properties}, rendered)


TEXT: dict[str, Any] = {"type": "string", "default": ""}
FRAME: dict[str, Any] = {"type": "string", "default": '", "', "x-frame": True}
ROWS: dict[str, Any] = {"type": "array", "items": {"properties": {"key": {}, "to": {}}}}
LOOP = "{% for one in rows %}{{ one.key }}: {{ one.to }}\n{% endfor %}end\n"


@pytest.mark.parametrize(
    ("source", "values", "schema", "left", "shown"),
    [
        ("a {{ x }} b\n", {}, {}, ("x",), "a ⟨x⟩ b\n"),
        ("a {{ x }} b\n", {"x": "y"}, {"x": TEXT}, (), "a y b\n"),
        ('["{{ x }}"]\n', {"x": '", "'}, {"x": FRAME}, ("x",), '["⟨x⟩", ""]\n'),
        ('["{{ x }}"]\n', {"x": 'mine", "'}, {"x": FRAME}, (), '["mine", ""]\n'),
        ("a\n", {"x": "", "y": '", "'}, {"x": TEXT, "y": FRAME}, (), "a\n"),
        ("{% if x %}with {{ x }}{% else %}bare{% endif %}\n", {"x": ""}, {"x": TEXT}, ("x",),
         "⟨x⟩bare\n"),
        (LOOP, {}, {"rows": ROWS}, ("rows",), "⟨rows⟩end\n"),
        (LOOP, {"rows": [{"key": "", "to": ","}]}, {"rows": ROWS | {
            "x-frame": True, "default": [{"key": "", "to": ","}]}}, ("rows",),
         "⟨key⟩: ⟨to⟩,\nend\n"),
        ("{{ other }} {{ x|const }}\n", {}, {}, ("other", "x"), "⟨other⟩ ⟨x⟩\n"),
    ],
)  # fmt: skip
def test_what_is_shown_is_what_is_written_and_marks(
    source: str, values: dict[str, Any], schema: dict[str, Any], left: tuple[str, ...], shown: str
) -> None:
    """Whatever a value decides: a text, a frame, a branch, the entries of a list."""
    one = use(source, values, **schema)

    assert gaps.left(one) == left
    assert gaps.shown(one, left) == shown
    assert bare(shown) == one.text()


def test_a_terminal_of_another_encoding_gets_other_marks() -> None:
    """Only in place of marks."""
    text = "⟨name⟩ of Vec<⟨kind⟩>"

    assert in_any(text, lambda _: True) == text
    assert in_any(text, lambda _: False) == "??name?? of Vec<??kind??>"
