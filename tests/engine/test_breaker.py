"""The breaker of a pattern, and how long a retry waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from pattern_ci.engine.breaker import Breaker, Door
from pattern_ci.engine.breakers import FILE, Breakers
from pattern_ci.engine.retrying import delay_s
from pattern_ci.model.plan import Retry
from testing.sample_pattern import sample_spec

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SPEC = sample_spec()


def _after(*ends: bool, start: Breaker = Breaker(), now: datetime = NOON) -> Breaker:  # noqa: B008  # frozen
    for success in ends:
        start = start.after(success=success, now=now)
    return start


def test_three_failures_in_a_row_open_it_for_a_minute() -> None:
    """Two do not, and a success in between begins the count anew."""
    assert _after(False, False).door(NOON) is Door.CLOSED
    assert _after(False, False, True, False, False).door(NOON) is Door.CLOSED
    opened = _after(False, False, False)
    assert opened.door(NOON) is Door.OPEN
    assert opened.door(NOON + timedelta(seconds=59.9)) is Door.OPEN
    assert opened.door(NOON + timedelta(seconds=60)) is Door.HALF_OPEN


def test_the_trial_closes_it_or_takes_the_version_out_of_use() -> None:
    """For good: no time that passes opens it again."""
    opened = _after(False, False, False)
    later = NOON + timedelta(minutes=2)

    assert _after(True, start=opened, now=later) == Breaker()
    broken = _after(False, start=opened, now=later)
    assert broken.door(later + timedelta(days=365)) is Door.QUARANTINED


def test_a_failure_of_what_was_begun_before_is_not_the_trial() -> None:
    """Steps run side by side: one may end after the circuit has opened."""
    late = _after(False, False, False, False)

    assert late.door(NOON) is Door.OPEN
    assert _after(False, start=late, now=NOON + timedelta(minutes=2)).quarantined


def test_a_clock_that_went_back_does_not_keep_it_open_for_ever() -> None:
    """A trial may pass: how long it has been is unknown."""
    assert _after(False, False, False).door(NOON - timedelta(days=1)) is Door.HALF_OPEN


def test_it_is_remembered_between_runs_and_by_version(tmp_path: Path) -> None:
    """Only failures are written down; a new version begins with a closed door."""
    first = Breakers(tmp_path)
    first.note(SPEC, success=True, now=NOON)
    assert not (tmp_path / FILE).exists()
    for _ in range(3):
        first.note(SPEC, success=False, now=NOON)

    again = Breakers(tmp_path)

    assert again.of(SPEC).door(NOON) is Door.OPEN
    assert again.of(replace(SPEC, version="1.0.1")).door(NOON) is Door.CLOSED


def test_two_runs_at_once_forget_nothing_of_each_other(tmp_path: Path) -> None:
    """Work trees share the file; both have read it before either wrote."""
    other = replace(SPEC, version="1.0.1")
    first, second = Breakers(tmp_path), Breakers(tmp_path)

    for _ in range(3):
        first.note(SPEC, success=False, now=NOON)
        second.note(other, success=False, now=NOON)

    again = Breakers(tmp_path)
    assert again.of(SPEC).door(NOON) is Door.OPEN
    assert again.of(other).door(NOON) is Door.OPEN


def test_runs_that_end_at_the_same_moment_lose_no_failure(tmp_path: Path) -> None:
    """Each waits for the other one to have written."""
    specs = [replace(SPEC, version=f"1.0.{number}") for number in range(8)]

    with ThreadPoolExecutor(len(specs)) as pool:
        list(pool.map(lambda spec: Breakers(tmp_path).note(spec, success=False, now=NOON), specs))

    assert all(Breakers(tmp_path).of(spec) != Breaker() for spec in specs)


def test_only_one_trial_passes_at_a_time(tmp_path: Path) -> None:
    """The second has to wait for what becomes of the first, which may also not take place."""
    breakers, later = Breakers(tmp_path), NOON + timedelta(minutes=2)
    for _ in range(3):
        breakers.note(SPEC, success=False, now=NOON)

    assert breakers.enter(SPEC, later) is Door.HALF_OPEN
    assert breakers.enter(SPEC, later) is Door.OPEN
    breakers.leave(SPEC)
    assert breakers.enter(SPEC, later) is Door.HALF_OPEN
    assert breakers.note(SPEC, success=True, now=later) is Door.CLOSED


def test_a_broken_memory_is_an_empty_one(tmp_path: Path) -> None:
    """Whatever stands in the file."""
    for text in ("", "[]", '{"breakers": {"x": {"failures": "many"}}}', '{"breakers": 3}'):
        (tmp_path / FILE).write_text(text)

        assert Breakers(tmp_path).of(SPEC) == Breaker()


@given(st.floats(0, 3600), st.integers(2, 10), st.floats(0, 1))
def test_a_wait_is_between_nothing_and_the_doubled_backoff(
    backoff: float, attempt: int, chance: float
) -> None:
    """Full jitter, at most a minute."""
    wait = delay_s(
        Retry(attempts=10, backoff_s=backoff), attempt, lambda a, b: a + chance * (b - a)
    )

    assert 0 <= wait <= min(60.0, backoff * 2 ** (attempt - 2))


def test_the_ceiling_doubles() -> None:
    """With the longest wait that chance can give."""
    retry = Retry(attempts=9, backoff_s=1.5)

    assert [delay_s(retry, n, lambda _, b: b) for n in (2, 3, 4, 9)] == [1.5, 3.0, 6.0, 60.0]
