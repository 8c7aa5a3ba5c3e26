"""A world for tests that stop a change half-way."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pattern_ci.render.transaction import Change
from tests.render.worlds import World, build

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a hundred runs need not wait for a disk each."""
    memory = Path("/dev/shm")
    if not (memory.is_dir() and os.access(memory, os.W_OK)):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="pattern-ci-test-") as name:
        yield Path(name)


@pytest.fixture
def world(quick: Path) -> World:
    """Every kind of change at once: new, in new folders, replaced, deleted, another mode."""
    start = {
        "docs/index.md": (b"old\n" * 50, 0o644),
        "run.sh": (b"#!/bin/sh\n", 0o755),
        "gone.txt": (b"gone\n", 0o600),
        "other": (b"stays\n", 0o644),
        "mode": (b"same\n", 0o644),
    }
    changes = [
        Change("src/a/one.py", b"one\n" * 40),
        Change("src/b/two.py", b""),
        Change("docs/index.md", b"new\n" * 60),
        Change("run.sh", b"#!/bin/bash\n"),
        Change("gone.txt", None),
        Change("mode", b"same\n", 0o755),
    ]
    return build(quick, start, changes)
