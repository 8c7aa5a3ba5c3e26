"""Cron lines: how long a schedule may be silent at most."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pattern_ci.setup.cron import largest_gap


@pytest.mark.parametrize(
    ("lines", "gap"),
    [
        (["17 */6 * * *"], timedelta(hours=6)),
        (["*/5 * * * *"], timedelta(minutes=5)),
        (["* * * * *"], timedelta(minutes=1)),
        (["20/15 * * * *"], timedelta(minutes=30)),  # 20, 35, 50, and 20 of the next hour
        (["7 3 * * *"], timedelta(days=1)),
        (["7 3,15 * * *"], timedelta(hours=12)),
        (["7 9-17 * * *"], timedelta(hours=16)),
        (["7 9-17/4 * * *"], timedelta(hours=16)),
        (["23 4 * * 1"], timedelta(days=7)),
        (["23 4 * * MON-fri"], timedelta(days=3)),
        (["23 4 * * 0"], timedelta(days=7)),
        (["23 4 * * 6,7"], timedelta(days=6)),
        (["23 4 1 * *"], timedelta(days=31)),
        (["23 4 31 * *"], timedelta(days=61)),  # from one month of 31 days to the next but one
        (["23 4 1 JAN *"], timedelta(days=366)),
        (["23 4 29 2 *"], timedelta(days=4 * 365 + 1)),
        (["23 4 1 * 1"], timedelta(days=7)),  # the first, and every Monday as well
        (["23 4 */2 * 1"], timedelta(days=21)),  # a star leaves nothing to choose: both must fit
        (["7 3 * * *", "7 15 * * *"], timedelta(hours=12)),
        (["7 3 * * 1", "7 3 * * 4"], timedelta(days=4)),
    ],
)
def test_the_largest_gap_of_a_schedule(lines: list[str], gap: timedelta) -> None:
    """It is the longest time in which no line runs."""
    assert largest_gap(lines) == gap


@pytest.mark.parametrize(
    "line",
    [
        "", "@daily", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *",
        "* * * 13 *", "* * * * 8", "5-2 * * * *", "*/0 * * * *", "*/ * * * *", "a * * * *",
        "1,,2 * * * *", "1- * * * *", "-1 * * * *", "* * * MON *", "7 3 30 2 *", "٣ * * * *",
    ],
)  # fmt: skip
def test_what_is_no_schedule_has_no_gap(line: str) -> None:
    """A line that GitHub would not take, or that falls on no day, is not guessed at."""
    assert largest_gap([line]) is None
    assert largest_gap(["7 3 * * *", line]) is None or line == "7 3 30 2 *"


def test_without_a_line_there_is_no_gap() -> None:
    """Nothing is scheduled, so nothing can be late."""
    assert largest_gap([]) is None
