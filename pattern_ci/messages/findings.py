"""Findings as people read them: lines, a page, and the words about what a limit left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pattern_ci.messages.escaping import markdown as md
from pattern_ci.messages.escaping.lines import short, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.finding import Finding
    from pattern_ci.model.safe import Cell, Markdown

# A step's summary holds 1 MiB; what others of the same step wrote needs a part of it.
SUMMARY_BYTES: Final = 1_000_000
_MESSAGE: Final = 500
_PLACE: Final = 300
_CUT: Final = md.ours("_Cut here; `pattern-ci validate` lists all of them._")


def line(finding: Finding) -> str:
    """`path:line:col: severity rule: message`: what editors and the problem matcher understand."""
    place = f"{finding.path}:{finding.line}:{finding.column}"
    return visible(f"{place}: {finding.severity.value} {finding.rule}: {finding.message}")


def page(findings: Sequence[Finding], notes: Sequence[str]) -> Markdown:
    """All findings as a table under the last lines of the run."""
    said = md.paragraphs(md.text(note) for note in notes)
    head = md.ours("## pattern-ci validate\n\n{}", said)
    if not findings:
        return md.ours("{}\n", head)
    rows = [_row(finding) for finding in findings]
    table = md.table(["level", "rule", "where", "what"], rows)
    return md.ours("{}\n\n{}\n", head, table)


def summary(findings: Sequence[Finding], notes: Sequence[str]) -> Markdown:
    """The page for the summary of a job, cut where it would be too large."""
    return md.cut(page(findings, notes), SUMMARY_BYTES, _CUT)


def _row(finding: Finding) -> list[Cell]:
    place = f"{short(finding.path, _PLACE)}:{finding.line}:{finding.column}"
    return [
        md.text(finding.severity.value),
        md.code_cell(finding.rule),
        md.code_cell(place),
        md.text(short(finding.message, _MESSAGE)),
    ]


def left_out(count: int) -> str:
    """What a report says about findings that it has no room for."""
    noun = "finding is" if count == 1 else "findings are"
    return f"{count} less severe {noun} left out here; `pattern-ci validate` lists all of them."
