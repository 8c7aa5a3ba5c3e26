"""Findings as text for people, data for programs and commands for a workflow runner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages import findings as pages
from pattern_ci.messages import validate as messages
from pattern_ci.messages.escaping import commands
from pattern_ci.model.finding import Finding, Severity, by_severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.safe import Command

SCHEMA_VERSION = 1
# GitHub shows ten annotations of each level a step and drops the rest without a word.
MAX_ANNOTATIONS = 10
MATCHER = Path(__file__).with_name("problem_matcher.json")
MATCHER_OWNER = "pattern-ci"


class Annotated(NamedTuple):
    """Annotations, and a line about those that there is no room for; empty when all are there."""

    commands: list[Command]
    rest: str


def failed(findings: Sequence[Finding]) -> bool:
    """Whether any finding is an error."""
    return count(findings, Severity.ERROR) > 0


def count(findings: Sequence[Finding], severity: Severity) -> int:
    """How many findings have this severity."""
    return sum(finding.severity is severity for finding in findings)


def as_text(findings: Sequence[Finding]) -> list[str]:
    """One line a finding."""
    return [pages.line(finding) for finding in findings]


def as_data(
    findings: Sequence[Finding], *, patterns: int, rewritten: Sequence[str]
) -> dict[str, Any]:
    """Plain data for `--format json`; `validate_report.schema.json` describes it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "patterns": patterns,
        "errors": count(findings, Severity.ERROR),
        "warnings": count(findings, Severity.WARNING),
        "rewritten": list(rewritten),
        "findings": [finding.to_dict() for finding in findings],
    }


def as_outputs(findings: Sequence[Finding], *, sarif: str) -> dict[str, str]:
    """The outputs of a workflow step, by name; `sarif` is the file that was written, if any."""
    return {
        "findings": str(len(findings)),
        "errors": str(count(findings, Severity.ERROR)),
        "warnings": str(count(findings, Severity.WARNING)),
        "sarif": sarif,
    }


def as_annotations(findings: Sequence[Finding]) -> Annotated:
    """At most MAX_ANNOTATIONS of each level, errors first."""
    chosen: list[Command] = []
    left: dict[Severity, int] = dict.fromkeys(Severity, 0)
    given: dict[Severity, int] = dict.fromkeys(Severity, 0)
    for finding in by_severity(findings):
        if given[finding.severity] < MAX_ANNOTATIONS:
            given[finding.severity] += 1
            chosen.append(_annotation(finding))
        else:
            left[finding.severity] += 1
    return Annotated(chosen, messages.not_shown(left) if any(left.values()) else "")


def _annotation(finding: Finding) -> Command:
    return commands.annotation(
        finding.severity.value,
        finding.message,
        file=finding.path,
        line=finding.line,
        column=finding.column,
        title=finding.rule,
    )
