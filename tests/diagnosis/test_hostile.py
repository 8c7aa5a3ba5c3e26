"""Logs that are made to hurt: no line hangs the reader, no flood fills the memory."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pattern_ci.clock import monotonic
from pattern_ci.diagnosis.engine import ErrorEngine
from pattern_ci.diagnosis.found import MAX_FOUND
from pattern_ci.diagnosis.lines import MAX_LINE, read, split

if TYPE_CHECKING:
    from collections.abc import Iterator

STEMS = ('"a', "'", "[", "(a ", "a_b ", "a-", "a:1:", "/a", "\x1b[", "  ", "expect(", "=", "_ ",
         "<", "error: ", "at (", ": ", "\\", "E   ", "1.", "@", "\t", "\r")  # fmt: skip
STARTS = ("", "error: ", "  1:1 error ", "E   ", "FAILED ", "    at ", "a.py:1:1: ", "npm error ",
          "::error ", "Traceback (most recent call last):", "thread '", "make: *** [",
          " ❯ a ", "  on a line 3", "│ Error: ", "psql:a:1: ERROR:  relation ",
          "Error: template: ", "Error: INSTALLATION FAILED: parse error at (", "A.java:1: error: [",
          "[ERROR] A.java:[1,2] ", "a.yml:1:1: [error] ", "  1:1  error  ", "test a",
          " FAIL  a.js > ", "Makefile:1: *** missing ", "error: cannot a: You have ", "--- ",
          "@@ -1,9 +1,9 @@", "diff a.orig ", "Diff in a", "[warn] ", "[error] a: SyntaxError: ",
          "gofmt ", "ERROR: ", "a: commands[0]> ", "a.py:1: error: x\n", "/a.js:1\n",
          "error: cannot format a: Cannot parse")  # fmt: skip
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from([*STARTS, *STEMS, "FAIL a.js", "  ● x", "=== FAILURES ===", "__ a __"]),
        st.tuples(st.sampled_from(STARTS), st.sampled_from(STEMS), st.integers(1, 40)).map(
            lambda part: part[0] + part[1] * part[2]
        ),
    ),
    max_size=12,
)


@given(TEXTS)
def test_any_log_is_read_and_twice_the_same(lines: list[str]) -> None:
    """It never raises, and the answer depends on nothing but the log."""
    log = "\n".join(lines)

    first = ErrorEngine().observe(log, exit_code=1)

    assert first == ErrorEngine().observe(log, exit_code=1)
    assert all(one.signature and one.tool for one in first)


@pytest.mark.parametrize("stem", STEMS, ids=repr)
def test_no_line_takes_long(stem: str) -> None:
    """A line of one thing over and over, after every start that rows know."""
    log = "\n".join(start + stem * MAX_LINE + "!" for start in STARTS)
    begun = monotonic()

    ErrorEngine().observe(log, exit_code=1)

    assert monotonic() - begun < 2.0  # 40 lines; some 0.1 s here, minutes if a pattern explodes


def test_an_endless_line_is_cut() -> None:
    """Only the start of a line is kept, however it comes."""
    pieces = ("x" * 70_000 for _ in range(50))

    assert [len(text) for text in split(pieces)] == [MAX_LINE]


def test_memory_is_bounded() -> None:
    """Forty megabytes of errors leave a few."""

    def flood() -> Iterator[str]:
        for number in range(40):
            yield f"a.py:{number}: error: x{number} is broken\n" * 150
            yield "y" * 1_000_000

    tracemalloc.start()
    found = ErrorEngine().observe(flood())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found) == MAX_FOUND
    assert peak < 20_000_000


def test_pieces_may_be_cut_anywhere() -> None:
    """Lines are the same whatever the size of the pieces."""
    log = "one\ntwo\r\n\nthree"

    assert list(read([log])) == list(read(list(log)))
    assert [line.text for line in read([log])] == ["one", "two", "", "three"]
