"""`suggest` in subfolders: a path may be named from there, as `apply` takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.main import main
from testing.repos import plugin_repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(name="repo")
def _repo(repo_path: Path) -> Path:
    plugin_repo(repo_path)
    assert main(["train", str(repo_path), "--apply"]) == 0
    return repo_path


@pytest.mark.parametrize(
    ("folder", "named", "path"),
    [
        ("plugins", "nu_wave.py", "plugins/nu_wave.py"),
        ("plugins", "plugins/nu_wave.py", "plugins/nu_wave.py"),
        ("plugins", "../tests/test_nu.py", "tests/test_nu.py"),
        ("docs", "plugins/gamma.md", "docs/plugins/gamma.md"),
        ("docs", "README.md", "README.md"),
        ("docs", "new.txt", "docs/new.txt"),
        (".", "new.txt", "new.txt"),
    ],
)
def test_a_path_may_be_named_from_a_subfolder(
    repo: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    folder: str,
    named: str,
    path: str,
) -> None:
    """From there or from the top, whichever the repository knows."""
    monkeypatch.chdir(repo / folder)
    capsys.readouterr()

    assert main(["suggest", named]) == 0

    said = capsys.readouterr().out.splitlines()
    assert said[0] == path
    assert ("no pattern writes this path" in said[1]) == (
        path.endswith((".txt", "README.md")) or ".." in path
    )


def test_the_command_that_is_named_works_in_the_subfolder(
    repo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `suggest` tells to write there is written, at the path that it named."""
    monkeypatch.chdir(repo / "plugins")
    capsys.readouterr()
    main(["suggest", "nu_wave.py"])
    line = next(x for x in capsys.readouterr().out.splitlines() if "write it: " in x)

    assert main(line.partition("pattern-ci ")[2].split()) == 0

    assert (repo / "plugins/nu_wave.py").exists()
    assert not (repo / "plugins/plugins").exists()
