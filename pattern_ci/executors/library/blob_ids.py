"""The ids that git will give to files and links, once somebody commits them."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING

from pattern_ci import git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

CHUNK_BYTES = 1 << 20
# Files are named to git a line each; what would end a line, or begin a quote, is written in octal.
_QUOTED = re.compile(rb'[\x00-\x1f"\\\x7f]')


def ids(tree: Path, plain: Sequence[str], links: Sequence[str]) -> Iterator[tuple[str, set[str]]]:
    """The ids of files and links, without those that are gone meanwhile.

    A file has two: git leaves line ends alone in one that is committed with others already. One
    that nobody can read has none. Raises HistoryUnreadableError when git does not answer.
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
