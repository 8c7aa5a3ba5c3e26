"""Worktrees of a repository below `.worktrees/`: what there is, what is at risk, the way out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files
from pattern_ci.errors import HistoryUnreadableError
from pattern_ci.messages import executors as messages

if TYPE_CHECKING:
    from pattern_ci.model.execution import Context, Ran

FOLDER = ".worktrees"
RESCUE = "refs/pattern-ci/rescue"
_EXCLUDE = f"/{FOLDER}/"
_LINK = "160000"  # the mode of another repository in an index


class Worktree(NamedTuple):
    """A worktree: its path (from the top of this one where it is below it), its branch, its tip."""

    path: str
    branch: str
    tip: str
    main: bool


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
            found.append(
                Worktree(_shown(lines["worktree"], top), branch, lines.get("HEAD", ""), main)
            )
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
    _did(context.run(words), "worktree add")


def dirty(context: Context, path: str) -> bool:
    """Whether there is uncommitted work, new files included."""
    words = ["git", "-C", path, "status", "--porcelain", "--untracked-files=normal"]
    ran = context.run(words, reads=True)
    return not ran.ok or bool(ran.stdout.strip())


def at_risk(context: Context, tree: Worktree) -> str:
    """What would be lost with the worktree and its branch, in one line; empty for nothing."""
    inside = unkeepable(context, tree)
    if inside or dirty(context, tree.path):
        return inside or messages.uncommitted(tree.branch)
    count = _only_here(context, tree.branch, tree.tip)
    return "" if count == "0" else messages.unmerged(tree.branch or tree.tip, count)


def unkeepable(context: Context, tree: Worktree) -> str:
    """The first repository in a worktree with work of its own, in one line; empty for none.

    A commit of ours would name its commit and hold nothing of it, and git removes it with the tree.
    """
    at = ("-C", tree.path, "ls-files", "--stage", "--others", "--exclude-standard", "-z")
    for entry in _git(context, *at).split("\0"):
        about, _, path = entry.rpartition("\t")
        there = about.startswith(_LINK) if about else path.endswith("/")
        if there and _has_work(context, f"{tree.path}/{path}"):
            return messages.repository_inside(tree.branch or tree.path, path)
    return ""


def _has_work(context: Context, path: str) -> bool:
    """Whether there is a repository in a folder, with anything that no remote of it has."""
    if not (context.root / path / ".git").exists():
        return False
    words = ["git", "-C", path, "rev-list", "--max-count=1", "--all", "--not", "--remotes"]
    ran = context.run(words, reads=True)
    return not ran.ok or bool(ran.stdout.strip()) or dirty(context, path)


def _only_here(context: Context, branch: str, tip: str) -> str:
    """How many commits are on a branch, or below a tip without one, and nowhere else."""
    elsewhere = ["--exclude=" + branch] if branch else []
    wanted = f"refs/heads/{branch}" if branch else tip
    words = ["rev-list", "--count", wanted, "--not", *elsewhere]
    return _git(context, *words, "--branches", "--remotes", "--tags", f"--glob={RESCUE}/*").strip()


def left_over(context: Context, branch: str) -> bool:
    """Whether there is such a branch, checked out nowhere, and all it holds is elsewhere too."""
    words = ["git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"]
    there = context.run(words, reads=True).ok
    used = any(tree.branch == branch for tree in listed(context))
    return there and not used and _only_here(context, branch, "") == "0"


def rescue(context: Context, tree: Worktree) -> str:
    """Keep everything that is at risk as one commit; answers the ref that holds it."""
    at = ["git", "-C", tree.path]
    _did(context.run([*at, "add", "--all"]), "add")
    if context.plan:
        return f"{RESCUE}/{tree.branch}"
    made = _said(context.run([*at, "write-tree"]), "write-tree")
    words = [*at, "commit-tree", made, "-p", tree.tip, "-m", messages.rescued(tree.branch)]
    commit = _said(context.run(words, env=_identity(context)), "commit-tree")
    ref = f"{RESCUE}/{tree.branch or 'detached'}/{commit[:12]}"
    _did(context.run(["git", "update-ref", ref, commit]), "update-ref")
    return ref


def _identity(context: Context) -> dict[str, str | None]:
    """Nothing where git knows who commits, else a name of ours: work is kept in any case."""
    if context.run(["git", "var", "GIT_COMMITTER_IDENT"], reads=True).ok:
        return {}
    names = ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME")
    mails = ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL")
    who: dict[str, str | None] = dict.fromkeys(names, "pattern-ci")
    return who | dict.fromkeys(mails, "pattern-ci@localhost")


def merge(context: Context, branch: str) -> str:
    """Merge a branch into what is checked out here; why not, in one line, when it cannot be.

    The merge is made beside the work tree, which then moves forward to it: where it conflicts
    nothing here has changed.
    """
    words = ["git", "merge-base", "--is-ancestor", branch, "HEAD"]
    if context.run(words, reads=True).ok:
        return ""
    words = ["git", "merge-base", "--is-ancestor", "HEAD", branch]
    target = branch
    if not context.run(words, reads=True).ok:
        made = context.run(
            ["git", "merge-tree", "--write-tree", "--name-only", "HEAD", branch], reads=True
        )
        lines = made.stdout.decode("utf-8", "replace").splitlines()
        if not made.ok:
            return messages.conflict(branch, lines[1:])
        if context.plan:
            return ""
        parents = ["-p", "HEAD", "-p", branch]
        words = ["git", "commit-tree", lines[0], *parents, "-m", messages.merged(branch)]
        target = _said(context.run(words, env=_identity(context)), "commit-tree")
    moved = context.run(["git", "merge", "--ff-only", "--quiet", target])
    return "" if moved.ok else messages.git_failed("merge", moved)


def remove(context: Context, tree: Worktree) -> None:
    """Delete the work tree; whoever calls this has looked that nothing is lost."""
    _did(context.run(["git", "worktree", "remove", "--force", "--", tree.path]), "worktree remove")


def delete_branch(context: Context, branch: str) -> None:
    """Delete a branch; whoever calls this has looked that nothing is lost."""
    if branch:
        _did(context.run(["git", "branch", "--quiet", "-D", "--", branch]), "branch")


def prune_entries(context: Context) -> None:
    """Forget worktrees whose folders are gone; a ref keeps commits that only they led to."""
    for tree in listed(context):
        gone = not tree.branch and not (context.root / tree.path).is_dir()
        if gone and _only_here(context, "", tree.tip) != "0":
            ref = f"{RESCUE}/detached/{tree.tip[:12]}"
            _did(context.run(["git", "update-ref", ref, tree.tip]), "update-ref")
    _did(context.run(["git", "worktree", "prune"]), "worktree prune")


def _git(context: Context, *words: str) -> str:
    return _said(context.run(["git", *words], reads=True), words[0])


def _said(ran: Ran, what: str) -> str:
    _did(ran, what)
    return ran.stdout.decode("utf-8", "surrogateescape").rstrip("\n")


def _did(ran: Ran, what: str) -> None:
    if not ran.ok:
        raise HistoryUnreadableError(messages.git_failed(what, ran))
