"""The examples of the seven suites, each with the repository that it says it needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci.commands.ground_truth import examples_of
from pattern_ci.engine.router import PatternRouter
from pattern_ci.engine.scratch import NOTHING, draw

if TYPE_CHECKING:
    from pattern_ci.engine.proving import Example
    from pattern_ci.registry.library import Pattern

ROOT = Path(__file__).resolve().parents[2]
SEVEN = (
    "atomic_create", "batch_create", "module_creation", "refactor_patch", "self_heal",
    "verify_commit", "worktree_lifecycle",
)  # fmt: skip


@cache
def router() -> PatternRouter:
    """Our own library, read once."""
    return PatternRouter.load(ROOT / "patterns", shown="patterns")


def pattern_of(example: str) -> Pattern:
    """The pattern of `self_heal/indentation.json`."""
    return router().library.in_force(example.partition("/")[0]).pattern


@cache
def examples() -> dict[str, Example]:
    """Every example of the seven, by pattern and name; refused ones below `negative/`."""
    return {f"{name}/{one.name}": one for name in SEVEN for one in examples_of(pattern_of(name))}


def drawn(root: Path, example: str) -> Path:
    """The repository of an example."""
    draw(root, examples()[example].world or NOTHING)
    return root
