"""The hook `pattern-suggest` speaks of the commit under way and of nothing else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from testing.repos import build_repo, commit, git
from tests.hooks.staging import (
    CHECK,
    DOCS,
    PLUGIN,
    REGISTRY,
    TEST,
    hook,
    named,
    silent,
    stage,
)
from tests.mining.worlds import cli


def test_what_is_not_staged_does_not_count(repo: Path) -> None:
    """Untracked companions and unstaged edits are not part of the commit."""
    stage(repo, PLUGIN)
    (repo / TEST).write_text("x\n")
    (repo / REGISTRY).write_text("- new_thing\n")

    assert named(hook(PLUGIN)) == [DOCS, TEST, REGISTRY]
    git(repo, "add", TEST, REGISTRY)
    (repo / REGISTRY).write_text("changed again\n")
    (repo / TEST).unlink()
    assert named(hook(PLUGIN)) == [DOCS]


def test_a_file_that_is_not_in_the_commit_gets_no_advice(repo: Path) -> None:
    """`--all-files` passes the whole tree: only what is staged is spoken of."""
    (repo / PLUGIN).write_text("x\n")

    assert silent(hook(PLUGIN, "plugins/alpha.py", "checks/eta.py", "base.py"))


def test_a_new_file_staged_in_part(repo: Path) -> None:
    """Staged, then changed: it is still the new file of this commit."""
    stage(repo, PLUGIN)
    (repo / PLUGIN).write_text("more\n")

    assert named(hook(PLUGIN)) == [DOCS, TEST, REGISTRY]


def test_a_renamed_file_is_new_at_its_place(repo: Path) -> None:
    """Its companions are asked for under the new name."""
    git(repo, "mv", "plugins/alpha.py", PLUGIN)

    assert named(hook(PLUGIN)) == [DOCS, TEST, REGISTRY]


def test_a_deleted_file_is_not_new(repo: Path) -> None:
    """Nobody writes documentation for what goes."""
    git(repo, "rm", "--quiet", "plugins/alpha.py")

    assert silent(hook("plugins/alpha.py"))


def test_the_first_commit(repo: Path) -> None:
    """Before there is a HEAD everything staged is new."""
    shutil.rmtree(repo / ".git")
    git(repo, "init", "--quiet")
    stage(repo, PLUGIN)

    assert named(hook(PLUGIN)) == [DOCS, TEST]


def test_a_merge_is_silent(repo: Path) -> None:
    """What a merge brings was advised about when it was written."""
    git(repo, "switch", "--quiet", "-c", "side")
    commit(repo, {PLUGIN: "x\n"}, day=100)
    git(repo, "switch", "--quiet", "main")
    commit(repo, {"base.py": "changed\n"}, day=101)
    git(repo, "merge", "--quiet", "--no-commit", "--no-ff", "side")

    assert silent(hook("--fail-on", "missing", PLUGIN))
    git(repo, "merge", "--abort")
    stage(repo, PLUGIN)
    assert named(hook(PLUGIN)) == [DOCS, TEST, REGISTRY]


def test_another_index_is_read_when_git_says_so(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`commit -a` and `commit PATH` hand the hook an index of their own."""
    other = tmp_path / "next-index"
    shutil.copy(repo / ".git/index", other)
    (repo / PLUGIN).write_text("x\n")
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    git(repo, "add", PLUGIN)
    monkeypatch.delenv("GIT_INDEX_FILE")

    assert silent(cli("hook", "pattern-suggest", PLUGIN))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    assert named(cli("hook", "pattern-suggest", PLUGIN)) == [DOCS, TEST, REGISTRY]


def test_a_worktree_has_its_own_index_and_patterns(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each tree is advised about its own commit by its own patterns."""
    tree = tmp_path / "tree"
    git(repo, "worktree", "add", "--quiet", str(tree))
    stage(tree, PLUGIN, CHECK)
    (tree / "patterns/companions.json").unlink()

    assert silent(hook(PLUGIN, CHECK))
    monkeypatch.chdir(tree)
    ran = hook(PLUGIN, CHECK)
    assert named(ran) == []
    assert "PAT-CHECKS-PY-001" in ran.out
    monkeypatch.chdir(repo)
    stage(repo, PLUGIN)
    assert named(hook(PLUGIN)) == [DOCS, TEST, REGISTRY]


def test_a_submodule(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its `.git` is a file; the compiled form lies in the folder that it names."""
    outer = build_repo(tmp_path / "outer", {"README.md": "# outer\n"})
    words = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
    git(outer, *words, str(repo), "sub")
    monkeypatch.chdir(outer / "sub")
    stage(outer / "sub", PLUGIN)

    assert named(hook(PLUGIN)) == [DOCS, TEST, REGISTRY]
    assert list((outer / ".git/modules/sub/pattern-ci").glob("*-suggest.json"))


@pytest.mark.parametrize("name", ["two words", "it's", 'say "x"', "größe", "new\nline", "\x1b[2Jx"])
def test_names_of_any_kind(repo: Path, name: str) -> None:
    """One line each, visible, and the companion carries the name."""
    stage(repo, f"plugins/{name}.py")

    ran = hook(f"plugins/{name}.py")

    assert len(named(ran)) == 3
    assert len(ran.out.splitlines()) == 3
    assert all(line.isprintable() for line in ran.out.splitlines())
    if name.isprintable():
        assert f"tests/test_{name}.py" in named(ran)


def test_a_name_that_is_not_utf8(repo: Path) -> None:
    """Shown in notation; the commit passes."""
    raw = b"plugins/n\xff.py"
    Path(os.fsdecode(raw)).write_bytes(b"x\n")
    git(repo, "add", "--all")

    ran = hook(os.fsdecode(raw))

    assert ran.code == 0
    assert len(named(ran)) == 3
    assert "\\udcff" in ran.out
