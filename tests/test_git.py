"""The door to git, on real repositories."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pattern_ci import git, git_objects, git_trees
from pattern_ci.errors import HistoryUnreadableError, NotARepositoryError, RevisionError
from testing.repos import build_repo, commit
from testing.repos import git as run_git
from tests.mining.worlds import imported

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(repo_path: Path) -> Path:
    """Two commits."""
    return build_repo(repo_path, {"a": "1\n", "b/c": "2\n"}, {"a": "3\n"})


def test_a_repository_is_found_from_any_folder(path: Path) -> None:
    """Its work tree, its git folder and where our state lies."""
    for folder in (path, path / "b"):
        repo = git.open_repo(folder)

        assert repo.path == repo.work_tree == path
        assert repo.git_dir == repo.common_dir == path / ".git"
        assert repo.state_dir == repo.tree_state_dir == path / ".git/pattern-ci"


def test_a_bare_repository_has_no_work_tree(path: Path, tmp_path: Path) -> None:
    """It is asked in its own folder."""
    run_git(tmp_path, "clone", "--quiet", "--bare", str(path), "bare.git")

    for repo in (git.open_repo(tmp_path / "bare.git"), git.open_repo(tmp_path / "bare.git/refs")):
        assert repo.work_tree is None
        assert repo.path == repo.git_dir == tmp_path / "bare.git"
    assert git.open_repo(path / ".git").work_tree is None


def test_a_worktree_shares_the_common_folder(path: Path, tmp_path: Path) -> None:
    """What is cached is shared, what is recovered is its own."""
    run_git(path, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    repo = git.open_repo(tmp_path / "tree")

    assert repo.work_tree == tmp_path / "tree"
    assert repo.state_dir == path / ".git/pattern-ci"
    assert repo.tree_state_dir == path / ".git/worktrees/tree/pattern-ci"


@pytest.mark.parametrize("name", ["a b", "line\nend", "two\n\nends\n", "é", "-x"])
def test_folders_of_any_name(path: Path, tmp_path: Path, name: str) -> None:
    """A line end in a path does not shift the answers."""
    run_git(path, "worktree", "add", "--quiet", str(tmp_path / name / "tree"))
    run_git(tmp_path, "clone", "--quiet", str(path), f"./{name}/clone")

    tree, clone = (git.open_repo(tmp_path / name / kind) for kind in ("tree", "clone"))

    assert tree.work_tree == tmp_path / name / "tree"
    assert tree.common_dir == path / ".git"
    assert clone.work_tree == tmp_path / name / "clone"
    assert clone.git_dir == clone.common_dir == tmp_path / name / "clone/.git"


def test_what_is_no_repository(tmp_path: Path) -> None:
    """A folder, a file, nothing."""
    (tmp_path / "file").write_text("x\n")

    for place in (tmp_path, tmp_path / "file", tmp_path / "none"):
        with pytest.raises(NotARepositoryError):
            git.open_repo(place)


def test_hook_variables_are_dropped_unless_asked_for(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git exports them into hooks; they would send each question elsewhere."""
    build_repo(tmp_path / "other", {"x": "1\n"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other/.git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other/.git/index"))

    assert git.open_repo(path).git_dir == path / ".git"
    assert git.open_repo(path, keep_index=True).git_dir == tmp_path / "other/.git"
    assert "GIT_DIR" not in git.clean_environment()
    assert git.clean_environment(keep_index=True)["GIT_DIR"] == os.environ["GIT_DIR"]


def test_revisions(path: Path) -> None:
    """Any name of a commit; nothing else, and no option."""
    repo = git.open_repo(path)
    head = run_git(path, "rev-parse", "HEAD").strip()
    run_git(path, "tag", "-a", "-m", "x", "v1")

    for rev in ("HEAD", "main", "v1", head, head[:8], "HEAD^0"):
        assert git.resolve(repo, rev) == head
    for rev in ("none", "HEAD:a", "HEAD^{tree}", "--all", "", "HEAD..main", "0" * 40):
        with pytest.raises(RevisionError):
            git.resolve(repo, rev)
    assert git.has_commits(repo)
    assert not git.is_detached(repo)
    run_git(path, "checkout", "--quiet", "--detach")
    assert git.is_detached(repo)


def test_a_repository_without_commits(repo_path: Path) -> None:
    """There is no revision yet, and HEAD names a branch all the same."""
    repo_path.mkdir()
    run_git(repo_path, "init", "--quiet")
    repo = git.open_repo(repo_path)

    assert not git.has_commits(repo)
    assert not git.is_detached(repo)
    with pytest.raises(RevisionError, match="no commits yet"):
        git.resolve(repo, "HEAD")


def test_ancestry(path: Path) -> None:
    """A commit is its own ancestor; what is not here is nobody's."""
    repo = git.open_repo(path)

    assert git.is_ancestor(repo, "HEAD~1", "HEAD")
    assert git.is_ancestor(repo, "HEAD", "HEAD")
    assert not git.is_ancestor(repo, "HEAD", "HEAD~1")
    assert not git.is_ancestor(repo, "0" * 40, "HEAD")


def test_history_without_what_is_known(path: Path) -> None:
    """Fields of the newer commit alone; a revision that is not there is an error."""
    repo = git.open_repo(path)
    fields = b"\0".join(git_trees.log_raw(repo, "HEAD", exclude="HEAD~1"))

    assert fields.count(b"\x01") == 1
    assert b"b/c" not in fields
    assert b"\0".join(git_trees.log_raw(repo, "HEAD")).count(b"\x01") == 2
    with pytest.raises(HistoryUnreadableError, match="cannot be read to its end"):
        list(git_trees.log_raw(repo, "none"))


def test_a_tree_holds_everything(repo_path: Path) -> None:
    """Files of any name, links and modes, whole or below a path."""
    names = [b"a b", b"\xff", b"l\ni", b"d/x", "é".encode()]
    imported(
        repo_path,
        {**dict.fromkeys(names, "1\n"), "link": ("120000", b"x"), "run": ("100755", b"1\n")},
    )
    repo = git.open_repo(repo_path)

    found = {entry.path: entry.mode for entry in git_trees.tree(repo, "HEAD")}

    assert set(found) == {name.decode("utf-8", "surrogateescape") for name in names} | {
        "link",
        "run",
    }
    assert (found["link"], found["run"], found["d/x"]) == ("120000", "100755", "100644")
    assert [entry.path for entry in git_trees.tree(repo, "HEAD", "d", "run")] == ["d/x", "run"]
    with pytest.raises(HistoryUnreadableError, match="ls-tree failed"):
        git_trees.tree(repo, "none")


def test_what_differs_between_trees(repo_path: Path) -> None:
    """Added, modified, gone, another type; a rename is two; names of any bytes."""
    repo = git.open_repo(
        imported(
            repo_path,
            {"a": "1\n", "b": "2\n", "c": "3\n", "same": "4\n"},
            {"a": "x\n", "b": None, "sub/b": "2\n", "c": ("120000", b"a"), b"n\n\xff": "5\n"},
        )
    )

    found = git_trees.changed(repo, "HEAD~1", "HEAD")

    assert {(one.status, one.mode, one.path) for one in found} == {
        ("M", "100644", "a"), ("D", "000000", "b"), ("T", "120000", "c"),
        ("A", "100644", "n\n\udcff"), ("A", "100644", "sub/b"),
    }  # fmt: skip
    blobs = {entry.path: entry.blob for entry in git_trees.tree(repo, "HEAD")}
    assert all(one.blob == blobs[one.path] for one in found if one.status != "D")
    assert git_trees.changed(repo, "HEAD", "HEAD") == []
    with pytest.raises(HistoryUnreadableError):
        git_trees.changed(repo, "HEAD", "0" * 40)


def test_contents_come_by_id(repo_path: Path) -> None:
    """Any bytes, each once; what is too large, missing or no blob is left out."""
    data = {"a": b"1\n", "b": b"\0\xff\n\n", "c": b"", "d": b"x" * 100, "e": b"1\n"}
    imported(repo_path, data)
    repo = git.open_repo(repo_path)
    ids = {entry.path: entry.blob for entry in git_trees.tree(repo, "HEAD")}
    head = git.resolve(repo, "HEAD")

    found = git_objects.blobs(repo, [*ids.values(), head, "0" * 40], max_bytes=99)

    assert found == {ids[name]: data[name] for name in "abc"}
    assert git_objects.blobs(repo, [], max_bytes=9) == {}
    assert git_objects.blobs(repo, ["0" * 40], max_bytes=9) == {}
    assert git_objects.missing(repo, [*ids.values(), "0" * 40]) == {"0" * 40}
    assert git_objects.missing(repo, []) == set()


def test_a_partial_clone_is_never_filled_up(repo_path: Path, tmp_path: Path) -> None:
    """What was promised and is not here is missing; no answer is fetched."""
    build_repo(repo_path, {name: f"{name}\n" for name in "abc"})
    run_git(repo_path, "config", "uploadpack.allowFilter", "true")
    words = ("clone", "--quiet", "--no-checkout", "--filter=blob:none")
    run_git(tmp_path, *words, f"file://{repo_path}", "partial")
    repo = git.open_repo(tmp_path / "partial")
    ids = {entry.path: entry.blob for entry in git_trees.tree(repo, "HEAD")}
    run_git(tmp_path / "partial", "cat-file", "-p", ids["b"])

    assert git.is_partial(repo)
    assert git_objects.blobs(repo, list(ids.values()), max_bytes=9) == {ids["b"]: b"b\n"}
    assert git_objects.missing(repo, list(ids.values())) == {ids["a"], ids["c"]}
    assert git_objects.missing(repo, list(ids.values())) == {ids["a"], ids["c"]}
    assert not git.is_partial(git.open_repo(repo_path))
    assert not git.is_shallow(repo)


@given(raw=st.binary(max_size=20))
def test_names_of_any_bytes_survive(raw: bytes) -> None:
    """As text and back."""
    assert git.encode(git.decode(raw)) == raw


def test_questions_do_not_write(path: Path) -> None:
    """No lock, no refreshed index, no object."""
    os.utime(path / "a", (1, 1))
    before = {entry: entry.stat().st_mtime_ns for entry in (path / ".git").rglob("*")}
    repo = git.open_repo(path)

    git.text(path, "status", "--porcelain")
    git_trees.tree(repo, "HEAD")
    list(git_trees.log_raw(repo, "HEAD"))

    assert {entry: entry.stat().st_mtime_ns for entry in (path / ".git").rglob("*")} == before


def test_where_hooks_lie(path: Path, tmp_path: Path) -> None:
    """The shared folder, or the one that the configuration names."""
    run_git(path, "worktree", "add", "--quiet", str(tmp_path / "tree"))

    assert git.hooks_dir(git.open_repo(tmp_path / "tree")) == path / ".git/hooks"
    run_git(path, "config", "core.hooksPath", str(tmp_path / "hooks"))
    assert git.hooks_dir(git.open_repo(path)) == tmp_path / "hooks"


def test_remotes(path: Path) -> None:
    """Names and addresses; without any it is empty."""
    repo = git.open_repo(path)
    assert git.remotes(repo) == {}
    run_git(path, "remote", "add", "origin", "https://example.invalid/a.git")
    run_git(path, "remote", "add", "b", "../b")

    assert git.remotes(repo) == {"origin": "https://example.invalid/a.git", "b": "../b"}


def test_the_version_of_git() -> None:
    """Numbers that can be compared."""
    assert git.version() >= (2, 31)


def test_an_error_of_git_is_one_line(path: Path) -> None:
    """Its last words and the next step."""
    commit(path, {"x": "1\n"})

    with pytest.raises(HistoryUnreadableError) as told:
        git.text(path, "rev-parse", "--verify", "none")

    assert told.value.line.startswith("git rev-parse failed. fatal: ")
    assert "\n" not in told.value.line


@pytest.mark.parametrize("rev", ["HEAD", "main", "HEAD~0"])
def test_one_question_tells_what_two_tell(path: Path, tmp_path: Path, rev: str) -> None:
    """The repository and a commit in it: in its top folder, below it, in a bare clone."""
    bare = tmp_path / "bare.git"
    run_git(path, "clone", "--quiet", "--bare", str(path), str(bare))
    below = path / "below"
    below.mkdir(exist_ok=True)
    for place in (path, below, bare, path / ".git"):
        repo = git.open_repo(place)

        assert git.open_at(place, rev) == (repo, git.resolve(repo, rev))


@pytest.mark.parametrize("rev", ["no-such", "HEAD..HEAD", "--all", "", "HEAD\n"])
def test_what_is_no_commit_is_refused(path: Path, rev: str) -> None:
    """However it is written."""
    with pytest.raises(RevisionError):
        git.open_at(path, rev)
