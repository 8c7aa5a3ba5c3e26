"""The index: derived, incremental, each event once; old files migrate, others are left alone."""

from __future__ import annotations

import sqlite3  # noqa: TID251  # looks at the file as a user's own program would
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import DatabaseError, LockedError
from pattern_ci.model.event import ErrorRef, EventType, Resolution
from pattern_ci.telemetry import compacting, flushing
from pattern_ci.telemetry.index import Index, Refreshed, open_index
from pattern_ci.telemetry.index_schema import VERSIONS
from pattern_ci.telemetry.queries import Filters, Question, ask
from tests.telemetry.worlds import event, line, shard

if TYPE_CHECKING:
    from pathlib import Path

TABLES = {
    "execution_logs": "timestamp operation_kind pattern_id file_types tools_used input_signature "
    "output_signature success time_taken_seconds user_id",
    "pattern_metrics": "pattern_id version total_uses success_count failure_count "
    "total_time_saved_minutes last_used confidence_score",
    "pattern_candidates": "detected_at signature example_executions confidence status "
    "auto_generated_spec",
    "anti_patterns": "id name detected_at occurrences affected_patterns status",
    "error_patterns": "error_signature occurrences successful_resolutions success_rate "
    "recovery_method",
}
FAILED = {"success": False, "error": ErrorRef(signature="E 1", kind="import")}


def story(number: int, **parameters: Any) -> bytes:
    """A lifecycle event."""
    return line(number, type=EventType.LIFECYCLE, pattern_id=None, parameters=parameters)


def refresh(folder: Path) -> Refreshed:
    """Bring the index of a folder up to date."""
    with open_index(folder / "x.db").store as store:
        return Index(store).refresh(folder / "tree", folder / "spool")


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What another program reads."""
    db = sqlite3.connect(path)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


def everything(path: Path) -> dict[str, list[str]]:
    """All that the index says, whatever the order it was read in."""
    return {
        name: sorted(map(repr, rows(path, f"SELECT {', '.join(columns.split())} FROM {name}")))
        for name, columns in (TABLES | {"daily": "*", "daily_errors": "*"}).items()
    }


def anew(folder: Path) -> dict[str, list[str]]:
    """What an index says that was made from nothing."""
    fresh = folder / "x.db"
    for path in folder.glob("x.db*"):
        path.unlink()
    refresh(folder)
    return everything(fresh)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Two writers, one spool, failures, a resolution, candidates and anti-patterns."""
    shard(
        tmp_path / "tree",
        line(0),
        line(1, **FAILED),
        line(2, type=EventType.MISSING, used_pattern=False),
    )
    shard(
        tmp_path / "tree",
        line(3, type=EventType.RESOLUTION, success=None, error=ErrorRef(signature="E 1"),
             resolution=Resolution(method="install", success=True), writer="00000000000000bb"),
        story(4, subject="candidate", subject_id="c1", status="candidate", confidence=0.8,
              examples=["a", "b"], spec="patterns/drafts/x.pattern.yaml"),
        story(5, subject="candidate", subject_id="c2", status="pending"),
        story(6, subject="candidate", subject_id="c2", status="rejected"),
        story(7, subject="anti_pattern", subject_id="ANTI-PAT-1", status="active", name="loops",
              occurrences=3, affected_patterns=["PAT-X"]),
        story(8, subject="pattern", subject_id="PAT-PLUGINS-PY-001", status="active",
              confidence=0.9),
        writer="00000000000000bb",
    )  # fmt: skip
    shard(tmp_path / "spool", line(9, parameters={"time_saved_minutes": 2.5}))
    return tmp_path


