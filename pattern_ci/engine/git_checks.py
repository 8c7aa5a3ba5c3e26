"""Checks of ground truth about git: branches, worktrees, and that no work is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import git
from pattern_ci.engine import witness
from pattern_ci.engine.file_checks import text_of
from pattern_ci.executors.library.worktrees import RESCUE
from pattern_ci.messages import truths as said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pattern_ci.engine.truth_world import Ask, Seen, Truth, World
    from pattern_ci.engine.witness import Before

_HEADS = "refs/heads/"


def _worktree(truth: Truth, world: World) -> Seen:
    if not truth.get("branch"):
        return None, said.NO_BRANCH_BEFORE
    folder = witness.worktrees(world.context.root).get(text_of(truth, "branch"))
    return folder is not None and folder.is_dir(), ""


def _branch_exists(truth: Truth, world: World) -> Seen:
    ref = f"{_HEADS}{text_of(truth, 'branch')}"
    return bool(witness.commit_of(world.context.root, ref)), ""


def _points_at(truth: Truth, world: World) -> Seen:
    root = world.context.root
    found = witness.commit_of(root, f"{_HEADS}{text_of(truth, 'branch')}")
    wanted = witness.commit_of(root, text_of(truth, "expected"))
    same = bool(found) and found == wanted
    return same, "" if same else said.is_at(found, wanted)


def _merged(truth: Truth, world: World) -> Seen:
    assert world.done is not None
    tip = world.done.before.tips.get(f"{_HEADS}{text_of(truth, 'branch')}")
    if tip is None:
        return None, said.NO_BRANCH_BEFORE
    words = ("merge-base", "--is-ancestor", tip, "HEAD")
    return git.ask(world.context.root, *words).returncode == 0, ""


def _nothing_lost(_: Truth, world: World) -> Seen:
    assert world.done is not None
    gone = list(_gone(world.context.root, world.done.before))
    return not gone, said.lost(gone)


def _gone(root: Path, before: Before) -> Iterator[str]:
    """Commits that no ref leads to any more, and uncommitted files that are in no rescue."""
    if _unreachable(root, before.tips.values()):
        for ref, tip in before.tips.items():
            if _unreachable(root, [tip]):
                yield f"{ref} ({tip[:12]})"
    there = witness.worktrees(root)
    rescued = {ref: tip for ref, tip in witness.tips(root).items() if ref.startswith(f"{RESCUE}/")}
    kept = [witness.held(root, tip) for ref, tip in rescued.items() if ref not in before.tips]
    for branch, unsaved in before.unsaved.items():
        if branch not in there:
            found = (path for path, blob in unsaved.items() if not _is_in(kept, path, blob))
            yield from (f"{branch}:{path}" for path in found)


def _unreachable(root: Path, tips: Iterable[str]) -> bool:
    """Whether no ref leads to one of these commits any more."""
    words = ("rev-list", "--max-count=1", "--stdin", "--not", "--all")
    done = git.ask(root, *words, stdin="".join(f"{tip}\n" for tip in tips).encode())
    return done.returncode != 0 or bool(done.stdout.strip())


def _is_in(kept: list[set[tuple[str, str]]], path: str, blob: str) -> bool:
    return any((path, blob) in one for one in kept)


CHECKS: dict[str, Ask] = {
    "worktree": _worktree,
    "branch_exists": _branch_exists,
    "points_at": _points_at,
    "merged": _merged,
    "nothing_lost": _nothing_lost,
}
