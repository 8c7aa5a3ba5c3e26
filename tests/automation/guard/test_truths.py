"""Checks of the ground truth are evaluated or held to their form; nothing is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.automation.guard.truths import command_problem
from pattern_ci.messages import guard as messages
from tests.automation.guard.worlds import World, build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(repo_path: Path) -> World:
    """The sound library."""
    return build(repo_path)


def _said(world: World, *truths: dict[str, Any]) -> list[tuple[str, str]]:
    world.write(SPEC=world.release("1.3.0", ground_truth=truths))
    found = [one for one in world.guard().findings if one.rule.startswith("guard/ground-truth")]
    return [(one.rule, one.severity.value) for one in found]


ERROR = ("guard/ground-truth", "error")


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        ({"check": "renders", "slot": "plugin", "expected": True}, []),
        ({"check": "renders", "expected": False}, [ERROR]),
        ({"check": "file_exists", "slot": "test", "expected": True}, []),
        ({"check": "file_exists", "slot": "test", "expected": False}, [ERROR]),
        ({"check": "file_exists", "path": "plugins/gamma.py", "expected": True}, []),
        ({"check": "file_exists", "path": "plugins/none.py", "expected": True}, [ERROR]),
        ({"check": "file_exists", "path": "../secret", "expected": True}, [ERROR]),
        ({"check": "file_exists", "path": "plugins/{name.snake}.py", "expected": False}, []),
        ({"check": "tests_pass", "command": "{words}", "expected": True}, []),
        ({"check": "looks nice", "expected": True}, [("guard/ground-truth", "warning")]),
    ],
)
def test_what_needs_no_program_is_evaluated(
    world: World, truth: dict[str, Any], said: list[tuple[str, str]]
) -> None:
    """On the rendered example, and on the paths of the commit."""
    assert _said(world, truth) == said


def test_a_command_is_never_run(world: World, tmp_path: Path) -> None:
    """Its form is checked, and that is all."""
    proof = tmp_path / "proof"

    found = _said(world, {"check": "x", "command": ["touch", str(proof)], "expected": 0})

    assert found == []
    assert not proof.exists()


@pytest.mark.parametrize(
    ("words", "expected", "problem"),
    [
        (["pytest", "-q"], 0, ""),
        (["./scripts/check.py"], True, ""),
        (["  "], 0, messages.NO_PROGRAM),
        (["-c", "x"], 0, messages.NO_PROGRAM),
        (["pytest", "a\nb"], 0, messages.CONTROL),
        (["bash", "-c", "rm -rf /"], 0, messages.SHELL),
        (["/bin/sh", "-c", "true"], 0, messages.SHELL),
        (["bash", "check.sh"], 0, ""),
        (["../outside"], 0, messages.OUTSIDE_PROGRAM),
        (["pytest"], "green", messages.NO_EXPECTATION),
    ],
)
def test_a_command_has_a_form(words: list[str], expected: object, problem: str) -> None:
    """One reason each."""
    assert command_problem(words, expected) == problem
