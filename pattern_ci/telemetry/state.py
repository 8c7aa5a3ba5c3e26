"""What of telemetry is here: in the spool, in the tree, set aside; read, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pattern_ci import files
from pattern_ci.telemetry import lines, places
from pattern_ci.telemetry.metrics import read_metrics

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Held:
    """Shards below one root: whole events, lines that are none, bytes without a line end."""

    shards: int = 0
    events: int = 0
    refused: int = 0
    torn: int = 0
    newer: int = 0
    size: int = 0
    months: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "shards": self.shards,
            "events": self.events,
            "refused_lines": self.refused,
            "torn_bytes": self.torn,
            "newer_lines": self.newer,
            "bytes": self.size,
            "months": list(self.months),
        }


@dataclass(frozen=True, kw_only=True)
class State:
    """All that is here. `compacted` counts the events that are metrics now."""

    spool: Held
    tree: Held
    compacted: int
    set_aside: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "spool": self.spool.to_dict(),
            "tree": self.tree.to_dict(),
            "compacted_events": self.compacted,
            "set_aside": list(self.set_aside),
        }


def survey(state_dir: Path, tree: Path | None) -> State:
    """Look at everything once. Raises StorageError as reading does."""
    compacted = 0
    if tree is not None:
        for shard in places.shards(tree, ".metrics.json"):
            metrics = read_metrics(shard.metrics)
            compacted += metrics.events if metrics else 0
    names, _ = files.walk(state_dir / places.ASIDE)
    return State(
        spool=_held(places.spool(state_dir)),
        tree=_held(tree) if tree is not None else Held(),
        compacted=compacted,
        set_aside=tuple(name for name in names if not name.endswith(".tmp")),
    )


def _held(root: Path) -> Held:
    shards = list(places.shards(root))
    events = refused = torn = newer = size = 0
    for shard in shards:
        end = 0
        for line in lines.read(shard.path):
            end = line.end
            events += line.event is not None
            newer += line.newer
            refused += line.event is None and not line.newer
        whole = shard.path.stat().st_size
        size += whole
        torn += whole - end
    return Held(
        shards=len(shards),
        events=events,
        refused=refused,
        torn=torn,
        newer=newer,
        size=size,
        months=tuple(sorted({shard.month for shard in shards})),
    )
