"""The index of all events: derived from the shards, kept up by reading what is new in them.

Deleting it loses nothing. An event counts once, wherever its line stands. A shard of the tree that
lost lines it had (another branch, compaction) makes the index read everything anew; the spool loses
its lines to the tree by `flush`, which changes nothing here.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files
from pattern_ci.database import Store
from pattern_ci.telemetry import index_schema as sql
from pattern_ci.telemetry import lines, places, subjects
from pattern_ci.telemetry.metrics import digest_of, outcome, read_metrics, saved_minutes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pattern_ci.database import Change
    from pattern_ci.telemetry.places import Shard

TREE, SPOOL, METRICS = "tree", "spool", "metrics"
_BATCH = 50_000
_TAIL = 4096


class Progress(NamedTuple):
    """How far a shard was read: bytes, a digest of what stands before them, lines refused."""

    read_to: int
    tail: str
    refused: int


class Refreshed(NamedTuple):
    """What a refresh did: lines read, lines that are no events, whether all was read anew."""

    read: int
    refused: int
    anew: bool


class Index:
    """The tables, and how they follow the shards. Raises what `Store` and the files raise."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def refresh(self, tree: Path, spool: Path) -> Refreshed:
        """Read what is new below both roots."""
        known = self._known()
        here = dict(_shards(tree, spool))
        anew = _must_read_anew(known, here, _metrics(tree))
        if anew:
            known = {}
        if not known:
            self._empty()
        read = sum(self._follow(key, shard, tree, known.get(key)) for key, shard in here.items())
        if not known:
            self._count_compacted(tree)
        if self.store.rows(sql.IS_UNSUMMED):
            self._sum_up()
        refused = self.store.rows("SELECT total(refused) FROM shards")[0][0]
        return Refreshed(read, int(refused), anew)

    def _known(self) -> dict[tuple[str, str], Progress]:
        rows = self.store.rows(sql.KNOWN)
        return {(place, name): Progress(*rest) for place, name, *rest in rows}

    def _empty(self) -> None:
        """Make room for everything; rows go in faster where nothing sorts them."""
        with self.store.change_all() as run:
            for statement in (*sql.CLEAR, *sql.DROP_INDEXES, sql.SET_UNSUMMED):
                run(statement)

    def _follow(
        self, key: tuple[str, str], shard: Shard, tree: Path, known: Progress | None
    ) -> int:
        """Read a shard on from where it was left; how many lines that were."""
        if known is not None and not _still_there(shard.path, known):
            known = None  # a spool that was flushed begins anew
        counted = _counted(shard.below(tree))
        found = lines.read(shard.path, known.read_to if known else 0)
        reading = _Reading(found, counted, known or Progress(0, "", 0))
        while True:
            with self.store.change_all() as run:
                before = reading.read
                self._take(run, reading)
                if reading.read == before:
                    return before
                progress = Progress(
                    reading.read_to, _tail(shard.path, reading.read_to), reading.refused
                )
                run(sql.SET_PROGRESS, [(*key, *progress)])
                run(sql.SET_UNSUMMED)  # each time: another process may sum up in between

    def _take(self, run: Change, reading: _Reading) -> None:
        """The next events of a shard: rows, counts, steps."""
        last = self.store.rows("SELECT ifnull(max(id), 0) FROM execution_logs")[0]
        steps: list[tuple[Any, ...]] = []
        run(sql.INSERT, reading.rows(_BATCH, steps))
        run(sql.COUNT_NEW, [last])
        run(sql.COUNT_NEW_ERRORS, [last])
        if steps:
            run(sql.INSERT_LIFECYCLE, steps)

    def _count_compacted(self, tree: Path) -> None:
        """Add what was counted when months were compacted; only into an index that has nothing."""
        for shard in places.shards(tree, ".metrics.json"):
            metrics = read_metrics(shard.metrics)
            if metrics is None:
                continue
            mark = Progress(0, _digest(shard.metrics), 0)
            with self.store.change_all() as run:
                run(sql.ADD_DAILY, metrics.daily_rows())
                run(sql.ADD_ERRORS, metrics.error_rows())
                run(sql.SET_PROGRESS, [(METRICS, shard.name, *mark)])
                run(sql.SET_UNSUMMED)

    def _sum_up(self) -> None:
        """Make the public sums and indexes anew, and say that they are."""
        with self.store.change_all() as run:
            steps = [
                subjects.Step(ts, subject, subject_id, status, json.loads(details))
                for ts, subject, subject_id, status, details in self.store.rows(sql.STEPS)
            ]
            for statement in (*sql.MAKE_INDEXES, *sql.SUM_UP):
                run(statement)
            run(sql.INSERT_CANDIDATE, subjects.candidates(steps))
            run(sql.INSERT_ANTI_PATTERN, subjects.anti_patterns(steps))
            run(sql.SET_CONFIDENCE, subjects.confidences(steps))
            run(sql.SET_SUMMED)


