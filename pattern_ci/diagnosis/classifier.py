"""Output of any tool becomes diagnoses: which tool, which rule, what is wrong, and where."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

from pattern_ci.diagnosis import general
from pattern_ci.diagnosis.classes import kind_of
from pattern_ci.diagnosis.difference import MAX_TEMPLATES
from pattern_ci.diagnosis.drain import TemplateTree
from pattern_ci.diagnosis.format_log import FormatLog
from pattern_ci.diagnosis.forms import OwnForms
from pattern_ci.diagnosis.found import Found, Reading, in_project, relative
from pattern_ci.diagnosis.jest_log import JestLog
from pattern_ci.diagnosis.lines import read
from pattern_ci.diagnosis.masks import mask
from pattern_ci.diagnosis.mypy_log import MypyLog
from pattern_ci.diagnosis.pytest_log import PytestLog
from pattern_ci.diagnosis.rows import HABITS, ROWS, Row
from pattern_ci.diagnosis.terraform_log import TerraformLog
from pattern_ci.diagnosis.tracebacks import NodeStack, PythonStack
from pattern_ci.diagnosis.vitest_log import VitestLog
from pattern_ci.model.diagnosis import UNKNOWN_TOOL, Diagnosis
from pattern_ci.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pattern_ci.diagnosis.forms import Form
    from pattern_ci.diagnosis.lines import Line

# A command that was echoed before it ran: at a prompt, by a runner, by tox or nox, or by a shell
# (`set -x`) or npm, where it may as well be a quoted line and counts for tools that have rows.
_ECHO = re.compile(
    r"^(?P<how>[$+>] |Run |\[command\]|nox > |[\w.-]{1,80}: commands\[\d{1,3}\]> )"
    r"(?:[\w./-]{0,200}/)?(?P<word>[a-z][\w-]{0,30})(?= |$)"
)
_TOOLS: Final = frozenset(row.tool for row in ROWS if row.tool)
# Whoever starts other tools: what follows may be said by any of them.
ANYONE: Final = frozenset(
    {UNKNOWN_TOOL, "make", "gmake", "tox", "nox", "npm", "yarn", "pnpm", "just", "pre-commit", "sh"}
)
_RUNNERS: Final = frozenset(
    {"npx", "uv", "uvx", "poetry", "sudo", "env", "bash", "sh", "exec", "time"}
)


class _Tracker(Protocol):
    def take(self, line: Line, reading: Reading) -> bool: ...


class ErrorClassifier:
    """Reads logs. `root` is the folder of the project as the log names it, if that is known.

    `forms` are those of a project's own tools; they are tried before all else.
    """

    def __init__(self, *, root: str = "", forms: Sequence[Form] = ()) -> None:
        self._root, self._forms = root, forms

    def classify(self, output: str | Iterable[str], *, tool: str = "") -> list[Diagnosis]:
        """Diagnoses of an output (a text, or pieces of one), in its order.

        `tool` is whose output it is, where that is known. Memory is bounded whatever comes; it
        never raises.
        """
        reading = self.read(output, tool=tool)
        return diagnoses(reading.found, TemplateTree())

    def read(
        self, output: str | Iterable[str], *, tool: str = "", keep_all: bool = False
    ) -> Reading:
        """What the parsers find, before messages are compared with each other.

        The last lines are kept; of a good run, which is small, all different ones may be.
        """
        reading = Reading(hint=tool, root=self._root)
        if keep_all:
            reading.lines = deque(maxlen=MAX_TEMPLATES)
        report = PytestLog()
        trackers: tuple[_Tracker, ...] = (
            OwnForms(self._forms), report, VitestLog(), JestLog(), TerraformLog(),
            MypyLog(), FormatLog(), PythonStack(), NodeStack(),
        )  # fmt: skip
        below: tuple[Row, Found] | None = None
        for line in read([output] if isinstance(output, str) else output):
            reading.lines.append(line)
            if below is not None:
                below[1].message, below[1].log_line = line.text, line.number
                reading.add(below[1])
                below = None
            elif line.text and not any(tracker.take(line, reading) for tracker in trackers):
                below = _by_row(line, reading)
        report.close(reading)
        _settle(reading.found)
        reading.found.sort(key=lambda one: one.log_line)
        return reading


def _by_row(line: Line, reading: Reading) -> tuple[Row, Found] | None:
    """Let the first row that fits take a line; what none takes is looked at in general."""
    for row in ROWS:
        if row.needle not in line.text or not _speaks(row, reading.tool):
            continue
        said = row.pattern.search(line.text)
        if said is None:
            continue
        if row.skip:
            return None
        if row.attach:
            if _attach(row, said, line, reading):
                return None
            continue
        one = _found(row, said, line, reading)
        if row.below:
            return row, one
        reading.add(one)
        return None
    if not _echoes(line, reading):
        general.take(line, reading)
    return None


def _echoes(line: Line, reading: Reading) -> bool:
    """Whether the line only shows a command: what follows is of that tool."""
    echoed = _ECHO.match(line.text)
    if echoed is None or (echoed["how"] in ("+ ", "> ") and echoed["word"] not in _TOOLS):
        return False
    if echoed["word"] not in _RUNNERS:
        reading.command = echoed["word"]
    return True


def _speaks(row: Row, tool: str) -> bool:
    """Whether a form may be that of its tool, where this tool seems to be at work."""
    if row.told:
        return tool == row.tool
    return not row.own or tool == row.tool or tool in ANYONE


def _found(row: Row, said: re.Match[str], line: Line, reading: Reading) -> Found:
    groups = said.groupdict()
    number = groups.get("line")
    rule = groups.get("rule") or row.rule
    template = row.template.format(**groups) if row.template else None
    return Found(
        tool=row.tool,
        message=groups.get("message") or row.says,
        log_line=line.number,
        rule=rule,
        file=groups.get("file") or (reading.header if number else None),
        line=int(number) if number else None,
        column=int(groups["column"]) if groups.get("column") else None,
        severity=_severity(groups.get("severity") or "error"),
        precise=row.precise and bool(rule or row.tool == "pre-commit"),
        template=template,
        kind=row.kind,
        consequence=row.consequence,
        unsure=row.own and reading.tool in ANYONE,
    )


def _settle(found: Iterable[Found]) -> None:
    """A form that several tools share is a tool's own when most of the log has its habits."""
    for tool, habit in HABITS.items():
        unsure = [one for one in found if one.unsure and one.tool == tool]
        having = sum(habit.match(one.message) is not None for one in unsure)
        if having * 2 < len(unsure):
            for one in unsure:
                one.tool = UNKNOWN_TOOL


