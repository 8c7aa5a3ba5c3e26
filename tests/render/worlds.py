"""A tree, a change, and what is left of both after runs that were stopped at every moment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # noqa: TID251  # the change runs, and dies, in a process of its own
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from pattern_ci.render.journal import Place
from pattern_ci.render.transaction import Change, apply_changes, recover
from tests.render import crash_driver
from tests.render.test_transaction import Files, snapshot

MOST = 400


class World(NamedTuple):
    """A tree as it was, as it is to be, and the folder in which runs leave theirs."""

    base: Path
    before: Files
    after: Files
    changes: list[Change]

    def drive(
        self,
        how: str,
        *,
        verb: str = "apply",
        pristine: Path | None = None,
        most: int = MOST,
        state: Path | None = None,
    ) -> dict[int, int]:
        """Run the change once for each moment: exit codes by moment."""
        work = self.base / f"{how}-{verb}"
        shutil.rmtree(work, ignore_errors=True)
        job = {
            "how": how,
            "verb": verb,
            "most": most,
            "work": str(work),
            "pristine": str(pristine or self.base / "pristine"),
            "changes": crash_driver.encode(self.changes),
            "state": str(state) if state else None,
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.render.crash_driver"],
            input=json.dumps(job).encode(),
            stdout=subprocess.PIPE,
            check=True,
            cwd=Path(__file__).parents[2],
            env=os.environ | {"TMPDIR": str(self.base)},
        )
        return dict(enumerate(json.loads(done.stdout), 1))

    def tree(self, how: str, moment: int, verb: str = "apply") -> Path:
        """The tree that a run left."""
        return self.base / f"{how}-{verb}" / str(moment) / "tree"


def state_of(tree: Path) -> Path:
    """The state folder that belongs to the tree of a run."""
    return tree.parent / ".git" / "pattern-ci"


def build(base: Path, start: dict[str, tuple[bytes, int]], changes: list[Change]) -> World:
    """Write the starting tree, and find out what an undisturbed run makes of it."""
    tree = base / "pristine" / "tree"
    tree.mkdir(parents=True)
    for name, (data, mode) in start.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(data)
        (tree / name).chmod(mode)
    (base / "pristine" / ".git").mkdir()
    copy = base / "undisturbed"
    shutil.copytree(tree, copy)
    apply_changes(copy, base / "undisturbed.state", changes, overwrite=True)
    return World(base, snapshot(tree), snapshot(copy), changes)


def clean(state: Path) -> bool:
    """Nothing waits for recovery, and no staging is left."""
    place = Place(state)
    return not place.journal.exists() and not place.staging.exists()


def assert_recovered(world: World, tree: Path, state: Path) -> str | None:
    """After recovery, it is all or nothing, as the line says; a second recovery has no work."""
    said = recover(tree, state)

    found = snapshot(tree)
    assert found in (world.before, world.after)
    if said:
        assert ("finished" in said) == (found == world.after)
        assert ("undone" in said) == (found == world.before)
        assert "\n" not in said
    assert clean(state)
    assert recover(tree, state) is None
    return said


def crashed(world: World, placed: int) -> Path:
    """A run that was killed once exactly `placed` of its files were in place."""
    names = ("src/a/one.py", "src/b/two.py", "docs/index.md", "run.sh")
    for moment in world.drive("kill"):
        tree = world.tree("kill", moment)
        found = snapshot(tree)
        if not Place(state_of(tree)).journal.exists():
            continue
        if sum(found.get(name) == world.after[name] for name in names) == placed:
            return tree
    pytest.fail("there is no such moment")
