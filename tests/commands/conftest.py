"""A repository with a history to learn from, mined once for all tests of a module."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from testing.repos import Tree, commit, plugin_repo

ENABLED: Tree = {".github/pattern-ci.yml": "version: 1\ntrain:\n  enabled: true\n"}


@pytest.fixture(name="repo", scope="module")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One history, mined once: tests copy it with its warm cache."""
    path = plugin_repo(tmp_path_factory.mktemp("built") / "repo")
    commit(path, ENABLED, "configure")
    return path


@pytest.fixture(name="clone")
def _clone(repo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(repo, tmp_path / "repo", symlinks=True))
