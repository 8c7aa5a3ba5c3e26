"""Places that cannot be written: one clear line, no half file, and work goes on without them."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess  # noqa: TID251  # runs the program without the rights of root
from typing import TYPE_CHECKING

import pytest

from tests.mining.worlds import (
    NAMES,
    PROGRAM,
    Ran,
    checker,
    contents,
    family,
    feed,
    imported,
    mined,
    one_line_error,
    program,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A family of eight that is drafted."""
    return imported(repo_path, *family(), bare=False)


def unprivileged(*words: str | Path) -> Ran:
    """Run without the right of root to write where nobody may."""
    prefix = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.getuid() == 0 else ()
    done = subprocess.run(
        [*prefix, *PROGRAM, *map(str, words)], capture_output=True, text=True, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


needs_setpriv = pytest.mark.skipif(
    os.getuid() == 0 and shutil.which("setpriv") is None, reason="root may write anywhere"
)


@needs_setpriv
def test_a_read_only_git_folder(repo: Path) -> None:
    """It works without a cache and says so."""
    expected = mined(repo, "--no-cache")
    (repo / ".git").chmod(0o555)

    ran = unprivileged("mine", repo, "--format", "json")

    (repo / ".git").chmod(0o755)
    assert ran.code == 0, ran.err
    assert ran.json["candidates"] == expected["candidates"]
    assert ran.json["limits"] == [
        "nothing could be cached: the folder of the repository cannot be written"
    ]


@needs_setpriv
def test_a_cache_that_cannot_be_written(repo: Path) -> None:
    """An old cache that may only be read is used as far as it goes."""
    mined(repo)
    state = repo / ".git/pattern-ci"
    before = contents(state)
    feed(repo, [{"checks/nu.py": checker("nu")}], first=20)
    for path in (*state.iterdir(), state):
        path.chmod(0o555)

    ran = unprivileged("mine", repo, "--format", "json")

    state.chmod(0o755)
    assert ran.code == 0, ran.err
    assert ran.json["commits"] == len(NAMES) + 1
    assert len(ran.json["limits"]) == 1
    assert contents(state) == before


@needs_setpriv
@pytest.mark.parametrize("mode", [0o000, 0o555])
def test_an_output_folder_that_cannot_be_used(repo: Path, tmp_path: Path, mode: int) -> None:
    """Unreadable or read-only: one line about the disk, nothing written."""
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(mode)

    ran = unprivileged("mine", repo, "--output", out)

    out.chmod(0o755)
    one_line_error(ran, 30, "Permission denied")
    assert list(out.iterdir()) == []


def test_the_state_folder_is_a_file(repo: Path) -> None:
    """Something else has its name: no cache, the same answer, and the file stays."""
    expected = mined(repo, "--no-cache")
    (repo / ".git/pattern-ci").write_text("mine\n")

    found = mined(repo)

    assert found["candidates"] == expected["candidates"]
    assert len(found["limits"]) == 1
    assert (repo / ".git/pattern-ci").read_text() == "mine\n"


def test_a_full_disk(repo: Path, tmp_path: Path) -> None:
    """One line, no half file and no temporary one; with room again the rest is written."""
    out = tmp_path / "out"
    mined(repo, "--no-cache", "--output", tmp_path / "whole")

    ran = program(
        "mine", repo, "--output", out,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700)),
    )  # fmt: skip

    whole = contents(tmp_path / "whole")
    one_line_error(ran, 30, "cannot write")
    assert contents(out).items() < whole.items()
    mined(repo, "--output", out)
    assert contents(out) == whole
