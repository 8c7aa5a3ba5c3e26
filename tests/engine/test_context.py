"""The context of an executor: consent, the way back, programs within bounds."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from pattern_ci.engine.context import Workspace
from pattern_ci.errors import LockedError, StorageError, UnsafePathError, WouldOverwriteError
from pattern_ci.model.change import Change
from pattern_ci.render import lock
from tests.engine.worlds import engine_at, place_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(repo_path: Path) -> Path:
    """A repository with one file."""
    engine_at(repo_path)
    return repo_path


def _context(root: Path, *, plan: bool = False, timeout_s: float | None = None) -> Workspace:
    return Workspace(place_of(engine_at(root)), plan=plan, timeout_s=timeout_s)


def test_a_file_that_is_there_needs_consent_unless_we_wrote_it(root: Path) -> None:
    """Ours may be written again; nothing of a refused change is written."""
    context = _context(root)
    context.write([Change("new.txt", b"one")])
    context.write([Change("new.txt", b"two")])

    with pytest.raises(WouldOverwriteError):
        context.write([Change("other.txt", b"x"), Change("README.md", b"x")])

    assert (root / "new.txt").read_bytes() == b"two"
    assert not (root / "other.txt").exists()
    assert [(one.path, one.action) for one in context.changes] == [("new.txt", "create")]


@pytest.mark.timeout(20)
def test_nobody_waits_for_a_pipe_that_is_written_by_nobody(root: Path) -> None:
    os.mkfifo(root / "pipe")

    with pytest.raises(StorageError, match="pipe is no plain file"):
        _context(root).read("pipe")


def test_rollback_brings_back_what_was_there(root: Path) -> None:
    """To a mark, then to the beginning, with modes and without empty folders."""
    context = _context(root)
    (root / "README.md").chmod(0o755)
    context.write([Change("a/b/new.txt", b"one")])
    mark = context.checkpoint()
    context.write([Change("README.md", b"changed", 0o644)], overwrite=True)
    context.write([Change("a/b/new.txt", b"two"), Change("a/c.txt", b"c")])

    context.rollback(mark)

    assert (root / "README.md").read_bytes() == b"# demo\n"
    assert (root / "README.md").stat().st_mode & 0o777 == 0o755
    assert (root / "a" / "b" / "new.txt").read_bytes() == b"one"
    assert not (root / "a" / "c.txt").exists()
    context.rollback()
    assert not (root / "a").exists()
    assert {one.action for one in context.changes} == {"unchanged"}


def test_a_rollback_that_is_kept_out_may_be_asked_for_again(root: Path) -> None:
    """What could not be brought back is not forgotten."""
    context = _context(root)
    context.write([Change("new.txt", b"new\n", None)])
    with lock.held(root / ".git" / "pattern-ci"), pytest.raises(LockedError):
        context.rollback()
    assert (root / "new.txt").exists()

    context.rollback()

    assert not (root / "new.txt").exists()


def test_rollback_leaves_what_somebody_else_wrote_since(root: Path) -> None:
    """It is theirs now."""
    context = _context(root)
    context.write([Change("mine.txt", b"mine"), Change("theirs.txt", b"mine")])
    (root / "theirs.txt").write_bytes(b"theirs")

    back = context.rollback()

    assert [one.path for one in back] == ["mine.txt"]
    assert (root / "theirs.txt").read_bytes() == b"theirs"


def test_a_plan_remembers_what_it_would_have_written(root: Path) -> None:
    """Reading sees it; the disk does not; a rollback is planned as well."""
    context = _context(root, plan=True)
    context.write([Change("new.txt", b"one")])
    mark = context.checkpoint()
    context.write([Change("new.txt", b"two")])

    assert context.read("new.txt") == b"two"
    context.rollback(mark)
    assert context.read("new.txt") == b"one"
    assert not (root / "new.txt").exists()
    assert context.run(["no-such-program"]).planned


def test_paths_outside_are_refused(root: Path) -> None:
    """For reading, writing and running."""
    context = _context(root)
    (root / "link").symlink_to(root.parent)

    for path in ("../x", "/etc/passwd", "link/x", ".git/config"):
        with pytest.raises(UnsafePathError):
            context.read(path)
        with pytest.raises(UnsafePathError):
            context.write([Change(path, b"x")])
    with pytest.raises(UnsafePathError):
        context.run(["true"], cwd="..")


def test_programs_share_the_time_that_is_left(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that git sets in hooks do not reach them."""
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    context = _context(root, timeout_s=0.4)
    code = "import os, time; print('GIT_DIR' in os.environ, flush=True); time.sleep(30)"

    ran = context.run([sys.executable, "-S", "-c", code])

    assert ran.returncode is None
    assert ran.stdout == b"False\n"
    assert context.remaining_s == 0
    assert list(context.tools) == ["python"]
