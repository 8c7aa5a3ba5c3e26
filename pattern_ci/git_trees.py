"""The door to what git lists: trees, what differs between them, and the commits of a history.

Part of the door to git.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, process
from pattern_ci.errors import HistoryUnreadableError, ProcessError

if TYPE_CHECKING:
    from collections.abc import Iterator


def log_raw(
    repo: git.Repo, rev: str, *, exclude: str | None = None, newest: int | None = None
) -> Iterator[bytes]:
    """Stream `git log --raw -z` without renames: NUL-separated fields, children before parents.

    Each commit starts with a field `\\x01<sha> <commit time> <parents>`; then, unless it is a
    merge, per change `:modes ids status` and the path. `newest` bounds the number of commits.
    Raises HistoryUnreadableError when git fails half-way.
    """
    words = [
        "log", "--raw", "-z", "--no-renames", "--topo-order", "--no-abbrev", "--no-ext-diff",
        "--no-color", "--no-textconv", "--root", "--format=%x01%H %ct %P", rev,
    ]  # fmt: skip
    if exclude:
        words.append(f"^{exclude}")
    if newest is not None:
        words.insert(1, f"--max-count={newest}")
    words.append("--")
    try:
        yield from process.stream(git.command(repo.path, *words), env=git.clean_environment())
    except ProcessError as error:
        msg = "the history cannot be read to its end."
        raise HistoryUnreadableError(
            msg, why=error.line, next_step="run `git fsck`; `git fetch` may bring what is missing."
        ) from error


class Touch(NamedTuple):
    """A commit that changed a path: id, date (ISO 8601), the blob afterwards, the path."""

    commit: str
    date: str
    blob: str
    path: str


def touches(repo: git.Repo, rev: str, *paths: str) -> list[Touch]:
    """Every change of files below `paths` up to `rev`, oldest first; deletions are left out.

    Raises HistoryUnreadableError when git fails.
    """
    said = git.text(
        repo.path, "log", "--raw", "-z", "--no-renames", "--reverse", "--topo-order", "--root",
        "--no-abbrev", "--no-ext-diff", "--diff-filter=d", "--format=%x01%H %cI", rev, "--", *paths,
    )  # fmt: skip
    found = []
    commit = date = ""
    fields = iter(said.split("\0"))
    for field in fields:
        _, head, words = field.partition("\x01")
        if head:
            commit, date = words.strip().split(" ")
        elif field.strip():
            found.append(Touch(commit, date, field.split(" ")[3], next(fields)))
    return found


# What git calls a file, executable or not; the rest are links and submodules.
FILE_MODES = ("100644", "100755")


class TreeEntry(NamedTuple):
    """A file of a tree: mode (`100644` …), blob id, path as text."""

    mode: str
    blob: str
    path: str


def tree(repo: git.Repo, rev: str, *paths: str) -> list[TreeEntry]:
    """All files below `paths` (or all) at `rev`, submodules and symlinks included."""
    done = git.ask(repo.path, "ls-tree", "-r", "-z", "--full-tree", rev, "--", *paths)
    if done.returncode:
        raise git.unreadable(("ls-tree",), done.stderr)
    entries = []
    for record in git.decode(done.stdout).split("\0"):
        if record:
            meta, path = record.split("\t", 1)
            mode, _, blob = meta.split(" ")
            entries.append(TreeEntry(mode, blob, path))
    return entries


class TreeChange(NamedTuple):
    """A path that differs between two trees: status (A, M, D, T), mode and blob afterwards."""

    status: str
    mode: str
    blob: str
    path: str


def changed(repo: git.Repo, older: str, newer: str) -> list[TreeChange]:
    """What `tree` would say otherwise at `newer` than at `older`; a rename is a D and an A."""
    words = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-ext-diff")
    done = git.ask(repo.path, *words, older, newer, "--")
    if done.returncode:
        raise git.unreadable(("diff-tree",), done.stderr)
    fields = git.decode(done.stdout).split("\0")
    pairs = zip(map(str.split, fields[::2]), fields[1::2], strict=False)
    return [TreeChange(meta[4][:1], meta[1], meta[3], path) for meta, path in pairs]
