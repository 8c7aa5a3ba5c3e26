"""A rewrite rule as data: what is accepted, what is refused and why."""

from __future__ import annotations

from typing import Any

import pytest

from pattern_ci.model.rewrite import Fault, Piece, Rewrite, Value, fault, joined, pieces

SECTION: dict[str, Any] = {
    "kind": "line",
    "files": ["/src/**/*.py"],
    "rule": {
        "before": "assert_equal($A, $B)",
        "after": "assert $A == $B",
        "variables": {"A": "text", "B": "word"},
        "line_start": True,
        "line_end": False,
    },
}


def section(**rule: Any) -> dict[str, Any]:
    """The section above with another rule."""
    return SECTION | {"rule": {**SECTION["rule"], **rule}}


def test_a_section_survives_reading_and_writing() -> None:
    """Nothing of it is lost or added."""
    assert fault(SECTION) is None
    assert Rewrite.from_dict(SECTION).to_dict() == SECTION
    assert Rewrite.from_dict(SECTION).variables == {"A": Value.TEXT, "B": Value.WORD}


def test_a_dollar_of_a_file_is_no_metavariable() -> None:
    """It is written twice; one before a small letter or a digit needs no care."""
    parts = [Piece("$HOME/", variable=False), Piece("A", variable=True), Piece("$", variable=False)]

    assert pieces("$$HOME/$A$$") == parts
    assert joined(parts) == "$$HOME/$A$$"
    assert pieces("$1 $x") == [Piece("$1 $x", variable=False)]
    assert pieces("") == []


def test_files_are_named_by_globs() -> None:
    """As in a gitignore: from the root with a slash in front."""
    rule = Rewrite.from_dict(SECTION)

    assert rule.wants("src/a.py")
    assert rule.wants("src/deep/a.py")
    assert not rule.wants("lib/src/a.py")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (SECTION | {"kind": "ast-grep"}, Fault.NOT_LINE),
        (SECTION | {"files": []}, Fault.NO_FILES),
        (SECTION | {"rule": "a -> b"}, Fault.SHAPE),
        (section(before=1), Fault.SHAPE),
        (section(variables={"A": "number", "B": "word"}), Fault.SHAPE),
        (section(extra=True), Fault.SHAPE),
        (section(before="\nassert_equal($A, $B)"), Fault.SHAPE),
        (section(before="assert_equal($A, $B)\r\n"), Fault.SHAPE),
        (section(before="x" * 2_001), Fault.LONG),
        (section(before=" ", after="", variables={}), Fault.SAME),
        (section(after="assert_equal($A, $B)"), Fault.SAME),
        (section(variables={"A": "text"}), Fault.UNKNOWN_VARIABLE),
        (section(before="f($A)", after="g($A, $B)"), Fault.UNBOUND),
        (section(before="$A == $B;"), Fault.TOUCHING),
        (section(before="f($A$B)"), Fault.TOUCHING),
    ],
)
def test_a_rule_that_cannot_be_applied_is_named(data: dict[str, Any], expected: Fault) -> None:
    """The first thing that is wrong is said, by name."""
    assert fault(data) is expected
