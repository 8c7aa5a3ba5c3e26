"""What a log of each kind becomes."""

from __future__ import annotations

import pytest

from pattern_ci.diagnosis.classifier import ErrorClassifier
from pattern_ci.model.diagnosis import Diagnosis, ErrorClass
from pattern_ci.model.finding import Severity

RUFF = "src/a.py:3:8: F401 [*] `os` imported but unused"
PYTEST = """\
=================================== FAILURES ===================================
__________________________________ test_total __________________________________

    def test_total():
>       assert total([]) == 1
E       assert 0 == 1
E        +  where 0 = total([])

tests/test_a.py:4: AssertionError
=========================== short test summary info ============================
FAILED tests/test_a.py::test_total - assert 0 == 1
============================== 1 failed in 0.02s ===============================
"""
TRACEBACK = """\
Traceback (most recent call last):
  File "/repo/app/run.py", line 7, in <module>
    main()
  File "/repo/app/lib/read.py", line 3, in main
    json.loads("{")
  File "/usr/lib/python3.11/json/decoder.py", line 353, in raw_decode
    obj, end = self.scan_once(s, idx)
json.decoder.JSONDecodeError: Expecting value: line 1 column 2 (char 1)
"""


def classify(log: str, tool: str = "") -> list[Diagnosis]:
    """Diagnoses of a log of a project in /repo/app."""
    return ErrorClassifier(root="/repo/app").classify(log, tool=tool)


def only(log: str, tool: str = "") -> Diagnosis:
    """The one diagnosis of a log."""
    found = classify(log, tool)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("log", "tool", "rule", "kind", "place"),
    [
        (RUFF, "ruff", "F401", ErrorClass.STYLE, "src/a.py:3"),
        (
            'a.py:3: error: Name "x" is not defined  [name-defined]',
            "mypy", "name-defined", ErrorClass.NAME, "a.py:3",
        ),
        (
            "src/a.ts(3,5): error TS2307: Cannot find module 'x'.",
            "tsc", "TS2307", ErrorClass.IMPORT, "src/a.ts:3",
        ),
        (
            "error[E0308]: mismatched types\n --> src/lib.rs:7:5\n  |\n7 |     x",
            "cargo", "E0308", ErrorClass.TYPE, "src/lib.rs:7",
        ),
        ("./a.go:5:2: undefined: total", "go", "", ErrorClass.NAME, "a.go:5"),
        (
            "CONFLICT (content): Merge conflict in src/a.txt",
            "git", "conflict", ErrorClass.VCS, "src/a.txt",
        ),
        (
            "ERROR: No matching distribution found for left-pad",
            "pip", "", ErrorClass.DEPENDENCY, "",
        ),
        (
            "npm error code ENOENT\nnpm error path /repo/app/web/package.json",
            "npm", "ENOENT", ErrorClass.FILE, "web/package.json",
        ),
        (
            "make: *** [Makefile:9: main.o] Error 1",
            "make", "", ErrorClass.BUILD, "Makefile:9",
        ),
        (PYTEST, "pytest", "AssertionError", ErrorClass.TEST, "tests/test_a.py:4"),
        (
            TRACEBACK,
            "python", "json.decoder.JSONDecodeError", ErrorClass.SYNTAX, "lib/read.py:3",
        ),
    ],
    ids=lambda value: value.split("\n")[0][:30] if isinstance(value, str) else str(value),
)  # fmt: skip
def test_a_tool_is_read(log: str, tool: str, rule: str, kind: ErrorClass, place: str) -> None:
    """Tool, rule, class and place, without being told who wrote it."""
    found = only(log)

    assert (found.tool, found.rule, found.kind, found.place) == (tool, rule, kind, place)


