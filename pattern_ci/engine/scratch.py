"""Repositories for examples: drawn from what an example says it needs, gone afterwards."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import files, git
from pattern_ci.executors.library import worktrees

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NOTHING: Mapping[str, Any] = {"commits": [{"README.md": "# A project\n"}]}
_BRANCH = "main"
_WHO = (
    ("user.name", "pattern-ci"),
    ("user.email", "pattern-ci@localhost"),
    ("commit.gpgsign", "false"),
    ("core.autocrlf", "false"),
)


@contextmanager
def repository(world: Mapping[str, Any] | None, source: Path) -> Iterator[Path]:
    """The work tree of a world; without one, a clone of what is committed in `source`.

    Raises UnsafePathError for a file that leaves it, HistoryUnreadableError when git refuses.
    """
    with files.scratch_folder({}) as folder:
        root = folder / "tree"
        if world is None:
            git.clone_shared(source, root)
            _configure(root)
        else:
            draw(root, world)
        yield root


def draw(root: Path, world: Mapping[str, Any]) -> None:
    """Make a repository as the schema of examples describes it."""
    root.mkdir(parents=True)
    git.text(root, "init", "--quiet", f"--initial-branch={_BRANCH}")
    _configure(root)
    for tree in world.get("commits", NOTHING["commits"]):
        _commit(root, tree)
    for one in world.get("worktrees", ()):
        _worktree(root, one)
    if "staged" in world:
        _write(root, world["staged"])
        git.text(root, "add", "--all")
    _write(root, world.get("changed", {}))
    for name in world.get("beside", ()):
        git.text(
            root, "clone", "--quiet", "--bare", "--", ".", str(files.inside(root.parent, name))
        )


def _configure(root: Path) -> None:
    for name, value in _WHO:
        git.text(root, "config", name, value)


def _commit(root: Path, tree: Mapping[str, str | None]) -> None:
    _write(root, tree)
    git.text(root, "add", "--all")
    git.text(root, "commit", "--quiet", "--allow-empty", "--no-verify", "-m", "An earlier change")


def _worktree(root: Path, wanted: Mapping[str, Any]) -> None:
    """A worktree of a branch where our executor puts them, with what was done in it."""
    branch = str(wanted["branch"])
    folder = root / worktrees.place(branch)
    exclude = root / ".git" / "info" / "exclude"
    files.write_if_changed(exclude, f"/{worktrees.FOLDER}/\n")
    git.text(root, "worktree", "add", "--quiet", "-b", branch, "--", str(folder))
    for tree in wanted.get("commits", ()):
        _commit(folder, tree)
    _write(folder, wanted.get("changed", {}))


def _write(root: Path, tree: Mapping[str, str | None]) -> None:
    """Text by path; null deletes."""
    for path, text in tree.items():
        place = files.inside(root, path)
        if text is None:
            files.remove(place)
        else:
            files.write_atomic(place, text.encode())


def tools() -> dict[str, str]:
    """An environment in which `python3` and the tools beside it are those that run us."""
    here = str(Path(sys.executable).parent)
    return {"PATH": os.pathsep.join((here, os.environ.get("PATH", os.defpath)))}


def missing(world: Mapping[str, Any] | None) -> list[str]:
    """Programs and Python modules that a world needs and that are not here."""
    path = tools()["PATH"]
    wanted = (world or {}).get("needs", ())
    return [name for name in wanted if not shutil.which(name, path=path) and not _module(name)]


def _module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
