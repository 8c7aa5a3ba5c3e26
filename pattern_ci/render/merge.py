"""Merges two changes of one text, three-way, with the program that git merges files with."""

from __future__ import annotations

from typing import NamedTuple

from pattern_ci import files, git
from pattern_ci.errors import HistoryUnreadableError

# `git merge-file` ends with the number of conflicts, at most 127, and with more where it fails.
_MOST_CONFLICTS = 127
_PARTS = ("ours", "base", "theirs")


class Labels(NamedTuple):
    """What the markers of a conflict call the three texts."""

    ours: str
    base: str
    theirs: str


class Merged(NamedTuple):
    """The merged text; where both sides changed the same lines, both stand between markers."""

    data: bytes
    conflicts: int


def three_way(ours: bytes, base: bytes, theirs: bytes, labels: Labels) -> Merged | None:
    """Bring the changes from `base` to `theirs` into `ours`; None for what is no text.

    The line ends are those of `ours`, where it has one kind only: a checkout may have changed them.
    """
    base, theirs = in_style(base, ours), in_style(theirs, ours)
    texts = dict(zip(_PARTS, map(git.decode, (ours, base, theirs)), strict=True))
    if any("\0" in text for text in texts.values()):
        return None
    names = [word for label in labels for word in ("-L", label)]
    with files.scratch_folder(texts) as folder:
        done = git.ask(folder, "merge-file", "-p", "-q", "--diff3", *names, *_PARTS)
    if done.returncode > _MOST_CONFLICTS or done.returncode < 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        msg = "git merge-file failed."
        raise HistoryUnreadableError(msg, why=said)
    return Merged(done.stdout, done.returncode)


def in_style(data: bytes, sample: bytes) -> bytes:
    """`data` with the line ends of `sample`, where both have one kind only."""
    wanted = _ending(sample)
    if wanted is None or _ending(data) in (None, wanted):
        return data
    return _with_endings(data, wanted)


def styles(data: bytes) -> tuple[bytes, ...]:
    """A text as it stands and with other line ends: a checkout may have changed them."""
    return (data, _with_endings(data, b"\n"), _with_endings(data, b"\r\n"))


def _with_endings(data: bytes, ending: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", ending)


def _ending(data: bytes) -> bytes | None:
    """The one line end of a text; None where there is none, or both."""
    lines, long = data.count(b"\n"), data.count(b"\r\n")
    if not lines or long not in (0, lines):
        return None
    return b"\r\n" if long else b"\n"
