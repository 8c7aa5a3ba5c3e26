"""What a log says is wrong: one diagnosis an error, with what makes two errors the same."""

from __future__ import annotations

import hashlib
from enum import StrEnum, unique
from typing import Any, NamedTuple

from pattern_ci.model.finding import Severity

SIGNATURE_HEX = 12
UNKNOWN_TOOL = "unknown"


@unique
class ErrorClass(StrEnum):
    """What kind of error; the fix of one class rarely helps another."""

    SYNTAX = "syntax"
    IMPORT = "import"
    NAME = "name"
    TYPE = "type"
    TEST = "test"
    RUNTIME = "runtime"
    STYLE = "style"
    FORMAT = "format"
    FILE = "file"
    BUILD = "build"
    CONFIG = "config"
    DEPENDENCY = "dependency"
    VCS = "vcs"
    SECURITY = "security"
    NETWORK = "network"
    TIMEOUT = "timeout"
    RESOURCE = "resource"
    UNKNOWN = "unknown"


class Diagnosis(NamedTuple):
    """One error of a log.

    `template` is the message with what changes from one occurrence to the next as `<*>`. `file` is
    relative to the project where that is known, `line` and `column` count from 1, `log_line` is the
    line of the log that says it, 0 when none does. `consequence` marks what only reports that
    something else failed; `in_green` what logs of good runs say as well.
    """

    tool: str
    rule: str
    kind: ErrorClass
    template: str
    message: str
    log_line: int
    file: str | None = None
    line: int | None = None
    severity: Severity = Severity.ERROR
    consequence: bool = False
    in_green: bool = False
    column: int | None = None

    @property
    def signature(self) -> str:
        """Tool, rule and template as one word: the same for every occurrence of an error."""
        return signature(self.tool, self.rule, self.template)

    @property
    def place(self) -> str:
        """`file:line`, as far as it is known."""
        if self.file is None:
            return ""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "signature": self.signature,
            "tool": self.tool,
            "rule": self.rule,
            "class": self.kind.value,
            "severity": self.severity.value,
            "template": self.template,
            "message": self.message,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "log_line": self.log_line,
            "consequence": self.consequence,
            "in_green": self.in_green,
        }


def signature(tool: str, rule: str, template: str) -> str:
    """`tool/rule/digest`; the digest alone tells errors apart, the words are for people."""
    key = "\0".join((tool, rule, template)).encode("utf-8", "surrogateescape")
    words = "/".join(part for part in (tool, rule) if part)
    return f"{words}/{hashlib.sha256(key).hexdigest()[:SIGNATURE_HEX]}"


class ErrorStatistics(NamedTuple):
    """What is known of one signature: the columns of the table `error_patterns`, and more.

    `recovery_method` is what helped most often; `success_rate` is None until something was tried.
    Times are as events have them (RFC 3339, UTC).
    """

    error_signature: str
    kind: ErrorClass
    occurrences: int
    first_seen: str
    last_seen: str
    attempted_resolutions: int
    successful_resolutions: int
    success_rate: float | None
    recovery_method: str | None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"class": self.kind.value} | {
            name: value for name, value in self._asdict().items() if name != "kind"
        }
