"""The workflows of this repository as data, for the tests of this folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / ".github" / "workflows"


def load(name: str) -> dict[str, Any]:
    """One workflow."""
    data = yaml.load((FOLDER / name).read_text("utf-8"), source=name).data
    assert isinstance(data, dict)
    return data


def steps(action: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(file, step) of every step, or of those that use an action."""
    for path in sorted(FOLDER.glob("*.yml")):
        for job in load(path.name)["jobs"].values():
            for step in job.get("steps", []):
                if str(step.get("uses", "")).startswith(action):
                    yield path.name, step


def texts() -> Iterator[tuple[Path, str]]:
    """Every file below `.github`."""
    for path in sorted((ROOT / ".github").rglob("*")):
        if path.is_file():
            yield path, path.read_text("utf-8")
