"""Worktrees of a repository below `.worktrees/`: what there is, what is at risk, the way out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files, git
from pattern_ci.errors import HistoryUnreadableError
from pattern_ci.executors.library import ignored, unsaved
from pattern_ci.messages import executors as messages

if TYPE_CHECKING:
    from collections.abc import Collection

    from pattern_ci.model.execution import Context, Ran

FOLDER = ".worktrees"
RESCUE = "refs/pattern-ci/rescue"
_EXCLUDE = f"/{FOLDER}/"
# What the input `ignored` says where ignored files may be lost.
GIVE_UP = "drop"


class Worktree(NamedTuple):
    """A worktree: its path (from the top of this one where it is below it), its branch, its tip."""

    path: str
    branch: str
    tip: str
    main: bool
    locked: bool = False

    @property
    def name(self) -> str:
        """What people know it by."""
        return self.branch or self.path


def place(branch: str) -> str:
    """Where the worktree of a branch lies."""
    return f"{FOLDER}/{branch.replace('/', '--')}"


def ours(tree: Worktree) -> bool:
    """Whether it lies where this executor puts worktrees."""
    return tree.path.startswith(f"{FOLDER}/")


def listed(context: Context) -> list[Worktree]:
    """Every worktree that git knows; the first one is the main one."""
    found = []
    # Resolved on both sides: git prints the real path.
    top = Path(os.path.realpath(context.root))
    for number, block in enumerate(
        _git(context, "worktree", "list", "--porcelain", "-z").split("\0\0")
    ):
        lines = dict(line.partition(" ")[::2] for line in block.split("\0") if line)
        if "worktree" in lines:
            branch = lines.get("branch", "").removeprefix("refs/heads/")
            main = number == 0 or Path(lines["worktree"]) == top
            shown, tip = _shown(lines["worktree"], top), lines.get("HEAD", "")
            found.append(Worktree(shown, branch, tip, main, "locked" in lines))
    return found


def _shown(path: str, top: Path) -> str:
    inside = Path(path).is_relative_to(top)
    return Path(path).relative_to(top).as_posix() if inside else path


def bad_branch(context: Context, branch: str) -> list[str]:
    """Why a branch of this name cannot be made."""
    named = context.run(["git", "check-ref-format", "--branch", branch], reads=True)
    if not named.ok or branch.startswith("-"):
        return [messages.no_branch_name(branch)]
    words = ["git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"]
    there = context.run(words, reads=True)
    return [messages.branch_there(branch)] if there.ok else []


def hide(context: Context) -> None:
    """Keep the folder of worktrees out of `git status`, for this clone only."""
    if context.plan:
        return
    common = _git(context, "rev-parse", "--path-format=absolute", "--git-common-dir").removesuffix(
        "\n"
    )
    exclude = Path(common) / "info" / "exclude"
    text = files.read_text(exclude) or ""
    if _EXCLUDE not in text.splitlines():
        end = "" if not text or text.endswith("\n") else "\n"
        files.write_if_changed(exclude, f"{text}{end}{_EXCLUDE}\n")


def add(context: Context, path: str, branch: str, base: str) -> None:
    """Make the worktree and its branch. Raises HistoryUnreadableError when git refuses."""
    words = ["git", "worktree", "add", "--quiet", "-b", branch, "--", path, base]
    did(context.run(words), "worktree add")


def dirty(context: Context, path: str) -> bool:
    """Whether there is uncommitted work, new files included."""
    words = ["git", "-C", path, "status", "--porcelain", "--untracked-files=normal"]
    ran = context.run(words, reads=True)
    return not ran.ok or bool(ran.stdout.strip())


def commits_at_risk(context: Context, tree: Worktree, gone: Collection[str] = ()) -> str:
    """How many commits would be lost with a worktree, in one line; empty for none.

    `gone` are branches that do not count as places where a commit is, for they go as well.
    """
    count = _only_here(context, tree, gone)
    return "" if count == "0" else messages.unmerged(tree.name, count)


def _only_here(context: Context, tree: Worktree, gone: Collection[str] = ()) -> str:
    """How many commits a branch, or a HEAD without one, and refs of the worktree alone hold."""
    away = [f"--exclude={one}" for one in {tree.branch, *gone} if one]
    wanted = [f"refs/heads/{tree.branch}"] if tree.branch else [tree.tip]
    at = []
    if (context.root / tree.path).is_dir():
        at, wanted = ["-C", tree.path], [*wanted, "--glob=refs/worktree"]
    words = [*at, "rev-list", "--count", *wanted, "--not", *away]
    return _git(context, *words, "--branches", "--remotes", "--tags", f"--glob={RESCUE}/*").strip()


def left_over(context: Context, branch: str) -> bool:
    """Whether there is such a branch, checked out nowhere, and all it holds is elsewhere too."""
    words = ["git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"]
    there = context.run(words, reads=True).ok
    used = any(tree.branch == branch for tree in listed(context))
    return there and not used and _only_here(context, Worktree("", branch, "", False)) == "0"


def identity(context: Context) -> dict[str, str | None]:
    """Nothing where git knows who commits, else a name of ours: work is kept in any case."""
    if context.run(["git", "var", "GIT_COMMITTER_IDENT"], reads=True).ok:
        return {}
    names = ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME")
    mails = ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL")
    who: dict[str, str | None] = dict.fromkeys(names, "pattern-ci")
    return who | dict.fromkeys(mails, "pattern-ci@localhost")


class Target(NamedTuple):
    """What a branch comes to when it is merged into what is checked out here.

    `tree` names its files; `commit` is empty for a merge that has two parents and is still to be
    made. Nothing of it is set where the branch is merged already.
    """

    tree: str = ""
    commit: str = ""


def target(context: Context, branch: str) -> Target | str:
    """What a merge would come to; why there is none, in one line."""
    tip = f"refs/heads/{branch}"  # a tag of the same name would come first
    words = ["git", "merge-base", "--is-ancestor", tip, "HEAD"]
    if context.run(words, reads=True).ok:
        return Target()
    words = ["git", "merge-base", "--is-ancestor", "HEAD", tip]
    if context.run(words, reads=True).ok:
        return Target(tip, tip)
    words = ["git", "merge-tree", "--write-tree", "--name-only", "HEAD", tip]
    made = context.run(words, reads=True)
    lines = made.stdout.decode("utf-8", "replace").splitlines()
    return Target(lines[0]) if made.ok else messages.conflict(branch, lines[1:])


def overwritten(context: Context, wanted: Target) -> list[str]:
    """Ignored files here whose place a merge would take; git itself would not ask."""
    if not wanted.tree:
        return []
    words = ("diff", "--name-only", "--no-renames", "--diff-filter=A", "-z", "HEAD", wanted.tree)
    added = [one for one in git.text(context.root, *words).split("\0") if one]
    skipped = unsaved.everything(context.root).ignored
    return ignored.in_the_way(added, skipped, context.root)


def merge(context: Context, branch: str, wanted: Target) -> str:
    """Move what is checked out here forward; why not, in one line, when git does not.

    The merge is made beside the work tree: where it fails nothing here has changed.
    """
    if not wanted.tree or context.plan:
        return ""
    commit = wanted.commit
    if not commit:
        parents = ["-p", "HEAD", "-p", f"refs/heads/{branch}"]
        words = ["git", "commit-tree", wanted.tree, *parents, "-m", messages.merged(branch)]
        commit = said(context.run(words, env=identity(context)), "commit-tree")
    words = ["git", "merge", "--ff-only", "--no-overwrite-ignore", "--quiet", commit]
    moved = context.run(words)
    return "" if moved.ok else messages.git_failed("merge", moved)


def remove(context: Context, tree: Worktree) -> None:
    """Delete the work tree; whoever calls this has looked that nothing is lost."""
    _keep_own_refs(context, tree)
    did(context.run(["git", "worktree", "remove", "--force", "--", tree.path]), "worktree remove")


def _keep_own_refs(context: Context, tree: Worktree) -> None:
    """Keep commits that only refs of the worktree hold, for git deletes those refs with it."""
    if not (context.root / tree.path).is_dir():
        return
    at = ("-C", tree.path, "for-each-ref", "--format=%(objectname)", "refs/worktree")
    for one in sorted({*_git(context, *at).split()}):
        words = ("rev-list", "--max-count=1", one, "--not", "--branches", "--remotes", "--tags")
        if _git(context, *words, f"--glob={RESCUE}/*").strip():
            ref = f"{RESCUE}/{tree.branch or 'detached'}/{one[:12]}"
            did(context.run(["git", "update-ref", ref, one]), "update-ref")


def delete_branch(context: Context, branch: str) -> None:
    """Delete a branch; whoever calls this has looked that nothing is lost."""
    if branch:
        did(context.run(["git", "branch", "--quiet", "-D", "--", branch]), "branch")


def prune_entries(context: Context) -> None:
    """Forget worktrees whose folders are gone; a ref keeps commits that only they led to."""
    for tree in listed(context):
        gone = not tree.branch and not (context.root / tree.path).is_dir()
        if gone and _only_here(context, tree) != "0":
            ref = f"{RESCUE}/detached/{tree.tip[:12]}"
            did(context.run(["git", "update-ref", ref, tree.tip]), "update-ref")
    did(context.run(["git", "worktree", "prune"]), "worktree prune")


def _git(context: Context, *words: str) -> str:
    return said(context.run(["git", *words], reads=True), words[0])


def said(ran: Ran, what: str) -> str:
    did(ran, what)
    return ran.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def did(ran: Ran, what: str) -> None:
    if not ran.ok:
        raise HistoryUnreadableError(messages.git_failed(what, ran))
