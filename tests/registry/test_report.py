"""Findings as text, data, annotations and outputs."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from pattern_ci.model.finding import Finding, Severity
from pattern_ci.registry.published import published
from pattern_ci.registry.report import (
    MATCHER,
    MATCHER_OWNER,
    MAX_ANNOTATIONS,
    as_annotations,
    as_data,
    as_outputs,
    as_text,
    failed,
)
from tests.messages.hostile import HOSTILE
from tests.messages.runner import commands

ERROR = Finding("patterns/a.yaml", 3, 7, "spec-shape", "wrong.")
WARNING = ERROR._replace(severity=Severity.WARNING)
NOTICE = ERROR._replace(severity=Severity.NOTICE)


def test_text_is_what_editors_understand() -> None:
    """path:line:col first, then how bad, by which rule, and what."""
    assert as_text([ERROR, WARNING]) == [
        "patterns/a.yaml:3:7: error spec-shape: wrong.",
        "patterns/a.yaml:3:7: warning spec-shape: wrong.",
    ]


def test_text_cannot_move_the_cursor_or_fake_a_line() -> None:
    """Control characters in a name or value are written out."""
    (line,) = as_text([ERROR._replace(path="a\n::error::b\x1b[2J", message="x\ry")])

    assert line == "a\\x0a::error::b\\x1b[2J:3:7: error spec-shape: x\\x0dy"


@pytest.mark.parametrize(
    "path", ["patterns/a.yaml", "a b/c: d.yaml", "C:/x.yaml", "ä:1/é.yaml", "a:b:c", "-x"]
)
@pytest.mark.parametrize("severity", list(Severity))
def test_the_problem_matcher_reads_every_line(path: str, severity: Severity) -> None:
    """Names may hold blanks, colons and digits; every group is what was printed."""
    matcher = json.loads(MATCHER.read_text("utf-8"))["problemMatcher"]
    (pattern,) = matcher[0]["pattern"]
    finding = Finding(path, 12, 3, "spec-path", "it says: 1:2: no", severity)

    found = re.fullmatch(pattern["regexp"], as_text([finding])[0])

    assert [one["owner"] for one in matcher] == [MATCHER_OWNER]
    assert found is not None
    said = {name: found[pattern[name]] for name in pattern if name != "regexp"}
    assert said == {
        "file": path,
        "line": "12",
        "column": "3",
        "severity": severity.value,
        "code": "spec-path",
        "message": "it says: 1:2: no",
    }


def test_the_problem_matcher_leaves_other_lines_alone() -> None:
    """The last line of a run, and what other programs print."""
    pattern = json.loads(MATCHER.read_text("utf-8"))["problemMatcher"][0]["pattern"][0]["regexp"]

    for line in ("1 pattern checked: 1 error, 0 warnings.", "Rewrote a.yaml.", "a.py:1: error: x"):
        assert re.search(pattern, line) is None


def test_data_counts_and_keeps_everything() -> None:
    """A program needs no parsing of text, and the published schema describes what it gets."""
    data = as_data([ERROR, WARNING], patterns=4, rewritten=["x"])

    assert (data["patterns"], data["errors"], data["warnings"]) == (4, 1, 1)
    assert data["findings"][0] == {
        "path": "patterns/a.yaml", "line": 3, "column": 7, "rule": "spec-shape",
        "message": "wrong.", "severity": "error",
    }  # fmt: skip
    jsonschema.Draft202012Validator(published("validate_report")).validate(data)


def test_the_published_schema_refuses_something_else() -> None:
    """A finding without a place, a severity that is none."""
    check = jsonschema.Draft202012Validator(published("validate_report"))
    for change in ({"line": 0}, {"severity": "fatal"}, {"extra": 1}, {"path": ""}):
        data = as_data([ERROR], patterns=1, rewritten=[])
        data["findings"][0] |= change

        assert not check.is_valid(data)


def test_only_errors_fail() -> None:
    """Warnings are shown and forgiven."""
    assert failed([WARNING, ERROR])
    assert not failed([WARNING])


def test_outputs_are_counts_and_a_place() -> None:
    """What later steps of a job ask for."""
    assert as_outputs([ERROR, WARNING, NOTICE], sarif="x.sarif") == {
        "findings": "3",
        "errors": "1",
        "warnings": "1",
        "sarif": "x.sarif",
    }


def test_an_annotation_is_escaped_as_github_asks() -> None:
    """Percent and newlines everywhere, colons and commas in properties only."""
    finding = Finding("a,b:c%.yaml", 1, 2, "rule", "one: 50 %,\r\ntwo")

    assert as_annotations([finding]).commands == [
        "::error file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=rule::one: 50 %25,%0D%0Atwo"
    ]


def test_whatever_a_finding_holds_it_stays_one_command() -> None:
    """No text can end its annotation early or start another; as text it is no command at all."""
    for value in HOSTILE:
        finding = Finding(f"{value}a", 1, 1, f"{value}b", value)
        (command,) = as_annotations([finding]).commands

        assert [found.name for found in commands(command)] == ["error"], value
        (line,) = as_text([finding])
        assert len(line.splitlines()) == 1, value


def test_what_is_not_annotated_is_counted() -> None:
    """Ten of each level are what GitHub shows; the rest is a number, never lost without a word."""
    many = [NOTICE] * 13 + [WARNING] * (MAX_ANNOTATIONS + 1) + [ERROR] * (MAX_ANNOTATIONS + 5)
    shown = as_annotations(many)

    levels = [found.name for command in shown.commands for found in commands(command)]
    assert levels == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert shown.rest.startswith("Not annotated: 5 errors, 1 warning, 3 notices more;")


def test_few_findings_need_no_last_line() -> None:
    """Exactly ten are all shown."""
    shown = as_annotations([ERROR] * MAX_ANNOTATIONS)

    assert len(shown.commands) == MAX_ANNOTATIONS
    assert shown.rest == ""
