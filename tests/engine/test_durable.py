"""What a run waits for the disk for: once a step, once at its end, and together where it can."""

from __future__ import annotations

import errno
import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.engine import witness
from pattern_ci.engine.context import Workspace
from pattern_ci.engine.past_runs import left_behind, read_log
from pattern_ci.engine.run_log import FILE, FOLDER, RunLog
from pattern_ci.engine.running import run_plan
from pattern_ci.errors import LockedError, StorageError
from pattern_ci.render import lock
from pattern_ci.telemetry.recording import Made, SpoolRecorder
from pattern_ci.telemetry.redaction import Redactor
from tests.engine.worlds import answering, engine_at, executor_pattern, plan_of
from tests.telemetry.worlds import line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pattern_ci.engine.running import Engine
    from pattern_ci.engine.witness import Before
    from pattern_ci.model.execution import Ran

WRITER = "0" * 16
MARKS = "open('.git/by-executor', 'w').close()\n" + answering(success=True)


class Disk:
    """Stands for `os.fsync`: which file, and where its lines ended, when it was waited for."""

    def __init__(self) -> None:
        self.waited: list[tuple[int, int]] = []

    def __call__(self, descriptor: int) -> None:
        self.waited.append(_now(Path(f"/proc/self/fd/{descriptor}")))

    def count(self, path: Path) -> int:
        """How often a file was waited for."""
        return sum(file == path.stat().st_ino for file, _ in self.waited)


def _now(path: Path) -> tuple[int, int]:
    """Which file it is, and the length of its lines; blank ones are room for more."""
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_ino, len(file.read().rstrip(b"\n"))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """A disk that is asked and never slow."""
    found = Disk()
    monkeypatch.setattr(os, "fsync", found)
    monkeypatch.setattr(os, "fdatasync", found)
    return found


def _recorder(root: Path) -> SpoolRecorder:
    return SpoolRecorder(root / "spool", writer=WRITER, redactor=Redactor({}), aside=root / "aside")


def _engine(repo_path: Path) -> Engine:
    state = repo_path / ".git" / "pattern-ci"
    return replace(engine_at(repo_path), recorder=_recorder(state))


def _shard(repo_path: Path) -> Path:
    (shard,) = (repo_path / ".git" / "pattern-ci" / "spool").rglob("*.jsonl")
    return shard


def _spooled(repo_path: Path) -> list[str]:
    return _shard(repo_path).read_text().splitlines()


def test_a_step_waits_for_the_disk_once(repo_path: Path, disk: Disk) -> None:
    """Its beginning brings along how the one before ended; the spool is waited for at the end."""
    engine = _engine(repo_path)
    steps = [{"id": f"s{number}", "run": ["true"]} for number in range(10)]

    finished = run_plan(engine, plan_of(engine, *steps, workers=1))

    assert len(_spooled(repo_path)) == 10
    # The run begins, ten steps begin, the run ends.
    assert disk.count(engine.runs / finished.run_id / FILE) == 12
    assert disk.count(_shard(repo_path)) == 1


def test_a_run_is_over_when_its_events_are_on_the_disk(repo_path: Path, disk: Disk) -> None:
    """Not before: until then they are in its log."""
    engine = _engine(repo_path)

    finished = run_plan(engine, plan_of(engine, {"run": ["true"]}))

    log = engine.runs / finished.run_id / FILE
    assert disk.waited[-2:] == [_now(_shard(repo_path)), _now(log)]


def test_what_a_power_cut_took_from_the_spool_is_in_the_log(repo_path: Path) -> None:
    """The next run puts it back, once; what is there already is no double."""
    engine = _engine(repo_path)
    run_plan(engine, plan_of(engine, {"id": "a", "run": ["true"]}, {"id": "b", "run": ["true"]}))
    whole = _spooled(repo_path)
    _shard(repo_path).write_text(f"{whole[0]}\n")
    (log,) = engine.runs.glob(f"*/{FILE}")
    text = log.read_text()
    log.write_text(text[: text.index('{"event": "run.ended"')])

    later = replace(engine, recorder=_recorder(repo_path / ".git" / "pattern-ci"))
    run_plan(later, plan_of(later, {"id": "c", "run": ["true"]}))

    after = _spooled(repo_path)
    assert sorted(after[:2]) == sorted(whole)
    assert len(after) == 3


