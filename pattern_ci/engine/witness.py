"""What there was before an execution, as far as a check will ask for it; nobody's word but git's.

Only what some check needs is looked at: each look is a program or two.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import git
from pattern_ci.engine import unsaved
from pattern_ci.executors.library.worktrees import FOLDER, RESCUE
from pattern_ci.render import journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pattern_ci.engine.unsaved import Work


class Guest:
    """One execution in a tree; `met` says whether another one was under way at any time of it."""

    met = False


class Company:
    """Who executes something in a tree just now; steps of a plan run side by side."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._here: set[Guest] = set()

    @contextmanager
    def joined(self) -> Iterator[Guest]:
        """For as long as an execution lasts."""
        guest = Guest()
        with self._lock:
            self._here.add(guest)
            if len(self._here) > 1:
                for one in self._here:
                    one.met = True
        try:
            yield guest
        finally:
            with self._lock:
                self._here.remove(guest)


@contextmanager
def joined(company: Company | None) -> Iterator[Guest]:
    """A guest of some company; alone where there is none."""
    with (company or Company()).joined() as guest:
        yield guest


class Worktree(NamedTuple):
    """A worktree as git lists it; no branch where a commit is checked out by itself."""

    folder: Path
    branch: str
    commit: str

    @property
    def name(self) -> str:
        """What people know it by."""
        return self.branch or self.folder.name


class Before(NamedTuple):
    """A tree before an execution: digests of files with uncommitted work, refs, worktrees.

    `unsaved` is the uncommitted work in worktrees below ours. What nobody asks for is empty.
    """

    guest: Guest
    head: str = ""
    files: Mapping[str, str | None] = {}
    tips: Mapping[str, str] = {}
    unsaved: Mapping[Worktree, Work] = {}


def look(root: Path, truths: Iterable[Mapping[str, Any]], guest: Guest) -> Before:
    """What the checks will have to know. Raises HistoryUnreadableError when git does not answer."""
    wanted = {str(truth["check"]) for truth in truths}
    before = Before(guest)
    if wanted & {"nothing_else", "was_clean"}:
        head, files = standing(root)
        before = before._replace(head=head, files=files)
    if wanted & {"merged", "nothing_lost"}:
        before = before._replace(tips=tips(root))
    if "nothing_lost" in wanted:
        trees = worktrees(root)
        detached = {f"HEAD of {tree.name}": tree.commit for tree in trees if not tree.branch}
        found = {tree: unsaved.work(tree.folder) for tree in trees if _is_ours(tree, root)}
        before = before._replace(tips={**before.tips, **detached}, unsaved=found)
    return before


def commit_of(root: Path, rev: str) -> str:
    """The id of a commit; empty when there is none of that name."""
    done = git.ask(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}"
    )
    return done.stdout.decode("ascii", "replace").strip() if done.returncode == 0 else ""


def standing(root: Path) -> tuple[str, dict[str, str | None]]:
    """The commit that is checked out, and the digest of every file that is not as in it.

    None stands for a file that is gone. Ignored files are nobody's work.
    """
    head, paths = unsaved.status(root)
    return head, {path: journal.digest(root / path) for path in paths}


def tips(root: Path) -> dict[str, str]:
    """The commit of every branch, of what was rescued, and of HEAD."""
    said = git.text(root, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", RESCUE)
    found = dict(line.split(" ", 1) for line in said.splitlines())
    here = commit_of(root, "HEAD")
    return found | ({"HEAD": here} if here else {})


def worktrees(root: Path) -> list[Worktree]:
    """Every worktree that git lists; of some the folder may be gone."""
    found = []
    for block in git.text(root, "worktree", "list", "--porcelain", "-z").split("\0\0"):
        lines = dict(line.partition(" ")[::2] for line in block.split("\0") if line)
        if "worktree" in lines and "HEAD" in lines:  # a bare repository has no commit there
            branch = lines.get("branch", "").removeprefix("refs/heads/")
            found.append(Worktree(Path(lines["worktree"]), branch, lines["HEAD"]))
    return found


def _is_ours(tree: Worktree, root: Path) -> bool:
    top = Path(os.path.realpath(root)) / FOLDER
    return tree.folder.is_relative_to(top) and tree.folder.is_dir()


def held(root: Path, ref: str) -> set[tuple[str, str]]:
    """Every file of a commit, as path and blob."""
    entries = git.text(root, "ls-tree", "-r", "-z", ref).split("\0")
    parts = (entry.partition("\t") for entry in entries if entry)
    return {(path, about.split(" ")[2]) for about, _, path in parts}
