"""Checks of a spec's ground truth that could never be asked are found, each at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import yaml
from pattern_ci.registry.facts import gather
from pattern_ci.registry.rules import specs
from testing.sample_pattern import sample_spec, write_sample_pattern

if TYPE_CHECKING:
    from pathlib import Path

OK: dict[str, Any] = {"check": "file_exists", "path": "{name.snake}.py", "expected": True}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with one sound pattern."""
    root = tmp_path_factory.mktemp("truths") / "patterns"
    write_sample_pattern(root)
    return root


def _found(library: Path, truth: dict[str, Any]) -> list[tuple[int, str]]:
    """The line below `ground_truth:` and the words of every finding about it."""
    spec = sample_spec()
    path = library / "specs" / f"{spec.name}.pattern.yaml"
    text = yaml.dump(spec.to_dict() | {"ground_truth": [truth]})
    path.write_text(text, "utf-8")
    first = text.splitlines().index("ground_truth:") + 1
    found = [one for one in specs.check(gather(library, shown="patterns")) if "truth" in one.rule]
    return [(one.line - first, one.message) for one in found]


@pytest.mark.parametrize(
    "truth",
    [
        OK,
        {"check": "file_exists", "slot": "plugin", "expected": True},
        {"check": "imports", "module": "{name.snake}", "root": ".", "expected": True},
        {"check": "command_exits", "command": ["{python}", "-c", "pass"], "expected": 0},
        {"check": "value", "value": "{result.verdict}", "expected": "passed"},
        {"check": "contains", "path": "a.txt", "expected": "{brace"},
        OK | {"each": "result.files", "path": "{item.path}", "when": {"has_test": True}},
    ],
)
def test_a_check_that_can_be_asked_is_sound(library: Path, truth: dict[str, Any]) -> None:
    assert _found(library, truth) == []


@pytest.mark.parametrize(
    ("truth", "line", "said"),
    [
        (OK | {"check": "file_exist"}, 1, "did you mean file_exists?"),
        ({"check": "worktree", "expected": True}, 1, "the check worktree needs branch."),
        (OK | {"branch": "main"}, 4, "the check file_exists does not know branch."),
        (OK | {"expected": 1}, 3, "the check file_exists sees true or false"),
        (OK | {"path": "{nam}.py"}, 2, "{nam} is no variable of"),
        (OK | {"path": "../{name}.py"}, 2, "'..'"),
        (OK | {"path": "{name.}.py"}, 2, "has a brace that belongs to no reference"),
        (OK | {"path": "{item.path}"}, 2, "name the list with `each`"),
        (OK | {"each": "name"}, 4, "name of"),
        (OK | {"each": "lost", "path": "a"}, 4, "{lost} is no variable of"),
        (OK | {"when": {"lost": True}}, 5, "{lost} is no variable of"),
        (OK | {"given": "lost"}, 4, "{lost} is no variable of"),
    ],
)
def test_a_check_that_cannot_be_asked_is_found_at_its_place(
    library: Path, truth: dict[str, Any], line: int, said: str
) -> None:
    found = _found(library, truth)

    assert [at for at, _ in found] == [line], found
    assert said.replace("'..'", "`..`") in found[0][1]
