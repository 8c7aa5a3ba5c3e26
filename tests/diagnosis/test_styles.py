"""The same errors in other clothes: colours, line ends, styles of a tool, tools in one log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.signatures import LOGS, ROOT
from pattern_ci.diagnosis.classifier import ErrorClassifier
from pattern_ci.diagnosis.engine import ErrorEngine
from pattern_ci.diagnosis.lines import clean
from pattern_ci.model.diagnosis import ErrorClass as Kind
from tests.diagnosis.test_classifier import classify, only

if TYPE_CHECKING:
    from pattern_ci.model.diagnosis import Diagnosis

ALL = sorted(LOGS.glob("*/*.log"))


def read(text: str) -> list[Diagnosis]:
    return ErrorClassifier(root=ROOT).classify(text)


def test_windows_line_ends_change_nothing() -> None:
    """Every log that was recorded, with the line ends of Windows."""
    assert ALL
    for path in ALL:
        text = path.read_bytes().decode()
        assert read(text.replace("\n", "\r\n")) == read(text), path


@pytest.mark.parametrize(
    ("colour", "end"), [("\x1b[1;31m", "\x1b(B\x1b[m"), ("\x1b[31m", "\x1b[m\x0f")]
)
def test_colours_change_nothing(colour: str, end: str) -> None:
    """Every log that was recorded, painted as terminals of two kinds are told to."""
    for path in ALL:
        text = path.read_bytes().decode()
        painted = "\n".join(f"{colour}{line}{end}" if line else line for line in text.split("\n"))
        assert read(painted) == read(text), path


@pytest.mark.parametrize(
    "escape",
    ["\x1b(B", "\x1b)0", "\x1b%G", "\x1b=", "\x1b7", "\x1bc", "\x1b[?25l", "\x1b]0;title\x07",
     "\x1b]8;;http://x\x1b\\", "\x1bP1$r0m\x1b\\", "\x0f"],
    ids=repr,
)  # fmt: skip
def test_no_escape_is_left(escape: str) -> None:
    """Choices of a character set, strings and modes, beside the colours."""
    assert clean(f"{escape}error: {escape}no{escape}") == "error: no"


def test_mypy_pretty_puts_a_message_together() -> None:
    """The code stands on a line of its own, and the source below is none of its words."""
    one, other = classify(
        'a.py:3: error: Argument 1 to "f" has incompatible type "str"; expected\n'
        '"Cannot"\n[arg-type]\n    raise Error("failed")\n    ^~~~~~\n'
        'a.py:9: error: Name "x" is not defined  [name-defined]\n    fatal(x)\n          ^\n'
    )

    assert (one.rule, one.message) == (
        "arg-type", 'Argument 1 to "f" has incompatible type "str"; expected "Cannot"',
    )  # fmt: skip
    assert (other.rule, other.place) == ("name-defined", "a.py:9")


def test_what_follows_a_message_without_a_code_is_not_lost() -> None:
    """`--hide-error-codes`: the next line is somebody else's."""
    found = classify("a.py:3: error: Name is bad\nmake: *** [Makefile:2: all] Error 1\n")

    assert [one.tool for one in found] == ["mypy", "make"]


def test_a_makefile_that_cannot_be_read() -> None:
    """With the hint about tabs or without: one error, at its line."""
    one, other = classify(
        "Makefile:2: *** missing separator.  Stop.\n"
        "rules.mk:9: *** missing separator (did you mean TAB instead of 8 spaces?).  Stop.\n"
    )

    assert one.signature == other.signature
    assert (one.tool, one.kind, one.place, other.place) == (
        "make", Kind.SYNTAX, "Makefile:2", "rules.mk:9",
    )  # fmt: skip


def test_source_above_an_error_of_node_is_quoted() -> None:
    """Place, source, carets, error: one error, whatever the source says."""
    one = only(
        "/repo/a.js:2\n  throw new Error('cannot fail');\n  ^\n\nTypeError: x is not a function\n"
        "    at go (/repo/a.js:2:9)\n    at node:internal/main:28:49\n\nNode.js v20.1.0\n"
    )

    assert (one.tool, one.rule, one.place) == ("node", "TypeError", "/repo/a.js:2")


def test_node_may_throw_what_is_no_error() -> None:
    """A plain value has neither a name nor a stack, but a place."""
    one = only("/repo/a.js:7\nthrow 'no luck';\n^\nno luck\n(Use `node --trace-uncaught ...`)\n")

    assert (one.tool, one.message, one.place) == ("node", "no luck", "/repo/a.js:7")


def test_git_says_an_error_once() -> None:
    """What it advises, and that it gives up, is no second error."""
    one = only(
        "error: cannot rebase: You have unstaged changes.\nerror: Please commit or stash them.\n"
    )
    other = only(
        "error: Pulling is not possible because you have unmerged files.\n"
        "hint: Fix them up in the work tree, and then use 'git add/rm <file>'\n"
        "fatal: Exiting because of an unresolved conflict.\n"
    )

    assert (one.tool, other.tool) == ("git", "git")
    assert one.signature != other.signature


def test_an_npm_script_is_of_the_tool_that_it_runs() -> None:
    """`> tool arguments` says whose forms count until the next one; a quote in a mail does not."""
    log = "> eslint src\n\n/repo/a.js\n  1:1  error  No  no-var\n> tsc\na.ts(1,2): error TS1: b\n"

    assert [one.tool for one in ErrorClassifier().classify(log, tool="npm")] == ["eslint", "tsc"]
    assert only("> dear all\nsomething failed badly\n").tool == "unknown"


@pytest.mark.parametrize("log", ["", "\n\n", "\x1b[0m\n"])
def test_a_failed_run_without_a_word_is_said_to_be_one(log: str) -> None:
    """Nobody is told that nothing is wrong; without a failure nothing is."""
    (one,) = ErrorEngine().observe(log, exit_code=3)

    assert "exit code 3" in one.message
    assert ErrorEngine().observe(log, exit_code=0) == []


TSC = "src/c.ts(3,1): error TS2304: Cannot find name 'x'.\n"


@pytest.mark.parametrize(
    ("log", "tools"),
    [
        ("a.py:1:5: error: foo\nb.py:2:3: error: bar  [misc]\n", ["mypy", "mypy"]),
        (
            "a.py:1: error: foo\nFound 1 error in 1 file\n" + TSC + "uploading cache [ok]\n",
            ["mypy", "tsc"],
        ),
        (
            "/app/src/a.ts:12\n" + TSC + TSC.replace("'x'", "'y'"),
            ["tsc", "tsc"],
        ),
        ("/app/src/a.js:12\nmake: *** [Makefile:3: test] Error 1\n", ["make"]),
    ],
)
def test_what_another_tool_says_is_no_part_of_a_message_or_of_source(
    log: str, tools: list[str]
) -> None:
    """However many lines a message or a quotation may have."""
    found = ErrorEngine().observe(log, exit_code=1)

    assert sorted(one.tool for one in found) == tools
