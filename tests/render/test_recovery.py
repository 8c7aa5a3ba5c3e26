"""What recovery does when the tree, or what was prepared, is not as the crash left it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import TransactionError
from pattern_ci.render.journal import Place
from pattern_ci.render.transaction import Change, apply_changes, recover
from tests.render.test_transaction import snapshot
from tests.render.worlds import clean, crashed, state_of

if TYPE_CHECKING:
    from tests.render.worlds import World


def test_a_file_edited_after_the_crash_is_left_alone(world: World) -> None:
    """Recovery finishes the rest, and says which file belongs to somebody else by now."""
    tree = crashed(world, 2)
    (tree / "docs/index.md").write_bytes(b"edited\n")

    said = recover(tree, state_of(tree))

    assert said is not None
    assert "finished" in said
    assert "left as it is: docs/index.md" in said
    expected = world.after | {"docs/index.md": (b"edited\n", 0o644)}
    assert snapshot(tree) == expected


def test_without_its_new_contents_a_change_is_undone(world: World) -> None:
    """When it cannot go forward it goes back, and keeps what it may not put back."""
    tree = crashed(world, 3)
    state = state_of(tree)
    (tree / "docs/index.md").write_bytes(b"edited\n")
    Place(state).new(3).write_bytes(b"damaged")

    said = recover(tree, state)

    assert said is not None
    assert "undone" in said
    (kept,) = (state / "kept").iterdir()
    assert str(kept) in said
    assert kept.read_bytes() == b"old\n" * 50
    assert snapshot(tree) == world.before | {"docs/index.md": (b"edited\n", 0o644)}


def test_a_change_on_its_way_back_goes_back(world: World) -> None:
    """A crash while undoing does not turn the change around again."""
    tree = crashed(world, 2)
    Place(state_of(tree)).undoing.touch()
    (tree / "docs/index.md").write_bytes(b"edited\n")

    said = recover(tree, state_of(tree))

    assert said is not None
    assert "undone" in said
    assert snapshot(tree) == world.before | {"docs/index.md": (b"edited\n", 0o644)}


def test_a_half_made_copy_beside_a_file_is_removed(world: World) -> None:
    """It is left by a crash where the state folder is on another disk."""
    tree = crashed(world, 2)
    Place(state_of(tree)).undoing.touch()
    (tree / "docs/.pattern-ci-2.tmp").write_bytes(b"ha")

    recover(tree, state_of(tree))

    assert snapshot(tree) == world.before


def test_a_folder_turned_into_a_link_is_not_followed(world: World) -> None:
    """Between crash and recovery, a path may have come to lead out of the tree."""
    tree = crashed(world, 0)
    outside = tree.parent / "outside"
    shutil.move(tree / "docs", outside)
    (tree / "docs").symlink_to(outside)

    said = recover(tree, state_of(tree))

    assert said is not None
    assert "left as it is: docs/index.md" in said
    assert (outside / "index.md").read_bytes() == b"old\n" * 50
    assert (tree / "src/a/one.py").exists()


def test_without_copy_of_what_was_there_a_person_decides(world: World) -> None:
    """Neither forward nor back: one line, and nothing is made worse."""
    tree = crashed(world, 3)
    state = state_of(tree)
    Place(state).new(3).unlink()
    Place(state).old(2).unlink()
    before = snapshot(tree)

    with pytest.raises(TransactionError, match=r"docs/index\.md"):
        recover(tree, state)

    assert snapshot(tree) == before
    assert Place(state).journal.exists()


def test_the_next_change_finishes_the_last_one_first(world: World) -> None:
    """A journal is never overwritten by another."""
    tree = crashed(world, 1)
    state = state_of(tree)

    apply_changes(tree, state, [Change("another", b"x")], overwrite=False)

    found = snapshot(tree)
    assert found.pop("another")[0] == b"x"
    assert found == world.after
    assert clean(state)
