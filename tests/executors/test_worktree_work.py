"""`worktree_lifecycle`: work that `git status` does not show is work, and outputs are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.executors import worktree_lifecycle
from testing.repos import build_repo, commit, git, write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.engine.context import Workspace
    from pattern_ci.model.execution import ExecutionResult
    from tests.executors.conftest import World

TREE = ".worktrees/topic"
ENDS = ["merge", "drop", "prune"]
TAG = "Signature: 8a477f597d28d172789f06886806bc55\n"


@pytest.fixture
def context(world: World) -> Workspace:
    made = world({"a.txt": "a\n", "b.txt": "b\n", ".gitignore": "*.env\nout/\nnotes/\n"})
    result = act(made, "create")
    assert result.success, result.error
    return made


@pytest.fixture
def tree(context: Workspace) -> Path:
    return context.root / TREE


def act(context: Workspace, action: str, **inputs: Any) -> ExecutionResult:
    return worktree_lifecycle.execute(context, {"action": action, "branch": "topic", **inputs})


def told(result: ExecutionResult) -> str:
    """Why it was refused, or left."""
    return result.error or str(result.outputs.get("left", ""))


def stands(context: Workspace) -> bool:
    branches = git(context.root, "branch", "--format=%(refname:short)").split()
    return (context.root / TREE).is_dir() and "topic" in branches


@pytest.mark.parametrize("action", ENDS)
@pytest.mark.parametrize("plan", [False, True])
def test_a_worktree_inside_is_kept(
    context: Workspace, world: World, tree: Path, action: str, plan: bool
) -> None:
    """Also by a rescue, for git takes its folder away with the outer one."""
    git(tree, "worktree", "add", "--quiet", "-b", "inner", ".worktrees/inner")
    write_tree(tree, {".worktrees/inner/new.txt": "work\n"})

    result = act(world(plan=plan), action, rescue=True, ignored="drop")

    assert "holds another worktree in .worktrees/inner;" in told(result)
    assert stands(context)
    assert (tree / ".worktrees/inner/new.txt").read_text() == "work\n"


@pytest.mark.parametrize("plan", [True, False])
def test_prune_begins_with_the_innermost(
    context: Workspace, world: World, tree: Path, plan: bool
) -> None:
    git(tree, "worktree", "add", "--quiet", "-b", "inner", ".worktrees/inner")

    result = act(world(plan=plan), "prune")

    assert result.outputs == {"dropped": ["inner", "topic"], "left": {}}
    assert stands(context) is plan


@pytest.mark.parametrize("plan", [True, False])
def test_of_two_branches_with_the_same_work_one_is_left(
    context: Workspace, world: World, tree: Path, plan: bool
) -> None:
    """A plan knows that the other one would be gone by then."""
    commit(tree, {"new.txt": "work\n"})
    act(context, "create", branch="twin", base="topic")

    result = act(world(plan=plan), "prune")

    assert len(result.outputs["dropped"]) == 1
    assert "1 commit(s) that no other branch" in told(result)


@pytest.mark.parametrize("flag", ["--skip-worktree", "--assume-unchanged"])
def test_hidden_edits_are_work(context: Workspace, tree: Path, flag: str) -> None:
    git(tree, "update-index", flag, "a.txt", "b.txt")
    write_tree(tree, {"a.txt": "hidden\n"})

    refused = [told(act(context, action)) for action in ENDS]
    result = act(context, "drop", rescue=True)

    assert all("holds uncommitted work: a.txt." in one for one in refused)
    assert git(context.root, "show", f"{result.outputs['rescued']}:a.txt") == "hidden\n"
    assert git(context.root, "show", f"{result.outputs['rescued']}:b.txt") == "b\n"


def test_a_sparse_worktree_holds_no_hidden_edits(context: Workspace, tree: Path) -> None:
    """What was never checked out is neither changed nor, to a rescue, deleted."""
    git(tree, "sparse-checkout", "set", "--no-cone", "/a.txt")
    before = act(context, "status").outputs["worktrees"][0]["at_risk"]
    write_tree(tree, {"outside/new.txt": "work\n"})

    kept = act(context, "drop", rescue=True).outputs["rescued"]

    assert before is None
    changed = git(context.root, "diff", "--name-status", "main", kept)
    assert changed.split() == ["A", "outside/new.txt"]


def test_a_rescue_keeps_what_only_the_index_holds(context: Workspace, tree: Path) -> None:
    """A version that was changed since, and a file that is gone from disk."""
    write_tree(tree, {"s.txt": "staged\n", "gone.txt": "gone\n"})
    git(tree, "add", "--all")
    write_tree(tree, {"s.txt": "other\n", "gone.txt": None})

    kept = act(context, "drop", rescue=True).outputs["rescued"]

    assert git(context.root, "show", f"{kept}:s.txt") == "other\n"
    assert git(context.root, "show", f"{kept}^:s.txt") == "staged\n"
    assert git(context.root, "show", f"{kept}^:gone.txt") == "gone\n"
    assert git(context.root, "rev-parse", f"{kept}^^") == git(context.root, "rev-parse", "main")


def test_a_rescue_that_fails_leaves_the_index_as_it_was(context: Workspace, tree: Path) -> None:
    """Ignored files come last, when everything else has been taken up already."""
    write_tree(tree, {"s.txt": "staged\n", ".gitattributes": "*.env filter=bad\n"})
    git(tree, "add", "--all")
    git(tree, "config", "filter.bad.clean", "false")
    git(tree, "config", "filter.bad.required", "true")
    write_tree(tree, {"new.txt": "new\n", "my.env": "work\n"})
    before = git(tree, "status", "--porcelain")

    with pytest.raises(Exception, match="git add failed"):
        act(context, "drop", rescue=True)

    assert stands(context)
    assert git(tree, "status", "--porcelain") == before


@pytest.mark.parametrize("action", ENDS)
def test_ignored_files_are_work(context: Workspace, tree: Path, action: str) -> None:
    """One that is nowhere else, one that is another one here, and a folder of a name of its own."""
    write_tree(context.root, {"both.env": "here\n"})
    write_tree(tree, {"my.env": "work\n", "both.env": "there\n", "notes/x.md": "idea\n"})

    result = act(context, action)

    assert "holds ignored files that are not here: both.env, my.env, notes/;" in told(result)
    assert stands(context)


@pytest.mark.parametrize("action", ["merge", "drop"])
def test_a_rescue_keeps_ignored_files(context: Workspace, tree: Path, action: str) -> None:
    write_tree(tree, {"my.env": "work\n", "notes/x.md": "idea\n", "out/big": "x\n"})
    write_tree(context.root, {"out/other": "x\n"})

    result = act(context, action, rescue=True)

    assert result.success, result.error
    names = git(context.root, "diff", "--name-only", "main", result.outputs["rescued"])
    assert names.split() == ["my.env", "notes/x.md"]
    assert not stands(context)


@pytest.mark.parametrize("action", ENDS)
def test_ignored_files_may_be_given_up(context: Workspace, tree: Path, action: str) -> None:
    write_tree(tree, {"my.env": "work\n"})

    result = act(context, action, ignored="drop")

    assert not told(result).strip("{}")
    assert not stands(context)
    assert git(context.root, "for-each-ref", "refs/pattern-ci") == ""


def test_outputs_are_no_work(context: Workspace, tree: Path) -> None:
    """A folder that is ignored here too, caches that say so, and copies of what is here."""
    write_tree(context.root, {"lib/out/a.o": "x\n", "same.env": "s\n"})
    write_tree(tree, {"out/b.o": "y\n", "deep/out/c.o": "z\n", "same.env": "s\n"})
    write_tree(tree, {".cache/CACHEDIR.TAG": TAG, ".cache/.gitignore": "*\n", ".cache/v/x": "x\n"})
    write_tree(tree, {"notes/CACHEDIR.TAG": TAG, "notes/x": "x\n"})
    (tree / "empty.env" / "too").mkdir(parents=True)

    result = act(context, "drop")

    assert result.success, result.error
    assert result.outputs["rescued"] is None


@pytest.mark.parametrize("action", ENDS)
def test_a_repository_in_an_output_is_kept(context: Workspace, tree: Path, action: str) -> None:
    write_tree(context.root, {"out/a.o": "x\n"})
    build_repo(tree / "out" / "deps" / "own", {"work.txt": "work\n"})

    result = act(context, action, ignored="drop", rescue=True)

    assert "holds a repository in out/deps/own that is not all pushed" in told(result)
    assert stands(context)


def test_commits_of_a_module_that_was_taken_out_are_kept(
    context: Workspace, tree: Path, tmp_path: Path
) -> None:
    """Git keeps them for the worktree alone, and forgets them with it."""
    other = build_repo(tmp_path / "other", {"a.txt": "a\n"})
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "module")
    git(tree, *add)
    commit(tree, {})
    commit(tree / "module", {"b.txt": "b\n"})
    git(tree, "rm", "--quiet", "--force", "module")
    commit(tree, {})

    result = act(context, "merge")

    assert "holds a repository in module that is not all pushed" in result.error
    assert stands(context)


@pytest.mark.parametrize("plan", [True, False])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("k.env", "k.env"), ("out/k", "out/k"), ("d.env/k", "d.env"), ("out", "out/k")],
)
def test_merge_overwrites_nothing_that_is_ignored_here(
    context: Workspace, world: World, tree: Path, plan: bool, theirs: str, ours: str
) -> None:
    write_tree(tree, {theirs: "theirs\n"})
    git(tree, "add", "--force", theirs)
    git(tree, "commit", "--quiet", "-m", "force")
    write_tree(context.root, {ours: "ours\n"})
    before = git(context.root, "rev-parse", "HEAD")

    result = act(world(plan=plan), "merge")

    assert f"topic would overwrite {theirs}, ignored here" in result.error
    assert (context.root / ours).read_text() == "ours\n"
    assert git(context.root, "rev-parse", "HEAD") == before
    assert stands(context)


def test_a_worktree_that_left_its_branch_is_there(context: Workspace, tree: Path) -> None:
    git(tree, "checkout", "--quiet", "--detach")
    write_tree(tree, {"new.txt": "work\n"})

    results = [act(context, one, missing_ok=True, rescue=True) for one in ("drop", "merge")]

    assert all("is on no branch" in one.error for one in results)
    assert stands(context)
    assert (tree / "new.txt").exists()


@pytest.mark.parametrize("action", ENDS)
def test_what_is_under_way_is_kept(context: Workspace, tree: Path, action: str) -> None:
    """A merge that was resolved to what was there leaves nothing that `git status` would list."""
    git(context.root, "checkout", "--quiet", "-b", "other")
    commit(context.root, {"a.txt": "other\n"})
    git(context.root, "checkout", "--quiet", "main")
    git(tree, "merge", "--quiet", "--no-commit", "--no-ff", "--strategy=ours", "other")

    result = act(context, action, rescue=True)

    assert git(tree, "status", "--porcelain") == ""
    assert "is in the middle of a merge;" in told(result)
    assert stands(context)


def test_prune_leaves_a_rebase(context: Workspace, tree: Path) -> None:
    commit(tree, {"a.txt": "theirs\n"})
    git(context.root, "branch", "spare", "topic")
    git(tree, "-c", "sequence.editor=sed -i 1ibreak", "rebase", "--quiet", "-i", "main")

    result = act(context, "prune")

    assert list(result.outputs["left"]) == [TREE]
    assert "is in the middle of a rebase" in told(result)
    assert tree.is_dir()


@pytest.mark.parametrize("action", ENDS)
def test_a_locked_worktree_is_kept(context: Workspace, tree: Path, action: str) -> None:
    """Nothing is merged either."""
    commit(tree, {"new.txt": "x\n"})
    git(context.root, "worktree", "lock", TREE)

    result = act(context, action, rescue=True)

    assert "the worktree of topic is locked" in told(result)
    assert stands(context)
    assert not (context.root / "new.txt").exists()


def test_nothing_is_merged_into_what_is_under_way_here(context: Workspace, tree: Path) -> None:
    commit(tree, {"new.txt": "x\n"})
    git(context.root, "bisect", "start")

    result = act(context, "merge")

    assert "a bisect is not finished here" in result.error
    assert stands(context)


def test_ignored_files_of_a_module_are_work_and_its_outputs_are_none(
    context: Workspace, tree: Path, tmp_path: Path
) -> None:
    """Outputs are those that the module has in the tree that stays."""
    other = build_repo(tmp_path / "other", {".gitignore": "*.env\nmade/\n"})
    always = ("-c", "protocol.file.allow=always", "submodule", "--quiet")
    git(context.root, *always, "add", str(other), "module")
    commit(context.root, {})
    git(tree, "merge", "--quiet", "main")
    git(tree, *always, "update", "--init")
    write_tree(context.root, {"module/made/x": "x\n"})
    write_tree(tree, {"module/made/y": "y\n", "module/my.env": "work\n"})

    refused = act(context, "drop")
    (tree / "module" / "my.env").unlink()
    result = act(context, "drop")

    assert "holds a repository in module that is not all pushed, or has files" in refused.error
    assert result.success, result.error


def test_a_tag_of_the_same_name_is_not_the_branch(context: Workspace, tree: Path) -> None:
    """Git would read the tag first, and call the branch merged."""
    git(context.root, "tag", "topic", "HEAD")
    commit(tree, {"new.txt": "work\n"})

    result = act(context, "merge")

    assert result.success, result.error
    assert (context.root / "new.txt").read_text() == "work\n"


@pytest.mark.parametrize(("action", "inputs"), [("merge", {}), ("drop", {"rescue": True})])
def test_commits_that_only_a_ref_of_the_worktree_holds_are_kept(
    context: Workspace, tree: Path, action: str, inputs: dict[str, Any]
) -> None:
    """Git deletes such refs with it."""
    commit(tree, {"new.txt": "work\n"})
    kept = git(tree, "rev-parse", "HEAD").strip()
    git(tree, "update-ref", "refs/worktree/keep", kept)
    git(tree, "reset", "-q", "--hard", "HEAD~1")

    result = act(context, action, **inputs)

    assert result.success, result.error
    assert not tree.exists()
    assert "refs/pattern-ci/rescue/" in git(context.root, "for-each-ref", "--contains", kept)
