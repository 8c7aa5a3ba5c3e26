"""Work that is in no commit, by the ids that git will give it: so what became of it can be seen."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from typing import TYPE_CHECKING

from pattern_ci import git
from pattern_ci.errors import HistoryUnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    # Of each path the ids by which a commit may hold it; none for what no commit of ours can hold.
    Work = Mapping[str, frozenset[str]]

CHUNK_BYTES = 1 << 20
_OID = "# branch.oid "
# How many fields stand before the path: of a tracked file, of one in a conflict, of a new one.
_FIELDS = {"1": 8, "u": 10, "?": 1}
_LINK = "160000"  # the mode of another repository in an index
# Files are named to git a line each; what would end a line, or begin a quote, is written in octal.
_QUOTED = re.compile(rb'[\x00-\x1f"\\\x7f]')


def status(tree: Path, *more: str) -> tuple[str, list[str]]:
    """The commit that is checked out, and the path of everything that is not as in it.

    Raises HistoryUnreadableError when git does not answer.
    """
    # A refreshed index would be a write, and could meet the lock of another git.
    words = ("--no-optional-locks", "status", "--porcelain=v2", "--branch", "-z", "--no-renames")
    head, paths = "", []
    for entry in git.text(tree, *words, "--untracked-files=all", *more).split("\0"):
        if entry.startswith(_OID):
            head = entry.removeprefix(_OID)
        elif entry[:1] in _FIELDS:
            paths.append(entry.split(" ", _FIELDS[entry[0]])[-1])
    return head, paths


def work(tree: Path) -> Work:
    """The uncommitted files, links and repositories in a worktree.

    Raises HistoryUnreadableError when git does not answer.
    """
    _, paths = status(tree, "--ignore-submodules=none")
    modes = {path.rstrip("/"): _mode(tree / path) for path in paths}
    plain = [path for path, mode in modes.items() if stat.S_ISREG(mode)]
    links = [path for path, mode in modes.items() if stat.S_ISLNK(mode)]
    inside = [path for path, mode in modes.items() if _is_repository(tree / path, mode)]
    found = {path: frozenset(ids) for path, ids in _ids(tree, plain, links)}
    found |= {path: _elsewhere(tree / path) for path in inside}
    return found | {path: frozenset() for path in _modules(tree) if not _elsewhere(tree / path)}


def _mode(path: Path) -> int:
    """What it is, a link itself; 0 for what is gone meanwhile."""
    try:
        return path.lstat().st_mode
    except OSError:
        return 0


def _ids(tree: Path, plain: Sequence[str], links: Sequence[str]) -> Iterator[tuple[str, set[str]]]:
    """The ids of files and links, without those that are gone meanwhile.

    A file has two: git leaves line ends alone in one that is committed with others already.
    """
    if not (plain or links):
        return
    algorithm = git.text(tree, "rev-parse", "--show-object-format").strip()
    filtered = dict(_filtered(tree, plain))
    for path in (*plain, *links):
        try:
            yield path, {_id(tree / path, algorithm), *filtered.get(path, ())}
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:  # nobody can read it, so nobody has kept it
            yield path, set()


def _id(path: Path, algorithm: str) -> str:
    """The id of a blob that holds the bytes of a file, or the text of a link."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    if path.is_symlink():
        text = os.readlink(os.fsencode(path))  # noqa: PTH115  # a Path would tidy up the text
        digest.update(b"blob %d\0%b" % (len(text), text))
        return digest.hexdigest()
    with path.open("rb") as handle:
        digest.update(b"blob %d\0" % os.fstat(handle.fileno()).st_size)
        while chunk := handle.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _filtered(tree: Path, paths: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The id of each file after the filters that apply to its path; none where they fail."""
    left = list(paths)
    while left:
        lines = [b'"%b"\n' % _QUOTED.sub(_octal, git.encode(path)) for path in left]
        done = git.ask(tree, "hash-object", "--stdin-paths", stdin=b"".join(lines))
        found = done.stdout.decode("ascii").split()
        yield from ((path, [one]) for path, one in zip(left, found, strict=False))
        # It stops at the first file that it cannot read.
        left = left[len(found) + 1 :] if done.returncode else []


def _octal(found: re.Match[bytes]) -> bytes:
    return b"\\%03o" % found[0][0]


def _modules(tree: Path) -> Iterator[str]:
    """Where other repositories belong to a worktree, and are there."""
    if not (tree / ".gitmodules").is_file():
        return
    for entry in git.text(tree, "ls-files", "--stage", "-z").split("\0"):
        about, _, path = entry.partition("\t")
        if about.startswith(_LINK) and _is_repository(tree / path, _mode(tree / path)):
            yield path


def _is_repository(path: Path, mode: int) -> bool:
    return stat.S_ISDIR(mode) and bool(_mode(path / ".git"))


def _elsewhere(repository: Path) -> frozenset[str]:
    """The commit of a repository of which a remote has everything; none of another."""
    words = ("rev-list", "--max-count=1", "--all", "--not", "--remotes")
    try:
        head, paths = status(repository, "--ignore-submodules=none")
        own = bool(paths) or bool(git.text(repository, *words))
    except HistoryUnreadableError:
        return frozenset()
    return frozenset() if own else frozenset([head])
