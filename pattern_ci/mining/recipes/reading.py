"""Read what single commits did to registries: contents before and after, as edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, git_objects
from pattern_ci.mining.recipes.hunks import changed
from pattern_ci.mining.recipes.places import Edit
from pattern_ci.mining.stems import forms, liftable

if TYPE_CHECKING:
    from collections.abc import Sequence

# A larger file is data, and to compare its versions would cost more than a recipe saves.
MAX_BYTES = 256 * 1024


class Asked(NamedTuple):
    """An addition and a file: what became of it there. `after` is its blob, if it was edited."""

    sha: str
    path: str
    name: str
    after: str | None


class Read(NamedTuple):
    """Edits by commit and path; `lacking` are those whose contents the repository lacks."""

    edits: dict[tuple[str, str], Edit]
    lacking: frozenset[tuple[str, str]]


def read(repo: git.Repo, asked: Sequence[Asked]) -> Read:
    """The edits; a file that was not there, is too large or no text has none."""
    before = git_objects.blobs_before(repo, [(one.sha, one.path) for one in asked])
    after = {(one.sha, one.path): one.after for one in asked if one.after}
    wanted = dict.fromkeys([*before.values(), *after.values()])
    contents = git_objects.blobs(repo, list(wanted), max_bytes=MAX_BYTES)
    missing = git_objects.missing(repo, [blob for blob in wanted if blob not in contents])
    texts = {blob: lines for blob, raw in contents.items() if (lines := _lines(raw)) is not None}
    edits = {}
    for one in asked:
        pair = one.sha, one.path
        old = texts.get(before.get(pair, ""))
        if old is not None:
            new = texts.get(one.after, old) if one.after else old
            hunks = frozenset(changed(old, new)) if _says_more(old, new, one.name) else frozenset()
            edits[pair] = Edit(old, hunks)
    lacking = (
        pair
        for pair in {(one.sha, one.path) for one in asked}
        if pair not in before or missing.intersection((before[pair], after.get(pair) or ""))
    )
    return Read(edits, frozenset(lacking) if missing else frozenset())


def _lines(raw: bytes) -> tuple[str, ...] | None:
    """The lines of a text; None for what is none, or has line ends of two kinds."""
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    if "\r" in text or "\0" in text or not liftable(text):
        return None
    return tuple(text.split("\n"))


def _says_more(old: tuple[str, ...], new: tuple[str, ...], name: str) -> bool:
    """Whether the name is read in any line that was not there before."""
    if old == new:
        return False
    fresh = set(new).difference(old)
    return any(form in line for form in forms((name,)) for line in fresh)
