"""The door to the disk."""

from __future__ import annotations

import io
import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci import files
from pattern_ci.errors import StorageError, UnsafePathError


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    """Also below a file; a folder in its place is an error."""
    (tmp_path / "file").write_text("x\n")

    assert files.read_bytes(tmp_path / "none") is None
    assert files.read_text(tmp_path / "file/below") is None
    with pytest.raises(StorageError, match=r"cannot read .*: Is a directory"):
        files.read_bytes(tmp_path)


@settings(max_examples=30, deadline=None)
@given(raw=st.binary(max_size=30))
def test_text_of_any_bytes_survives(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    """Read, written back: the same bytes."""
    place = tmp_path_factory.getbasetemp() / "any bytes"
    place.write_bytes(raw)
    text = files.read_text(place)
    assert text is not None

    assert not files.write_if_changed(place, text)
    place.write_bytes(b"other")
    assert files.write_if_changed(place, text) is (raw != b"other")
    assert place.read_bytes() == raw


def test_a_file_is_written_as_a_whole(tmp_path: Path) -> None:
    """With its folders and its mode; nothing else is left beside it."""
    place = tmp_path / "a/b/c"

    files.write_atomic(place, b"x", mode=0o755)
    files.write_atomic(place, b"y")

    assert place.read_bytes() == b"y"
    assert [path.name for path in place.parent.iterdir()] == ["c"]
    files.write_atomic(place, b"z", mode=0o600)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """And no temporary one."""
    (tmp_path / "folder/inner").mkdir(parents=True)
    (tmp_path / "file").write_text("old\n")

    with pytest.raises(StorageError, match="cannot write") as told:
        files.write_atomic(tmp_path / "folder", b"x")
    with pytest.raises(StorageError):
        files.write_atomic(tmp_path / "file/below", b"x")

    assert told.value.return_code == 30
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "old\n"


def test_text_is_added_at_the_end(tmp_path: Path) -> None:
    """What others wrote stays."""
    place = tmp_path / "summary"
    files.append_text(place, "one\n")
    files.append_text(place, "two\n")

    assert place.read_text() == "one\ntwo\n"
    with pytest.raises(StorageError):
        files.append_text(tmp_path, "x")


def test_a_scratch_folder_is_gone_afterwards() -> None:
    """With its texts, also after an error; it takes no path that leads out."""
    with files.scratch_folder({"a/b": "x\n"}) as folder:
        assert (folder / "a/b").read_text() == "x\n"
    assert not folder.exists()
    with pytest.raises(UnsafePathError), files.scratch_folder({"../b": "x\n"}):
        pass


def test_an_empty_folder(tmp_path: Path) -> None:
    """Nothing in it, or not there at all; a file is neither."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x\n")

    assert files.is_empty(tmp_path / "empty")
    assert files.is_empty(tmp_path / "none")
    assert not files.is_empty(tmp_path)
    with pytest.raises(StorageError, match="Not a directory"):
        files.is_empty(tmp_path / "file")


def test_sizes_and_removal(tmp_path: Path) -> None:
    """Links are counted as links and never followed."""
    keep = tmp_path / "keep"
    keep.mkdir()
    (keep / "big").write_text("x" * 1000)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_text("abc")
    (folder / "link").symlink_to(keep)

    assert files.folder_size(folder) < 1000
    assert files.folder_size(tmp_path / "none") == 0
    files.remove_tree(folder)
    files.remove_tree(folder)
    files.remove(tmp_path / "none")
    assert not folder.exists()
    assert (keep / "big").exists()
    with pytest.raises(StorageError):
        files.remove(keep)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "empty"), ("a\0b", "NUL"), ("/etc/passwd", "absolute"), ("../a", ".."),
        ("a/../b", ".."),
        ("a//b", "empty part"), ("./a", "`.`"), ("a/.", "`.`"), ("a/", "empty part"),
        (".git/config", ".git"), ("a/.GIT/x", ".git"), ("a/.git", ".git"),
    ],
)  # fmt: skip
def test_paths_that_lead_out_are_refused(tmp_path: Path, path: str, why: str) -> None:
    """By their text alone, before the disk is asked."""
    with pytest.raises(UnsafePathError) as told:
        files.inside(tmp_path, path)

    assert why in told.value.what
    assert files.unsafe(path)


@pytest.mark.parametrize(
    "path", ["a", "a/b.c", "-x", ".github/a", "a b", "..a", "é/中", ".gitignore"]
)
def test_paths_inside_are_joined(tmp_path: Path, path: str) -> None:
    """Odd names are fine."""
    assert files.inside(tmp_path, path) == tmp_path / path
    assert files.unsafe(path) is None


def test_a_link_on_the_way_is_refused(tmp_path: Path) -> None:
    """In the middle, at the end, and one that points nowhere; the root may be one."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real/link").symlink_to("/")
    (tmp_path / "real/dead").symlink_to("nowhere")
    (tmp_path / "root").symlink_to("real")

    for path in ("link/etc", "link", "dead", "dead/x"):
        with pytest.raises(UnsafePathError, match="is a symlink"):
            files.inside(tmp_path / "real", path)
    assert files.inside(tmp_path / "root", "a") == tmp_path / "root/a"


def test_a_walk_names_files_and_links(tmp_path: Path) -> None:
    """Sorted, and links stay closed."""
    for name in ("b/2", "b/1", "a"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n")
    (tmp_path / "up").symlink_to("/")
    (tmp_path / "to_file").symlink_to("a")
    (tmp_path / "gone").symlink_to("nowhere")

    assert files.walk(tmp_path) == (["a", "b/1", "b/2"], ["gone", "to_file", "up"])
    assert files.walk(tmp_path / "none") == ([], [])


def test_a_file_holds_its_text_or_not(tmp_path: Path) -> None:
    """To the byte; what is not there or no file holds nothing."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a").write_bytes(b"\xff\r\n")

    assert files.holds(tmp_path, "sub/a", "\udcff\r\n")
    assert not files.holds(tmp_path, "sub/a", "\udcff\n")
    assert not files.holds(tmp_path, "sub/b", "")
    assert not files.holds(tmp_path, "sub", "")


def test_standard_input_of_any_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files are no UTF-8 by law."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\xff\r\n\0")))

    assert files.read_stdin() == "a\udcff\r\n\0"


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    """A device that is always full stands for it."""
    if not os.path.exists("/dev/full"):  # noqa: PTH110  # a device, not a file of ours
        pytest.skip("no such device here")

    with pytest.raises(StorageError, match="No space left on device") as told:
        files.append_text(Path("/dev/full"), "x" * 100_000)

    assert "make room" in told.value.next_step
    assert "\n" not in told.value.line
