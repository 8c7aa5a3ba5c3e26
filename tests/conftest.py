"""Tests cannot hurt you: no home directory, no user configuration, no network but loopback."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pathlib import Path

# A run asks the same as the one before, so that a red test speaks of a change. New questions are
# asked with HYPOTHESIS_PROFILE=chance.
settings.register_profile("suite", derandomize=True)
settings.register_profile("chance")
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(autouse=True)
def _isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "PATTERN_", "INPUT_", "RUNNER_")):
            monkeypatch.delenv(name)
    for name in ("CI", "DISABLE_PATTERN_AUTOMATION", "GH_TOKEN", "ACTIONS_STEP_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(home / ".cache" / "pre-commit"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file")
    monkeypatch.setenv("NO_COLOR", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "A Maintainer")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "maintainer@example.invalid")


@pytest.fixture
def repo_path(tmp_path: Path) -> Path:
    """Where a test builds its repository."""
    return tmp_path / "repo"
