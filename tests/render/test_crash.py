"""A change that is killed, or meets a full disk, at any moment leaves all of it or none."""

from __future__ import annotations

import os
import shutil
import subprocess  # noqa: TID251  # a small disk is mounted for one test
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pattern_ci.errors import StorageError, TransactionError, WouldOverwriteError
from pattern_ci.render.journal import Place
from pattern_ci.render.transaction import Change, apply_changes
from tests.render import crash_driver
from tests.render.test_transaction import snapshot
from tests.render.worlds import World, assert_recovered, build, clean, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLED, OUTGROWN = -9, -25


def test_a_kill_at_any_moment_leaves_all_or_nothing(world: World) -> None:
    """SIGKILL before each call that touches the disk, then the next command."""
    codes = world.drive("kill")

    trees = [world.tree("kill", moment) for moment in codes]
    said = [assert_recovered(world, tree, state_of(tree)) for tree in trees]
    assert list(codes.values()) == [KILLED] * (len(codes) - 1) + [0]
    assert len(codes) > 40
    lines = [line for line in said if line]
    assert sum("finished" in line for line in lines) >= 10
    assert sum("undone" in line for line in lines) >= 10


def test_a_kill_in_the_middle_of_a_write_leaves_all_or_nothing(world: World) -> None:
    """The process is ended while a file is half-written, at every forty bytes."""
    codes = world.drive("xfsz", most=60)

    for moment in codes:
        tree = world.tree("xfsz", moment)
        assert_recovered(world, tree, state_of(tree))
    assert OUTGROWN in codes.values()


def test_a_kill_during_recovery_is_recovered_from(world: World) -> None:
    """Recovery may be killed as well, at any of its own moments."""
    first = world.drive("kill")
    trees = [world.tree("kill", moment) for moment in first]
    started = [tree for tree in trees if Place(state_of(tree)).journal.exists()]
    assert len(started) > 10

    for wreck in started[::3]:
        codes = world.drive("kill", verb="recover", pristine=wreck.parent)
        for again in codes:
            tree = world.tree("kill", again, "recover")
            assert_recovered(world, tree, state_of(tree))
        assert KILLED in codes.values()


def test_one_failing_call_leaves_all_or_nothing_at_once(world: World) -> None:
    """A call that fails is undone by the same process: no recovery is needed."""
    codes = world.drive("fail")

    failed = 0
    for moment, code in codes.items():
        tree = world.tree("fail", moment)
        found = snapshot(tree)
        assert code in (0, StorageError.return_code, TransactionError.return_code)
        if code == StorageError.return_code:
            failed += 1
            assert found == world.before or not Place(state_of(tree)).staging.exists()
        assert_recovered(world, tree, state_of(tree))
    assert failed > 20


def test_a_disk_that_stays_broken_can_be_recovered_from_later(world: World) -> None:
    """When undoing fails too, the journal waits for a better day."""
    codes = world.drive("failing", most=60)

    assert TransactionError.return_code in codes.values()
    for moment in codes:
        tree = world.tree("failing", moment)
        assert_recovered(world, tree, state_of(tree))


def test_what_somebody_else_writes_meanwhile_is_not_lost(world: World) -> None:
    """Before its turn, their file stops the change; after it, theirs is what stays."""
    codes = world.drive("meddle", most=80)

    lost = []
    for moment, code in codes.items():
        tree = world.tree("meddle", moment)
        found = snapshot(tree)
        theirs = {"docs/index.md": (crash_driver.THEIRS, 0o644)}
        if found == world.after and code == 0:
            lost.append(moment)
        elif code == 0:
            assert found == world.after | theirs
        else:
            assert code == WouldOverwriteError.return_code
            assert found == world.before | theirs
        assert clean(state_of(tree))
    calls = len(world.drive("kill")) - 1
    # One rename replaces a file at once, so that nothing can look at it in between.
    assert len([moment for moment in lost if moment <= calls]) <= 1
    assert list(codes.values()).count(WouldOverwriteError.return_code) > 20


