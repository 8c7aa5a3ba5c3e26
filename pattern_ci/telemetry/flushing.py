"""Flushing: the spool of this clone moves into the tree, each event once, wherever a run ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files
from pattern_ci.appending import LineFile
from pattern_ci.telemetry import lines, places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from pattern_ci.telemetry.places import Shard

# How telemetry is merged: lines of both sides, none of them changed, folded in reviews.
ATTRIBUTES_FILE = ".gitattributes"
ATTRIBUTES = f"{places.TREE_FOLDER}/*/*.jsonl merge=union -text linguist-generated"


class Flushed(NamedTuple):
    """A shard of the spool: events that it holds, and lines that are none."""

    shard: Shard
    events: int
    bad: int


def waiting(spool: Path, more: Iterable[bytes] = ()) -> list[Flushed]:
    """What a flush would move, `more` being events that come to the spool just before."""
    coming = _by_shard(spool, more)
    found = []
    for shard in sorted({*places.shards(spool), *coming}):
        events, bad = _sorted_out(files.read_bytes(shard.path) or b"")
        known = {line.event["id"] for line in events if line.event}
        added = len(coming.get(shard, frozenset()) - known)
        if events or bad or added:
            found.append(Flushed(shard, len(events) + added, len(bad)))
    return found


def _by_shard(spool: Path, raw: Iterable[bytes]) -> dict[Shard, set[str]]:
    """The ids of events by the shard that they belong to; what is no event belongs to none."""
    found: dict[Shard, set[str]] = {}
    for event in (lines.parse(one).event for one in raw):
        if event is not None:
            shard = places.Shard(spool, places.month_of(event["ts"]), event["writer"])
            found.setdefault(shard, set()).add(event["id"])
    return found


def flush(spool: Path, tree: Path, aside: Path) -> list[Flushed]:
    """Move every event; what is none is set aside. Raises StorageError, LockedError."""
    places.sweep(tree)
    moved = []
    for shard in places.shards(spool):
        if shard.path.stat().st_size == 0:
            continue
        with LineFile(shard.path, lambda _: False) as source, source.drained() as raw:
            events, bad = _sorted_out(raw)
            for line in bad:
                lines.set_aside(aside, f"{shard.month}-{shard.writer}", line.raw)
            append(shard.below(tree), events, aside)
        if events or bad:
            moved.append(Flushed(shard, len(events), len(bad)))
    return moved


def _sorted_out(raw: bytes) -> tuple[list[lines.Line], list[lines.Line]]:
    """Events (those of a later version too) and the rest."""
    found = [line for line in lines.split(raw) if line.raw.strip()]
    good = [line for line in found if line.event is not None or line.newer]
    return good, [line for line in found if line.event is None and not line.newer]


def append(target: Shard, events: list[lines.Line], aside: Path) -> None:
    """Add events to a shard of the tree, those that it has left out. Raises StorageError."""
    pending = [line.raw.rstrip(b"\r\n") + b"\n" for line in events]
    if not pending:
        return

    def unwritten(last: bytes) -> bytes:
        return b"".join(_new_lines(target, events, pending, last))

    with LineFile(target.path, _mender(target, pending, aside)) as file:
        file.append(unwritten)


def _new_lines(
    target: Shard, events: list[lines.Line], pending: list[bytes], last: bytes
) -> list[bytes]:
    """What the target lacks: after a run that ended half-way it has some of it."""
    newest = lines.parse(last).event if last else None
    # Side by side and with a clock that went back, a later line may have an earlier id.
    names = [line.event["id"] if line.event else "" for line in events]
    if not last or (newest and newest["id"] < min(names)):
        return pending
    known = {line.event["id"] for line in lines.read(target.path) if line.event}
    whole = {line.raw for line in lines.read(target.path) if line.newer}
    return [
        raw
        for line, raw in zip(events, pending, strict=True)
        if (line.event["id"] not in known if line.event else raw not in whole)
    ]


def _mender(target: Shard, pending: list[bytes], aside: Path) -> Callable[[bytes], bool]:
    """A torn line is set aside, unless it is the beginning of one that is written now."""

    def mend(torn: bytes) -> bool:
        if lines.parse(torn).event is not None:
            return True
        if not any(raw.startswith(torn) for raw in pending):
            lines.set_aside(aside, f"{target.month}-{target.writer}", torn)
        return False

    return mend


def with_attributes(text: str) -> str:
    """`.gitattributes` with our line; unchanged where telemetry is spoken of already."""
    if any(line.split("#")[0].strip().startswith(places.TREE_FOLDER) for line in text.splitlines()):
        return text
    if text and not text.endswith("\n"):
        text += "\n"
    return f"{text}{ATTRIBUTES}\n"
