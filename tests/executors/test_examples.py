"""Every example of the seven suites: a positive one does its work, a negative one is refused."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.engine.bridge import Job, execute_pattern, values_of
from pattern_ci.engine.context import Place
from pattern_ci.engine.router import PatternRouter
from pattern_ci.errors import VariablesError
from pattern_ci.main import main
from testing.repos import build_repo, git
from tests.executors.example_worlds import CASES

if TYPE_CHECKING:
    from pattern_ci.registry.library import Pattern

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "patterns" / "examples"
SEVEN = (
    "atomic_create", "batch_create", "module_creation", "refactor_patch", "self_heal",
    "verify_commit", "worktree_lifecycle",
)  # fmt: skip


def _of(kind: str) -> dict[str, Path]:
    return {
        f"{name}/{path.stem}": path
        for name in SEVEN
        for path in sorted((EXAMPLES / name / kind).glob("*.json"))
    }


POSITIVE, NEGATIVE = _of("positive"), _of("negative")
# One of each pattern goes through the command line, the others through Python.
BY_COMMAND = {next(one for one in POSITIVE if one.startswith(f"{name}/")) for name in SEVEN}


@pytest.fixture(scope="module")
def router() -> PatternRouter:
    return PatternRouter.load(ROOT / "patterns", shown="patterns")


def _pattern(router: PatternRouter, example: str) -> Pattern:
    return router.library.in_force(example.partition("/")[0]).pattern


def _variables(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    variables: dict[str, Any] = data["variables"]
    return variables


def _world(root: Path, example: str) -> Path:
    case = CASES[example]
    build_repo(root, {"README.md": "# a project\n", **case.tree})
    case.before(root)
    return root


def test_each_suite_has_enough_examples_and_each_has_a_world() -> None:
    """Three positive ones and two negative ones at least (self_heal: its five scenarios)."""
    for name in SEVEN:
        count = [sum(one.startswith(f"{name}/") for one in kind) for kind in (POSITIVE, NEGATIVE)]
        assert count[0] >= 3, name
        assert count[1] >= 2, name

    assert set(CASES) == set(POSITIVE)
    assert len([one for one in POSITIVE if one.startswith("self_heal/")]) == 5


def _state(root: Path) -> tuple[str, str]:
    return git(root, "status", "--porcelain"), git(root, "worktree", "list")


@pytest.mark.parametrize("example", sorted(set(POSITIVE) - BY_COMMAND))
def test_an_example_does_its_work_from_python(
    router: PatternRouter, tmp_path: Path, example: str
) -> None:
    """And a plan of it before that leaves everything as it is."""
    root = _world(tmp_path / "repo", example)
    before = _state(root)
    job = Job(
        pattern=_pattern(router, example),
        inputs=_variables(POSITIVE[example]),
        place=Place(root, root / ".git" / "pattern-ci", threading.RLock()),
    )

    planned = execute_pattern(replace(job, plan=True))
    unchanged = _state(root) == before
    result = execute_pattern(job)

    assert planned.success, planned.error
    assert unchanged
    assert result.success, result.error
    assert CASES[example].done(root, dict(result.outputs))


@pytest.mark.parametrize("example", sorted(BY_COMMAND))
def test_an_example_does_its_work_by_exec(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], example: str
) -> None:
    root = _world(tmp_path / "repo", example)
    instance = json.loads(POSITIVE[example].read_text("utf-8"))
    del instance["outputs"]  # what came of it is no part of what is asked
    file = tmp_path / "instance.json"
    file.write_text(json.dumps(instance), "utf-8")
    words = ["exec", example.partition("/")[0], "--instance", str(file)]

    code = main([*words, "--repo", str(root), "--format", "json"])
    said = json.loads(capsys.readouterr().out)

    assert code == 0, said["error"]
    assert CASES[example].done(root, said["outputs"])


@pytest.mark.parametrize("example", sorted(NEGATIVE))
def test_a_negative_example_is_refused_by_its_schema(router: PatternRouter, example: str) -> None:
    with pytest.raises(VariablesError):
        values_of(_pattern(router, example), _variables(NEGATIVE[example]))
