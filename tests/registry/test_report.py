"""Findings as text, data and annotations."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.model.finding import Finding, Severity
from pattern_ci.registry.report import MAX_ANNOTATIONS, as_annotations, as_data, as_text, failed

ERROR = Finding("patterns/a.yaml", 3, 7, "spec-shape", "wrong.")
WARNING = ERROR._replace(severity=Severity.WARNING)


def test_text_is_what_editors_understand() -> None:
    """path:line:col first; anything but an error says what it is."""
    assert as_text([ERROR, WARNING]) == [
        "patterns/a.yaml:3:7: spec-shape: wrong.",
        "patterns/a.yaml:3:7: spec-shape: wrong. (warning)",
    ]


def test_text_cannot_move_the_cursor_or_fake_a_line() -> None:
    """Control characters in a name or value are written out."""
    (line,) = as_text([ERROR._replace(path="a\n::error::b\x1b[2J", message="x\ry")])

    assert line == "a\\n::error::b\\x1b[2J:3:7: spec-shape: x\\ry"


def test_data_counts_and_keeps_everything() -> None:
    """A program needs no parsing of text."""
    data = as_data([ERROR, WARNING], patterns=4, rewritten=["x"])

    assert (data["patterns"], data["errors"], data["warnings"]) == (4, 1, 1)
    assert data["findings"][0] == {
        "path": "patterns/a.yaml", "line": 3, "column": 7, "rule": "spec-shape",
        "message": "wrong.", "severity": "error",
    }  # fmt: skip


def test_only_errors_fail() -> None:
    """Warnings are shown and forgiven."""
    assert failed([WARNING, ERROR])
    assert not failed([WARNING])


def test_an_annotation_is_escaped_as_github_asks() -> None:
    """Percent and newlines everywhere, colons and commas in properties only."""
    finding = Finding("a,b:c%.yaml", 1, 2, "rule", "one: 50 %,\r\ntwo")

    assert as_annotations([finding]) == [
        "::error file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=rule::one: 50 %25,%0D%0Atwo"
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text())
def test_whatever_a_message_holds_it_stays_one_command(path: str, message: str) -> None:
    """No text can end its annotation early or start another."""
    (line,) = as_annotations([Finding(path, 1, 1, "rule", message)])

    assert len(re.split(r"[\r\n]", line)) == 1
    assert line.count("::") >= 2
    assert line.startswith("::error file=")


def test_what_is_not_annotated_is_counted() -> None:
    """Ten of each level are what GitHub shows; the rest is a number, never lost without a word."""
    lines = as_annotations([ERROR] * (MAX_ANNOTATIONS + 5) + [WARNING] * (MAX_ANNOTATIONS + 1))

    assert sum(line.startswith("::error ") for line in lines) == MAX_ANNOTATIONS
    assert sum(line.startswith("::warning ") for line in lines) == MAX_ANNOTATIONS
    assert lines[-1].startswith("Not annotated: 5 errors, 1 warning more")


def test_few_findings_need_no_last_line() -> None:
    """Exactly ten are all shown."""
    lines = as_annotations([ERROR] * MAX_ANNOTATIONS)

    assert len(lines) == MAX_ANNOTATIONS