def test_a_file_that_may_not_grow_leaves_the_tree_as_it_was(world: World) -> None:
    """Below the size that the change needs, nothing is written; above it, everything."""
    codes = world.drive("full", most=60)

    for moment, code in codes.items():
        tree = world.tree("full", moment)
        assert snapshot(tree) == (world.after if code == 0 else world.before)
        assert clean(state_of(tree))
    assert set(codes.values()) == {0, StorageError.return_code}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 160 KiB."""
    point = tmp_path / "disk"
    point.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(point)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("only a privileged user can mount a small disk")
    yield point
    subprocess.run(["umount", str(point)], check=True)


def test_a_full_disk_leaves_the_tree_as_it_was(small_disk: Path) -> None:
    """With any amount of room left: everything is written, or nothing and one line says so."""
    outcomes = set()
    changes = [Change(f"new/{number}", bytes([number]) * 9000) for number in range(4)]
    changes.append(Change("big", b"b" * 20_000))
    for pages in range(0, 36, 2):
        root, state = small_disk / f"t{pages}", small_disk / f"s{pages}"
        root.mkdir()
        (root / "big").write_bytes(b"a" * 10_000)
        before = snapshot(root)
        filler = small_disk / "filler"
        free = os.statvfs(small_disk).f_bavail
        filler.write_bytes(b"\0" * max(free - pages, 0) * os.statvfs(small_disk).f_bsize)

        said = attempt(root, state, changes)

        outcomes.add(said)
        if said == "written":
            assert all((root / change.path).read_bytes() == change.data for change in changes)
        else:
            assert snapshot(root) == before
        assert clean(state)
        shutil.rmtree(root)
        shutil.rmtree(state, ignore_errors=True)
        filler.unlink()
    assert outcomes == {"written", f"cannot write below {small_disk}: No space left on device."}


def attempt(root: Path, state: Path, changes: list[Change]) -> str:
    """What came of it, with the number of the tree taken out."""
    try:
        apply_changes(root, state, changes, overwrite=True)
    except StorageError as error:
        return error.what.replace(f"/{root.name}:", ":").replace(f"/{state.name}:", ":")
    return "written"


def other_device(path: Path) -> Path:
    """A folder on another disk than `path`."""
    for name in ("/dev/shm", "/run", "/tmp"):
        folder = Path(name)
        usable = folder.is_dir() and os.access(folder, os.W_OK)
        if usable and folder.stat().st_dev != path.stat().st_dev:
            return folder
    pytest.skip("everything is on one disk here")


def test_a_state_folder_on_another_disk_is_as_safe(world: World) -> None:
    """Where a rename cannot reach, the copy beside the file does not stay behind."""
    state = other_device(world.base) / f"pattern-ci-test-{os.getpid()}"
    try:
        codes = world.drive("kill", state=state)
        for moment in codes:
            assert_recovered(world, world.tree("kill", moment), state / str(moment))
        assert len(codes) > 40
    finally:
        shutil.rmtree(state, ignore_errors=True)


_NAMES = st.sampled_from(["a", "b", "d/e", "d/f", "d/g/h", "i/j/k", "é"])
_DATA = st.binary(max_size=30)
_MODES = st.sampled_from([0o644, 0o755, 0o600])


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.dictionaries(_NAMES, st.tuples(_DATA, _MODES), max_size=5),
    wanted=st.dictionaries(
        _NAMES, st.tuples(_DATA | st.none(), _MODES | st.none()), min_size=1, max_size=5
    ),
)
def test_any_change_killed_anywhere_is_all_or_nothing(
    quick: Path,
    start: dict[str, tuple[bytes, int]],
    wanted: dict[str, tuple[bytes | None, int | None]],
) -> None:
    """Whatever is there, whatever is wanted, whenever it stops."""
    base = quick / "any"
    shutil.rmtree(base, ignore_errors=True)
    world = build(base, start, [Change(name, *rest) for name, rest in wanted.items()])

    for moment in world.drive("kill"):
        tree = world.tree("kill", moment)
        assert_recovered(world, tree, state_of(tree))

    shutil.rmtree(base)