def open_index(path: Path | None) -> Index:
    """The index in a file, or in memory."""
    return Index(Store.open(path, mark=sql.MARK, versions=sql.VERSIONS))


def _shards(tree: Path, spool: Path) -> Iterator[tuple[tuple[str, str], Shard]]:
    """The tree first: what was flushed is known before the spool is looked at."""
    for place, root in ((TREE, tree), (SPOOL, spool)):
        for shard in places.shards(root):
            yield (place, shard.name), shard


def _metrics(tree: Path) -> dict[str, str]:
    return {shard.name: _digest(shard.metrics) for shard in places.shards(tree, ".metrics.json")}


def _must_read_anew(
    known: dict[tuple[str, str], Progress],
    here: dict[tuple[str, str], Shard],
    metrics: dict[str, str],
) -> bool:
    """Whether the tree lost something that the index has."""
    if not known:
        return False
    counted = {name: mark.tail for (place, name), mark in known.items() if place == METRICS}
    if counted != metrics:
        return True
    return any(
        key not in here or not _still_there(here[key].path, mark)
        for key, mark in known.items()
        if key[0] == TREE
    )


def _still_there(path: Path, known: Progress) -> bool:
    return _tail(path, known.read_to) == known.tail


def _tail(path: Path, end: int) -> str:
    """A digest of the last bytes before `end`; of nothing when the file is shorter."""
    start = max(0, end - _TAIL)
    try:
        with path.open("rb") as handle:
            handle.seek(start)
            found = handle.read(end - start)
    except OSError:
        found = b""
    return hashlib.sha256(found).hexdigest()[:16] if len(found) == end - start else ""


def _digest(path: Path) -> str:
    return hashlib.sha256(files.read_bytes(path) or b"").hexdigest()[:16]


class _Reading:
    """A shard while it is read: events pass through one by one and none is kept."""

    def __init__(
        self, found: Iterator[lines.Line], counted: frozenset[bytes], progress: Progress
    ) -> None:
        self._found = found
        self._counted = counted
        self.read_to = progress.read_to
        self.refused = progress.refused
        self.read = 0

    def rows(self, most: int, steps: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Rows of the next lines; those of lifecycle events go into `steps` as well."""
        for line in islice(self._found, most):
            self.read += 1
            self.read_to = line.end
            event = line.event
            if event is None:
                self.refused += 1
                continue
            if event["type"] == "lifecycle":
                steps.append(_step(event))
            elif self._counted and digest_of(event["id"]) in self._counted:
                continue  # the counts of its month hold it already
            yield _row(event)


def _counted(shard: Shard) -> frozenset[bytes]:
    """What the counts of this month hold."""
    metrics = read_metrics(shard.metrics)
    return metrics.seen if metrics else frozenset()


_dumps: Callable[[Any], str] = json.JSONEncoder(separators=(",", ":")).encode


@lru_cache(maxsize=4096)
def _listed(words: tuple[str, ...]) -> str:
    """Words as a JSON array; the same few come again and again."""
    return _dumps(words)


def _row(event: dict[str, Any]) -> tuple[Any, ...]:
    """An event as a row of `execution_logs`."""
    get = event.get
    error, done = get("error"), get("resolution")
    types, tools = get("file_types"), get("tools_used")
    return (
        bytes.fromhex(event["id"]),
        event["ts"],
        event["type"],
        get("operation_kind"),
        get("pattern_id"),
        get("pattern_version"),
        get("used_pattern", False),
        _listed(tuple(types)) if types else "[]",
        _listed(tuple(tools)) if tools else "[]",
        get("input_signature"),
        get("output_signature"),
        outcome(event),
        get("duration_s"),
        error["signature"] if error else None,
        error.get("class") if error else None,
        done["method"] if done else None,
        saved_minutes(event) if event.get("parameters") else None,
        event["writer"],
    )


def _step(event: dict[str, Any]) -> tuple[Any, ...]:
    """A lifecycle event as a row."""
    details = event.get("parameters", {})
    named = [details.get(name) for name in ("subject", "subject_id", "status")]
    subject, subject_id, status = (word if isinstance(word, str) else "" for word in named)
    return (
        bytes.fromhex(event["id"]),
        event["ts"],
        subject or ("pattern" if event.get("pattern_id") else ""),
        subject_id or event.get("pattern_id") or "",
        status,
        event.get("pattern_id"),
        _dumps(details),
    )
