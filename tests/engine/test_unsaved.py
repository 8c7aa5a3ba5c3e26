"""Uncommitted work is known by the ids that git gives it, whatever kind of work it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.engine import bridge, witness
from pattern_ci.engine.bridge import Job, execute_pattern
from pattern_ci.executors.library import unsaved
from pattern_ci.executors.library.unsaved import Around, Kind
from pattern_ci.model.execution import ExecutionResult
from testing.repos import Tree, build_repo, commit, git, write_tree
from tests.engine.worlds import engine_at, place_of
from tests.executors.worlds import pattern_of

if TYPE_CHECKING:
    from pathlib import Path

FIRST: Tree = {"README.md": "# demo\n", "crlf.txt": b"a\r\n", "plain.txt": "x\n", "gone.txt": "x"}
ODD = ("-leading", "a\nb", "a\rb\r", 'a"b', "\\n", " space ", "\x7f\t", "ünï", "#x", "? y")


@pytest.fixture
def tree(repo_path: Path) -> Path:
    """A worktree below another, where this package puts them."""
    build_repo(repo_path, FIRST)
    (repo_path / ".git" / "info" / "exclude").write_text("/.worktrees/\n")
    git(repo_path, "worktree", "add", "--quiet", "-b", "topic", ".worktrees/topic")
    return repo_path / ".worktrees" / "topic"


def _work(tree: Path) -> list[unsaved.Piece]:
    root = tree.parents[1]
    return unsaved.work(tree, Around(root, unsaved.everything(root).ignored))


def _held(tree: Path) -> dict[str, set[str]]:
    """Each path with the ids by which a commit may hold it."""
    return {one.path: set(ids or ()) for one, ids in unsaved.ids(tree, _work(tree))}


def _as_committed(tree: Path) -> dict[str, str]:
    """Each path and blob that differs from HEAD once everything is added, as a rescue does it."""
    git(tree, "add", "--all")
    made = git(tree, "write-tree").strip()
    return dict(witness.held(tree, made) - witness.held(tree, "HEAD"))


def test_every_kind_of_file_has_the_id_that_a_commit_gives_it(tree: Path) -> None:
    """Links to files, to folders and to nothing; filters, line ends, names, and many of them."""
    git(tree, "config", "filter.up.clean", "tr a-z A-Z")
    write_tree(tree, {f"odd/{name}": f"odd {number}\n" for number, name in enumerate(ODD)})
    write_tree(tree, {f"many/{number}": f"{number}\n" for number in range(600)})
    write_tree(tree, {".gitattributes": "* text=auto\nodd/** filter=up\n", "-x": "-\n"})
    write_tree(tree, {"crlf.txt": b"a\r\nb\r\n", "new.txt": b"a\r\nb\r\n", "gone.txt": None})
    for name, text in {"to": "README.md", "dangling": "no//./where", "folder": "many"}.items():
        (tree / name).symlink_to(text)
    (tree / "plain.txt").unlink()
    (tree / "plain.txt").symlink_to("README.md")

    found = _held(tree)
    expected = _as_committed(tree)

    assert set(found) == set(expected)
    assert len(expected) > 600
    assert {path for path, blob in expected.items() if blob not in found[path]} == set()


def test_what_is_gone_or_closed_stops_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that vanishes after git has listed it is nobody's work; a filter may fail."""
    git(tree, "config", "filter.up.clean", "tr a-z A-Z")
    git(tree, "config", "filter.bad.clean", "false")
    git(tree, "config", "filter.bad.required", "true")
    write_tree(tree, {".gitattributes": "*.bad filter=bad\n*.up filter=up\n", "m.bad": "m\n"})
    write_tree(tree, {"a.up": "a\n", "z.up": "z\n"})
    listed = ("a.up", "z.up", "m.bad", ".gitattributes", "lost.txt", "lost/under.txt")
    monkeypatch.setattr(unsaved, "_mode", lambda _: 0o100644)
    monkeypatch.setattr(unsaved, "_is_repository", lambda _: False)

    found = unsaved.ids(tree, [unsaved.Piece(Kind.CHANGED, path) for path in listed])

    ids = {one.path: len(some or ()) for one, some in found}
    assert ids == {".gitattributes": 1, "a.up": 2, "m.bad": 1, "z.up": 2}


def test_a_repository_inside_is_kept_only_by_its_remote(tree: Path, tmp_path: Path) -> None:
    """What is committed there, or lies there, is in no commit of ours; what was cloned is safe."""
    other = build_repo(tmp_path / "other", {"a.txt": "a\n"})
    for name in ("cloned", "dirty", "ahead"):
        git(tree, "clone", "--quiet", str(other), name)
    write_tree(tree, {"dirty/new.txt": "x\n"})
    commit(tree / "ahead", {"b.txt": "b\n"})
    build_repo(tree / "own", {"a.txt": "a\n"})

    found = _held(tree)

    tip = git(other, "rev-parse", "HEAD").strip()
    assert found == {"cloned": {tip}, "dirty": set(), "ahead": set(), "own": set()}


