"""mypy --pretty: a message goes over several lines, with its code at the end, then the source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pattern_ci.diagnosis.found import Found, Reading
    from pattern_ci.diagnosis.lines import Line

_CODE = re.compile(r"(?:^|(?<=\S) {1,2})\[(?P<rule>[a-z][a-z-]{1,40})\]$")
_PLACED = re.compile(
    r"^[^\s:(][^:(]{0,300}(?::\d{1,9}|\(\d{1,9},\d{1,9}\): )|^Found \d|^g?make(?:\[\d+\])?: "
)
_CARETS = re.compile(r"^ +\^~*(?:\.\.\.)?$")
_WRAPPED: Final = 6  # lines of one message: the longest names of types fill them


class MypyLog:
    """Puts the parts of a message together; its rows read the first line."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._held: Found | None = None
        self._ended = 0  # the line at which the last message was complete

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether the line is source below an error, or the end of its message."""
        if line.text[:1] == " ":
            self._held = None
            return self._source(line, reading)
        if self._held is None and not self._begins(line, reading):
            return False
        return self._goes_on(line, reading)

    def _begins(self, line: Line, reading: Reading) -> bool:
        """Whether the line before is an error of mypy without a code."""
        one = _before(line, reading)
        if one is None or one.rule:
            return False
        self._held, self._parts = one, [one.message.rstrip()]
        return True

    def _goes_on(self, line: Line, reading: Reading) -> bool:
        one = self._held
        if one is None or _PLACED.match(line.text) or len(self._parts) > _WRAPPED:
            self._held = None
            return False
        code = _CODE.search(line.text)
        self._parts.append(line.text[: code.start()] if code else line.text)
        if code is None:
            return False
        # What the general rules made of the lines in between was no error of its own.
        reading.found[:] = [other for other in reading.found if other.log_line <= one.log_line]
        one.message = " ".join(part.strip() for part in self._parts).strip()
        one.rule, one.precise = code["rule"], True
        self._held, self._ended = None, line.number
        return True

    def _source(self, line: Line, reading: Reading) -> bool:
        """The line that is quoted below an error, and the carets below that."""
        if _before(line, reading) is not None or self._ended == line.number - 1:
            self._ended = 0
            return True
        return _CARETS.match(line.text) is not None


def _before(line: Line, reading: Reading) -> Found | None:
    one = reading.found[-1] if reading.found else None
    near = one is not None and one.tool == "mypy" and one.log_line == line.number - 1
    return one if near else None
