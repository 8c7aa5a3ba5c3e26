"""What good runs say as well is noise: what is left of a log ranks first.

After LogSage, which subtracts the templates of the last successful runs from a failed log before it
looks for the cause; no model is needed for that step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pattern_ci.diagnosis.masks import mask
from pattern_ci.messages import diagnosis as messages
from pattern_ci.model.diagnosis import UNKNOWN_TOOL, Diagnosis, ErrorClass
from pattern_ci.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pattern_ci.diagnosis.lines import Line

# Templates kept of good runs; a run that says more than this says nothing new after it.
MAX_TEMPLATES: Final = 200_000
LAST_LINES: Final = 3  # of a failed log of which nothing is understood
_SEVERITIES = list(Severity)


class GreenLogs:
    """Templates of what good runs said: of their errors, and of all of their lines."""

    def __init__(self) -> None:
        self.signatures: set[str] = set()
        self._lines: set[str] = set()

    def learn(self, diagnoses: Iterable[Diagnosis], lines: Iterable[Line]) -> None:
        """Take in one good run."""
        self.signatures.update(one.signature for one in diagnoses)
        for line in lines:
            if len(self._lines) < MAX_TEMPLATES:
                self._lines.add(mask(line.text))

    def renamed(self, old: str, new: str) -> None:
        """A template of a good run became more general."""
        if old in self.signatures:
            self.signatures.add(new)

    def says(self, line: Line) -> bool:
        """Whether a good run has such a line."""
        return mask(line.text) in self._lines


def ranked(diagnoses: Iterable[Diagnosis], green: GreenLogs) -> list[Diagnosis]:
    """What is new first, errors before warnings, causes before what they bring about.

    Inside of that the order of the log stays: the first error is more often the cause.
    """
    marked = (one._replace(in_green=one.signature in green.signatures) for one in diagnoses)
    return sorted(marked, key=_rank)


def _rank(one: Diagnosis) -> tuple[bool, int, bool, int]:
    return one.in_green, _SEVERITIES.index(one.severity), one.consequence, one.log_line


def explains(diagnoses: Iterable[Diagnosis]) -> bool:
    """Whether some of them may be the reason for a failure."""
    return any(not one.in_green and one.severity is Severity.ERROR for one in diagnoses)


def unexplained(tail: Sequence[Line], green: GreenLogs, tool: str) -> list[Diagnosis]:
    """The last lines of a failed log that no good run has, where nothing else explains it."""
    new = [line for line in tail if line.text.strip() and not green.says(line)]
    return [
        Diagnosis(tool, "", ErrorClass.UNKNOWN, mask(line.text), line.text.strip(), line.number)
        for line in new[-LAST_LINES:]
    ]


def silent(exit_code: int, tool: str, *, empty: bool) -> Diagnosis:
    """A run that failed and says nothing that a good one does not: that alone is the diagnosis."""
    said = messages.silent(exit_code, empty=empty)
    return Diagnosis(tool or UNKNOWN_TOOL, "", ErrorClass.UNKNOWN, mask(said), said, 0)