def _severity(name: str) -> Severity:
    return Severity.WARNING if name.lower().startswith("warn") else Severity.ERROR


def _attach(row: Row, said: re.Match[str], line: Line, reading: Reading) -> bool:
    """Add to the error before what it does not say itself."""
    one = reading.last(line)
    if one is None or (row.tool and one.tool not in (row.tool, UNKNOWN_TOOL, reading.hint)):
        return False
    groups = said.groupdict()
    if groups.get("file") and one.file is None:
        place = relative(groups["file"], reading.root)
        if place is None or _is_foreign(row, place):
            return True
        one.file = place
        one.line = int(groups["line"]) if groups.get("line") else None
    one.message = one.message or groups.get("message") or ""
    one.rule = one.rule or groups.get("rule") or ""
    one.tool = row.tool if row.tool and one.tool == UNKNOWN_TOOL else one.tool
    one.kind = row.kind or one.kind
    return True


def _is_foreign(row: Row, place: str) -> bool:
    return row.tool == "go" and not in_project(place)


def diagnoses(found: Iterable[Found], tree: TemplateTree) -> list[Diagnosis]:
    """Compare messages of one tool and rule with each other, and say what is the same."""
    kept = list(found)
    masked = [_masked(one) for one in kept]
    scopes: dict[tuple[str, str], list[str]] = {}
    for one, text in zip(kept, masked, strict=True):
        if not one.precise and one.template is None:
            scopes.setdefault((one.tool, one.rule), []).append(text)
    for scope, texts in scopes.items():
        tree.add_all(scope, texts)
    return [_diagnosis(one, text, tree) for one, text in zip(kept, masked, strict=True)]


def _masked(one: Found) -> str:
    if one.template is not None:
        return one.template
    return "" if one.precise else mask(one.message)


def _diagnosis(one: Found, masked: str, tree: TemplateTree) -> Diagnosis:
    known = one.precise or one.template is not None
    template = masked if known else tree.template((one.tool, one.rule), masked)
    return Diagnosis(
        tool=one.tool,
        rule=one.rule,
        kind=one.kind or kind_of(one.tool, one.rule, one.message),
        template=template,
        message=one.message,
        log_line=one.log_line,
        file=one.file,
        line=one.line,
        column=one.column,
        severity=one.severity,
        consequence=one.consequence,
    )
