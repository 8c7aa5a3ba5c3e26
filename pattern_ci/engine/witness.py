"""What there was before an execution, as far as a check will ask for it; nobody's word but git's.

Only what some check needs is looked at: each look is a program or two.
"""

from __future__ import annotations

import os
import stat
import threading
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import git
from pattern_ci.executors.library import unsaved
from pattern_ci.executors.library.worktrees import FOLDER, RESCUE
from pattern_ci.render import journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pattern_ci.executors.library.unsaved import Piece

    # Each piece of work with the ids by which a commit may hold it (see `unsaved.ids`).
    Work = Sequence[tuple[Piece, frozenset[str] | None]]


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


class Stamp(NamedTuple):
    """What differs once a file was written: when, how long it is, and which file it is."""

    written_ns: int
    size: int
    number: int


class Before(NamedTuple):
    """A tree before an execution: digests of files with uncommitted work, refs, worktrees.

    `unsaved` is the work in worktrees below ours that no commit holds, `ignored` what tells whether
    an ignored file of ours was written. What nobody asks for is empty.
    """

    guest: Guest
    head: str = ""
    files: Mapping[str, str | None] = {}
    tips: Mapping[str, str] = {}
    unsaved: Mapping[Worktree, Work] = {}
    ignored: Mapping[str, Stamp] = {}


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
        before = _at_stake(root, before)
    return before


def _at_stake(root: Path, before: Before) -> Before:
    """What could be lost with the worktrees that there are."""
    trees = worktrees(root)
    ours = [tree for tree in trees if _is_ours(tree, root)]
    if not ours:
        return before
    detached = {f"HEAD of {tree.name}": tree.commit for tree in trees if not tree.branch}
    skipped = unsaved.everything(root).ignored
    around = unsaved.Around(root, skipped, tuple(tree.folder for tree in trees))
    return before._replace(
        tips={**before.tips, **detached},
        unsaved={tree: _work(tree.folder, around) for tree in ours},
        ignored={path: stamp for path in skipped if (stamp := stamp_of(root / path))},
    )


def _work(folder: Path, around: unsaved.Around) -> Work:
    return unsaved.ids(folder, unsaved.work(folder, around))


def stamp_of(path: Path) -> Stamp | None:
    """When a file or link was written; None for a folder, and for what is not there."""
    try:
        found = path.lstat()
    except OSError:
        return None
    is_folder = stat.S_ISDIR(found.st_mode)
    return None if is_folder else Stamp(found.st_mtime_ns, found.st_size, found.st_ino)


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
    seen = unsaved.status(root)
    return seen.head, {path: journal.digest(root / path) for path in seen.paths}


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


def with_parents(root: Path, tips: Iterable[str]) -> set[str]:
    """These commits and their parents: a rescue keeps what was staged in the commit below."""
    words = ("rev-list", "--no-walk", "--parents", "--stdin")
    done = git.ask(root, *words, stdin="".join(f"{one}\n" for one in tips).encode())
    if done.returncode:
        raise git.unreadable(words, done.stderr)
    return set(done.stdout.decode("ascii").split())


def tracked(root: Path, paths: Sequence[str]) -> list[str]:
    """Which of these the index knows, or files below them."""
    if not paths:
        return []
    found = git.text(root, "ls-files", "-z").split("\0")
    known = {*found, *(str(one) for path in found for one in PurePosixPath(path).parents)}
    return [path for path in paths if path in known]
