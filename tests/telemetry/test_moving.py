"""Flush and compaction: each event once, whatever ends a run; old months keep their counts."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import StorageError
from pattern_ci.model.event import ErrorRef, EventType, Resolution
from pattern_ci.telemetry import compacting, flushing, lines
from pattern_ci.telemetry.metrics import read_metrics
from pattern_ci.telemetry.places import shards
from tests.telemetry.worlds import WRITER, contents, event, every_moment, line, shard

if TYPE_CHECKING:
    from pathlib import Path

NEWER = line(8).replace(b'"schema_version":1', b'"schema_version":9')
STORY = line(3, type=EventType.LIFECYCLE, parameters={"subject": "candidate", "status": "rejected"})
TODAY = date(2026, 9, 1)


def places(folder: Path) -> tuple[Path, Path, Path]:
    """Spool, tree and what is set aside."""
    return folder / "spool", folder / "tree", folder / "aside"


def flush(folder: Path) -> list[flushing.Flushed]:
    """Everything in the spool moves."""
    return flushing.flush(*places(folder))


def compact(folder: Path) -> list[compacting.Step]:
    """Every month that is over."""
    works = compacting.plan(folder / "tree", TODAY)
    compacting.carry_out(works, folder / "tree", folder / "aside")
    return [work.step for work in works]


def ids_in(root: Path) -> list[str]:
    """Ids of all events, duplicates too."""
    return [
        one.event["id"]
        for path in sorted(root.rglob("*.jsonl"))
        for one in lines.read(path)
        if one.event
    ]


def test_flush_moves_events_and_sets_the_rest_aside(tmp_path: Path) -> None:
    """Behind what is there; garbage and a torn end stay, byte by byte, in the state folder."""
    shard(tmp_path / "tree", line(0))
    shard(tmp_path / "spool", line(1), b"garbage\xff\n", NEWER, line(2)[:40])

    (moved,) = flush(tmp_path)

    assert (moved.events, moved.bad) == (2, 2)
    found = contents(*places(tmp_path))
    assert found.pop(f"tree/2026-05/{WRITER}.jsonl") == line(0) + line(1) + NEWER
    assert sorted(found.values()) == [b"garbage\xff\n", line(2)[:40]]
    assert {name.split("/")[0] for name in found} == {"aside"}
    assert flush(tmp_path) == []


def test_what_was_moved_out_of_order_moves_once(tmp_path: Path) -> None:
    """Steps side by side, or a clock that went back; a flush that was killed before it emptied."""
    for root in ("tree", "spool"):
        shard(tmp_path / root, line(5), line(2))

    flush(tmp_path)

    assert contents(tmp_path / "tree") == {f"tree/2026-05/{WRITER}.jsonl": line(5) + line(2)}


def test_a_plan_of_a_flush_changes_nothing(tmp_path: Path) -> None:
    """What waits is counted; files stay as they are."""
    shard(tmp_path / "spool", line(1), b"garbage\n", line(2))
    before = contents(*places(tmp_path))

    (waiting,) = flushing.waiting(tmp_path / "spool")

    assert (waiting.events, waiting.bad) == (2, 1)
    assert contents(*places(tmp_path)) == before


def test_a_kill_during_a_flush_ends_in_the_same_state(tmp_path: Path) -> None:
    """Killed at each write and in the middle of each; the next flush leaves what one would have."""

    def prepare(moment: int) -> Any:
        folder = tmp_path / str(moment) / "x"
        shard(folder / "tree", line(0), b'{"torn":')
        shard(folder / "spool", line(1), b"garbage\n", line(2), STORY, line(4)[:30])
        return lambda: flush(folder)

    prepare(0)()
    wanted = contents(*places(tmp_path / "0" / "x"))
    moments = list(every_moment(prepare))
    for moment in moments:
        flush(tmp_path / str(moment) / "x")
        assert contents(*places(tmp_path / str(moment) / "x")) == wanted, moment
    assert len(moments) > 12


def test_flush_after_a_merge_keeps_lines_of_both_sides(tmp_path: Path) -> None:
    """Lines in another order, and some twice, as a union merge leaves them: none is added."""
    shard(tmp_path / "tree", line(5), line(1), line(1))
    shard(tmp_path / "spool", line(1), line(2))

    flush(tmp_path)

    assert sorted(ids_in(tmp_path / "tree")) == [event(n).id for n in (1, 1, 2, 5)]


def test_old_months_become_counts_and_stories_stay(tmp_path: Path) -> None:
    """Sums by pattern and error; lifecycle events and lines of a later version stay whole."""
    failed = {"success": False, "error": ErrorRef(signature="E 1", kind="import")}
    solved = {
        "type": EventType.RESOLUTION, "success": None, "error": ErrorRef(signature="E 1"),
        "resolution": Resolution(method="install", success=True),
    }  # fmt: skip
    bad = line(1, **failed)
    old = shard(tmp_path / "tree", line(0), bad, line(2, **solved), STORY, NEWER, bad, b"garbage\n")
    young = shard(tmp_path / "tree", line(0), month="2026-06")

    (step,) = compact(tmp_path)

    metrics = read_metrics(old.metrics)
    assert metrics is not None
    assert (step.counted, step.kept, step.set_aside, metrics.events) == (3, 2, 1, 3)
    used = metrics.counts["pattern.executed", "OPK-ADD-PLUGIN", "PAT-PLUGINS-PY-001", "1.0.0"]
    assert (used["events"], used["successes"], used["failures"], used["seconds"]) == (2, 1, 1, 1.0)
    assert [(row["occurrences"], row["worked"]) for row in metrics.errors.values()] == [
        (0, 1),
        (1, 0),
    ]
    assert old.path.read_bytes() == STORY + NEWER
    assert young.path.read_bytes() == line(0)
    assert compact(tmp_path) == []


@pytest.mark.parametrize(
    ("month", "today", "over"),
    [
        ("2026-05", date(2026, 8, 29), False),
        ("2026-05", date(2026, 8, 30), True),
        ("2025-12", date(2026, 3, 31), False),
        ("2025-12", date(2026, 4, 1), True),
    ],
)
def test_ninety_days_count_from_the_end_of_the_month(month: str, today: date, over: bool) -> None:
    """The last day of the month is 90 days back."""
    assert compacting.is_over(month, today) is over


def test_a_kill_during_compaction_ends_in_the_same_state(tmp_path: Path) -> None:
    """Killed at each write; the next run counts nothing twice and loses nothing."""

    def prepare(moment: int) -> Any:
        folder = tmp_path / str(moment) / "x"
        shard(folder / "tree", line(0), line(1), STORY, b"garbage\n")
        shard(folder / "tree", line(2), writer="00000000000000bb")
        return lambda: compact(folder)

    prepare(0)()
    wanted = contents(*places(tmp_path / "0" / "x"))
    assert len(wanted) == 4
    moments = list(every_moment(prepare))
    for moment in moments:
        compact(tmp_path / str(moment) / "x")
        found = contents(*places(tmp_path / str(moment) / "x"))
        assert found == wanted, moment
    assert len(moments) > 8


def test_events_that_come_late_are_added(tmp_path: Path) -> None:
    """A branch that was merged after compaction: new events count, known ones do not again."""
    place = shard(tmp_path / "tree", line(0), line(1))
    compact(tmp_path)

    shard(tmp_path / "tree", line(1), line(2))
    (step,) = compact(tmp_path)

    metrics = read_metrics(place.metrics)
    assert metrics is not None
    assert (step.counted, metrics.events) == (1, 3)
    assert not place.path.exists()


def test_counts_that_cannot_be_read_stop_compaction(tmp_path: Path) -> None:
    """Going on would lose what was counted: one clear line, and nothing is written."""
    place = shard(tmp_path / "tree", line(0))
    place.metrics.write_text('{"schema_version": 1}')
    before = contents(*places(tmp_path))

    with pytest.raises(StorageError, match=r"holds no monthly metrics: .* is missing"):
        compact(tmp_path)
    assert contents(*places(tmp_path)) == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"{flushing.ATTRIBUTES}\n"),
        ("*.png binary", f"*.png binary\n{flushing.ATTRIBUTES}\n"),
        ("patterns/telemetry/** text\n", "patterns/telemetry/** text\n"),
        (f"{flushing.ATTRIBUTES}\n", f"{flushing.ATTRIBUTES}\n"),
    ],
)
def test_the_line_for_merges_is_added_once(before: str, after: str) -> None:
    """Somebody's own line about telemetry counts."""
    assert flushing.with_attributes(before) == after


def test_what_has_the_name_of_a_shard_and_is_no_file_is_none(tmp_path: Path) -> None:
    """To read a pipe that nobody writes to would never end."""
    _, tree, _ = places(tmp_path)
    whole = shard(tree, line(0))
    os.mkfifo(whole.path.with_stem("b" * 16))
    whole.path.with_stem("c" * 16).mkdir()

    assert list(shards(tree)) == [whole]
