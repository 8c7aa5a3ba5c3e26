"""Formatters: a diff or a name is one error a file, and quoted source is none."""

from __future__ import annotations

import pytest

from pattern_ci.diagnosis.engine import ErrorEngine
from pattern_ci.model.diagnosis import Diagnosis
from pattern_ci.model.diagnosis import ErrorClass as Kind
from tests.diagnosis.test_classifier import classify, only

GO = """\
diff a.go.orig a.go
--- a.go.orig
+++ a.go
@@ -1,6 +1,6 @@
 package a

-func F( ) error {
+func F() error {
 \treturn errors.New("cannot open x.go:3: fatal error")
 }

"""
RUST = """\
Diff in /repo/src/a.rs:7:
 fn a() {
-    panic!( "error: failed" );
+    panic!("error: failed");
 }
Diff in /repo/src/a.rs:40:
-fn b( ) {}
+fn b() {}
Diff in /repo/src/b.rs at line 3:
-fn c( ) {}
+fn c() {}
"""


def said(log: str, *, tool: str | None = None) -> list[Diagnosis]:
    """What a failed run with this output is diagnosed as."""
    return ErrorEngine(root="/repo").observe(log, tool=tool, exit_code=1)


def places(found: list[Diagnosis]) -> list[tuple[str, str]]:
    return [(one.tool, one.place) for one in found]


def test_a_diff_of_gofmt_is_one_error_at_its_first_change() -> None:
    """Lines that are empty count, and what the source says is not read."""
    one = only(GO)

    assert (one.tool, one.place, one.kind) == ("gofmt", "a.go:3", Kind.FORMAT)


def test_what_follows_a_diff_is_read_again() -> None:
    """The length of a hunk is known, so that nothing after it is lost."""
    found = classify(GO + "a.go:9:1: undefined: x\n")

    assert [(one.tool, one.place) for one in found] == [("gofmt", "a.go:3"), ("go", "a.go:9")]


def test_rustfmt_says_a_file_once() -> None:
    """At its first change, in the form of today and of some years ago."""
    found = said(RUST + "error: could not compile `a`\n")

    assert places(found) == [("rustfmt", "src/a.rs:7"), ("rustfmt", "src/b.rs:3"), ("cargo", "")]
    assert found[2].consequence


def test_a_diff_that_no_formatter_made_is_no_error() -> None:
    """`git diff` in a log is quoted source too."""
    diff = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-fatal: error\n+error: failed\n  z\n"

    assert classify(f"diff --git a/x.py b/x.py\n{diff}") == []


def test_a_diff_of_ruff_is_known_by_what_sums_it_up() -> None:
    """A failed test of Go begins like one and is none, nor is a diff of somebody else."""
    diff = "--- a.py\n+++ a.py\n@@ -4,2 +4,2 @@\n x = 1\n-y  = 2\n+y = 2\n"
    go = "--- FAIL: TestA (0.00s)\n"

    assert places(said(f"{go}{diff}\n1 file would be reformatted\n")) == [("ruff", "a.py:5")]
    assert classify(go + diff + "2 files would be reformatted.\n") == []
    assert places(said(diff, tool="ruff")) == [("ruff", "a.py:5")]


@pytest.mark.parametrize("command", ["gofmt -l .", '\ttest -z "$(gofmt -s -l . )"'])
def test_names_below_the_command_that_lists_them(command: str) -> None:
    """The recipe that make shows says whose names these are."""
    found = said(f"{command}\na.go\nb/c.go\nmake: *** [Makefile:2: fmt] Error 1\n")

    assert places(found) == [("gofmt", "a.go"), ("gofmt", "b/c.go"), ("make", "Makefile:2")]


def test_names_alone_are_those_of_a_formatter_when_the_run_failed() -> None:
    """`gofmt -l`, `prettier -l` and `rustfmt -l` print nothing else."""
    assert places(said("a.go\nb/c.go\n")) == [("gofmt", "a.go"), ("gofmt", "b/c.go")]
    assert places(said("/repo/src/a.rs\n")) == [("rustfmt", "src/a.rs")]
    assert places(said("src/a.ts\nREADME.md\n")) == [
        ("prettier", "src/a.ts"), ("prettier", "README.md"),
    ]  # fmt: skip
    assert places(said("a.go\nmake: *** [Makefile:2: fmt] Error 1\n"))[0] == ("gofmt", "a.go")


@pytest.mark.parametrize(
    "log", ["a.go\nb.rs\n", "a.go\nall is lost\n", "a.py\n", "a.go\nb.c:1:1: error: no\n"]
)
def test_other_lists_of_names_are_not(log: str) -> None:
    """Files of two kinds, of a kind that none of them formats, or with other words."""
    assert not {one.tool for one in said(log)} & {"gofmt", "rustfmt", "prettier"}


def test_names_are_nothing_without_a_failure() -> None:
    """A list of files is no error, nor is one that a good run prints as well."""
    engine = ErrorEngine()
    engine.learn_green("x.go\n")

    assert ErrorEngine().observe("a.go\nb.go\n", exit_code=0) == []
    assert "gofmt" not in {one.tool for one in engine.observe("a.go\nb.go\n", exit_code=1)}
    assert "gofmt" not in {one.tool for one in said("a.go\n", tool="eslint")}


def test_prettier_and_its_code_frames() -> None:
    """A name is a file to be formatted, a frame below an error is source."""
    log = (
        "Checking formatting...\n[warn] a.js\n"
        "[error] b.js: SyntaxError: Unexpected token (1:10)\n"
        "[error] > 1 | throw error( {\n[error]     |          ^\n[error]   2 |\n"
        "[warn] Code style issues found in the above file. Run Prettier with --write to fix.\n"
    )

    found = said(log)

    assert places(found) == [("prettier", "a.js"), ("prettier", "b.js:1")]
    assert [one.kind for one in found] == [Kind.FORMAT, Kind.SYNTAX]


def test_black_says_which_file_it_cannot_read() -> None:
    """In the form of today and in that of before."""
    new, old = classify(
        "error: cannot parse: /repo/a.py:1:11\n    def broken(:\n              ^\n"
        "ParseError: bad input\n"
        "error: cannot format b.py: Cannot parse for target version Python 3.13: 2:7: class A\n"
    )

    assert (new.place, old.place) == ("/repo/a.py:1", "b.py:2")
    assert {one.kind for one in (new, old)} == {Kind.SYNTAX}
