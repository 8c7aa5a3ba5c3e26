"""Rewrite rules of specs: what is found without ast-grep, and what ast-grep says."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.automation.guard.rewrites import stands
from pattern_ci.render.astgrep import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

SOUND: Mapping[str, Any] = {
    "kind": "ast-grep",
    "language": "python",
    "rule": {"pattern": "log.warn($$$ARGS)"},
    "fix": "log.warning($$$ARGS)",
}


@pytest.mark.parametrize("rule", [SOUND["rule"], "log.warn($A)"])
def test_a_rule_that_ast_grep_takes_is_sound(rule: Any) -> None:
    """As a mapping, or as a pattern alone."""
    assert problem({**SOUND, "rule": rule}) is None


def test_what_ast_grep_says_is_passed_on() -> None:
    """In one line."""
    said = problem({**SOUND, "rule": {"bogus": "x"}})

    assert said is not None
    assert "bogus" in said
    assert "\n" not in said


def test_nothing_is_said_of_languages_that_nobody_knows_here(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The binding would abort with a trace; a program may know more."""
    assert problem({**SOUND, "language": "cobol"}) is None
    assert problem({"kind": "ast-grep", "rule": "x"}) is None
    assert capfd.readouterr().err == ""


def test_without_the_extra_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is optional: a broken rule is then found by ast-grep itself."""
    monkeypatch.setitem(sys.modules, "ast_grep_py", None)

    assert problem({**SOUND, "rule": {"bogus": "x"}}) is None


def test_lines_stand_whatever_their_indentation() -> None:
    """And whatever ends them; all of them, one after the other."""
    there = ["def f():\r", "    with open(a) as f:\r", "        use(f)\r"]

    assert stands(["with open(a) as f:", "  use(f)", ""], there)
    assert not stands(["with open(a) as f:", "other(f)"], there)
    assert not stands(["use(f)", "with open(a) as f:"], there)
