"""The history index: every commit reachable from a revision and what it changed, parsed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MERGE = "m"


class Change(NamedTuple):
    """One path in one commit: A, M, D or T, and the blob after the change (for D before it)."""

    status: str
    path: str
    blob: str


class Commit(NamedTuple):
    """A commit; `order` is its place in time, later than each parent's whatever the clocks said."""

    sha: str
    time: int
    order: int
    changes: tuple[Change, ...]


class RawCommit(NamedTuple):
    """A commit as git printed it."""

    sha: str
    time: int
    parents: tuple[str, ...]
    changes: tuple[Change, ...]


# Symlinks and submodules are no text that anybody templates.
_REGULAR = (b"100644", b"100755")


def parse(fields: Iterable[bytes]) -> list[RawCommit]:
    """Read the stream of `git_trees.log_raw`: children before parents, as git printed them."""
    commits: list[RawCommit] = []
    changes: list[Change] = []
    meta = b""
    for field in fields:
        if meta:
            _add_change(changes, meta, field)
            meta = b""
            continue
        start = field.find(b"\x01")
        if start >= 0 and not field.lstrip(b"\n").startswith(b":"):
            # A commit with a broken date prints none; it then takes its place after its parents.
            sha, time, *parents = field[start + 1 :].decode("ascii").split(" ")
            changes = []
            commits.append(RawCommit(sha, int(time or 0), tuple(filter(None, parents)), ()))
            commits[-1] = commits[-1]._replace(changes=changes)  # type: ignore[arg-type]
        elif field.strip():
            meta = field
    return [commit._replace(changes=tuple(commit.changes)) for commit in commits]


def _add_change(changes: list[Change], meta: bytes, path: bytes) -> None:
    # ":100644 100644 <old> <new> M"; the first of a commit comes after a line end.
    modes_old, mode_new, old, new, status = meta.lstrip(b"\n").split(b" ")
    mode = modes_old[1:] if status == b"D" else mode_new
    if mode in _REGULAR:
        blob = (old if status == b"D" else new).decode("ascii")
        name = path.decode("utf-8", "surrogateescape")
        changes.append(Change(status.decode("ascii")[:1], name, blob))


def place(raw: Iterable[RawCommit], known: Mapping[str, int]) -> list[Commit]:
    """Give each commit its place in time and sort by it; `known` holds places given before.

    The place is the commit time, or one more than the latest parent's where a clock went back: it
    depends on the graph alone, so the order is the same however the history was read.
    """
    orders: dict[str, int] = {}
    placed = []
    for commit in reversed(list(raw)):
        parents = (orders.get(parent, known.get(parent, -1)) for parent in commit.parents)
        orders[commit.sha] = max(commit.time, *(place + 1 for place in parents), 0)
        placed.append(Commit(commit.sha, commit.time, orders[commit.sha], commit.changes))
    placed.sort(key=lambda commit: (commit.order, commit.sha))
    return placed
