"""Which added files and which commits a backtest asks about, and what counts as a family.

Temporal hold-out: what is asked about lies in the later half of the history (or after a date), and
what is answered knows the parent of its commit and nothing after it.
"""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining import roles
from pattern_ci.mining.backtest.past import family_keys
from pattern_ci.mining.backtest.timeline import DELETED
from pattern_ci.mining.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterator, Mapping

    from pattern_ci.mining.backtest.timeline import Timeline
    from pattern_ci.mining.history import Commit

MIN_SIBLINGS = 4
MIN_BYTES = 200
MAX_TOKENS = 3_000
# A transaction of one file says nothing, and one that sweeps says nothing either.
MIN_TOGETHER, MAX_TOGETHER = 2, 30
# Of the commits at most this share is asked about, so that there is a past to learn from.
ASKED_SHARE = 3


class Candidate(NamedTuple):
    """A file that was added by commit number `number`; `parent` is the commit before it."""

    number: int
    parent: int
    path: str
    blob: str


class Target(NamedTuple):
    """A file to predict, with the key of the family that it joined."""

    candidate: Candidate
    key: str
    text: str


def first_asked(timeline: Timeline, since: int | None) -> int:
    """Number of the first commit that may be asked about; `since` is in seconds since 1970."""
    commits = timeline.commits
    if since is None:
        return len(commits) // 2
    return next((n for n, commit in enumerate(commits) if commit.time >= since), len(commits))


def candidates(timeline: Timeline, excluded: Callable[[str], bool]) -> list[Candidate]:
    """Every file that somebody wrote, oldest first.

    Not what was there already on a parallel line of history, nor what moved; nor what the first
    commit of a history brought in, or a merge.
    """
    found = []
    there: set[str] = set()
    for number, commit in enumerate(timeline.commits):
        parents = timeline.parents[number]
        if len(parents) == 1:
            blobs = {change.path: change.blob for change in commit.changes}
            found += [
                Candidate(number, parents[0], event.path, blobs[event.path])
                for event in roles.events(commit)
                if event.added
                and not event.moved
                and event.path not in there
                and not excluded(event.path)
            ]
        for change in commit.changes:
            (there.discard if change.status == DELETED else there.add)(change.path)
    return found


def family_of(path: str, families: Mapping[str, Collection[str]]) -> str | None:
    """The first family that has enough members for a new file at `path`."""
    keys = family_keys(path)
    return next((key for key in keys if len(families.get(key, ())) >= MIN_SIBLINGS), None)


def readable(raw: bytes | None) -> str | None:
    """The text of a file that counts: UTF-8, neither tiny nor huge."""
    if raw is None or len(raw) < MIN_BYTES or b"\0" in raw:
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if len(tokenize(text)) <= MAX_TOKENS else None


def transaction(commit: Commit, excluded: Callable[[str], bool]) -> tuple[str, ...]:
    """Files that a commit added or edited, sorted; empty when it says nothing (see the limits)."""
    paths = sorted(c.path for c in commit.changes if c.status != DELETED and not excluded(c.path))
    return tuple(paths) if MIN_TOGETHER <= len(paths) <= MAX_TOGETHER else ()


def asked_commits(
    timeline: Timeline, excluded: Callable[[str], bool], since: int | None
) -> Iterator[int]:
    """Numbers of the commits to split, the newest first: a third of all that say something."""
    numbers = [
        number
        for number, commit in enumerate(timeline.commits)
        if len(timeline.parents[number]) == 1 and transaction(commit, excluded)
    ]
    first = first_asked(timeline, since) if since is not None else 0
    chosen = numbers if since is not None else numbers[len(numbers) - len(numbers) // ASKED_SHARE :]
    return (number for number in reversed(chosen) if number >= first)


def split(sha: str, paths: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """A random part of a transaction as the query, the rest as what is expected.

    The commit id is the seed: the same split wherever and whenever this runs.
    """
    seed = int.from_bytes(hashlib.sha256(sha.encode()).digest()[:8], "big")
    draw = random.Random(seed)  # noqa: S311  # no secret: it has to be the same every time
    query = draw.sample(paths, draw.randint(1, len(paths) - 1))
    return tuple(sorted(query)), frozenset(paths) - set(query)


def any_of(paths: Collection[str], seed: str, without: Container[str] = ()) -> str | None:
    """One of these paths, drawn by `seed`."""
    choice = sorted(path for path in paths if path not in without)
    if not choice:
        return None
    digest = hashlib.sha256(seed.encode("utf-8", "surrogateescape")).digest()
    return choice[int.from_bytes(digest[:8], "big") % len(choice)]
