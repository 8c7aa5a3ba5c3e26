"""How long a schedule may be silent, from the cron lines of a workflow."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# Two leap days lie in it, so that even a schedule for 29 February has a gap.
_FROM, _DAYS = date(2000, 1, 1), 366 + 365 * 8
_DAY = 24 * 60
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


class Cron(NamedTuple):
    """The values of five fields; weekdays count from Sunday, as 0 or 7."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool  # with both kinds of days restricted, one that fits is enough (crontab(5))

    def falls_on(self, day: date) -> bool:
        """Whether it runs on that day at all."""
        by_number = day.day in self.days
        by_name = day.isoweekday() % 7 in self.weekdays
        fits = by_number or by_name if self.either else by_number and by_name
        return day.month in self.months and fits


def parse(text: str) -> Cron | None:
    """The five fields as GitHub takes them (`*`, lists, ranges, steps, names); None if wrong."""
    parts = text.split()
    if len(parts) != 5:
        return None
    minutes, hours = _values(parts[0], 0, 59), _values(parts[1], 0, 23)
    days, months = _values(parts[2], 1, 31), _values(parts[3], 1, 12, _MONTHS)
    weekdays = _values(parts[4], 0, 7, _WEEKDAYS)
    if not (minutes and hours and days and months and weekdays):
        return None
    either = not parts[2].startswith("*") and not parts[4].startswith("*")
    return Cron(minutes, hours, days, months, frozenset(day % 7 for day in weekdays), either)


def _values(text: str, low: int, high: int, names: Sequence[str] = ()) -> frozenset[int] | None:
    found: set[int] = set()
    for item in text.split(","):
        body, _, step = item.partition("/")
        first, dash, last = body.partition("-")
        start = low if body == "*" else _number(first, low, names)
        end = _number(last, low, names) if dash else high if body == "*" or step else start
        width = 1 if "/" not in item else _number(step, 0, ())
        if start is None or end is None or not width or not low <= start <= end <= high:
            return None
        found.update(range(start, end + 1, width))
    return frozenset(found)


def _number(text: str, low: int, names: Sequence[str]) -> int | None:
    if text.upper() in names:
        return low + names.index(text.upper())
    return int(text) if text.isascii() and text.isdigit() else None


def largest_gap(lines: Sequence[str]) -> timedelta | None:
    """The longest time between two runs of all lines together.

    None when there is no line, when one cannot be read, or when they never fall on a day.
    """
    crons = [parse(line) for line in lines]
    known = [cron for cron in crons if cron is not None]
    if len(known) < len(crons):
        return None
    longest, last = 0, None
    spans: dict[tuple[Cron, ...], tuple[int, int, int]] = {}
    for number in range(_DAYS):
        day = _FROM + timedelta(days=number)
        running = tuple(cron for cron in known if cron.falls_on(day))
        if not running:
            continue
        if running not in spans:
            spans[running] = _span(running)
        first, final, inner = spans[running]
        across = 0 if last is None else number * _DAY + first - last
        longest, last = max(longest, inner, across), number * _DAY + final
    return timedelta(minutes=longest) if longest else None


def _span(crons: Sequence[Cron]) -> tuple[int, int, int]:
    """First and last minute of a day with these runs, and the longest gap between two."""
    minutes = sorted({60 * hour + at for c in crons for hour in c.hours for at in c.minutes})
    inner = max((later - earlier for earlier, later in pairwise(minutes)), default=0)
    return minutes[0], minutes[-1], inner
