"""Tools whose errors span lines or share forms with others: one failure is one entry."""

from __future__ import annotations

import pytest

from pattern_ci.model.diagnosis import ErrorClass as Kind
from tests.diagnosis.test_classifier import classify, only

VITEST = """\

 RUN  v4.1.12 /repo/app

 ❯ test/sum.test.ts (2 tests | 1 failed) 12ms
   ✓ passes 1ms
   × adds 9ms
     → expected 6 to be 5 // Object.is equality

⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯

 FAIL  |unit| test/sum.test.ts > adds
AssertionError: expected 6 to be 5 // Object.is equality

- Expected
+ Received error

 ❯ total node_modules/x/sum.js:1:1
 ❯ test/sum.test.ts:6:49
      4| it('cannot fail', () => {

⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯

 Test Files  1 failed (1)
      Tests  1 failed | 1 passed (2)
   Duration  2.69s (tests 136ms)

::error file=/repo/app/test/sum.test.ts,title=adds,line=6,column=49::AssertionError: expected 6
"""
TERRAFORM = """\

Error: Unsupported argument

  on net/main.tf line 25, in module "net":
  25:   extra  = 1

An argument named "extra" is not expected here. It is invalid.

Warning: Deprecated attribute

  on main.tf line 3, in output "x":
   3:   value = a.b

This cannot be used for long.
"""


def test_vitest_says_a_failure_once() -> None:
    """In the list, in the block and for the runner; what follows the report is read again."""
    one, other = classify(VITEST + "make: *** [Makefile:3: test] Error 1\n")

    assert (one.tool, one.rule, one.kind, one.place) == (
        "vitest", "AssertionError", Kind.TEST, "test/sum.test.ts:6",
    )  # fmt: skip
    assert one.message == "expected 6 to be 5 // Object.is equality"
    assert other.tool == "make"


def test_vitest_heads_that_share_a_message() -> None:
    """Two tests that failed alike: two entries of one signature."""
    log = VITEST.replace(" > adds\n", " > adds\n FAIL  |unit| test/sum.test.ts > adds again\n")

    one, other = classify(log)

    assert one.signature == other.signature
    assert one.log_line + 1 == other.log_line


def test_terraform_has_a_place() -> None:
    """Without a frame, and whoever ran it; what explains an error is none."""
    one, other = classify(TERRAFORM)

    assert (one.tool, one.message, one.place) == (
        "terraform", "Unsupported argument", "net/main.tf:25",
    )  # fmt: skip
    assert (other.severity.value, other.place) == ("warning", "main.tf:3")


def test_a_frame_that_is_not_closed_hides_nothing() -> None:
    """The log was cut there and another tool speaks."""
    log = "╷\n│ Error: Missing item\nsrc/a.py:3:8: F401 [*] `os` imported but unused\n"

    assert [one.tool for one in classify(log)] == ["terraform", "ruff"]


@pytest.mark.parametrize(
    ("log", "tool", "kind", "place"),
    [
        ("[ERROR] templates/: parse error at (foo/templates/service.yaml:4): unclosed action",
         "helm", Kind.SYNTAX, "foo/templates/service.yaml:4"),
        ("Error: INSTALLATION FAILED: template: foo/templates/x.yaml:12:20: nil pointer here",
         "helm", Kind.CONFIG, "foo/templates/x.yaml:12"),
        ("Error: YAML parse error on foo/templates/x.yaml: error converting YAML", "helm",
         Kind.SYNTAX, "foo/templates/x.yaml"),
        ("src/App.java:8: error: ';' expected", "javac", Kind.SYNTAX, "src/App.java:8"),
        ("[ERROR] /repo/app/src/App.java:[8,51] cannot find symbol", "javac", Kind.NAME,
         "src/App.java:8"),
        ('psql:db/up.sql:2: ERROR:  relation "users" does not exist', "psql", Kind.NAME,
         "db/up.sql:2"),
        ('ERROR:  syntax error at or near "selec"', "psql", Kind.SYNTAX, ""),
        ("./e.yml:2:1: [error] syntax error: expected the node content (syntax)", "yamllint",
         Kind.SYNTAX, "e.yml:2"),
        ("e.yml\n  5:1       error    too many blank lines (4 > 2)  (empty-lines)", "yamllint",
         Kind.STYLE, "e.yml:5"),
        ('./main.go:5:2: "os" imported and not used', "go", Kind.STYLE, "main.go:5"),
        ("./main.go:9:2: missing package clause here", "go", Kind.BUILD, "main.go:9"),
    ],
)  # fmt: skip
def test_a_line_of_a_tool(log: str, tool: str, kind: Kind, place: str) -> None:
    """Tool, class and place without anybody saying whose log it is."""
    one = only(log)

    assert (one.tool, one.kind, one.place) == (tool, kind, place)


def test_cargo_tests() -> None:
    """A test that failed follows from its panic; the totals are nothing of their own."""
    log = (
        "test tests::ok ... ok\ntest tests::bad ... FAILED\n\n"
        "thread 'tests::bad' panicked at src/lib.rs:12:9:\nassertion `left == right` failed\n\n"
        "test result: FAILED. 1 passed; 1 failed; 0 ignored; finished in 0.00s\n"
    )

    found = classify(log)

    assert [(one.tool, one.rule, one.consequence) for one in found] == [
        ("cargo", "", True), ("cargo", "panic", False),
    ]  # fmt: skip


def test_helm_totals_are_no_error() -> None:
    """They only count."""
    assert classify("Error: 1 chart(s) linted, 1 chart(s) failed") == []
