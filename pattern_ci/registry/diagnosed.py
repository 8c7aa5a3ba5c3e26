"""Diagnoses in the formats that other programs take: SARIF 2.1.0, and rdjson of reviewdog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pattern_ci.catalog import REPOSITORY_URL
from pattern_ci.messages import diagnosis as messages
from pattern_ci.messages.escaping.lines import one_line
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.registry import sarif as findings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pattern_ci.model.diagnosis import Diagnosis

_PAGE: Final = "docs/diagnosis.md"
# reviewdog/proto/rdf: Severity.
_SEVERITIES: Final = {
    Severity.ERROR: "ERROR",
    Severity.WARNING: "WARNING",
    Severity.NOTICE: "INFO",
}


def finding(one: Diagnosis) -> Finding:
    """A diagnosis with a place as a finding."""
    rule = one.rule or one.tool
    return Finding(
        one.file or "", one.line or 1, one.column or 1, rule, messages.sentence(one), one.severity
    )


def sarif(diagnoses: Sequence[Diagnosis], read: Callable[[str], str | None]) -> dict[str, Any]:
    """SARIF of diagnoses that have a place; a rule is named with its tool, for several share names.

    `read` gives the text of a file, None where it is not there.
    """
    ruled = [finding(one)._replace(rule=_rule(one)) for one in diagnoses]
    return findings.document(ruled, read, category="diagnose", page=_PAGE)


def _rule(one: Diagnosis) -> str:
    return "/".join(part for part in (one.tool, one.rule or one.kind.value) if part)


def rdjson(diagnoses: Sequence[Diagnosis]) -> dict[str, Any]:
    """A `DiagnosticResult` of diagnoses that have a place (reviewdog/proto/rdf)."""
    return {
        "source": {"name": "pattern-ci", "url": REPOSITORY_URL},
        "diagnostics": [_diagnostic(one) for one in diagnoses],
    }


def _diagnostic(one: Diagnosis) -> dict[str, Any]:
    said: dict[str, Any] = {
        "message": one_line(one.message or one.template or messages.heading(one)),
        "location": {"path": one.file},
        "severity": _SEVERITIES[one.severity],
        "source": {"name": one.tool},
    }
    if one.line:
        start = {"line": one.line} | ({"column": one.column} if one.column else {})
        said["location"]["range"] = {"start": start}
    if one.rule:
        said["code"] = {"value": one.rule}
    return said