def test_a_module_that_is_ahead_of_its_remote_is_work(tree: Path, tmp_path: Path) -> None:
    """Git removes its commits with the worktree, also where nothing is uncommitted."""
    other = build_repo(tmp_path / "other", {"a.txt": "a\n"})
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "module")
    git(tree, *add)
    commit(tree, {})

    before = _held(tree)
    commit(tree / "module", {"b.txt": "b\n"})
    commit(tree, {})

    assert before == {}
    assert git(tree, "status", "--porcelain") == ""
    assert _held(tree) == {"module": set()}


def _executed(root: Path, **inputs: Any) -> ExecutionResult:
    pattern = pattern_of("worktree_lifecycle")
    return execute_pattern(Job(pattern=pattern, inputs=inputs, place=place_of(engine_at(root))))


def test_a_link_that_was_rescued_is_not_told_as_lost(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is one that was rescued before, in the same second: that is the same commit."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_DATE", "1700000000 +0000")
    root = tree.parents[1]
    for again in (False, True):
        if again:
            git(root, "worktree", "add", "--quiet", "-b", "topic", ".worktrees/topic")
        (tree / "link").symlink_to("README.md")

        result = _executed(root, action="drop", branch="topic", rescue=True)

        assert result.success, result.error
        assert not tree.exists()


class _Careless:
    """An executor that throws a worktree away, whatever is in it."""

    def execute(self, context: Any, inputs: Any) -> ExecutionResult:
        """Do it, and say that nothing was dropped."""
        git(context.root, "worktree", "remove", "--force", ".worktrees/topic")
        return ExecutionResult(success=True, outputs={"dropped": [], "done": inputs["action"]})


LOST = {
    "link": "topic:link", "nested": "topic:own", "detached": "HEAD of topic (",
    "ignored": "topic:my.env", "hidden": "topic:plain.txt", "staged": "topic:staged.txt",
    "under_way": "topic:merge",
}  # fmt: skip


@pytest.mark.parametrize("work", LOST)
def test_work_that_nobody_kept_is_told(
    tree: Path, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    """Whatever kind of work it is, and whatever hides it from `git status`."""
    if work == "link":
        (tree / "link").symlink_to("nowhere")
    if work == "nested":
        build_repo(tree / "own", {"a.txt": "a\n"})
    if work == "detached":
        git(tree, "checkout", "--quiet", "--detach")
        commit(tree, {"b.txt": "b\n"})
    if work == "ignored":
        (tree.parents[1] / ".git" / "info" / "exclude").write_text("/.worktrees/\n*.env\n")
        write_tree(tree, {"my.env": "work\n"})
    if work == "hidden":
        git(tree, "update-index", "--skip-worktree", "plain.txt")
        write_tree(tree, {"plain.txt": "y\n"})
    if work == "staged":
        write_tree(tree, {"staged.txt": "staged\n"})
        git(tree, "add", "staged.txt")
        write_tree(tree, {"staged.txt": None})
    if work == "under_way":
        place = git(tree, "rev-parse", "--git-path", "MERGE_HEAD").strip()
        (tree / place).write_text(git(tree, "rev-parse", "HEAD"))
    monkeypatch.setattr(bridge, "load", lambda _: _Careless())

    result = _executed(tree.parents[1], action="prune")

    assert not result.success
    assert f"nothing_lost ({LOST[work]}" in result.error


def test_what_a_rescue_has_kept_is_not_told(tree: Path) -> None:
    """Staged, hidden and ignored work, each from where it was."""
    (tree.parents[1] / ".git" / "info" / "exclude").write_text("/.worktrees/\n*.env\nnotes/\n")
    write_tree(tree, {"staged.txt": "staged\n", "my.env": "work\n", "notes/x.md": "idea\n"})
    git(tree, "add", "staged.txt")
    write_tree(tree, {"staged.txt": "other\n", "plain.txt": "hidden\n"})
    git(tree, "update-index", "--skip-worktree", "plain.txt")

    result = _executed(tree.parents[1], action="drop", branch="topic", rescue=True)

    assert result.success, result.error
    assert "nothing_lost" in [one.name for one in result.verification if one.passed]


def test_ignored_files_that_were_given_up_are_not_told(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree.parents[1] / ".git" / "info" / "exclude").write_text("/.worktrees/\n*.env\n")
    write_tree(tree, {"my.env": "work\n"})
    monkeypatch.setattr(bridge, "load", lambda _: _Careless())

    result = _executed(tree.parents[1], action="prune", ignored="drop")

    assert result.success, result.error


class _Overwriting:
    """An executor that merges over an ignored file."""

    def execute(self, context: Any, inputs: Any) -> ExecutionResult:
        """Do what a plain merge does."""
        git(context.root, "merge", "--quiet", inputs["branch"])
        git(context.root, "worktree", "remove", "--force", ".worktrees/topic")
        git(context.root, "branch", "-D", inputs["branch"])
        return ExecutionResult(success=True)


def test_an_ignored_file_that_was_overwritten_is_told(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git takes what is ignored for nobody's, and puts what it merges in its place."""
    root = tree.parents[1]
    commit(tree, {"my.env": "theirs\n"})
    (root / ".git" / "info" / "exclude").write_text("/.worktrees/\n*.env\n")
    write_tree(root, {"my.env": "ours\n"})
    monkeypatch.setattr(bridge, "load", lambda _: _Overwriting())

    result = _executed(root, action="merge", branch="topic")

    assert "nothing_lost (my.env is nowhere any more)" in result.error
