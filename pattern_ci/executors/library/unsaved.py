"""Work that is in no commit: what would be gone with a worktree, whatever hides it.

Git is asked through its door: the answers may be long, and one that was cut would hide work.
"""

from __future__ import annotations

import os
import stat
from enum import Enum, unique
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files, git
from pattern_ci.errors import HistoryUnreadableError
from pattern_ci.executors.library import blob_ids, ignored

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_OID = "# branch.oid "
# How many fields stand before the path: of a tracked file, of one in a conflict, of a new one.
_FIELDS = {"1": 8, "u": 10, "?": 1, "!": 1}
_LINK = "160000"  # the mode of another repository in an index
# What git keeps beside a worktree while something is under way in it, and forgets with it.
_UNDER_WAY = {
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "sequencer": "cherry-pick",
    "BISECT_LOG": "bisect",
}


@unique
class Kind(Enum):
    """What kind of work it is, and so who can keep it."""

    CHANGED = "a file that is not as it was committed"
    HIDDEN = "a changed file that the index says not to look at"
    STAGED = "a version that is in the index only"
    IGNORED = "an ignored file, or a folder of them, that is nowhere else"
    REPOSITORY = "another repository with work of its own"
    WORKTREE = "another worktree of this repository"
    UNDER_WAY = "an operation of git that is not finished"


class Piece(NamedTuple):
    """A piece of work: its path (of what is under way: its name), and the id it is staged by."""

    kind: Kind
    path: str
    blob: str = ""


class Around(NamedTuple):
    """The tree that stays, what is ignored in it, and the folders of all worktrees.

    `gone` are folders of worktrees that will be gone by then, and count for nothing.
    """

    twin: Path
    ignored: tuple[str, ...]
    folders: tuple[Path, ...] = ()
    gone: tuple[Path, ...] = ()

    def inside(self, path: str) -> Around:
        """The same for a repository at a path of the tree, which may be in the twin as well."""
        twin = self.twin / path
        more = everything(twin).ignored if _is_repository(twin) else ()
        return self._replace(twin=twin, ignored=(*self.ignored, *more))


class Status(NamedTuple):
    """The commit that is checked out, paths that are not as in it, what of them only the index has.

    `staged` holds the id of every staged version, `again` those paths that were changed since.
    """

    head: str
    paths: list[str]
    staged: Mapping[str, str]
    again: frozenset[str]
    ignored: tuple[str, ...]


def status(tree: Path, *more: str) -> Status:
    """What git says of a tree. Raises HistoryUnreadableError when it does not answer."""
    # A refreshed index would be a write, and could meet the lock of another git.
    words = ("--no-optional-locks", "status", "--porcelain=v2", "--branch", "-z", "--no-renames")
    head, paths, skipped = "", list[str](), list[str]()
    staged, again = dict[str, str](), set[str]()
    for entry in git.text(tree, *words, "--untracked-files=all", *more).split("\0"):
        if entry.startswith(_OID):
            head = entry.removeprefix(_OID)
        elif entry[:1] in _FIELDS:
            *fields, path = entry.split(" ", _FIELDS[entry[0]])
            (skipped if entry[0] == "!" else paths).append(path)
            if entry[0] == "1" and fields[1][0] not in ".D" and fields[4] != _LINK:
                staged[path] = fields[7]
                again |= {path} if fields[1][1] != "." else set()
    return Status(head, paths, staged, frozenset(again), tuple(skipped))


def everything(tree: Path) -> Status:
    """The same, with ignored files and with what is changed in repositories inside."""
    return status(tree, "--ignore-submodules=none", "--ignored=matching")


def work(tree: Path, around: Around) -> list[Piece]:
    """All work in a worktree that no commit holds. Raises HistoryUnreadableError."""
    seen = everything(tree)
    links, masked = _index(tree)
    hidden = _differing(tree, masked)
    within = _below(tree, around.folders)
    apart = within | _below(tree, around.gone)
    left = ignored.work(tree, seen.ignored, around.twin, around.ignored)
    inside = {*seen.paths, *links, *ignored.repositories(tree, seen.ignored)}
    others = [path.rstrip("/") for path in inside if _is_repository(tree / path)]
    own = {path for path in others if tree / path not in apart and _has_own(tree, path, around)}
    own |= set(_modules(tree))
    worktrees = {one.relative_to(tree).as_posix() for one in within if one.is_dir()}
    changed = {one for path in seen.paths if tree / (one := path.rstrip("/")) not in apart} - own
    staged = {path for path in seen.staged if path in seen.again or path in hidden}
    return [
        *(Piece(Kind.WORKTREE, path) for path in sorted(worktrees)),
        *(Piece(Kind.REPOSITORY, path) for path in sorted(own)),
        *(Piece(Kind.UNDER_WAY, name) for name in under_way(tree)),
        *(Piece(Kind.CHANGED, path) for path in sorted(changed)),
        *(Piece(Kind.HIDDEN, path) for path in hidden if path not in changed),
        *(Piece(Kind.STAGED, path, seen.staged[path]) for path in sorted(staged)),
        *(Piece(Kind.IGNORED, path) for path in left if _holds_files(tree, path, apart)),
    ]


