"""Stacks that span lines: Python's, and those of JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pattern_ci.diagnosis.found import Found, Reading, in_project, relative
from pattern_ci.model.diagnosis import ErrorClass

if TYPE_CHECKING:
    from pattern_ci.diagnosis.lines import Line

_HEAD = "Traceback (most recent call last):"
_FRAME = re.compile(r'^[\s|+]*File "(?P<file>[^"]+)", line (?P<line>\d+)')
_RAISED = re.compile(r"^[\s|]*(?P<rule>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?$")
_CHAINED = ("The above exception was the direct cause", "During handling of the above exception")
_JS_ERROR = re.compile(
    r"^(?:Uncaught )?(?P<rule>(?:[A-Z]\w*)?(?:Error|Rejection))(?: \[\w+\])?: (?P<message>.*)$"
)
_JS_FRAME = re.compile(r"^\s+at (?:.{0,300}\()?(?P<file>[^\s()]+?):(?P<line>\d+):\d+\)?(?: \{)?$")
_JS_PLACE = re.compile(
    r"^(?:(?P<file>(?:file://)?/[^\s:]+\.[cm]?[jt]sx?)|node:[\w/-]+|<anonymous_script>|evalmachine\.<anonymous>)"
    r":(?P<line>\d+)$"
)
_JS_CARETS = re.compile(r"^\s*\^+$")
# What a tool says is no source, wherever it stands.
_NO_SOURCE = re.compile(r"\S.*(?:\berror\b[^:]*: |: \*\*\* |\bFAILED\b)|npm ")
_JS_SOURCE = 6  # lines of source above the carets
_IMPORTER = re.compile(r" imported from (?P<file>/\S+)$")
_WAIT = 8  # lines between an error of Node.js and the first frame of its stack
Place = tuple[str, int]


class PythonStack:
    """A traceback gives one error: its last line, at the last frame inside the project."""

    def __init__(self) -> None:
        self._open = False
        self._depth = 0
        self._place: Place | None = None
        self._last: Found | None = None

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether the line belongs to a traceback."""
        text = line.text
        if text.endswith(_HEAD):
            self._open, self._place = True, None
            self._depth = len(text) - len(text.lstrip(" |+"))
            return True
        frame = _FRAME.match(text) if 'File "' in text else None
        if frame is not None:
            self._frame(frame, text, reading)
            return True
        if not self._open:
            return self._chained(text, reading)
        if not text or text[self._depth : self._depth + 1] in (" ", ""):
            return True  # source and carets under a frame
        raised = _RAISED.match(text)
        self._open = False
        if raised is None:
            return False
        self._raised(raised, line, reading)
        return True

    def _frame(self, frame: re.Match[str], text: str, reading: Reading) -> None:
        if not self._open:  # a syntax error has no head
            self._open, self._place = True, None
            self._depth = max(0, len(text) - len(text.lstrip()) - 2)
        if in_project(relative(frame["file"], reading.root) or ""):
            self._place = (frame["file"], int(frame["line"]))

    def _raised(self, raised: re.Match[str], line: Line, reading: Reading) -> None:
        file, number = self._place or (None, None)
        self._last = reading.add(
            Found("python", raised["message"] or "", line.number, raised["rule"], file, number)
        )

    def _chained(self, text: str, reading: Reading) -> bool:
        """What follows is the error that came out; the one before was handled on the way."""
        if not text.strip(" |").startswith(_CHAINED):
            return False
        if self._last is not None and reading.found and reading.found[-1] is self._last:
            reading.found.pop()
        return True


class NodeStack:
    """`Error: message` is one of Node.js when frames follow; the first in the project counts."""

    def __init__(self) -> None:
        self._held: tuple[Line, re.Match[str]] | None = None
        self._place: tuple[int, Place] | None = None
        self._open: Found | None = None
        self._quoted = 0  # the line of a place whose source follows
        self._carets = 0  # the line of the carets below it

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether the line belongs to an error with a stack."""
        place = _JS_PLACE.match(line.text) if line.text[:1] in ("/", "f", "n", "<", "e") else None
        if place is not None:
            file, number = place["file"], int(place["line"])
            self._place = (line.number, (file, number)) if file else None
            self._quoted = line.number
            return True
        if self._quoted and self._is_source(line):
            return True
        if self._carets and self._carets == line.number - 1 and self._is_value(line, reading):
            return True
        frame = _JS_FRAME.match(line.text) if line.text.lstrip()[:3] == "at " else None
        if frame is not None:
            return self._frame(frame, reading)
        if self._held is not None and line.number - self._held[0].number > _WAIT:
            self._held = None
        self._open = self._open if line.text[:1] == " " else None
        said = _JS_ERROR.match(line.text) if ": " in line.text[:120] else None
        if said is not None:
            self._held = (line, said)
        return False

    def _is_source(self, line: Line) -> bool:
        """Whether this is quoted between a place and the error, the carets included."""
        said = _JS_ERROR.match(line.text) or _NO_SOURCE.match(line.text)
        if line.number - self._quoted > _JS_SOURCE or said:
            self._quoted = 0
            return False
        if _JS_CARETS.match(line.text):
            self._quoted, self._carets = 0, line.number
        return True

    def _is_value(self, line: Line, reading: Reading) -> bool:
        """Whether this is what was thrown: no error, so that neither name nor stack follow."""
        if self._place is None or _JS_ERROR.match(line.text):
            return False
        file, number = self._place[1]
        reading.add(Found("node", line.text, line.number, file=file, line=number))
        return True

    def _frame(self, frame: re.Match[str], reading: Reading) -> bool:
        if self._held is not None:
            self._open = self._start(*self._held, reading)
            self._held = None
        place = relative(frame["file"], reading.root) or ""
        if self._open is not None and self._open.line is None and in_project(place):
            self._open.file, self._open.line = place, int(frame["line"])
        return True

    def _start(self, line: Line, said: re.Match[str], reading: Reading) -> Found:
        """The error, in the place of what the general rules made of its line."""
        reading.found[:] = [one for one in reading.found if one.log_line != line.number]
        rule = "" if said["rule"] == "Error" else said["rule"]
        one = Found("node", said["message"], line.number, rule)
        near = self._place is not None and line.number - self._place[0] <= _WAIT
        if near and self._place is not None and _stack_is_foreign(rule):
            one.file, one.line = self._place[1]
        importer = _IMPORTER.search(said["message"])
        if one.file is None and importer is not None and in_project(importer["file"]):
            one.file = importer["file"]
        if "does not provide an export named" in said["message"]:
            one.kind = ErrorClass.IMPORT
        return reading.add(one)


def _stack_is_foreign(rule: str) -> bool:
    """The stack of a syntax error is the loader's; what is wrong stands above it."""
    return rule == "SyntaxError"
