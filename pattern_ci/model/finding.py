"""One problem that a check found, at its place."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


@unique
class Severity(StrEnum):
    """How bad; `error` makes a check fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Finding(NamedTuple):
    """`path` is relative to the repository; line and column count from 1."""

    path: str
    line: int
    column: int
    rule: str
    message: str
    severity: Severity = Severity.ERROR

    @property
    def line_text(self) -> str:
        """`path:line:col: rule: message`, the form that editors understand."""
        return f"{self.path}:{self.line}:{self.column}: {self.rule}: {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "rule": self.rule,
            "message": self.message,
            "severity": self.severity.value,
        }


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """The most severe first; inside a level the order stays."""
    levels = list(Severity)
    return sorted(findings, key=lambda finding: levels.index(finding.severity))
