"""Work side by side: bounded, in order, and at an end when something goes wrong."""

from __future__ import annotations

import threading

import pytest

from pattern_ci.executors.library.parallel import MAX_WORKERS, in_parallel, workers_for


def test_results_stand_in_the_order_of_the_items() -> None:
    """The first item ends last."""
    others_done = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            assert others_done.wait(10)
        elif item == 4:
            others_done.set()
        return item * 2

    assert in_parallel(work, range(5), workers=2) == [0, 2, 4, 6, 8]


def test_never_more_at_once_than_workers() -> None:
    gate, running, most = threading.Lock(), 0, 0
    both = threading.Barrier(2)

    def work(_: int) -> None:
        nonlocal running, most
        with gate:
            running += 1
            most = max(most, running)
        both.wait(10)
        with gate:
            running -= 1

    in_parallel(work, range(8), workers=2)

    assert most == 2


def test_progress_is_told_after_each() -> None:
    told: list[tuple[int, int]] = []

    in_parallel(str, [1, 2, 3], workers=2, progress=lambda *done: told.append(done))

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_the_first_fault_is_raised_and_nothing_new_begins() -> None:
    begun: list[int] = []
    one_fails = threading.Event()

    def work(item: int) -> None:
        begun.append(item)
        if item == 0:
            one_fails.set()
            raise ValueError(item)
        assert one_fails.wait(10)
        if item == 1:
            raise KeyError(item)

    with pytest.raises(ValueError, match="0"):
        in_parallel(work, range(1000), workers=2)

    assert len(begun) < 1000


@pytest.mark.parametrize(
    ("count", "wanted", "workers"),
    [(0, None, 1), (1, 8, 1), (100, 3, 3), (100, 1000, MAX_WORKERS), (100, 0, None)],
)
def test_workers_are_bounded(count: int, wanted: int | None, workers: int | None) -> None:
    found = workers_for(count, wanted)

    assert 1 <= found <= MAX_WORKERS
    assert workers is None or found == workers
