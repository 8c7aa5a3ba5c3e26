"""Text of others as lines: logs, terminals, titles and commit messages."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.messages.escaping import lines
from tests.messages.hostile import HOSTILE
from tests.messages.runner import commands

anything = st.one_of(st.sampled_from(HOSTILE), st.text(), st.text(alphabet=":#[]@ \n\r\ta1"))


def _steers(value: str) -> bool:
    return any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in value)


def test_there_are_enough_hostile_strings() -> None:
    """The list is long enough to be worth something."""
    assert len(set(HOSTILE)) >= 900


@settings(max_examples=300, deadline=None)
@given(anything)
def test_a_log_line_is_no_command(value: str) -> None:
    """A runner that reads our log finds one line and no command of its own in it."""
    line = lines.log(value)

    assert len(line.splitlines()) <= 1
    assert commands(line) == []
    assert not _steers(line.replace("\t", ""))
    assert lines.log(line) == line
    assert line.encode().decode() == line


@settings(max_examples=300, deadline=None)
@given(anything)
def test_a_title_closes_nothing(value: str) -> None:
    """A title or subject mentions nobody, closes no issue and keeps no check from running."""
    line = lines.title(value)

    assert len(line) <= 200
    assert not re.search(r"@\w|#\w|://|\bGH-\w|\[(skip|ci|no|actions)\b", line, re.IGNORECASE)
    assert not _steers(line)


@settings(max_examples=300, deadline=None)
@given(anything, anything)
def test_a_message_has_our_trailers_and_no_other(subject: str, value: str) -> None:
    """Neither the subject nor a value adds a paragraph or a trailer."""
    text = lines.message(lines.title(subject), {"Pattern-CI-Name": value})

    first, empty, trailer, end = text.split("\n")
    assert first == lines.title(subject)
    assert (empty, end) == ("", "")
    assert trailer.startswith("Pattern-CI-Name: ")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\x1b[2J\n", "a\\x1b[2J\\x0a"),
        ("  ::error::x", "  : :error::x"),
        ("x ##[add-mask]y", "x ## [add-mask]y"),
        ("\ta\u202eb", "\ta\\u202eb"),
    ],
)
def test_a_log_line_by_example(value: str, shown: str) -> None:
    """What is changed stays readable."""
    assert lines.log(value) == shown


def test_clip_says_whether_something_is_missing() -> None:
    """Lines and characters are both bounds."""
    assert lines.clip("a\nb\nc\n", lines=2, chars=99) == ("a\nb\n", True)
    assert lines.clip("abcdef", lines=9, chars=3) == ("abc", True)
    assert lines.clip("a\nb\n", lines=2, chars=4) == ("a\nb\n", False)
