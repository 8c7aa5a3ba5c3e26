"""`companions.json` as it lies on disk."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import SpecError
from pattern_ci.registry.companions import read

if TYPE_CHECKING:
    from pathlib import Path

ROW = {"kind": "file", "when": "a", "then": "b", "support": 3, "seen": 4, "confidence": 0.75}


def stored(folder: Path, data: Any) -> Path:
    """The file with this in it."""
    path = folder / "companions.json"
    path.write_text(json.dumps(data))
    return path


def test_rules_and_threshold(tmp_path: Path) -> None:
    """A rule that says too little is left out."""
    path = stored(tmp_path, {"schema_version": 1, "warn_at": 0.9, "rules": [ROW, {"when": "a"}]})

    assert read(path) == {"warn_at": 0.9, "rules": [ROW]}


@pytest.mark.parametrize("more", [{}, {"warn_at": None}, {"warn_at": "high"}, {"warn_at": True}])
def test_without_a_threshold_nothing_warns(tmp_path: Path, more: dict[str, Any]) -> None:
    """Files of older versions have none."""
    assert read(stored(tmp_path, {"rules": [ROW], **more})) == {"warn_at": None, "rules": [ROW]}


def test_no_file_is_no_rules(tmp_path: Path) -> None:
    """A library need not have any."""
    assert read(tmp_path / "companions.json") == {"rules": []}


@pytest.mark.parametrize("data", [[], 7, {"rules": 1}, {"rules": [1]}, None])
def test_what_is_no_rules_file_is_an_error(tmp_path: Path, data: Any) -> None:
    """With its name."""
    with pytest.raises(SpecError, match=r"companions\.json"):
        read(stored(tmp_path, data))
