"""Repositories in a bad way: one clear line, a code of its own category, and nothing lost."""

from __future__ import annotations

import shutil
import subprocess  # noqa: TID251  # runs the program without the rights of root
from typing import TYPE_CHECKING

import pytest

from testing.repos import build_repo
from testing.repos import git as run_git
from tests.mining.worlds import (
    NAMES,
    cli,
    contents,
    family,
    imported,
    mined,
    one_line_error,
)

if TYPE_CHECKING:
    from pathlib import Path

MISSING = "file contents that were needed are missing from the repository"


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A family of eight that is drafted."""
    return imported(repo_path, *family(), bare=False)


@pytest.mark.parametrize("words", [(), ("--format", "json"), ("--output", "out")])
def test_not_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str]
) -> None:
    """A plain folder, a file, nothing at all: the same category, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain").mkdir()
    (tmp_path / "file").write_text("x\n")

    one_line_error(cli("mine", "plain", *words), 10, "plain is not a git repository")
    one_line_error(cli("mine", "file", *words), 10, "file is not a folder")
    one_line_error(cli("mine", "none", *words), 10, "none is not a folder")
    assert sorted(contents(tmp_path)) == ["file"]


@pytest.mark.parametrize("bare", [True, False])
def test_an_empty_repository(repo_path: Path, bare: bool) -> None:
    """There is no commit yet; the next step is to make one."""
    repo_path.mkdir()
    run_git(repo_path, "init", "--quiet", *(["--bare"] if bare else []))

    one_line_error(cli("mine", repo_path), 11, "no commits yet", "commit something")
    assert not list(repo_path.rglob("pattern-ci"))


def test_one_commit(repo_path: Path) -> None:
    """Nothing recurs yet: said in words, with exit code 0."""
    build_repo(repo_path, {"README.md": "# demo\n"})

    ran = cli("mine", repo_path)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("1 commit")
    assert "Next: nothing recurs here yet" in ran.out


@pytest.mark.parametrize(
    "rev", ["nothing", "0" * 40, "HEAD~99", "", "HEAD..HEAD~1", "--output=x", "--all", "-h", "a\nb"]
)
def test_an_unknown_revision(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rev: str
) -> None:
    """Whatever it looks like it is never an option of git, and nothing is written."""
    monkeypatch.chdir(tmp_path)

    one_line_error(cli("mine", repo, f"--rev={rev}"), 11, "there is no commit")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["repo"]


def test_a_revision_that_is_no_commit(repo: Path) -> None:
    """A blob or tree has no history; a tag of a commit has."""
    run_git(repo, "tag", "-a", "-m", "x", "v1")

    one_line_error(cli("mine", repo, "--rev", "HEAD:checks"), 11)
    one_line_error(cli("mine", repo, "--rev", "HEAD:checks/alpha.py"), 11)
    assert mined(repo, "--rev", "v1") == mined(repo)


def test_a_shallow_clone(repo: Path, tmp_path: Path) -> None:
    """It works with what is there and says what it could not see."""
    run_git(tmp_path, "clone", "--quiet", "--depth=3", f"file://{repo}", "shallow")

    found = mined(tmp_path / "shallow")

    assert found["commits"] == 3
    assert found["files"] == len(NAMES)
    assert any("shallow" in limit for limit in found["limits"])
    assert not any(MISSING in limit for limit in found["limits"])
    run_git(tmp_path / "shallow", "fetch", "--quiet", "--unshallow")
    assert mined(tmp_path / "shallow") == mined(repo)


def blobless(repo: Path, place: Path) -> Path:
    """A partial clone without file contents, whose remote would give them."""
    run_git(repo, "config", "uploadpack.allowFilter", "true")
    run_git(repo, "config", "uploadpack.allowAnySHA1InWant", "true")
    run_git(
        repo,
        "clone",
        "--quiet",
        "--filter=blob:none",
        "--no-checkout",
        f"file://{repo}",
        str(place),
    )
    return place


def objects(path: Path) -> str:
    """How many objects a repository has."""
    return run_git(path, "count-objects", "-v")


def test_a_blobless_clone(repo: Path, tmp_path: Path) -> None:
    """Nothing is fetched: what the paths tell is told, and the missing contents are counted."""
    clone = blobless(repo, tmp_path / "partial")
    before = objects(clone)

    found = mined(clone, "--output", tmp_path / "out")

    assert (found["commits"], found["files"]) == (len(NAMES), len(NAMES))
    assert found["candidates"] == []
    assert found["limits"] == [f"{len(NAMES)} {MISSING}"]
    assert objects(clone) == before


