"""Templates stay inside the language and keep one newline style."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.model.finding import Severity
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "source",
    [
        "ok\n{{ name.upper() }}\n",
        "ok\n{{ name.__class__ }}\n",
        "ok\n{% include 'x' %}\n",
        "ok\n{% for i in range(9) %}{% endfor %}\n",
        "ok\n{{ name|shout }}\n",
    ],
)
def test_what_is_outside_the_whitelist_has_its_place(tmp_path: Path, source: str) -> None:
    """Calls, attributes, includes, ranges and unknown filters are errors on their own line."""
    found = samples.check(tmp_path, samples.library(TEMPLATE=source))

    outside = [finding for finding in found if finding.rule == "template-language"]
    assert outside
    assert {(finding.path, finding.line) for finding in outside} == {
        (f"patterns/{samples.TEMPLATE}", 2)
    }
    assert {finding.severity for finding in outside} == {Severity.ERROR}


def test_mixed_newlines_are_an_error_where_they_change(tmp_path: Path) -> None:
    """The first line that ends otherwise is named."""
    text = samples.PLUGIN_TEXT + "tail\r\n"

    found = samples.check(tmp_path, samples.library(TEMPLATE=text))

    assert ("template-newline", samples.TEMPLATE, 3) in samples.said(found)


@pytest.mark.parametrize(
    ("text", "line"), [("{{ subject }}\ra\nb\n", 1), ("{{ subject }}\nb\r", 2)]
)
def test_a_lone_carriage_return_is_an_error(tmp_path: Path, text: str, line: int) -> None:
    """No newline style has it."""
    found = samples.check(tmp_path, samples.library(TEMPLATE=text))

    assert ("template-newline", samples.TEMPLATE, line) in samples.said(found)


def test_crlf_throughout_is_a_warning_and_still_renders(tmp_path: Path) -> None:
    """A checkout may have done it; the examples still match."""
    text = samples.PLUGIN_TEXT.replace("\n", "\r\n")

    found = samples.check(tmp_path, samples.library(TEMPLATE=text))

    assert [(finding.rule, finding.severity) for finding in found] == [
        ("template-newline", Severity.WARNING)
    ]


def test_a_template_that_is_not_utf8_is_told_with_its_place(tmp_path: Path) -> None:
    """The byte has a line and a column, and the examples are left alone."""
    found = samples.check(tmp_path, samples.library(TEMPLATE="ok\n  \udcff\n"))

    assert samples.said(found) == [("readable", samples.TEMPLATE, 2)]
    assert found[0].column == 3
