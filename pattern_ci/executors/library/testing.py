"""Test suites: run with a report that a machine reads, and read it: pytest, jest, go test."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci import files
from pattern_ci.errors import FatalError
from pattern_ci.messages import executors as messages
from pattern_ci.model.execution import CheckResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pattern_ci.model.execution import Context, Ran

# A report of a hundred thousand tests has a few tens of megabytes.
MAX_REPORT_BYTES: Final = 64 << 20


class Failure(NamedTuple):
    """A test that did not pass: its name, its file where it is told, the first line of why."""

    test: str
    file: str
    message: str


class Report(NamedTuple):
    """What a suite said; counts of tests."""

    passed: int
    failed: int
    skipped: int
    failures: tuple[Failure, ...] = ()

    @property
    def total(self) -> int:
        """All tests that were collected."""
        return self.passed + self.failed + self.skipped


class Outcome(NamedTuple):
    """A run of a suite: the program as it ended, and its report where there was one."""

    ran: Ran
    report: Report | None

    @property
    def ok(self) -> bool:
        """Whether it ended well, and with a report that at least one test passed and none failed.

        A suite that finds no test ends well in some of these programs, and proves nothing.
        """
        said = self.report
        return self.ran.ok and (said is None or (said.failed == 0 and said.passed > 0))


class _Framework(NamedTuple):
    """How to ask a test program for a report, and how to read it; `file` is where it writes one."""

    arguments: Callable[[Path], list[str]]
    read: Callable[[bytes], Report | None]
    into_file: bool


def framework_of(command: Sequence[str]) -> str:
    """`pytest`, `jest` or `go`, by the words of the command; nothing for any other."""
    words = [word.rpartition("/")[2] for word in command]
    found = next((word for word in words if word in _PROGRAMS), "")
    if found == "test" and words[:2] != ["go", "test"]:
        return ""
    return _PROGRAMS.get(found, "")


def suite(
    context: Context,
    command: Sequence[str],
    *,
    cwd: str | Path = ".",
    timeout_s: float | None = None,
    env: Mapping[str, str | None] | None = None,
) -> Outcome:
    """Run a test suite, with a report where the program is one that we can ask for it."""
    framework = _FRAMEWORKS.get(framework_of(command))
    if framework is None or context.plan:
        return Outcome(context.run(command, cwd=cwd, timeout_s=timeout_s, env=env), None)
    with files.scratch_folder({}) as folder:
        wanted = _asking(command, framework.arguments(folder / "report"))
        ran = context.run(wanted, cwd=cwd, timeout_s=timeout_s, env=env)
        raw = files.read_bytes(folder / "report") if framework.into_file else ran.stdout
    if raw is None or len(raw) > MAX_REPORT_BYTES or ran.cut:
        return Outcome(ran, None)
    return Outcome(ran, framework.read(raw))


def _asking(command: Sequence[str], options: Sequence[str]) -> list[str]:
    """The command with options for its test program, before words that are no longer options."""
    names = [word.rpartition("/")[2] for word in command]
    at = next(index for index, name in enumerate(names) if name in _PROGRAMS)
    return [*command[: at + 1], *options, *command[at + 1 :]]


def check(
    context: Context,
    command: Sequence[str],
    *,
    name: str = "tests",
    cwd: str | Path = ".",
    env: Mapping[str, str | None] | None = None,
) -> CheckResult:
    """The suite as one check: how many passed, or which failed first."""
    try:
        outcome = suite(context, command, cwd=cwd, env=env)
    except FatalError as error:  # a program that is not there is no green suite
        return CheckResult(name, False, error.line)
    if outcome.ran.planned:
        return CheckResult(name, None, messages.not_started(outcome.ran.command))
    return CheckResult(name, outcome.ok, messages.suite(outcome.ran, outcome.report))


def junit(raw: bytes) -> Report | None:
    """A JUnit report as pytest and most others write it; None for anything else."""
    # Entities would be expanded: no test program writes any.
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        return None
    try:
        root = ET.fromstring(raw)  # noqa: S314  # without entities there is nothing to expand
    except ET.ParseError:
        return None
    cases = list(root.iter("testcase"))
    failures = [found for case in cases if (found := _failure(case))]
    skipped = sum(case.find("skipped") is not None for case in cases)
    return _report(len(cases) - len(failures) - skipped, skipped, failures)


def _failure(case: ET.Element) -> Failure | None:
    for kind in ("failure", "error"):
        found = case.find(kind)
        if found is not None:
            name = "::".join(filter(None, (case.get("classname"), case.get("name"))))
            said = found.get("message") or found.text or ""
            return Failure(name, case.get("file") or "", _first_line(said))
    return None


def jest(raw: bytes) -> Report | None:
    """What `jest --json` prints; None for anything else."""
    try:
        data = json.loads(raw)
        failures = [
            Failure(one["fullName"], suite["name"], _first_line("".join(one["failureMessages"])))
            for suite in data["testResults"]
            for one in suite["assertionResults"]
            if one["status"] == "failed"
        ]
        # A file that does not even load has no tests that could fail.
        failures += [
            Failure(suite["name"], suite["name"], _first_line(_plain(suite.get("message", ""))))
            for suite in data["testResults"]
            if suite["status"] == "failed" and not suite["assertionResults"]
        ]
        return _report(data["numPassedTests"], data["numPendingTests"], failures)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _plain(message: str) -> str:
    """What jest says of a file, without its headings."""
    lines = [line for line in message.splitlines() if not line.lstrip().startswith("●")]
    return "\n".join(lines)


def go(raw: bytes) -> Report | None:
    """What `go test -json` prints, an event a line; None when no line is one.

    A package that fails without a failed test (it does not build, it ends early) counts as one.
    """
    passed = skipped = 0
    said: dict[tuple[str, str], list[str]] = {}
    failures: list[Failure] = []
    events = list(_events(raw))
    for event in events:
        package, test = str(event.get("Package", "")), str(event.get("Test", ""))
        action = event.get("Action")
        if action == "output" and test:
            said.setdefault((package, test), []).append(str(event.get("Output", "")))
        passed += action == "pass" and bool(test)
        skipped += action == "skip" and bool(test)
        if action == "fail" and test:
            why = [line.strip() for line in said.get((package, test), ()) if _tells(line)]
            failures.append(Failure(f"{package}::{test}", "", _first_line(why[0] if why else "")))
        if action == "fail" and not test and not any(_of(package, one) for one in failures):
            failures.append(Failure(package, "", "the package failed"))
    not_built = [Failure(found[1].decode(), "", "it does not build") for found in _built(raw)]
    return _report(passed, skipped, [*failures, *not_built]) if events or not_built else None


def _of(package: str, failure: Failure) -> bool:
    return failure.test.startswith(f"{package}::")


def _built(raw: bytes) -> Iterator[re.Match[bytes]]:
    """Lines about packages that do not build: until Go 1.23 they are no events."""
    return re.finditer(rb"^FAIL\t(\S+) \[(?:build|setup) failed\]\r?$", raw, re.MULTILINE)


def _tells(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(("===", "---"))


def _events(raw: bytes) -> Iterator[dict[str, Any]]:
    for line in raw.splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and "Action" in event:
            yield event


def _report(passed: int, skipped: int, failures: Iterable[Failure]) -> Report:
    found = tuple(failures)
    return Report(passed, len(found), skipped, found)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


# The word of a command that names its test program.
_PROGRAMS: Final = {"pytest": "pytest", "py.test": "pytest", "jest": "jest", "test": "go"}
_FRAMEWORKS: Final = {
    "pytest": _Framework(lambda path: [f"--junitxml={path}"], junit, into_file=True),
    "jest": _Framework(lambda _: ["--json"], jest, into_file=False),
    "go": _Framework(lambda _: ["-json"], go, into_file=False),
}
