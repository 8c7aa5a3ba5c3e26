"""Folders and files whose names people rarely think of, and very many of them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.mining.worlds import (
    NAMES,
    checker,
    cli,
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


def test_folders_with_odd_names(repo: Path, tmp_path: Path) -> None:
    """Blanks, quotes, line ends, leading dashes and other scripts in the path of the clone."""
    expected = mined(repo)
    for name in (
        "a b",
        "it's",
        'say "x"',
        "line\nend",
        "-dash",
        "größe 中",
        "$(touch x)",
        "{name}",
    ):
        place = tmp_path / name
        shutil.copytree(repo, place)
        assert mined(place) == expected, name
        assert mined(place / "checks") == expected, name


def test_an_error_is_one_line_whatever_the_folder_is_called(tmp_path: Path) -> None:
    """A line end in a name is shown, not obeyed."""
    (tmp_path / "two\nlines").mkdir()

    one_line_error(cli("mine", tmp_path / "two\nlines"), 10, "two\\x0alines")


# Whether files of such names are drafted: a schema refuses control characters and backslashes.
ODD_FILES = {
    b"with blank %d": True, b"it's %d": True, b'say "%d"': True, "größe %d".encode(): True,
    "中%d".encode(): True, b"-dash%d": True, b"{brace}%d": True, b"${{ x }}%d": True,
    b"new\nline%d": False, b"tab\t%d": False, b"back\\slash%d": False, b"\xff%d": False,
    b"%d.": True, b"a..b%d": True, b"#%d": True, b"*?[%d]": True, "\u202ebidi%d".encode(): True,
    "\ue000private%d".encode(): True, b"%%s%d": True,
}  # fmt: skip


def sound(repo: Path, out: Path) -> list[str]:
    """The roles drafted for a repository, after its library was found to be without a fault."""
    found = mined(repo, "--output", out)
    assert found["files"] == len(NAMES)
    ran = cli("validate", "--patterns", out)
    assert ran.code == 0, ran
    assert all(entry.decode() for entry in contents(out).values())
    return [one["slots"][0]["role"] for one in found["candidates"]]


@pytest.mark.parametrize(("name", "drafted"), ODD_FILES.items())
def test_odd_file_names(repo_path: Path, tmp_path: Path, name: bytes, drafted: bool) -> None:
    """Drafted so that the library is sound, or left out as a whole."""
    imported(
        repo_path, *({b"odd/%s.py" % (name % n): checker(stem)} for n, stem in enumerate(NAMES))
    )

    roles = sound(repo_path, tmp_path / "out")

    assert len(roles) == (1 if drafted else 0)


@pytest.mark.parametrize("name", ODD_FILES)
def test_odd_folder_names(repo_path: Path, tmp_path: Path, name: bytes) -> None:
    """Only braces, which are holes in a role, and bytes that are no UTF-8 are left out."""
    folder = name % 1
    imported(repo_path, *({b"%s/%s.py" % (folder, n.encode()): checker(n)} for n in NAMES))

    roles = sound(repo_path, tmp_path / "out")

    if b"{" in folder or b"\xff" in folder:
        assert roles == []
    else:
        assert roles == [f"{folder.decode()}/{{name.snake}}.py"]


def test_symlinks_are_not_followed(repo_path: Path, tmp_path: Path) -> None:
    """Links in history are no members, wherever they point."""
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    imported(
        repo_path,
        *({f"checks/{name}.py": ("120000", str(secret).encode())} for name in NAMES),
        bare=False,
    )

    found = mined(repo_path, "--output", tmp_path / "out")

    assert (found["candidates"], found["abstained"]) == ([], [])
    assert all(b"secret" not in data for data in contents(tmp_path / "out").values())


def test_twenty_thousand_files(repo_path: Path) -> None:
    """Read in seconds; a family among them is found."""
    wide = {f"src/p{n % 200}/q{n}.txt": f"{n}\n" for n in range(20_000)}
    imported(repo_path, wide)
    feed(repo_path, family(), first=1)

    ran = program("mine", repo_path, "--format", "json", timeout=60)

    assert ran.code == 0, ran.err
    assert ran.json["files"] == 20_000 + len(NAMES)
    assert "PAT-CHECKS-PY-001" in [one["pattern_id"] for one in ran.json["candidates"]]
    assert ran.json["elapsed_s"] < 30
