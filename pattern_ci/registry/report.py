"""Findings as text for people, JSON for programs and annotations for GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.messages import validate as messages
from pattern_ci.model.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA_VERSION = 1
# GitHub shows ten annotations of each level a step and drops the rest without a word.
MAX_ANNOTATIONS = 10


def failed(findings: Sequence[Finding]) -> bool:
    """Whether any finding is an error."""
    return count(findings, Severity.ERROR) > 0


def count(findings: Sequence[Finding], severity: Severity) -> int:
    """How many findings have this severity."""
    return sum(finding.severity is severity for finding in findings)


def as_text(findings: Sequence[Finding]) -> list[str]:
    """One line a finding; anything but an error says what it is."""
    return [
        printable(finding.line_text)
        + ("" if finding.severity is Severity.ERROR else f" ({finding.severity.value})")
        for finding in findings
    ]


def as_data(findings: Sequence[Finding], *, patterns: int, rewritten: Sequence[str]) -> Any:
    """Plain data for `--format json`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "patterns": patterns,
        "errors": count(findings, Severity.ERROR),
        "warnings": count(findings, Severity.WARNING),
        "rewritten": list(rewritten),
        "findings": [finding.to_dict() for finding in findings],
    }


def as_annotations(findings: Sequence[Finding]) -> list[str]:
    """Workflow commands, at most MAX_ANNOTATIONS of each level, and a line with the rest."""
    lines: list[str] = []
    left: dict[Severity, int] = {}
    for severity in Severity:
        chosen = [finding for finding in findings if finding.severity is severity]
        lines.extend(_annotation(finding) for finding in chosen[:MAX_ANNOTATIONS])
        left[severity] = max(0, len(chosen) - MAX_ANNOTATIONS)
    if any(left.values()):
        lines.append(messages.not_shown(left[Severity.ERROR], left[Severity.WARNING]))
    return lines


def _annotation(finding: Finding) -> str:
    properties = {
        "file": finding.path,
        "line": str(finding.line),
        "col": str(finding.column),
        "title": finding.rule,
    }
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{finding.severity.value} {listed}::{_data(finding.message)}"


def _data(text: str) -> str:
    """Message text of a workflow command: a raw newline would end it and could start another."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def printable(text: str) -> str:
    """Text without control characters, which could move the cursor or fake another line."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
