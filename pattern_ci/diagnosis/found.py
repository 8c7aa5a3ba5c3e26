"""What parsers find before it is a diagnosis, and where in the project it is."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pattern_ci.model.diagnosis import UNKNOWN_TOOL
from pattern_ci.model.finding import Severity

if TYPE_CHECKING:
    from pattern_ci.diagnosis.lines import Line
    from pattern_ci.model.diagnosis import ErrorClass

# Beyond this a log only repeats itself; what is over is counted, not kept.
MAX_FOUND: Final = 5000
# How many lines below an error may still tell of it (a stack, an arrow to the place).
NEAR: Final = 40
KEPT_LINES: Final = 100  # from the end of a log
_OUTSIDE = re.compile(
    r"^<|^node:|site-packages|dist-packages|node_modules|/lib/python\d|\.pyenv/|/rustc/"
    r"|\.cargo/registry|/go/pkg/mod|/go-?[\d.]*/src/|^/usr/lib/|/venv/|/\.venv/|^\.\./tools/"
)
_RUNNER = re.compile(
    r"^(?:/home/runner/work|[A-Z]:[\\/]a|/Users/runner/work)[\\/][^\\/]+[\\/][^\\/]+[\\/]"
)


@dataclass
class Found:
    """An error as it is being read; lines that follow may add to it.

    `precise`: the rule says all there is, the message does not tell errors apart. `template`
    stands in for the masked message where a row knows better.
    """

    tool: str
    message: str
    log_line: int
    rule: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    severity: Severity = Severity.ERROR
    precise: bool = False
    template: str | None = None
    kind: ErrorClass | None = None
    consequence: bool = False
    unsure: bool = False  # other tools say it in the same form


@dataclass
class Reading:
    """What was found so far, and what the lines before say about the ones that come."""

    hint: str = ""
    root: str = ""
    found: list[Found] = field(default_factory=list)
    left_out: int = 0
    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    header: str | None = None  # the file that lines with only a number belong to
    command: str = ""  # the tool whose command was echoed last

    @property
    def tool(self) -> str:
        """Whose output this seems to be."""
        return self.hint or self.command or UNKNOWN_TOOL

    def add(self, one: Found) -> Found:
        """Keep what was found, with its file as the project knows it."""
        one.file = relative(one.file, self.root)
        if len(self.found) < MAX_FOUND:
            self.found.append(one)
        else:
            self.left_out += 1
        return one

    def last(self, line: Line) -> Found | None:
        """The error that a line may add to."""
        one = self.found[-1] if self.found else None
        return one if one is not None and 0 <= line.number - one.log_line <= NEAR else None


def in_project(path: str) -> bool:
    """Whether a frame of a stack is in files of the project, by its path alone."""
    return _OUTSIDE.search(path) is None


def relative(path: str | None, root: str) -> str | None:
    """A path below `root`, or below the folder where runners check out; others stay as they are."""
    if not path:
        return None
    plain = path.removeprefix("file://")
    if root and plain.startswith(root.rstrip("/") + "/"):
        plain = plain[len(root.rstrip("/")) + 1 :]
    plain = _RUNNER.sub("", plain)
    return plain.removeprefix("./") or None
