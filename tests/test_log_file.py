"""The log that one process writes: whole lines behind each other, whatever was left before."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pattern_ci.errors import StorageError
from pattern_ci.log_file import ROOM, LogFile

if TYPE_CHECKING:
    from pathlib import Path

LINES = st.lists(st.binary(min_size=1, max_size=40).filter(lambda raw: b"\n" not in raw))


@given(before=LINES, blank=st.integers(0, 5), torn=st.booleans(), after=LINES)
def test_lines_are_in_their_order(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[bytes],
    blank: int,
    torn: bool,
    after: list[bytes],
) -> None:
    """Behind those of a process that was killed: no room is between, and no half line."""
    path = tmp_path_factory.mktemp("log") / "lines"
    left = b"".join(raw + b"\n" for raw in before)
    path.write_bytes(left + (b"half a line" if torn else b"\n" * blank))
    log = LogFile(path)

    for raw in after:
        log.append(raw + b"\n")
    log.close()

    if after:
        assert path.read_bytes() == left + b"".join(raw + b"\n" for raw in after)


def test_a_line_does_not_make_the_file_longer(tmp_path: Path) -> None:
    """That is what makes waiting for it cheap; the room is given back at the end."""
    log = LogFile(tmp_path / "run" / "lines")
    log.append(b"first\n")
    size = log.path.stat().st_size

    log.append(b"second\n")
    log.sync()

    assert log.path.stat().st_size == size
    assert log.path.read_bytes().split() == [b"first", b"second"]
    log.close()
    assert log.path.read_bytes() == b"first\nsecond\n"


def test_a_line_longer_than_the_room_is_written_whole(tmp_path: Path) -> None:
    """And those that come after it have room again."""
    log = LogFile(tmp_path / "lines")
    long = b"x" * (3 * ROOM) + b"\n"

    for line in (b"first\n", long, b"last\n"):
        log.append(line)
    log.close()

    assert log.path.read_bytes() == b"first\n" + long + b"last\n"


def test_a_line_that_the_disk_refuses_leaves_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and the next line stands where the refused one would have."""
    log = LogFile(tmp_path / "lines")
    log.append(b"first\n")
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) < 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, data[:4])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StorageError, match=r"cannot write .*lines: No space left"):
            log.append(b"refused\n")
    assert log.path.read_bytes().rstrip(b"\n") == b"first"
    log.append(b"second\n")
    log.close()

    assert log.path.read_bytes() == b"first\nsecond\n"


def test_a_disk_that_fails_to_sync_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody goes on as if the line were safe."""

    def broken(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    log = LogFile(tmp_path / "lines")
    log.append(b"first\n")
    monkeypatch.setattr(os, "fdatasync", broken)

    with pytest.raises(StorageError, match=r"cannot write .*lines: Input/output error"):
        log.sync()