def test_a_handled_exception_is_not_the_error() -> None:
    """Of a chain the last exception came out; the ones before are no diagnoses."""
    log = (
        TRACEBACK
        + "\nThe above exception was the direct cause of the following exception:\n\n"
        + 'Traceback (most recent call last):\n  File "/repo/app/run.py", line 9, in <module>\n'
        + "    raise\nRuntimeError: no settings\n"
    )

    assert [(one.rule, one.place) for one in classify(log)] == [("RuntimeError", "run.py:9")]


def test_a_summary_that_was_cut_is_completed() -> None:
    """A narrow terminal cuts the summary; the section has the whole message."""
    log = PYTEST.replace("- assert 0 == 1\n", "- ass...\n")

    assert only(log).signature == only(PYTEST).signature
    assert only(log).message == "assert 0 == 1"


def test_what_a_runner_adds_is_taken_off() -> None:
    """Times, colours and marks of a workflow runner do not change what is read."""
    dressed = "\n".join(
        f"2024-05-01T10:00:0{number}.1234567Z \x1b[31m{line}\x1b[0m"
        for number, line in enumerate(RUFF.splitlines())
    )

    assert only(dressed) == only(RUFF)
    assert only("##[error]Cannot find the file a.txt").message == "Cannot find the file a.txt"


def test_the_echo_of_a_command_names_the_tool() -> None:
    """An unknown tool has a name where the log shows the command; the echo is no error."""
    found = only("##[group]Run frobnicate --error\nsrc/a.xy:3:1: error: broken thing")

    assert (found.tool, found.place) == ("frobnicate", "src/a.xy:3")


@pytest.mark.parametrize(
    "line",
    [
        "Found 0 errors.",
        "All checks passed!",
        "3 passed in 0.1s",
        "Compiling errors v0.1.2",
        "note: see the manual",
        "  12 |     raise SomeError(error)",
    ],
)
def test_what_states_no_error_is_none(line: str) -> None:
    """Totals, notes and quoted source are not reported."""
    assert classify(line) == []


def test_two_tools_in_one_log_keep_their_names() -> None:
    """A compiler inside of make is the compiler; make only follows from it."""
    compiler, make = classify(
        "main.c:2:10: fatal error: zz.h: No such file or directory\n"
        "make: *** [Makefile:9: main.o] Error 1\n"
    )

    assert (compiler.tool, compiler.consequence) == ("gcc", False)
    assert (make.tool, make.consequence) == ("make", True)


def test_a_rule_of_its_own_needs_its_tool() -> None:
    """Where another tool is known to speak, forms that several have are not taken for ruff's."""
    assert only("a.py:1:1: F401 'os' imported but unused", "flake8").tool == "flake8"


def test_a_log_that_only_looks_like_ruffs_is_nobodys() -> None:
    """flake8 has the form of ruff and other habits; nobody is told to run the wrong tool."""
    other = (
        "a.py:1:1: F401 'os' imported but unused\n"
        "a.py:2:1: E999 SyntaxError: invalid syntax\n"
        "b.py:7:80: E501 line too long (90 > 79 characters)\n"
    )

    assert {one.tool for one in classify(other)} == {"unknown"}
    assert only(RUFF).tool == "ruff"


def test_warnings_are_not_errors() -> None:
    """The level that a tool gives stays."""
    log = "a.c:3:1: warning: unused variable ‘x’ [-Wunused-variable]"

    assert only(log).severity is Severity.WARNING


def test_a_bare_error_line_is_nobodys() -> None:
    """`error: …` is said by many; without a sign it belongs to none of them."""
    assert only("error: the plan is not there").tool == "unknown"
    assert only("error: the plan is not there", "git").tool == "git"


def test_a_summary_without_sections_is_enough() -> None:
    """`pytest --tb=no` tells of each failure on one line only."""
    found = only(
        "=========================== short test summary info ============================\n"
        "FAILED tests/test_a.py::test_b - ValueError: no such colour: 'red'\n"
        "============================== 1 failed in 0.02s ===============================\n"
    )

    assert (found.rule, found.message) == ("ValueError", "no such colour: 'red'")
    assert found.place == "tests/test_a.py"