def test_the_five_tables_say_what_happened(world: Path) -> None:
    """Columns and status values as published; sums are right."""
    refresh(world)
    path = world / "x.db"

    for name, columns in TABLES.items():
        assert set(columns.split()) <= {row[1] for row in rows(path, f"PRAGMA table_info({name})")}
    assert rows(path, "SELECT count(*), count(DISTINCT user_id) FROM execution_logs") == [(10, 2)]
    assert rows(path, "SELECT * FROM pattern_metrics") == [
        ("PAT-PLUGINS-PY-001", "1.0.0", 3, 2, 1, 2.5, event(9).ts, 0.9)
    ]
    assert rows(path, "SELECT * FROM error_patterns") == [("E 1", 1, 1, 1.0, "install")]
    columns = "signature, status, confidence, example_executions, auto_generated_spec"
    assert rows(path, f"SELECT {columns} FROM pattern_candidates") == [
        ("c1", "pending", 0.8, '["a", "b"]', "patterns/drafts/x.pattern.yaml"),
        ("c2", "rejected", None, "[]", None),
    ]  # fmt: skip
    assert rows(path, "SELECT * FROM anti_patterns") == [
        ("ANTI-PAT-1", "loops", event(7).ts, 3, '["PAT-X"]', "active")
    ]
    plan = rows(path, "EXPLAIN QUERY PLAN SELECT * FROM execution_logs WHERE pattern_id = 'x'")
    assert "idx_executions_pattern" in plan[0][3]
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]


def test_a_second_run_reads_nothing(world: Path) -> None:
    """And a third one what is new, no more."""
    assert refresh(world) == Refreshed(10, 0, anew=False)
    assert refresh(world) == Refreshed(0, 0, anew=False)
    with (world / "tree/2026-05/00000000000000bb.jsonl").open("ab") as handle:
        handle.write(line(20) + line(21)[:30])

    assert refresh(world) == Refreshed(1, 0, anew=False)
    assert everything(world / "x.db") == anew(world)


