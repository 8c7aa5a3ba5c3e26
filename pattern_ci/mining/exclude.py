"""What is not written by people: vendored, generated and lock files, and what the user ignores."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

from pattern_ci import git, git_objects, git_trees
from pattern_ci.model.globs import ignored
from pattern_ci.model.own_layout import is_ours

if TYPE_CHECKING:
    from collections.abc import Sequence

# Folders and names that GitHub's linguist treats as vendored or generated, those that people meet.
_FOLDERS = re.compile(
    r"(?:^|/)(?:node_modules|bower_components|vendor|vendored|_vendor|third[-_]party|dist|"
    r"__pycache__|\.git|\.yarn|Godeps)/"
)
_NAMES = re.compile(
    r"(?:\.min\.(?:js|css)|\.(?:js|css)\.map|\.pb\.go|_pb2(?:_grpc)?\.pyi?|\.lock|\.lockb|"
    r"/?(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|gradlew(?:\.bat)?))$"
)
# Specs and rules are UTF-8 and could not name such a file.
_UNDECODED = re.compile("[\udc80-\udcff]")
_ATTRIBUTE = re.compile(
    r'^(?:"(.+)"|([^\s"]\S*))\s(?:.*\s)?linguist-(?:generated|vendored)(?:=true)?(?:\s|$)'
)
_GLOB_SIGNS = re.compile(r"([\\*?\[])")


def is_decoded(path: str) -> bool:
    """Whether a path is UTF-8 all through; no other is in a spec, a rule or a table."""
    return path.isascii() or _UNDECODED.search(path) is None


def built_in(path: str) -> bool:
    """Whether the name alone says that a tool wrote this file.

    Ours too: learning from our own drafts would make patterns of patterns.
    """
    return is_ours(path) or _NAMES.search(path) is not None or _FOLDERS.search(path) is not None


def attributed(text: str, folder: str) -> list[str]:
    """Globs that a `.gitattributes` in `folder` marks as generated or vendored."""
    globs = []
    below = _GLOB_SIGNS.sub(r"\\\1", folder)
    for line in text.splitlines():
        found = _ATTRIBUTE.match(line.strip())
        if found and not line.lstrip().startswith("#"):
            glob = found.group(1) or found.group(2)
            if folder:
                glob = f"{below}{glob.removeprefix('/')}" if "/" in glob else f"{below}**/{glob}"
            globs.append(glob)
    return globs


class Excluded:
    """Answers whether a path is left out; asks each path once.

    `whole` is False when a `.gitattributes` could not be read: it may say more another time.
    """

    def __init__(self, globs: Sequence[str]) -> None:
        self.globs = list(globs)
        self.whole = True
        self._known: dict[str, bool] = {}

    @classmethod
    def at(
        cls, repo: git.Repo, entries: Sequence[git_trees.TreeEntry], ignore: Sequence[str]
    ) -> Self:
        """By what the user ignores and what the `.gitattributes` among these files say."""
        globs = list(ignore)
        found = [e for e in entries if e.path.rpartition("/")[2] == ".gitattributes"]
        texts = git_objects.blobs(repo, [e.blob for e in found], max_bytes=1 << 20)
        for entry in found:
            text = texts.get(entry.blob, b"").decode("utf-8", "replace")
            globs += attributed(text, entry.path.removesuffix(".gitattributes"))
        made = cls(globs)
        made.whole = all(entry.blob in texts for entry in found)
        return made

    def __call__(self, path: str) -> bool:
        """Whether `path` is left out."""
        known = self._known.get(path)
        if known is None:
            known = built_in(path) or not is_decoded(path) or ignored(path, self.globs)
            self._known[path] = known
        return known