def test_lines_that_are_due_together_wait_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one waits three come: they wait once for all."""
    log = RunLog(tmp_path / "run")
    log.append("run.started")
    entered, go = threading.Event(), threading.Event()
    waits: list[int] = []

    def slow(descriptor: int) -> None:
        waits.append(descriptor)
        entered.set()
        assert go.wait(20)

    monkeypatch.setattr(os, "fdatasync", slow)

    def begins(step: str) -> threading.Thread:
        return _started(lambda: log.append("step.started", step=step))

    threads = [begins("s0")]
    assert entered.wait(20)
    threads += [begins("s1"), begins("s2"), begins("s3")]
    while len((log.folder / FILE).read_text().rstrip().splitlines()) < 5:
        pass
    go.set()
    for thread in threads:
        thread.join(20)

    assert len(waits) == 2
    lines = (log.folder / FILE).read_text().rstrip().splitlines()
    assert {json.loads(line).get("step") for line in lines[1:]} == {"s0", "s1", "s2", "s3"}


def _started(act: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_what_has_ended_does_not_wait_for_the_next_step(repo_path: Path, disk: Disk) -> None:
    """The others may take an hour: with nothing to start, its end is brought to the disk alone."""
    engine = _engine(repo_path)
    steps = [
        {"id": "short", "run": ["true"]},
        {"id": "long", "run": ["sh", "-c", "while [ ! -e go ]; do sleep 0.01; done"]},
        {"id": "last", "run": ["true"], "needs": ["short", "long"]},
    ]
    plan = plan_of(engine, *steps, workers=2)
    run = _started(lambda: run_plan(engine, plan))
    log = None
    try:
        for _ in range(2000):
            log = log or next(engine.runs.glob(f"*/{FILE}"), None)
            done = log is not None and '"step.ended", "step": "short"' in log.read_text()
            if done and log is not None and _now(log) in disk.waited:
                break
            threading.Event().wait(0.005)
        assert log is not None
        assert '"step.ended", "step": "short"' in log.read_text()
        assert _now(log) in disk.waited
    finally:
        (repo_path / "go").touch()
        run.join(20)


def test_nothing_is_done_before_the_disk_knows_of_it(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git may look at the tree meanwhile; an executor and a command wait for the line of theirs."""
    wants_to_know = ({"check": "was_clean", "expected": True},)
    files = executor_pattern(MARKS, ground_truth=wants_to_know, kind="OPK-FILE-ADD")
    engine = engine_at(repo_path, files)
    order: list[str] = []
    look, start = witness.look, Workspace.run

    def slow(_: int) -> None:
        threading.Event().wait(0.5)
        order.append("disk")

    def looks(*words: Any) -> Before:
        found = look(*words)
        order.append("looked")
        return found

    def starts(context: Workspace, *words: Any, **more: Any) -> Ran:
        order.append("act")
        return start(context, *words, **more)

    monkeypatch.setattr(os, "fdatasync", slow)
    monkeypatch.setattr(witness, "look", looks)
    monkeypatch.setattr(Workspace, "run", starts)
    plan = plan_of(
        engine,
        {"id": "served", "metadata": {"operation_kind": "OPK-FILE-ADD"}},
        {"id": "plain", "run": ["true"], "needs": ["served"]},
    )

    finished = run_plan(engine, plan)

    assert finished.result.success, finished.result.outcomes
    # The run begins; a step looks while its line is brought to the disk; the other one; the end.
    assert order == ["disk", "looked", "disk", "act", "disk", "act", "disk"]


def test_waiting_for_the_disk_is_no_part_of_the_work(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step is not slower for what the engine writes about it."""
    files = executor_pattern(MARKS, kind="OPK-FILE-ADD")
    engine = engine_at(repo_path, files)
    monkeypatch.setattr(os, "fdatasync", lambda _: threading.Event().wait(1))
    plan = plan_of(engine, {"id": "served", "metadata": {"operation_kind": "OPK-FILE-ADD"}})

    finished = run_plan(engine, plan)

    assert finished.result.outcomes["served"].result.duration_s < 1


def test_a_disk_that_lost_a_line_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it was the thread beside that heard of it: systems say so only once."""
    log = RunLog(tmp_path / "run")
    log.append("run.started")
    said: list[int] = []

    def once(descriptor: int) -> None:
        said.append(descriptor)
        if len(said) == 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fdatasync", once)
    log.append("step.started", sync=False, step="a")
    log.soon()
    while not said:
        pass

    with pytest.raises(StorageError, match="Input/output error"):
        log.settle()
    with pytest.raises(StorageError, match="Input/output error"):
        log.append("step.started", step="b")
    assert len(said) == 1
    log.close()


def test_events_that_the_spool_refuses_stay_in_the_log(tmp_path: Path) -> None:
    """They are handed on once it takes them, each once and in order; the run ends after that."""
    taken: list[Made] = []
    refuse = [True]

    def spool(made: Sequence[Made]) -> None:
        if refuse[0]:
            msg = "taken"
            raise LockedError(msg, next_step="Wait.")
        taken.extend(made)

    log = RunLog(tmp_path / "run", spool)
    events = [Made("2026-05", b'{"id":"%d"}\n' % number) for number in range(3)]
    for one in events:
        log.append("step.ended", told=[one])
        log.soon()
    with pytest.raises(LockedError):
        log.hand_on()
    assert taken == []

    refuse[0] = False
    log.hand_on()
    log.close()

    assert taken == events
    told = list(read_log(log.folder).told)
    assert told == [one.line.rstrip() for one in events]


def test_a_run_that_is_given_up_hands_on_what_it_has(tmp_path: Path) -> None:
    """A hook that flushes at the next commit asks no log."""
    taken: list[Made] = []
    log = RunLog(tmp_path / "run", taken.extend)
    log.append("step.ended", told=[Made("2026-05", line(1))])

    log.close()

    assert taken == [Made("2026-05", line(1))]


def test_what_a_killed_run_has_not_handed_on_is_left_behind(tmp_path: Path) -> None:
    """For whoever asks; not while it is still under way, and not once it is over."""
    folder = tmp_path / FOLDER / "20260101-000000-000001"
    event = line(1).rstrip()
    log = RunLog(folder)
    log.append("run.started")
    log.append("step.ended", step="a", told=[Made("2026-05", event + b"\n")])
    log.close()

    assert left_behind(tmp_path) == [event]
    with lock.held(tmp_path / FOLDER):
        assert left_behind(tmp_path) == []
    log.append("run.ended")
    log.close()
    assert left_behind(tmp_path) == []


def test_room_that_a_killed_run_has_left_is_no_torn_line(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "run")
    log.append("run.started")

    found = read_log(log.folder)  # as it is while the run is under way, or after a kill

    assert [entry["event"] for entry in found.entries] == ["run.started"]
    assert found.torn == 0
    log.close()