@pytest.mark.parametrize("later", [False, True], ids=["first", "later"])
def test_a_run_that_ended_before_its_sums_is_made_up_for(
    world: Path, monkeypatch: pytest.MonkeyPatch, *, later: bool
) -> None:
    """Nothing new need arrive: tables and indexes are right after the next run."""
    if later:
        refresh(world)
        shard(world / "tree", line(40), line(41, **FAILED), month="2026-07")
    with monkeypatch.context() as patch:
        patch.setattr(Index, "_sum_up", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            refresh(world)

    assert refresh(world) == Refreshed(0, 0, anew=False)

    names = {name for (name,) in rows(world / "x.db", "SELECT name FROM sqlite_schema")}
    assert {"idx_executions_pattern", "idx_executions_timestamp"} <= names
    assert rows(world / "x.db", "SELECT * FROM shards WHERE place = 'index'") == []
    assert everything(world / "x.db") == anew(world)


def _interrupted(_: Index) -> None:
    raise KeyboardInterrupt


def test_an_event_counts_once_wherever_it_stands(world: Path) -> None:
    """Twice in a shard, in the spool and in the tree, before and after a flush."""
    shard(world / "spool", line(9), line(9), line(0))
    refresh(world)
    before = everything(world / "x.db")
    flushing.flush(world / "spool", world / "tree", world / "aside")

    refresh(world)

    assert everything(world / "x.db") == before == anew(world)
    assert rows(world / "x.db", "SELECT count(*) FROM execution_logs") == [(10,)]


def test_a_spool_that_was_flushed_is_followed_from_its_start(world: Path) -> None:
    """What is recorded after a flush lies before the place that was read to."""
    shard(world / "spool", *(line(number) for number in range(50, 60)))
    refresh(world)
    flushing.flush(world / "spool", world / "tree", world / "aside")
    shard(world / "spool", line(70))

    refresh(world)

    assert rows(world / "x.db", "SELECT count(*) FROM execution_logs") == [(20,)]
    assert everything(world / "x.db") == anew(world)


def test_compaction_keeps_every_sum(world: Path) -> None:
    """Events go and counts stay; candidates and anti-patterns keep their story."""
    flushing.flush(world / "spool", world / "tree", world / "aside")
    refresh(world)
    before = everything(world / "x.db")
    works = compacting.plan(world / "tree", date(2027, 1, 1))
    compacting.carry_out(works, world / "tree", world / "aside")

    assert refresh(world).anew

    after = everything(world / "x.db")
    for name in ("pattern_metrics", "error_patterns", "pattern_candidates", "anti_patterns"):
        assert after[name] == before[name]
    assert rows(world / "x.db", "SELECT count(*) FROM execution_logs") == [(5,)]
    assert after == anew(world)


def test_counts_that_overlap_with_lines_count_once(world: Path) -> None:
    """Killed between counting and removing, or lines that a merge brought back."""
    raw = (world / "tree/2026-05/00000000000000aa.jsonl").read_bytes()
    refresh(world)
    before = everything(world / "x.db")["pattern_metrics"]
    works = compacting.plan(world / "tree", date(2027, 1, 1))
    compacting.carry_out(works, world / "tree", world / "aside")
    shard(world / "tree", raw)

    refresh(world)

    assert everything(world / "x.db")["pattern_metrics"] == before


def test_a_tree_that_lost_lines_is_read_anew(world: Path) -> None:
    """Another branch was checked out: the index says what the shards say."""
    refresh(world)
    shard(world / "tree", line(0))

    assert refresh(world).anew
    assert everything(world / "x.db") == anew(world)


def test_lines_that_are_no_events_are_counted_and_skipped(world: Path) -> None:
    """Binary garbage in the middle of a shard costs those lines only."""
    with (world / "tree/2026-05/00000000000000aa.jsonl").open("ab") as handle:
        handle.write(bytes(range(256)) + b"\n" + line(30))

    assert refresh(world).refused == 2
    assert rows(world / "x.db", "SELECT count(*) FROM execution_logs") == [(11,)]


def test_an_older_index_is_brought_forward(world: Path) -> None:
    """Version 1, the five tables alone: it gets what is new and is filled from the shards."""
    db = sqlite3.connect(world / "x.db")
    for statement in VERSIONS[0]:
        db.execute(statement)
    db.execute("INSERT INTO execution_logs (pattern_id) VALUES ('PAT-OLD')")
    db.execute("PRAGMA user_version = 1")
    db.execute("PRAGMA application_id = 0x70636964")
    db.commit()
    db.close()

    refresh(world)

    assert rows(world / "x.db", "PRAGMA user_version") == [(2,)]
    assert everything(world / "x.db") == anew(world)


def test_a_newer_index_is_refused(world: Path) -> None:
    """One line with both versions; the file stays as it is."""
    refresh(world)
    db = sqlite3.connect(world / "x.db")
    db.execute("PRAGMA user_version = 3")
    db.close()
    before = (world / "x.db").read_bytes()

    with pytest.raises(DatabaseError, match=r"later pattern-ci \(version 3, this one knows 2\)"):
        refresh(world)
    assert (world / "x.db").read_bytes() == before


def test_a_database_of_another_program_is_refused(world: Path) -> None:
    """A user's own file is never written."""
    db = sqlite3.connect(world / "x.db")
    db.execute("CREATE TABLE mine (a)")
    db.commit()
    db.close()
    before = (world / "x.db").read_bytes()

    with pytest.raises(DatabaseError, match="database of another program"):
        refresh(world)
    assert (world / "x.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused(world: Path) -> None:
    """One clear line that says what to do."""
    (world / "x.db").write_bytes(b"text " * 500)

    with pytest.raises(DatabaseError, match="cannot be used: file is not a database") as caught:
        refresh(world)
    assert "move it away" in caught.value.next_step


def test_a_writer_that_stays_is_said(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process holds the index."""
    refresh(world)
    shard(world / "tree", line(40), month="2026-07")
    monkeypatch.setattr("pattern_ci.database._BUSY_SECONDS", 0.01)
    db = sqlite3.connect(world / "x.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(LockedError, match="is writing to"):
            refresh(world)
    finally:
        db.close()


@pytest.mark.parametrize(
    ("question", "filters", "first"),
    [
        (Question.PATTERNS, Filters(), ("PAT-PLUGINS-PY-001", 3, 2, 1, 0.3333)),
        (Question.PATTERNS, Filters(since="2026-05-02"), ()),
        (Question.PATTERNS, Filters(until="2026-04-30"), ()),
        (Question.PATTERNS, Filters(pattern="PAT-OTHER"), ()),
        (Question.KINDS, Filters(kind="OPK-ADD-PLUGIN"), ("OPK-ADD-PLUGIN", 4, 3, 1, 0.75)),
        (Question.FAILURES, Filters(), ("E 1", "import", 1, 1, 1, "install")),
        (Question.MISSING, Filters(), ("OPK-ADD-PLUGIN", 1)),
    ],
)
def test_standard_questions(
    world: Path, question: Question, filters: Filters, first: tuple[Any, ...]
) -> None:
    """Each is answered, and each filter counts."""
    refresh(world)
    with open_index(world / "x.db").store as store:
        answer = ask(store, question, filters)

    assert [row[: len(first)] for row in answer.rows] == ([first] if first else [])
