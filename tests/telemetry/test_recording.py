"""Recording: whole lines, in order, each once; whatever breaks is named and nothing is lost."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pattern_ci import locks
from pattern_ci.errors import LockedError, StorageError
from pattern_ci.model.config import Config, Telemetry
from pattern_ci.telemetry import ids, lines
from pattern_ci.telemetry.recording import NullRecorder, SpoolRecorder, open_recorder
from pattern_ci.telemetry.redaction import Redactor
from tests.telemetry.worlds import START, WRITER, contents, event, every_moment, line, shard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

ON = Config(telemetry=Telemetry(enabled=True))


def recorder(folder: Path, *moments: datetime, wait: float = 5) -> SpoolRecorder:
    """A recorder whose clock says these moments, the last one for good."""
    ahead = list(moments or (START,))
    return SpoolRecorder(
        folder / "spool", writer=WRITER, redactor=Redactor({}), aside=folder / "aside",
        now=lambda: ahead.pop(0) if len(ahead) > 1 else ahead[0], wait_seconds=wait,
    )  # fmt: skip


def unstamped(**changes: Any) -> Any:
    """An event as a caller makes it."""
    return event(**{"id": "", "ts": "", "writer": ""} | changes)


def recorded(folder: Path) -> list[dict[str, Any]]:
    """All events of the spool, file by file; anything else fails."""
    found = []
    for path in sorted((folder / "spool").rglob("*.jsonl")):
        raw = path.read_bytes()
        assert raw.endswith(b"\n") or not raw
        for one in lines.split(raw):
            assert one.event is not None, one
            found.append(one.event)
    return found


def test_an_event_is_stamped_and_kept(tmp_path: Path) -> None:
    """One line in the shard of its month and writer, with id, time and writer."""
    recorder(tmp_path).record(unstamped(parameters={"path": "a.py"}))

    path = tmp_path / "spool" / "2026-05" / f"{WRITER}.jsonl"
    data = json.loads(path.read_text("ascii"))
    assert (data["ts"], data["writer"]) == ("2026-05-01T12:00:00.000Z", WRITER)
    assert data["id"].startswith(f"{int(START.timestamp() * 1000):012x}")
    assert data["parameters"] == {"path": "a.py"}


@given(st.lists(st.dictionaries(st.text(max_size=9), st.text(max_size=99), max_size=4), max_size=5))
def test_what_is_appended_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, many: list[dict[str, str]]
) -> None:
    """Any parameters, in order; those without a secret in them as they were."""
    folder = tmp_path_factory.mktemp("spool")
    with_recorder = recorder(folder)
    for number, _ in enumerate(many):
        with_recorder.record(unstamped(parameters={"number": number, "data": many[number]}))
    with_recorder.close()

    found = recorded(folder)
    assert [one["parameters"]["number"] for one in found] == list(range(len(many)))
    assert [one["id"] for one in found] == sorted({one["id"] for one in found})


def test_ids_grow_when_the_clock_goes_backwards(tmp_path: Path) -> None:
    """Also for a process that starts afterwards; the time itself stays what the clock said."""
    first = recorder(tmp_path, START, START - timedelta(hours=1), START - timedelta(hours=1))
    for _ in range(3):
        first.record(unstamped())
    recorder(tmp_path, START - timedelta(days=1) + timedelta(hours=13)).record(unstamped())

    found = recorded(tmp_path)
    assert [one["id"] for one in found] == sorted({one["id"] for one in found})
    assert [one["ts"][8:16] for one in found] == ["01T12:00", "01T11:00", "01T11:00", "01T01:00"]


def test_the_counter_of_an_id_overflows_into_its_time() -> None:
    """More than 65,536 events within a millisecond are in order as well."""
    last = ids.next_id(START, "", "f" * 16)[:12] + "ffff" + "f" * 16

    assert ids.next_id(START, last, "0" * 16) > last
    assert ids.next_id(START.replace(year=1969), "", "f" * 16) == "0" * 16 + "f" * 16


def test_a_torn_last_line_is_set_aside(tmp_path: Path) -> None:
    """What was not finished is kept elsewhere, byte by byte; the next event is whole."""
    shard(tmp_path / "spool", line(1), line(2)[:50])

    recorder(tmp_path).record(unstamped())

    assert len(recorded(tmp_path)) == 2
    (aside,) = (tmp_path / "aside").iterdir()
    assert aside.read_bytes() == line(2)[:50]


def test_a_line_that_lacks_but_its_end_is_an_event(tmp_path: Path) -> None:
    """It is given its end; nothing is set aside."""
    shard(tmp_path / "spool", line(1), line(2)[:-1])

    recorder(tmp_path).record(unstamped())

    assert [one["id"] for one in recorded(tmp_path)[:2]] == [event(1).id, event(2).id]
    assert not (tmp_path / "aside").exists()


def test_garbage_does_not_stop_recording(tmp_path: Path) -> None:
    """A shard of binary garbage takes the next event after it; readers name what is none."""
    garbage = bytes(range(256)) * 400
    place = shard(tmp_path / "spool", line(1), garbage, b"\n")

    recorder(tmp_path).record(unstamped())

    found = list(lines.read(place.path))
    assert [one.event is not None for one in found] == [True, *[False] * 401, True]
    assert b"".join(one.raw for one in found) == place.path.read_bytes()


def test_a_kill_at_any_moment_loses_no_event_that_was_recorded(tmp_path: Path) -> None:
    """Killed at each write, then recording goes on: old and new are there, nothing is torn."""
    codes = []

    def prepare(moment: int) -> Any:
        folder = tmp_path / str(moment)
        shard(folder / "spool", line(1))
        return lambda: recorder(folder).record(unstamped(reason="killed"))

    for moment in every_moment(prepare):
        folder = tmp_path / str(moment)
        recorder(folder).record(unstamped(reason="after"))
        reasons = [one["reason"] for one in recorded(folder)]
        codes.append(reasons)
        assert reasons in ([None, "after"], [None, "killed", "after"])

    assert codes[0] == [None, "after"]
    assert codes[-1] == [None, "killed", "after"]
    assert len(codes) >= 4  # all but the last one were killed


def test_sixteen_writers_at_once_lose_and_tear_nothing(tmp_path: Path) -> None:
    """Processes that share a shard, each with events of its own."""
    children = []
    shared = recorder(tmp_path)
    shared.record(unstamped(reason="first"))
    for number in range(16):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                for count in range(20):
                    shared.record(unstamped(parameters={"who": number, "count": count}))
                code = 0
            finally:
                os._exit(code)
        children.append(pid)
    codes = {os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children}

    found = recorded(tmp_path)
    assert codes == {0}
    assert len(found) == 1 + 16 * 20
    assert [one["id"] for one in found] == sorted({one["id"] for one in found})
    for number in range(16):
        mine = [
            one["parameters"]["count"] for one in found if one["parameters"].get("who") == number
        ]
        assert mine == list(range(20))


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[Path]:
    """A shard that somebody else keeps locked."""
    place = shard(tmp_path / "spool", line(1))
    with place.path.open("rb") as handle:
        locks.take(handle.fileno())
        yield tmp_path


def test_a_lock_that_stays_taken_is_said(taken: Path) -> None:
    """After the wait there is one clear line, and the shard is as it was."""
    with pytest.raises(LockedError, match="is writing here"):
        recorder(taken, wait=0.01).record(unstamped())

    assert len(recorded(taken)) == 1


def test_a_tree_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """One clear line with the path; nothing else changes."""
    (tmp_path / "spool").write_text("a file in the way")

    with pytest.raises(StorageError, match=r"cannot write .*spool/2026-05"):
        recorder(tmp_path).record(unstamped())
    assert contents(tmp_path) == {f"{tmp_path.name}/spool": b"a file in the way"}


@pytest.mark.parametrize(
    ("config", "environ"),
    [(Config(), {}), (ON, {"DISABLE_PATTERN_AUTOMATION": "1"})],
    ids=["not asked for", "switched off"],
)
def test_without_consent_nothing_is_written(
    tmp_path: Path, config: Config, environ: dict[str, str]
) -> None:
    """No event, no writer id, no folder."""
    found = open_recorder(tmp_path / "state", config, environ=environ)
    found.record(unstamped())

    assert isinstance(found, NullRecorder)
    assert list(tmp_path.iterdir()) == []


def test_with_consent_a_clone_is_one_writer(tmp_path: Path) -> None:
    """The id is made once, is random, and names nobody."""
    for _ in range(2):
        open_recorder(tmp_path, ON, environ={}).record(unstamped())
    open_recorder(tmp_path / "other", ON, environ={}).record(unstamped())

    found = recorded(tmp_path)
    assert len({one["writer"] for one in found}) == 1
    assert recorded(tmp_path / "other")[0]["writer"] != found[0]["writer"]
    assert (tmp_path / "writer").read_text() == f"{found[0]['writer']}\n"
