"""Vitest: a list of files, then a block for each failed test with its message and its stack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pattern_ci.diagnosis.found import Found, Reading, in_project, relative

if TYPE_CHECKING:
    from pattern_ci.diagnosis.lines import Line

_RUN = re.compile(r"^ (?:RUN|DEV) +v\d+\.")
# ` FAIL  |project| file > suite > test`, or ` FAIL  file [ file ]` of a file that does not load.
_FAIL = re.compile(
    r"^ FAIL  (?:\|[^|]{1,80}\| )?(?P<file>[^\s>][^>\[]{0,300}?\.\w{1,8})(?: > | \[ |$)"
)
_RULER = re.compile(r"^⎯{3,}")
_LISTED = re.compile(r"^ +[❯×✗✓↓·→-] ")
_TOTALS = re.compile(r"^ +(?:Test Files|Tests|Snapshots|Errors|Start at|Duration) +\S")
_ERROR = re.compile(r"^(?P<rule>[A-Z]\w{0,80}(?:Error|Exception)|Error): (?P<message>.*)$")
_FRAME = re.compile(r"^ ❯ (?:\S.{0,200} )?(?P<file>[^\s()]+):(?P<line>\d{1,9}):\d{1,9}$")
_FILE = re.compile(r"^  File: (?P<file>[^\s]+):(?P<line>\d{1,9}):\d{1,9}$")
_ANNOTATION = re.compile(r"^::error file=(?P<file>[^,:]+),(?:[^:]*,)?line=(?P<line>\d{1,9})")


class VitestLog:
    """Takes the list of tests and every block; what tests print in between is left to others."""

    def __init__(self) -> None:
        self._speaks = False
        self._blocks: list[Found] = []
        self._places: set[tuple[str | None, int | None]] = set()

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether the line belongs to the report."""
        head = _FAIL.match(line.text) if line.text[:6] == " FAIL " else None
        if head is not None:
            self._head(head, line, reading)
            return True
        if not self._speaks:
            self._speaks = _RUN.match(line.text) is not None
            return self._speaks
        if _RULER.match(line.text) or _TOTALS.match(line.text):
            self._close()
            return True
        if self._blocks:
            self._read(line.text, reading)
            return True
        return _LISTED.match(line.text) is not None or self._repeats(line, reading)

    def _head(self, head: re.Match[str], line: Line, reading: Reading) -> None:
        """A block begins; several heads above one message failed in the same way."""
        if self._blocks and self._blocks[-1].message:
            self._close()
        self._speaks = True
        self._blocks.append(Found("vitest", "", line.number, file=head["file"]))
        reading.add(self._blocks[-1])

    def _read(self, text: str, reading: Reading) -> None:
        said = None if self._blocks[-1].message else _ERROR.match(text)
        place = _FRAME.match(text) or _FILE.match(text)
        for one in self._blocks:
            if said is not None:
                one.rule = "" if said["rule"] == "Error" else said["rule"]
                one.message = said["message"]
            elif place is not None and one.line is None:
                file = relative(place["file"], reading.root)
                if file is not None and in_project(file):
                    one.file, one.line = file, int(place["line"])
            elif not one.message:
                one.message = text.strip()

    def _close(self) -> None:
        self._places.update((one.file, one.line) for one in self._blocks)
        self._blocks = []

    def _repeats(self, line: Line, reading: Reading) -> bool:
        """Whether an annotation only says for the runner what a block has said."""
        said = _ANNOTATION.match(line.text)
        if said is None:
            return False
        return (relative(said["file"], reading.root), int(said["line"])) in self._places
