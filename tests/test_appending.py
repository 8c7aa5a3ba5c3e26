"""Files of lines on a disk that refuses: one line that says so, and nothing half written."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from pattern_ci import locks
from pattern_ci.appending import LineFile
from pattern_ci.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path


def _refuse(code: int) -> None:
    raise OSError(code, os.strerror(code))


def test_a_disk_without_locks_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a share of a network may be: nothing is written without the lock."""
    monkeypatch.setattr(locks, "take", lambda _: _refuse(errno.ENOLCK))
    path = tmp_path / "lines"

    with (
        LineFile(path, lambda _: False) as file,
        pytest.raises(StorageError, match=r"cannot lock .*lines: No locks available"),
    ):
        file.append(lambda _: b"new\n")

    assert path.read_bytes() == b""


def test_a_torn_line_that_cannot_be_cut_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written behind it; once the disk does it, the file goes on."""
    path = tmp_path / "lines"
    path.write_bytes(b"whole\ntorn")

    with LineFile(path, lambda _: False) as file:
        with monkeypatch.context() as patch:
            patch.setattr(os, "ftruncate", lambda *_: _refuse(errno.EIO))
            with pytest.raises(StorageError, match=r"cannot write .*lines: Input/output error"):
                file.append(lambda _: b"new\n")
        assert path.read_bytes() == b"whole\ntorn"
        file.append(lambda last: last + b" again\n")

    assert path.read_bytes() == b"whole\nwhole again\n"
