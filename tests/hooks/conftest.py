"""What the tests of hooks start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mining.worlds import in_force

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(repo_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Patterns and rules in force; the hook runs at the top of the work tree."""
    monkeypatch.chdir(in_force(repo_path))
    return repo_path
