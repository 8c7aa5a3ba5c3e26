"""Forms of a project's own tools: what they read, and that no line makes them slow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.clock import monotonic
from pattern_ci.diagnosis.classifier import ErrorClassifier
from pattern_ci.diagnosis.forms import compiled
from pattern_ci.diagnosis.lines import MAX_LINE
from pattern_ci.errors import UsageError
from pattern_ci.model.finding import Severity

if TYPE_CHECKING:
    from pattern_ci.model.diagnosis import Diagnosis


def only(form: str, log: str) -> Diagnosis:
    """The one diagnosis of a log that a form reads."""
    (found,) = ErrorClassifier(root="/repo/app", forms=[compiled(form)]).classify(log)
    return found


def test_every_value_of_a_form() -> None:
    """The rule says all, so that tool and rule are the signature; the file is the project's."""
    one = only(
        "mylint={severity} {file}@{line},{column} <{rule}> {message}",
        "warn /repo/app/src/a b.zig@12,3 <no-shadow> name `x` is taken",
    )

    assert (one.tool, one.rule, one.file, one.line, one.column) == (
        "mylint", "no-shadow", "src/a b.zig", 12, 3,
    )  # fmt: skip
    assert (one.severity, one.message) == (Severity.WARNING, "name `x` is taken")
    assert one.signature.startswith("mylint/no-shadow/")


def test_letters_of_errorformat() -> None:
    """A form that somebody has for Vim or reviewdog; a colon in a path splits nothing."""
    one = only("old=%f:%l:%c: %t: 100%%: %m", "C:\\src\\a.pas:7:2: N: 100%: hint")

    assert (one.file, one.line, one.column) == ("C:\\src\\a.pas", 7, 2)
    assert (one.severity, one.message) == (Severity.NOTICE, "hint")


def test_without_a_rule_the_message_is_masked() -> None:
    """Two errors with other names are one, as of any tool."""
    classifier = ErrorClassifier(forms=[compiled("mylint={any}> {message}")])
    one, other = classifier.classify("1> table 'a' is full\n22> table 'b' is full\nfree text\n")

    assert one.signature == other.signature
    assert one.template == "table <*> is full"


def test_a_form_goes_before_what_is_known() -> None:
    """Else a line of ruff's form would be ruff's."""
    assert only("mine=%f:%l:%c: %m", "a.py:1:2: F401 unused").tool == "mine"


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ("{file}: {message}", "does not start with"),
        ("My Lint={file}: {message}", "does not start with"),
        ("x={file}:{lien}: {message}", "{lien} is nothing"),
        ("x=%f:%z: %m", "%z is nothing"),
        ("x={file}", "needs {message}"),
        ("x={line}: {message}", "and {file}"),
        ("x={file}{message}", "nothing stands between"),
        ("x={line}{column} {file} {message}", "nothing stands between"),
        ("x={message} {message}", "twice"),
        ("x=" + "{any} " * 8 + "{message}", "more than eight"),
        ("x=" + "a" * 500 + "{message}", "too long"),
    ],
)
def test_what_cannot_be_used(form: str, why: str) -> None:
    """One line that says why, with the form."""
    with pytest.raises(UsageError) as caught:
        compiled(form)

    assert why in caught.value.what
    assert "\n" not in caught.value.line


def test_no_line_takes_long() -> None:
    """Where a regular expression would try every split of a line, a form tries one."""
    form = compiled("x={any} {any} {any} {any} {any} {any} {any}!{message}")
    begun = monotonic()

    for stem in ("a ", " ", "!", "a"):
        assert form.pattern.match(stem * MAX_LINE) is None or stem == "!"

    assert monotonic() - begun < 1.0  # some 0.001 s; trying every split would take years
