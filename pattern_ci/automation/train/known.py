"""Which patterns a repository has already, committed or in its work tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files, git, git_objects, git_trees
from pattern_ci.model.pattern import STATUS_FOLDER
from pattern_ci.registry.reading import spec_field

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = "patterns"
_MAX_SPEC_BYTES = 1 << 20
_SPEC = re.compile(rf"{LIBRARY}/(drafts/|quarantined/)?specs/[^/]+\.pattern\.yaml")


class Known(NamedTuple):
    """Spec path by identity; `drafts` apart, because a draft may still be proposed or redone."""

    patterns: dict[str, str]
    drafts: dict[str, str]


def in_commit(repo: git.Repo, rev: str) -> Known:
    """The patterns committed at `rev`."""
    found = {entry.path: entry.blob for entry in git_trees.tree(repo, rev, LIBRARY)}
    blobs = {path: blob for path, blob in found.items() if _SPEC.fullmatch(path)}
    texts = git_objects.blobs(repo, list(blobs.values()), max_bytes=_MAX_SPEC_BYTES)
    return _known({path: git.decode(texts[blob]) for path, blob in blobs.items() if blob in texts})


def in_work_tree(root: Path) -> Known:
    """The patterns on disk."""
    texts = {}
    for folder in ("", *STATUS_FOLDER.values()):
        for path in (root / LIBRARY / folder / "specs").glob("*.pattern.yaml"):
            relative = path.relative_to(root).as_posix()
            texts[relative] = files.read_text(files.inside(root, relative)) or ""
    return _known(texts)


def _known(texts: dict[str, str]) -> Known:
    known = Known({}, {})
    for path, text in sorted(texts.items()):
        identity = spec_field(text, "identity")
        if identity is not None:
            place = known.drafts if path.startswith(f"{LIBRARY}/drafts/") else known.patterns
            place.setdefault(identity, path)
    return known
