"""Terraform: a title, the place below it, quoted source, and a paragraph that explains."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pattern_ci.diagnosis.found import Found, Reading
from pattern_ci.model.diagnosis import UNKNOWN_TOOL
from pattern_ci.model.finding import Severity

if TYPE_CHECKING:
    from pattern_ci.diagnosis.lines import Line

TOOLS: Final = ("terraform", "tofu", "terragrunt")
_TITLE = re.compile(r"^(?P<severity>Error|Warning): (?P<message>\S.*)$")
_ON = re.compile(r"^\s+on (?P<file>\S.{0,300}?) line (?P<line>\d{1,9})(?:, in .*)?:$")
_SOURCE = re.compile(r"^\s+\d{1,9}: |^\s+(?:├|│|\|)")
_BELOW: Final = 2  # an empty line stands between a title and its place


class TerraformLog:
    """Takes the frames around errors, their places, and what explains them."""

    def __init__(self) -> None:
        self._framed = self._speaks = False
        self._inside = False  # below a place: source, then one paragraph
        self._said = False

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether the line belongs to an error of Terraform."""
        if line.text in ("╷", "╵"):
            self._framed, self._inside = line.text == "╷", False
            return True
        self._framed = self._framed and line.text[:1] == "│"
        text = line.text[2:] if self._framed else line.text
        on = _ON.match(text) if " line " in text else None
        if on is not None:
            return self._place(on, line, reading)
        title = _TITLE.match(text) if text[:1] in ("E", "W") else None
        if title is not None and (self._framed or self._speaks or reading.tool in TOOLS):
            _add(title, line, reading)
            self._speaks, self._inside = True, False
            return True
        return self._framed or self._below(text)

    def _place(self, on: re.Match[str], line: Line, reading: Reading) -> bool:
        one = reading.last(line)
        near = one is not None and line.number - one.log_line == _BELOW
        if one is None or not near or one.tool not in (UNKNOWN_TOOL, reading.hint, *TOOLS):
            return False
        one.tool = "terraform"
        one.file, one.line = on["file"], int(on["line"])
        self._speaks = self._inside = True
        self._said = False
        return True

    def _below(self, text: str) -> bool:
        """What explains an error is no other one; a line ends it that stands by itself."""
        if not self._inside:
            return False
        if not text or _SOURCE.match(text):
            self._inside = not self._said
            return True
        self._said = True
        return True


def _add(title: re.Match[str], line: Line, reading: Reading) -> None:
    severity = Severity.ERROR if title["severity"] == "Error" else Severity.WARNING
    reading.add(Found("terraform", title["message"], line.number, severity=severity))
