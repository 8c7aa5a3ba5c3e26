"""Families by text alone: what an exact join and average linkage make of a clone's files."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from bench.similar import FLOOR, clusters, join, shingles
from pattern_ci import clock, git, git_objects, git_trees
from pattern_ci.mining.backtest.families import conventions, score
from pattern_ci.mining.backtest.past import Past
from pattern_ci.mining.backtest.protocol import readable
from pattern_ci.mining.backtest.timeline import Timeline
from pattern_ci.mining.history import parse
from pattern_ci.mining.stems import lift
from pattern_ci.mining.tokens import tokenize
from pattern_ci.model.lifting import split_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

MAX_BYTES = 40_000
# Every pair of so many texts is compared to see that the join misses none and invents none.
PROVED = 300


def measure(clone: Path) -> dict[str, Any]:
    """Precision and recall of families by text, processor seconds, and the proof of the join."""
    repo = git.open_repo(clone)
    rev = git.resolve(repo, "HEAD")
    timeline = Timeline(parse(git_trees.log_raw(repo, rev)))
    past = Past(repo, timeline, ())
    past.move(timeline.number[rev])
    live = past.tree.live
    raw = git_objects.blobs(repo, sorted(set(live.values())), max_bytes=MAX_BYTES)
    texts = {path: text for path in sorted(live) if (text := readable(raw.get(live[path])))}
    started = clock.monotonic()
    sets = shingles(tokenize(lift(text, _names(path))) for path, text in texts.items())
    groups = clusters(len(sets), join(sets, FLOOR))
    seconds = clock.monotonic() - started
    paths = list(texts)
    kinds = {path: kind for path, kind in conventions(live).items() if path in texts}
    found = score(kinds, [[paths[number] for number in group] for group in groups])
    return {
        "files": len(texts),
        "precision": found.precision,
        "recall": found.recall,
        "rand": found.rand,
        "seconds": round(seconds, 2),
        "join": _proof(sets[:PROVED]),
    }


def _names(path: str) -> tuple[str, ...]:
    folder, stem, _ = split_name(path)
    return tuple(filter(None, dict.fromkeys((stem, folder.rpartition("/")[2]))))


def _proof(sets: Sequence[Collection[int]]) -> dict[str, float]:
    """The join against every pair: both shares are 1 when it is exact."""
    said = {(pair.one, pair.other) for pair in join(sets, FLOOR)}
    true = {
        (one, other)
        for one, other in combinations(range(len(sets)), 2)
        if _alike(frozenset(sets[one]), frozenset(sets[other]))
    }
    right = len(said & true)
    return {
        "pairs": len(true),
        "precision": right / len(said) if said else 1.0,
        "recall": right / len(true) if true else 1.0,
    }


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    return bool(one) and len(one & other) >= FLOOR * len(one | other)
