"""From a failed run to the table `error_patterns`: events on disk tell what the engine knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.diagnosis.engine import ErrorEngine, error_ref
from pattern_ci.diagnosis.registry import ErrorRegistry
from pattern_ci.model.event import Event, EventType, Source
from pattern_ci.telemetry.index import Index, open_index
from pattern_ci.telemetry.queries import Filters, Question, ask
from pattern_ci.telemetry.recording import SpoolRecorder
from pattern_ci.telemetry.redaction import Redactor

if TYPE_CHECKING:
    from pathlib import Path

LOG = "src/a.py:3:8: F401 [*] `os` imported but unused\nsrc/a.py:9:89: E501 Line too long (9 > 8)\n"


def test_what_is_recorded_is_what_is_known(tmp_path: Path) -> None:
    """Two runs fail, two fixes are tried, one helps: the index has the rows of the engine."""
    recorder = SpoolRecorder(
        tmp_path / "spool", writer="0" * 16, redactor=Redactor({}), aside=tmp_path / "aside"
    )
    kept: list[Event] = []

    def record(event: Event) -> None:
        kept.append(event)
        recorder.record(event)

    engine = ErrorEngine(record=record)
    before = engine.observe(LOG, tool="ruff", exit_code=1)
    for one in before:
        failed = Event(
            type=EventType.OPERATION, source=Source.EXECUTOR, success=False, error=error_ref(one)
        )
        record(failed)
    engine.resolve(before, before, passed=False, method="wait", verified_by="ruff check")
    engine.resolve(before, before[1:], passed=False, method="ruff --fix", verified_by="ruff check")
    recorder.close()

    with open_index(tmp_path / "x.db").store as store:
        Index(store).refresh(tmp_path / "tree", tmp_path / "spool")
        rows = ask(store, Question.FAILURES, Filters()).to_list()

    known = {row.error_signature: row for row in engine.statistics()}
    assert {row["error_signature"] for row in rows} == set(known)
    for row in rows:
        mine = known[row["error_signature"]]
        assert row["error_class"] == mine.kind.value
        assert row["resolutions_tried"] == mine.attempted_resolutions == 2
        assert row["occurrences"] == mine.occurrences == 1
    assert [known[one.signature].success_rate for one in before] == [0.5, 0.0]
    assert ErrorRegistry.from_events(kept).statistics() == engine.statistics()
