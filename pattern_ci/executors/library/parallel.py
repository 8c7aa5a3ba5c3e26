"""Independent work side by side: bounded, in order, with progress."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

from pattern_ci import bounded, process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

T = TypeVar("T")
S = TypeVar("S")

MAX_WORKERS = 8
_LOOK_S = 0.1  # between ending programs and looking whether their work began others


def workers_for(count: int, wanted: int | None = None) -> int:
    """How many to run at once: as asked, else one a processor; never more than there is work."""
    return max(1, min(count, MAX_WORKERS, wanted or process.cores()))


def in_parallel(
    work: Callable[[T], S],
    items: Sequence[T],
    *,
    workers: int,
    progress: Callable[[int, int], None] | None = None,
) -> list[S]:
    """`work(item)` for each item, results in the order of the items.

    `progress` is told how many of how many are done. The first fault in the order of the items is
    raised, after what was under way has ended; what had not begun then never begins. An interrupt
    does not wait for programs: they are ended.
    """
    if workers <= 1 or len(items) <= 1:
        return _one_by_one(work, items, progress)
    made: list[S] = []
    with ThreadPoolExecutor(max_workers=min(workers, len(items))) as pool:
        waiting = [pool.submit(work, item) for item in items]
        try:
            for number, future in enumerate(waiting, 1):
                made.append(future.result())
                if progress:
                    progress(number, len(items))
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            if not isinstance(error, Exception):
                _end(waiting)
            raise
    return made


def _end(waiting: Sequence[Future[S]]) -> None:
    """End the programs of what is under way, also those that it begins meanwhile."""
    running = [future for future in waiting if not future.done()]
    while running:
        bounded.end_all()
        running = list(wait(running, _LOOK_S).not_done)


def _one_by_one(
    work: Callable[[T], S],
    items: Sequence[T],
    progress: Callable[[int, int], None] | None,
) -> list[S]:
    made = []
    for number, item in enumerate(items, 1):
        made.append(work(item))
        if progress:
            progress(number, len(items))
    return made
