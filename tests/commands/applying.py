"""A repository with the sample pattern, and ways to spoil it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from testing.repos import build_repo, commit, git
from testing.sample_pattern import NAME, OUTPUTS, write_sample_pattern

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLUGIN, TEST = (path for path, _ in OUTPUTS.values())
VALUE_OPTIONS = ["--var", "name=beta_ray", "--var", "limit=7", "--var", "note=n"]
VALUE_OPTIONS += ["--var", 'tags=["one", "two"]']


def sample_repo(path: Path) -> Path:
    """A repository in which the sample pattern is committed."""
    build_repo(path, {"README.md": "# demo\n"})
    write_sample_pattern(path / "patterns")
    commit(path, {}, "pattern")
    return path


def untracked(repo: Path) -> list[str]:
    """What git sees as new or changed, apart from records of what was applied."""
    seen = git(repo, "status", "--porcelain", "--untracked-files=all").splitlines()
    return [line for line in seen if " patterns/applied/" not in line]


def records(repo: Path) -> list[Path]:
    """The records of what was applied."""
    return sorted((repo / "patterns" / "applied").rglob("*.json"))


def edit_spec(repo: Path, change: Callable[[str], str]) -> None:
    """Commit a change of the spec's text."""
    spec = repo / "patterns" / "specs" / f"{NAME}.pattern.yaml"
    text = spec.read_text()
    assert change(text) != text
    spec.write_text(change(text))
    commit(repo, {}, "edit")


def edit_schema(repo: Path, **properties: Any) -> None:
    """Commit other properties in the schema of the variables."""
    path = repo / "patterns" / "schemas" / f"{NAME}.schema.json"
    schema = json.loads(path.read_text())
    schema["properties"] |= properties
    path.write_text(json.dumps(schema))
    commit(repo, {}, "edit")
