"""Benchmark of telemetry, as ratios: `python -m bench.telemetry [--events N] [--output FILE]`.

Each figure is divided by what a bare program needs for the same bytes on the same machine, measured
in turns with it, so that a busy machine shifts both.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time  # noqa: TID251  # a benchmark measures
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci.appending import LineFile
from pattern_ci.model.event import ErrorRef, Event, EventType, Source
from pattern_ci.telemetry import fitting, ids
from pattern_ci.telemetry.index import open_index
from pattern_ci.telemetry.places import Shard
from pattern_ci.telemetry.queries import ALL, Filters, Question, ask
from pattern_ci.telemetry.recording import SpoolRecorder
from pattern_ci.telemetry.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WRITERS = 8
NEW = 1_000
ROUNDS, A_ROUND = 25, 40
START = datetime(2026, 9, 1, tzinfo=UTC)
TYPES = [EventType.EXECUTED] * 6 + [EventType.OPERATION] * 2 + [EventType.MISSING]


def events(count: int, writer: str, *, seed: int, start: datetime = START) -> Iterator[Event]:
    """Events of forty kinds, a tenth of them failures of two hundred signatures."""
    chance = random.Random(seed)
    last = ""
    for number in range(count):
        moment = start + timedelta(seconds=number * 5)
        last = ids.next_id(moment, last, f"{chance.getrandbits(64):016x}")
        kind, failed = chance.randrange(40), chance.random() < 0.1
        error = ErrorRef(signature=f"E{chance.randrange(200)}: no <*> in <*>", kind="import")
        yield Event(
            id=last,
            ts=ids.stamp(moment),
            writer=writer,
            type=chance.choice(TYPES),
            source=Source.EXECUTOR,
            operation_kind=f"OPK-KIND-{kind}",
            pattern_id=f"PAT-KIND-{kind:03d}",
            pattern_version="1.0.0",
            used_pattern=True,
            file_types=("py", "md"),
            tools_used=("render", "pytest"),
            input_signature=f"{chance.getrandbits(128):032x}",
            output_signature=f"{chance.getrandbits(128):032x}",
            verification="tests:pass",
            parameters={"path": f"src/file_{number}.py", "count": number},
            success=not failed,
            duration_s=round(chance.random(), 3),
            error=error if failed else None,
            commit=f"{chance.getrandbits(160):040x}",
        )


def took(act: Callable[[], object]) -> float:
    """Seconds by the clock on the wall."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def worked(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the processor, and by the clock: others use the machine as well."""
    started = time.process_time()
    wall = took(act)
    return time.process_time() - started, wall


def ratio(ours: Callable[[], object], bare: Callable[[], object]) -> float:
    """Median over rounds of ours against bare, in turns."""
    found = []
    for _ in range(ROUNDS):
        base = took(lambda: [bare() for _ in range(A_ROUND)])
        found.append(took(lambda: [ours() for _ in range(A_ROUND)]) / base)
    return round(statistics.median(found), 2)


def appending(folder: Path) -> dict[str, float]:
    """One event against a bare write and fsync of the same bytes."""
    event = next(events(1, "0" * 16, seed=1))
    line = fitting.encode(event.to_dict())
    handle = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def bare() -> None:
        os.write(handle, line)
        os.fsync(handle)

    file = LineFile(folder / "append", lambda _: False)
    recorder = SpoolRecorder(
        folder / "spool", writer="0" * 16, redactor=Redactor({}), aside=folder / "aside"
    )
    fresh = Event(**{**vars(event), "id": "", "ts": "", "writer": ""})
    return {
        "append / write + fsync": ratio(lambda: file.append(lambda _: line), bare),
        "record, with redaction and checks / write + fsync": ratio(
            lambda: recorder.record(fresh), bare
        ),
    }


def indexing(folder: Path, count: int) -> dict[str, float]:
    """The index from nothing, then with what is new, against parsing the lines."""
    tree = folder / "tree"
    for number in range(WRITERS):
        shard = Shard(tree, "2026-09", f"{number:016x}")
        shard.path.parent.mkdir(parents=True, exist_ok=True)
        with shard.path.open("wb") as handle:
            for event in events(count // WRITERS, shard.writer, seed=number):
                handle.write(fitting.encode(event.to_dict()))
    before, before_wall = worked(lambda: _parse(tree))
    build, build_wall = worked(lambda: _refresh(folder))
    after, after_wall = worked(lambda: _parse(tree))
    parsing, parsing_wall = (before + after) / 2, (before_wall + after_wall) / 2
    with Shard(tree, "2026-09", "0" * 16).path.open("ab") as handle:
        later = START + timedelta(days=60)
        for event in events(NEW, "0" * 16, seed=99, start=later):
            handle.write(fitting.encode(event.to_dict()))
    new, _ = worked(lambda: _refresh(folder))
    asked, _ = worked(lambda: _ask_all(folder))
    size = sum(path.stat().st_size for path in folder.glob("x.db*"))
    return {
        "events": count,
        "build / json.loads": round(build / parsing, 2),
        "the same by the clock": round(build_wall / parsing_wall, 2),
        f"{NEW} new / build": round(new / build, 4),
        "standard queries / build": round(asked / build, 4),
        "index in MiB": round(size / 2**20, 1),
        "build in s": round(build_wall, 1),
    }


def _parse(tree: Path) -> None:
    for path in tree.rglob("*.jsonl"):
        with path.open("rb") as handle:
            for line in handle:
                json.loads(line)


def _refresh(folder: Path) -> None:
    index = open_index(folder / "x.db")
    with index.store:
        index.refresh(folder / "tree", folder / "spool")


def _ask_all(folder: Path) -> None:
    with open_index(folder / "x.db").store as store:
        for question in Question:
            for filters in (ALL, Filters(since="2026-09-20", kind="OPK-KIND-7")):
                ask(store, question, filters)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--output", type=Path, help="write the figures as JSON as well")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:  # the disk that is meant, no memory
        figures: dict[str, Any] = appending(Path(name)) | indexing(Path(name), args.events)
    text = json.dumps(figures, indent=2)
    sys.stdout.write(text + "\n")
    if args.output:
        args.output.write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
