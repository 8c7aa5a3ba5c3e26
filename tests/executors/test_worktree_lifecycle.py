"""`worktree_lifecycle`: create, use, merge or drop; uncommitted work is never lost."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.executors import worktree_lifecycle
from testing.repos import build_repo, commit, git

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.engine.context import Workspace
    from pattern_ci.model.execution import ExecutionResult
    from tests.executors.conftest import World

TREE = ".worktrees/topic--one"


@pytest.fixture
def context(world: World, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A Maintainer")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "maintainer@example.invalid")
    made = world()
    result = act(made, "create")
    assert result.success, result.error
    return made


def act(context: Workspace, action: str, **inputs: Any) -> ExecutionResult:
    asked = {"action": action, "branch": "topic/one", **inputs}
    return worktree_lifecycle.execute(context, asked)


def branches(root: Path) -> list[str]:
    return git(root, "branch", "--format=%(refname:short)").split()


def test_a_new_worktree_is_not_seen_by_git_status(context: Workspace) -> None:
    assert (context.root / TREE / "README.md").exists()
    assert git(context.root, "status", "--porcelain") == ""
    assert branches(context.root) == ["main", "topic/one"]


def test_a_command_runs_in_it(context: Workspace) -> None:
    write = [sys.executable, "-c", "open('made.txt', 'w').write('x')"]

    result = act(context, "run", command=write)

    assert result.success
    assert (context.root / TREE / "made.txt").exists()
    assert not (context.root / "made.txt").exists()


def test_merge_brings_the_commits_here_and_tidies_up(context: Workspace) -> None:
    commit(context.root / TREE, {"new.txt": "x\n"})

    result = act(context, "merge")

    assert result.success, result.error
    assert (context.root / "new.txt").exists()
    assert not (context.root / TREE).exists()
    assert branches(context.root) == ["main"]


def test_merge_of_two_lines_makes_a_merge_commit(context: Workspace) -> None:
    commit(context.root / TREE, {"new.txt": "x\n"})
    commit(context.root, {"other.txt": "y\n"})

    result = act(context, "merge")

    assert result.success, result.error
    assert git(context.root, "rev-list", "--merges", "--count", "HEAD").strip() == "1"
    assert git(context.root, "status", "--porcelain") == ""


def test_a_conflict_changes_nothing(context: Workspace) -> None:
    commit(context.root / TREE, {"README.md": "theirs\n"})
    tip = commit(context.root, {"README.md": "ours\n"})

    result = act(context, "merge")

    assert not result.success
    assert "conflicts with what is here in README.md" in result.error
    assert git(context.root, "rev-parse", "HEAD").strip() == tip
    assert git(context.root, "status", "--porcelain") == ""
    assert (context.root / TREE).exists()


@pytest.mark.parametrize("action", ["merge", "drop"])
def test_uncommitted_work_is_kept(context: Workspace, action: str) -> None:
    (context.root / TREE / "draft.txt").write_text("work\n")

    result = act(context, action)

    assert not result.success
    assert "uncommitted work" in result.error
    assert (context.root / TREE / "draft.txt").read_text() == "work\n"


def test_commits_that_are_nowhere_else_are_kept(context: Workspace) -> None:
    commit(context.root / TREE, {"new.txt": "x\n"})

    result = act(context, "drop")

    assert "1 commit(s) that no other branch" in result.error
    assert (context.root / TREE).exists()


def test_a_rescue_keeps_everything_and_names_it(context: Workspace) -> None:
    commit(context.root / TREE, {"new.txt": "x\n"})
    (context.root / TREE / "draft.txt").write_text("work\n")

    result = act(context, "drop", rescue=True)

    assert result.success, result.error
    kept = result.outputs["rescued"]
    assert git(context.root, "show", f"{kept}:draft.txt") == "work\n"
    assert git(context.root, "show", f"{kept}:new.txt") == "x\n"
    assert branches(context.root) == ["main"]


@pytest.mark.parametrize("action", ["merge", "drop", "prune"])
@pytest.mark.parametrize("committed", [False, True])
def test_a_repository_inside_is_kept(context: Workspace, action: str, committed: bool) -> None:
    """A rescue would hold the id of its commit, and nothing of it; a commit around it too."""
    build_repo(context.root / TREE / "own", {"work.txt": "work\n"})
    if committed:
        git(context.root / TREE, "-c", "advice.addEmbeddedRepo=false", "add", "own")
        git(context.root / TREE, "commit", "--quiet", "-m", "own")

    result = act(context, action, rescue=True)

    assert "holds a repository in own that is not all pushed" in f"{result.error}{result.outputs}"
    assert (context.root / TREE / "own" / "work.txt").read_text() == "work\n"


def test_a_worktree_without_work_of_its_own_is_dropped(context: Workspace) -> None:
    result = act(context, "drop")

    assert result.success
    assert result.outputs["rescued"] is None
    assert branches(context.root) == ["main"]


def test_prune_leaves_what_would_be_lost(context: Workspace) -> None:
    act(context, "create", branch="empty")
    (context.root / TREE / "draft.txt").write_text("work\n")

    result = worktree_lifecycle.execute(context, {"action": "prune"})

    assert result.outputs["dropped"] == ["empty"]
    assert list(result.outputs["left"]) == ["topic/one"]
    assert (context.root / TREE / "draft.txt").exists()


def test_prune_keeps_commits_that_only_a_lost_worktree_led_to(context: Workspace) -> None:
    """Its folder is gone, its HEAD was on no branch, and git would forget both."""
    git(context.root / TREE, "checkout", "--quiet", "--detach")
    tip = commit(context.root / TREE, {"new.txt": "x\n"})
    shutil.rmtree(context.root / TREE)

    result = worktree_lifecycle.execute(context, {"action": "prune"})

    assert result.success, result.error
    kept = git(context.root, "for-each-ref", "--format=%(objectname)", "refs/pattern-ci/rescue")
    assert kept.split() == [tip]


def test_worktrees_of_people_are_never_touched(context: Workspace, tmp_path: Path) -> None:
    git(context.root, "worktree", "add", "--quiet", "-b", "theirs", str(tmp_path / "theirs"))

    dropped = act(context, "drop", branch="theirs")
    pruned = worktree_lifecycle.execute(context, {"action": "prune"})

    assert "has no worktree below" in dropped.error
    assert pruned.outputs["dropped"] == ["topic/one"]
    assert (tmp_path / "theirs" / "README.md").exists()


def test_a_branch_that_is_there_is_not_made_again(context: Workspace) -> None:
    result = act(context, "create")

    assert not result.success
    assert "has a worktree already" in result.error


@pytest.mark.parametrize("branch", ["-f", "a..b", "x y", "../out"])
def test_names_that_git_does_not_take_are_refused(context: Workspace, branch: str) -> None:
    result = act(context, "create", branch=branch)

    assert "is no name for a branch" in result.error


def test_drop_can_be_done_twice(context: Workspace) -> None:
    act(context, "drop")

    assert not act(context, "drop").success
    assert act(context, "drop", missing_ok=True).success


def test_a_plan_makes_nothing(world: World, context: Workspace) -> None:
    plan = world(plan=True)

    assert act(plan, "create", branch="b").success
    assert act(plan, "drop").success

    assert branches(context.root) == ["main", "topic/one"]
    assert (context.root / TREE).exists()


def test_status_tells_what_is_at_risk(context: Workspace) -> None:
    (context.root / TREE / "draft.txt").write_text("work\n")

    result = worktree_lifecycle.execute(context, {"action": "status"})

    assert result.outputs["worktrees"] == [
        {
            "path": TREE,
            "branch": "topic/one",
            "at_risk": "the worktree of topic/one holds uncommitted work: draft.txt.",
        }
    ]


def test_what_a_cut_off_run_left_can_be_done_again(context: Workspace) -> None:
    """The worktree is there already; later it is gone, and only its branch is left."""
    again = act(context, "create", exist_ok=True)
    git(context.root, "worktree", "remove", TREE)
    merged = act(context, "merge", missing_ok=True)

    assert again.success
    assert merged.success
    assert branches(context.root) == ["main"]


def test_a_branch_without_worktree_that_holds_work_stays(context: Workspace) -> None:
    commit(context.root / TREE, {"work.txt": "work\n"})
    git(context.root, "worktree", "remove", TREE)

    result = act(context, "merge", missing_ok=True)

    assert result.success
    assert branches(context.root) == ["main", "topic/one"]