def test_a_blobless_clone_that_has_some(repo: Path, tmp_path: Path) -> None:
    """What is there is used; after the rest was fetched the answer is that of a full clone."""
    clone = blobless(repo, tmp_path / "partial")
    for name in NAMES[2:]:
        run_git(clone, "cat-file", "-p", f"HEAD:checks/{name}.py")

    some = mined(clone)
    for name in NAMES[:2]:
        run_git(clone, "cat-file", "-p", f"HEAD:checks/{name}.py")

    assert some["limits"] == [f"2 {MISSING}"]
    assert [one["slots"][0]["members"] for one in some["candidates"]] == [len(NAMES) - 2]
    assert mined(clone) == mined(repo)


def test_a_treeless_clone(repo: Path, tmp_path: Path) -> None:
    """Without trees there is no history to read; that is an error and no guess."""
    run_git(repo, "config", "uploadpack.allowFilter", "true")
    run_git(
        repo, "clone", "--quiet", "--filter=tree:0", "--no-checkout", f"file://{repo}",
        str(tmp_path / "treeless"),
    )  # fmt: skip

    one_line_error(cli("mine", tmp_path / "treeless"), 12)


def test_a_submodule(repo: Path, tmp_path: Path) -> None:
    """Mined as the repository that it is; the one around it sees only the link."""
    outer = build_repo(tmp_path / "outer", {"README.md": "# outer\n"})
    run_git(
        outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repo), "sub"
    )
    run_git(outer, "commit", "--quiet", "-m", "sub", day=1)

    assert mined(outer / "sub") == mined(repo)
    around = mined(outer)
    assert (around["commits"], around["candidates"], around["abstained"]) == (2, [], [])


def lose(repo: Path, name: str) -> Path:
    """Unpack, delete the loose object of a revision, and return where it was."""
    packs = list((repo / ".git/objects/pack").glob("*.pack"))
    for pack in packs:
        moved = repo / ".git" / pack.name
        pack.rename(moved)
        subprocess.run(
            ["git", "-C", repo, "unpack-objects", "-q"], stdin=moved.open("rb"), check=True
        )
        moved.unlink()
    shutil.rmtree(repo / ".git/objects/pack")
    sha = run_git(repo, "rev-parse", name).strip()
    place = repo / ".git/objects" / sha[:2] / sha[2:]
    place.rename(repo / ".git/lost")
    return place


def test_a_missing_blob(repo: Path) -> None:
    """The others are used, it is counted, and once it is back nothing wrong is remembered."""
    expected = mined(repo, "--no-cache")
    place = lose(repo, "HEAD:checks/gamma.py")

    found = mined(repo)

    assert found["limits"] == [f"1 {MISSING}"]
    assert [one["slots"][0]["members"] for one in found["candidates"]] == [len(NAMES) - 1]
    (repo / ".git/lost").rename(place)
    assert mined(repo) == expected


@pytest.mark.parametrize("name", ["HEAD^{tree}", "HEAD~2:checks", "HEAD~3"])
def test_a_missing_tree_or_commit(repo: Path, name: str) -> None:
    """History cannot be read to its end: an error, and no half of it in the cache."""
    expected = mined(repo, "--no-cache")
    place = lose(repo, name)

    one_line_error(cli("mine", repo), 12, "git fsck")
    (repo / ".git/lost").rename(place)
    assert mined(repo) == expected


def test_a_branch_that_points_nowhere(repo: Path) -> None:
    """HEAD names a commit that is not there; nobody is told to commit something."""
    lose(repo, "HEAD")

    ran = cli("mine", repo)

    one_line_error(ran, 12, "HEAD names a commit that is not in the repository")


def test_a_damaged_blob(repo: Path) -> None:
    """Half a file content is never taken for a whole one, today or from the cache tomorrow."""
    expected = mined(repo, "--no-cache")
    place = lose(repo, "HEAD:checks/gamma.py")
    raw = (repo / ".git/lost").read_bytes()
    place.write_bytes(raw[: len(raw) // 2])

    one_line_error(cli("mine", repo), 12, "git fsck")
    one_line_error(cli("mine", repo), 12, "git fsck")
    place.write_bytes(raw)
    assert mined(repo) == expected


def test_a_blob_that_is_garbage(repo: Path) -> None:
    """Git takes it for missing, and so do we."""
    lose(repo, "HEAD:checks/gamma.py").write_bytes(b"garbage")

    assert mined(repo)["limits"] == [f"1 {MISSING}"]


def test_a_broken_configuration(repo: Path, tmp_path: Path) -> None:
    """It is named with its line before anything is read or written."""
    (repo / ".github").mkdir()
    (repo / ".github/pattern-ci.yml").write_text("version: 1\nignor: [x]\n")

    ran = cli("mine", repo, "--output", tmp_path / "out")

    one_line_error(ran, 26, ".github/pattern-ci.yml:2:1", "ignor")
    assert not (tmp_path / "out").exists()
    assert not (repo / ".git/pattern-ci").exists()
