"""A repository and a context in it, as the engine gives it to an executor."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.engine import ground_truth, truth_world
from pattern_ci.engine.context import Place, Workspace
from testing.repos import build_repo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pattern_ci.model.execution import CheckResult
    from testing.repos import Tree

    World = Callable[..., Workspace]


def _truth(workspace: Workspace, truth: Mapping[str, Any]) -> CheckResult:
    return ground_truth.check(truth, truth_world.World(workspace))


@pytest.fixture(autouse=True)
def tools_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python3`, `pytest` and `ruff` are those of the environment that runs the tests."""
    here = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", os.pathsep.join((here, os.environ["PATH"])))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Makes a repository of one commit and answers a context in it."""

    def make(tree: Tree | None = None, *, plan: bool = False) -> Workspace:
        root = tmp_path / "repo"
        if not root.exists():
            build_repo(root, tree or {"README.md": "# a project\n"})
        place = Place(root, root / ".git" / "pattern-ci", threading.RLock())
        return Workspace(place, plan=plan, truths=_truth)

    return make
