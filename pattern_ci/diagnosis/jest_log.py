"""Jest: a block for each failed test, with its message first and its stack last."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pattern_ci.diagnosis.found import Found, Reading, in_project, relative
from pattern_ci.model.finding import Severity

if TYPE_CHECKING:
    from pattern_ci.diagnosis.lines import Line

_FILE = re.compile(r"^FAIL (?:\S+ )?(?P<file>\S+\.\w+)(?: \([\d.]+ ?m?s\))?$")
_BLOCK = re.compile(r"^  ● (?P<name>.+)$")
_END = re.compile(r"^(?:Test Suites: |PASS |Summary of all failing tests)")
_MATCHER = re.compile(r"^expect\(.*\)\.(?:not\.|resolves\.|rejects\.)*(?P<rule>to\w+)\(")
_ERROR = re.compile(r"^(?P<rule>[A-Z]\w*Error): (?P<message>.*)$")
_SYNTAX = re.compile(r"^SyntaxError: (?P<file>/?[^\s:]+): (?P<message>.*) \((?P<line>\d+):\d+\)$")
_FRAME = re.compile(r"^at (?:.{0,300}\()?(?P<file>[^\s()]+?):(?P<line>\d+):\d+\)?$")
_NO_TEST = ("Console", "Deprecation Warning", "Validation Warning")


class JestLog:
    """Takes every line from `FAIL file` to the totals."""

    def __init__(self) -> None:
        self._file: str | None = None
        self._block: Found | None = None
        self._over = False

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether the line belongs to the report of a failed test file."""
        head = _FILE.match(line.text) if line.text[:5] == "FAIL " else None
        if head is not None and not self._over:
            self._file, self._block = relative(head["file"], reading.root), None
            return True
        if self._file is None:
            return False
        if _END.match(line.text):
            self._file = self._block = None
            self._over = line.text.startswith("Summary")
            return True
        block = _BLOCK.match(line.text) if line.text[:4] == "  ● " else None
        if block is not None:
            known = block["name"].startswith(_NO_TEST)
            self._block = None if known else reading.add(Found("jest", "", line.number))
        elif self._block is not None:
            self._read(self._block, line.text.strip(), reading)
        return True

    def _read(self, block: Found, text: str, reading: Reading) -> None:
        syntax = _SYNTAX.match(text) if text.startswith("SyntaxError: ") else None
        if syntax is not None:
            block.rule, block.message, block.precise = "SyntaxError", syntax["message"], False
            block.file, block.line = relative(syntax["file"], reading.root), int(syntax["line"])
        elif text and not block.message:
            _first(block, text)
            block.file = self._file
        elif text[:3] == "at " and block.line is None:
            frame = _FRAME.match(text)
            place = relative(frame["file"], reading.root) if frame else None
            if frame and place and in_project(place):
                block.file, block.line = place, int(frame["line"])


def _first(block: Found, text: str) -> None:
    """The first line of a block says what failed."""
    matcher, error = _MATCHER.match(text), _ERROR.match(text)
    block.message, block.severity = text, Severity.ERROR
    if matcher is not None:
        block.rule, block.precise = matcher["rule"], True
    elif error is not None:
        block.rule, block.message = error["rule"], error["message"]
