"""Changes that may be one rule: by signature, by shape, and narrower by what stands around them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pattern_ci.mining.rewrites.changes import TOKEN, signature
from pattern_ci.mining.rewrites.lifting import lift

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from pattern_ci.mining.rewrites.changes import Change
    from pattern_ci.mining.rewrites.lifting import Lifted

MIN_COMMITS = 3
# A sweeping commit speaks once: so many of its changes are looked at, the first by path.
MAX_OF_COMMIT = 8
# How often a cluster is made narrower, and how many a shape gives at most.
MAX_DEPTH = 3
MAX_CLUSTERS = 24

Cluster = tuple["Lifted", ...]


def clusters(changes: Iterable[Change], fresh: Container[str]) -> Iterator[Cluster]:
    """Every cluster with enough commits, one of them fresh; the widest of a shape first.

    Members stay in their order.
    """
    alike: dict[object, list[Change]] = defaultdict(list)
    for change in hopeful(list(changes), fresh):
        alike[signature(change)].append(change)
    for found in alike.values():
        if not _enough(found, fresh):
            continue
        shapes: dict[object, list[Lifted]] = defaultdict(list)
        for change in found:
            if (lifted := lift(change)) is not None:
                shapes[lifted.shape].append(lifted)
        for members in shapes.values():
            yield from _narrower(_sampled(members), fresh)


def hopeful(changes: Sequence[Change], fresh: Container[str]) -> Iterator[Change]:
    """Without the changes that no others can have the signature of: most of them, told cheaply.

    What both sides share takes nothing from the difference of their sizes and of the sums of their
    bytes, so that changes of one signature agree in both.
    """
    marks = [
        (len(one.left) - len(one.right), sum(_bytes(one.left)) - sum(_bytes(one.right)))
        for one in changes
    ]
    alike: dict[tuple[int, int], list[Change]] = defaultdict(list)
    for mark, change in zip(marks, changes, strict=True):
        alike[mark].append(change)
    enough = {mark for mark, found in alike.items() if _enough(found, fresh)}
    return (one for mark, one in zip(marks, changes, strict=True) if mark in enough)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _commits(changes: Iterable[Change]) -> int:
    return len({change.sha for change in changes})


def _enough(changes: Sequence[Change], fresh: Container[str]) -> bool:
    return _commits(changes) >= MIN_COMMITS and any(change.sha in fresh for change in changes)


def _sampled(members: Sequence[Lifted]) -> Cluster:
    taken: dict[str, int] = defaultdict(int)
    kept = []
    for one in members:
        taken[one.change.sha] += 1
        if taken[one.change.sha] <= MAX_OF_COMMIT:
            kept.append(one)
    return tuple(kept)


def _narrower(root: Cluster, fresh: Container[str]) -> Iterator[Cluster]:
    """A cluster, then the parts of it that share one token or value more, breadth first."""
    seen: set[frozenset[int]] = set()
    queue = [(root, 0)]
    while queue and len(seen) < MAX_CLUSTERS:
        members, depth = queue.pop(0)
        key = frozenset(map(id, members))
        if key in seen or not _enough([one.change for one in members], fresh):
            continue
        seen.add(key)
        yield members
        if depth < MAX_DEPTH:
            queue += [(part, depth + 1) for part in _parts(members)]


def _parts(members: Cluster) -> Iterator[Cluster]:
    heads = [TOKEN.findall(one.change.head)[::-1] for one in members]
    tails = [TOKEN.findall(one.change.tail) for one in members]
    yield from _split(members, _next(heads))
    yield from _split(members, _next(tails))
    for values in zip(*(one.values for one in members), strict=True):
        yield from _split(members, values)


def _next(rows: Sequence[Sequence[str]]) -> list[str | None]:
    """The first token of each row beyond what all rows share; None at the end of the line."""
    shared = 0
    for column in zip(*rows, strict=False):
        if len(set(column)) > 1:
            break
        shared += 1
    return [row[shared] if shared < len(row) else None for row in rows]


def _split(members: Cluster, keys: Sequence[str | None]) -> list[Cluster]:
    found: dict[str | None, list[Lifted]] = defaultdict(list)
    for one, key in zip(members, keys, strict=True):
        found[key].append(one)
    if len(found) == 1:
        return []
    parts = [tuple(part) for part in found.values()]
    return sorted(parts, key=lambda part: -_commits(one.change for one in part))
