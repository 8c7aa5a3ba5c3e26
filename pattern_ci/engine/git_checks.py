"""Checks of ground truth about git: branches, worktrees, and that no work is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import git
from pattern_ci.engine import witness
from pattern_ci.engine.file_checks import text_of
from pattern_ci.executors.library.unsaved import Kind
from pattern_ci.executors.library.worktrees import GIVE_UP, RESCUE
from pattern_ci.messages import truths as said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pattern_ci.engine.truth_world import Ask, Seen, Truth, World
    from pattern_ci.engine.witness import Before

_HEADS = "refs/heads/"


def _worktree(truth: Truth, world: World) -> Seen:
    if not truth.get("branch"):
        return None, said.NO_BRANCH_BEFORE
    branch, trees = text_of(truth, "branch"), witness.worktrees(world.context.root)
    return any(tree.branch == branch and tree.folder.is_dir() for tree in trees), ""


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


def _nothing_lost(truth: Truth, world: World) -> Seen:
    assert world.done is not None
    root, before = world.context.root, world.done.before
    given_up = truth.get("ignored") == GIVE_UP
    gone = [*_commits(root, before), *_work(root, before, given_up), *_overwritten(root, before)]
    return not gone, said.lost(gone)


def _commits(root: Path, before: Before) -> Iterator[str]:
    """Commits that no ref leads to any more."""
    if _unreachable(root, before.tips.values()):
        for ref, tip in before.tips.items():
            if _unreachable(root, [tip]):
                yield f"{ref} ({tip[:12]})"


def _work(root: Path, before: Before, given_up: bool) -> Iterator[str]:
    """Work in worktrees that are gone that no commit has taken up; ignored files may be let go."""
    there = {tree.folder for tree in witness.worktrees(root) if tree.folder.is_dir()}
    gone = {tree: work for tree, work in before.unsaved.items() if tree.folder not in there}
    kept = _kept(root, before) if any(gone.values()) else {}
    for tree, work in gone.items():
        for piece, ids in work:
            let_go = given_up and piece.kind is Kind.IGNORED
            if not (let_go or _is_kept(piece.path, ids, kept)):
                yield f"{tree.name}:{piece.path}"


def _is_kept(path: str, ids: frozenset[str] | None, kept: Mapping[str, set[str]]) -> bool:
    if ids is not None:
        return not ids.isdisjoint(kept.get(path, ()))
    return path in kept or (path.endswith("/") and any(one.startswith(path) for one in kept))


def _kept(root: Path, before: Before) -> dict[str, set[str]]:
    """The blobs of each path in what was rescued, and in branches that are new or have moved."""
    kept: dict[str, set[str]] = {}
    refs = witness.tips(root).items()
    moved = {tip for ref, tip in refs if ref.startswith(RESCUE) or before.tips.get(ref) != tip}
    for commit in witness.with_parents(root, moved) if moved else ():
        for path, blob in witness.held(root, commit):
            kept.setdefault(path, set()).add(blob)
    return kept


def _overwritten(root: Path, before: Before) -> Iterator[str]:
    """Ignored files of ours that were written, and are git's now: what they held is nowhere."""
    written = [at for at, was in before.ignored.items() if witness.stamp_of(root / at) != was]
    yield from witness.tracked(root, written)


def _unreachable(root: Path, tips: Iterable[str]) -> bool:
    """Whether no ref leads to one of these commits any more."""
    words = ("rev-list", "--max-count=1", "--stdin", "--not", "--all")
    done = git.ask(root, *words, stdin="".join(f"{tip}\n" for tip in tips).encode())
    return done.returncode != 0 or bool(done.stdout.strip())


CHECKS: dict[str, Ask] = {
    "worktree": _worktree,
    "branch_exists": _branch_exists,
    "points_at": _points_at,
    "merged": _merged,
    "nothing_lost": _nothing_lost,
}