def _below(tree: Path, folders: Iterable[Path]) -> set[Path]:
    return {one for one in folders if one != tree and one.is_relative_to(tree)}


def _index(tree: Path) -> tuple[list[str], dict[str, str]]:
    """Repositories in the index, and the blobs of files that git does not look at on disk."""
    links, masked = [], {}
    for entry in git.text(tree, "ls-files", "-v", "--stage", "-z").split("\0"):
        about, _, path = entry.partition("\t")
        if not about:
            continue
        tag, mode, blob, _ = about.split(" ")
        if mode == _LINK:
            links.append(path)
        elif tag == "S" or tag.islower():
            masked[path] = blob
    return links, masked


def _differing(tree: Path, blobs: Mapping[str, str]) -> list[str]:
    """Which files on disk are others than the index says; one that is not there is none.

    It may have been left out on purpose, as in a sparse checkout.
    """
    found = dict(blob_ids.ids(tree, *_by_mode(tree, blobs)))
    return [path for path, some in found.items() if blobs[path] not in some]


def _by_mode(tree: Path, paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Which of these are plain files, and which are links."""
    modes = {path: _mode(tree / path) for path in paths}
    plain = [path for path, mode in modes.items() if stat.S_ISREG(mode)]
    return plain, [path for path, mode in modes.items() if stat.S_ISLNK(mode)]


def _mode(path: Path) -> int:
    """What it is, a link itself; 0 for what is gone meanwhile."""
    try:
        return path.lstat().st_mode
    except OSError:
        return 0


def _is_repository(path: Path) -> bool:
    return stat.S_ISDIR(_mode(path)) and bool(_mode(path / ".git"))


def _has_own(tree: Path, path: str, around: Around) -> bool:
    """Whether a repository has anything that no remote of it has; one that is broken has."""
    repository = tree / path
    try:
        return _is_ahead(repository) or bool(work(repository, around.inside(path)))
    except HistoryUnreadableError:
        return True


def _is_ahead(repository: Path, *more: str) -> bool:
    words = (*more, "rev-list", "--max-count=1", "--all", "--not", "--remotes")
    return bool(git.text(repository, *words))


def git_dir(tree: Path) -> Path:
    """Where git keeps what belongs to a work tree alone."""
    named = tree / ".git"
    if named.is_dir():
        return named
    said = (files.read_text(named) or "").removeprefix("gitdir:").strip()
    return tree / said if said else named


def under_way(tree: Path) -> list[str]:
    """The operations of git that are not finished in a work tree."""
    place = git_dir(tree)
    found = (name for at, name in _UNDER_WAY.items() if os.path.lexists(place / at))
    return list(dict.fromkeys(found))


def _modules(tree: Path) -> Iterator[str]:
    """Repositories that git keeps for this worktree alone, with commits that no remote has."""
    top = git_dir(tree) / "modules"
    for folder, names, plain in os.walk(top):
        if "HEAD" in plain and "objects" in names:
            names[:] = [one for one in names if one == "modules"]  # of a module in it
            if _module_is_ahead(Path(folder)):
                yield Path(folder).relative_to(top).as_posix()


def _module_is_ahead(repository: Path) -> bool:
    try:  # its own work tree may be gone, and then git would not start
        return _is_ahead(repository, "--git-dir=.", "--work-tree=.")
    except HistoryUnreadableError:
        return True


def _holds_files(tree: Path, entry: str, worktrees: Collection[Path]) -> bool:
    """Whether an ignored entry is a file, or a folder with files that are in none of these."""
    if not entry.endswith("/"):
        return True
    for folder, names, plain in os.walk(tree / entry):
        links = [one for one in names if (Path(folder) / one).is_symlink()]
        if plain or links:
            return True
        names[:] = [one for one in names if Path(folder) / one not in worktrees]
    return False


def ids(tree: Path, pieces: Iterable[Piece]) -> list[tuple[Piece, frozenset[str] | None]]:
    """Each piece with the ids by which a commit may hold it; none for what no commit of ours can.

    None stands for any id, for ignored files may be large. What is gone, and what git looks after
    elsewhere, is left out. Raises HistoryUnreadableError.
    """
    known = list(pieces)
    on_disk = [one.path for one in known if one.kind in (Kind.CHANGED, Kind.HIDDEN)]
    found = {path: frozenset(some) for path, some in blob_ids.ids(tree, *_by_mode(tree, on_disk))}
    inside = [path for path in on_disk if _is_repository(tree / path)]
    found |= {path: frozenset([_head(tree / path)]) for path in inside}
    return [(one, held) for one in known for held in _held(one, found)]


def _held(piece: Piece, on_disk: Mapping[str, frozenset[str]]) -> list[frozenset[str] | None]:
    if piece.kind in (Kind.CHANGED, Kind.HIDDEN):
        return [on_disk[piece.path]] if piece.path in on_disk else []
    if piece.kind is Kind.WORKTREE:
        return []
    if piece.kind is Kind.IGNORED:
        return [None]
    return [frozenset([piece.blob] if piece.blob else [])]


def _head(repository: Path) -> str:
    return git.decode(git.ask(repository, "rev-parse", "HEAD").stdout).strip()
