"""Fetching: shards that were written elsewhere come into the tree, each event once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.telemetry import lines, places
from pattern_ci.telemetry.flushing import append
from pattern_ci.telemetry.metrics import digest_of, read_metrics

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Incoming(NamedTuple):
    """A shard of the tree with the events that it lacks, and how many lines were none."""

    shard: places.Shard
    new: list[lines.Line]
    bad: int

    @property
    def events(self) -> int:
        """How many events are new."""
        return len(self.new)


def incoming(shards: Mapping[str, bytes], tree: Path) -> list[Incoming]:
    """What the tree lacks of these shards, by path below `patterns/telemetry`; others are none.

    What was compacted here is there already. Raises StorageError.
    """
    found = []
    for name, raw in sorted(shards.items()):
        shard = places.shard_at(tree, name)
        if shard is None:
            continue
        told = [line for line in lines.split(raw) if line.raw.strip()]
        new = _lacked(shard, told)
        bad = sum(line.event is None and not line.newer for line in told)
        if new or bad:
            found.append(Incoming(shard, new, bad))
    return found


def _lacked(shard: places.Shard, told: list[lines.Line]) -> list[lines.Line]:
    """The first line of each event that the shard does not hold; a later version's, as bytes."""
    here = list(lines.read(shard.path))
    known = {line.event["id"] for line in here if line.event}
    whole = {line.raw.rstrip() for line in here if line.newer}
    metrics = read_metrics(shard.metrics)
    counted = metrics.seen if metrics else frozenset()
    new = []
    for line in told:
        if line.event is not None:
            name = line.event["id"]
            if name not in known and digest_of(name) not in counted:
                known.add(name)
                new.append(line)
        elif line.newer and line.raw.rstrip() not in whole:
            whole.add(line.raw.rstrip())
            new.append(line)
    return new


def take(found: list[Incoming], aside: Path) -> None:
    """Write what is new. Raises StorageError, LockedError."""
    for one in found:
        append(one.shard, one.new, aside)
