"""Ignored files: which are outputs that come back by themselves, and which somebody's work.

Git cannot tell, and no list of names could for every language. What a tool has marked as a cache,
what lies in a folder that is ignored in the tree that stays too, and a copy of what is there,
come back or are not lost; the rest may be the only one there is.
"""

from __future__ import annotations

import filecmp
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_OWN_RULES = "/.gitignore"
# https://bford.info/cachedir/
_TAG, _SIGNATURE = "CACHEDIR.TAG", b"Signature: 8a477f597d28d172789f06886806bc55"


def work(tree: Path, entries: Iterable[str], twin: Path, there: Iterable[str]) -> list[str]:
    """What of the ignored entries of a tree may be somebody's work; folders end with a slash.

    `there` are the ignored entries of `twin`, the tree that stays.
    """
    outputs = {PurePosixPath(one).name for one in _folded(there) if one.endswith("/")}
    return [one for one in _folded(entries) if not _is_output(tree, one, twin, outputs)]


def _folded(entries: Iterable[str]) -> list[str]:
    """The entries, with a folder whose own rules ignore it for everything that is in it."""
    listed = list(entries)
    hidden = {one.removesuffix(_OWN_RULES) for one in listed if one.endswith(_OWN_RULES)}
    return list(dict.fromkeys(_outermost(one, hidden) for one in listed))


def _outermost(entry: str, hidden: set[str]) -> str:
    parents = [str(one) for one in PurePosixPath(entry).parents]
    return next((f"{one}/" for one in reversed(parents) if one in hidden), entry)


def _is_output(tree: Path, entry: str, twin: Path, outputs: set[str]) -> bool:
    path = tree / entry
    if not entry.endswith("/"):
        return _same(path, twin / entry)
    # Worktrees lie in a folder of the same name in every tree, and are no output of any.
    named = PurePosixPath(entry).name in outputs and entry != ".worktrees/"
    return named or _is_cache(path)


def _same(path: Path, other: Path) -> bool:
    """Whether there is the same file, or the same link."""
    try:
        if path.is_symlink() or other.is_symlink():
            return path.readlink() == other.readlink()
        return other.is_file() and filecmp.cmp(path, other, shallow=False)
    except OSError:
        return False


def _is_cache(folder: Path) -> bool:
    try:
        with (folder / _TAG).open("rb") as handle:
            return handle.read(len(_SIGNATURE)) == _SIGNATURE
    except OSError:
        return False


def repositories(tree: Path, entries: Iterable[str]) -> Iterator[str]:
    """Every repository in ignored folders, whatever else is in them; none inside of another."""
    for entry in entries:
        for folder, names, plain in os.walk(tree / entry):
            if ".git" in (*names, *plain):
                names.clear()
                yield Path(folder).relative_to(tree).as_posix()


def in_the_way(added: Iterable[str], entries: Sequence[str], root: Path) -> list[str]:
    """Which of the files that a merge adds would take the place of an ignored one."""
    folders = tuple(one for one in entries if one.endswith("/"))
    files = set(entries) - set(folders)
    taken = {
        *files,
        *(
            one
            for entry in entries
            for one in _parents(f"{entry}x" if entry.endswith("/") else entry)
        ),
    }
    known = {one.rstrip("/") for one in folders}
    return [
        path
        for path in added
        if path in taken
        or not files.isdisjoint(parents := _parents(path))
        or (not known.isdisjoint(parents) and _is_there(root, path))
    ]


def _parents(path: str) -> list[str]:
    return [str(one) for one in PurePosixPath(path).parents]


def _is_there(root: Path, path: str) -> bool:
    """Whether it, or a file where a folder of it would be, is on disk."""
    if os.path.lexists(root / path):
        return True
    return any(
        os.path.lexists(root / one) and not (root / one).is_dir()
        for one in PurePosixPath(path).parents
    )
