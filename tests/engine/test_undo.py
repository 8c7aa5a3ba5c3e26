"""What an execution that was cut off has written is taken back; what others did since is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import files
from pattern_ci.engine.undo import Noted, UndoLog, take_back
from pattern_ci.errors import LockedError, StorageError
from pattern_ci.render import lock
from pattern_ci.render.journal import bytes_digest
from testing.repos import build_repo, commit

if TYPE_CHECKING:
    from pathlib import Path


class Cut:
    """A repository in which an execution writes, and is then no more."""

    def __init__(self, root: Path) -> None:
        self.root, self.state = build_repo(root, {"a": "one\n"}), root / ".git" / "pattern-ci"
        self.log = UndoLog(self.root, self.state)

    def write(self, path: str, text: str, *, folders: tuple[str, ...] = ()) -> None:
        place = self.root / path
        before = place.read_bytes() if place.exists() else None
        self.log.note([Noted(path, before, None, bytes_digest(text.encode()))], folders)
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)

    def die(self) -> None:
        self.log._held.close()


@pytest.fixture
def cut(tmp_path: Path) -> Cut:
    return Cut(tmp_path / "repo")


def test_every_write_is_taken_back_and_nothing_is_left(cut: Cut) -> None:
    cut.write("a", "two\n")
    cut.write("a", "three\n")
    cut.write("new/b", "b\n", folders=("new",))
    cut.die()

    undone = take_back(cut.root, cut.state)

    assert sorted(undone) == ["a", "new/b"]
    assert (cut.root / "a").read_text() == "one\n"
    assert not (cut.root / "new").exists()
    assert take_back(cut.root, cut.state) == []
    assert list((cut.state / "undo").iterdir()) == []


def test_what_the_execution_took_back_itself_is_passed_over(cut: Cut) -> None:
    cut.write("a", "kept\n")
    cut.write("a", "no help\n")
    (cut.root / "a").write_text("kept\n")
    cut.die()

    take_back(cut.root, cut.state)

    assert (cut.root / "a").read_text() == "one\n"


def test_a_file_that_somebody_changed_since_stays(cut: Cut) -> None:
    cut.write("a", "two\n")
    cut.die()
    (cut.root / "a").write_text("by hand\n")

    assert take_back(cut.root, cut.state) == []
    assert (cut.root / "a").read_text() == "by hand\n"


def test_work_that_was_committed_since_stays(cut: Cut) -> None:
    cut.write("a", "two\n")
    cut.die()
    commit(cut.root, {})

    assert take_back(cut.root, cut.state) == []
    assert (cut.root / "a").read_text() == "two\n"


def test_an_execution_that_is_under_way_is_left_alone(cut: Cut) -> None:
    cut.write("a", "two\n")

    assert take_back(cut.root, cut.state) == []
    assert (cut.root / "a").read_text() == "two\n"


def test_a_tree_that_somebody_writes_into_is_not_said_to_be_as_before(cut: Cut) -> None:
    """The notes stay, so that the next start takes back what this one could not."""
    cut.write("a", "two\n")
    cut.die()

    with lock.held(cut.state), pytest.raises(LockedError):
        take_back(cut.root, cut.state)

    assert (cut.root / "a").read_text() == "two\n"
    assert take_back(cut.root, cut.state) == ["a"]


def test_an_execution_that_has_ended_leaves_no_note(cut: Cut) -> None:
    cut.write("a", "two\n")
    cut.log.close()

    assert take_back(cut.root, cut.state) == []
    assert (cut.root / "a").read_text() == "two\n"
    assert list((cut.state / "undo").iterdir()) == []


def test_a_first_note_that_the_disk_did_not_take_may_be_made_again(
    cut: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The execution does not stand in its own way, and leaves no folder behind."""

    def full(*_: object) -> None:
        msg = "no space is left."
        raise StorageError(msg)

    with monkeypatch.context() as disk:
        disk.setattr(files, "write_atomic", full)
        with pytest.raises(StorageError):
            cut.write("a", "two\n")
    assert (cut.root / "a").read_text() == "one\n"

    cut.write("a", "two\n")
    assert take_back(cut.root, cut.state) == []
    cut.die()

    assert take_back(cut.root, cut.state) == ["a"]


def test_a_write_that_did_not_take_place_is_no_matter(cut: Cut) -> None:
    cut.log.note([Noted("a", b"one\n", None, bytes_digest(b"two\n"))], ())
    cut.die()

    assert take_back(cut.root, cut.state) == []
    assert (cut.root / "a").read_text() == "one\n"


def test_a_state_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    """One line, as for any disk that cannot be read."""
    (tmp_path / "pattern-ci").write_text("")

    with pytest.raises(StorageError, match=r"cannot read .*undo: Not a directory"):
        take_back(tmp_path, tmp_path / "pattern-ci")
