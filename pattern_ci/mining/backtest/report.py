"""From what came of each target to the figures of the report."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.backtest.calibration import Draft, calibration
from pattern_ci.mining.backtest.scoring import Outcome, figures, interval
from pattern_ci.model import backtest as records
from pattern_ci.model.backtest import Method

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pattern_ci.mining.backtest.protocol import Candidate
    from pattern_ci.mining.backtest.templates import Cut, Row
    from pattern_ci.mining.backtest.timeline import Timeline

# Of the drafts of patterns as sure as this 86 % stayed on the development repositories, and they
# were made for 28 % of the files: decision 0022.
SURE = 0.77
YEAR = 365 * 86_400
# With fewer files a share says nothing.
MIN_PERIOD = 20
MAX_USED = 10


class Asked(NamedTuple):
    """What was to be measured: the files that were added, and whether older ones were left out."""

    found: Sequence[Candidate]
    sampled: bool
    end: int


def templates(
    rows: Sequence[Row], cuts: Sequence[Cut], timeline: Timeline, asked: Asked
) -> records.Templates:
    """The template part of the report."""
    share = _new_share(rows)
    fresh = section(rows, None, timeline)
    saving = fresh.methods[Method.OURS].net_saving
    return records.Templates(
        candidates=len(asked.found),
        measured=len(rows),
        sampled=asked.sampled,
        fresh=fresh,
        stale=tuple(section(rows, cut, timeline) for cut in cuts),
        new_share=share,
        captured=round(saving / (1 - share), 4) if share < 1 else 0.0,
        period=_period(rows, asked, timeline),
        used=_used(rows),
        calibration=calibration(
            Draft(row.mined.offer.confidence, row.ours.precision)
            for row in rows
            if row.mined and row.ours
        ),
        surest=_surest(rows),
    )


def _surest(rows: Sequence[Row]) -> records.Figures:
    made = [row.ours for row in rows if row.mined and row.ours and row.mined.surety >= SURE]
    return figures(made, files=len(rows), size=sum(len(row.target.text) for row in rows))


def _new_share(rows: Sequence[Row]) -> float:
    size = sum(len(row.target.text) for row in rows)
    new = sum(row.new_share * len(row.target.text) for row in rows)
    return round(new / size, 4) if size else 1.0


def section(rows: Sequence[Row], cut: Cut | None, timeline: Timeline) -> records.Section:
    """All methods, for patterns mined anew each time or once at `cut`, on what came after it."""
    chosen = rows if cut is None else [row for row in rows if cut.share in row.stale]
    ours = [_ours(row, cut) for row in chosen]
    size = sum(len(row.target.text) for row in chosen)
    by_method = {
        method: [row.baselines[method] for row in chosen if method in row.baselines]
        for method in Method
    }
    by_method[Method.OURS] = [made for _, made in filter(None, ours)]
    gains = _gains(chosen, ours)
    return records.Section(
        mined_at=cut.share if cut else None,
        rev=timeline.commits[cut.number].sha if cut else None,
        files=len(chosen),
        methods={
            method: figures(made, files=len(chosen), size=size)
            for method, made in by_method.items()
        },
        interval=interval(_by_commit(chosen, ours, timeline)),
        patterns=len(gains),
        below_copy=sum(gain < 0 for gain in gains.values()),
        known=_known(chosen, cut) if cut else None,
    )


def _known(rows: Sequence[Row], cut: Cut) -> records.Known:
    chosen = [row for row in rows if row.stale[cut.share].known]
    size = sum(len(row.target.text) for row in chosen)
    ours = [made[1] for row in chosen if (made := row.stale[cut.share].made)]
    copies = [row.baselines[Method.COPY_NEWEST] for row in chosen
              if Method.COPY_NEWEST in row.baselines]  # fmt: skip
    return records.Known(
        files=len(chosen),
        net_saving=figures(ours, files=len(chosen), size=size).net_saving,
        copy_newest=figures(copies, files=len(chosen), size=size).net_saving,
    )


def _gains(rows: Sequence[Row], ours: Sequence[tuple[str, Outcome] | None]) -> dict[str, int]:
    """Characters that each pattern saved more than copying the newest sibling, by role."""
    gains: dict[str, int] = defaultdict(int)
    for row, found in zip(rows, ours, strict=True):
        if found:
            copied = row.baselines.get(Method.COPY_NEWEST)
            gains[found[0]] += found[1].saved - (copied.saved if copied else 0)
    return gains


def _by_commit(
    rows: Sequence[Row], ours: Sequence[tuple[str, Outcome] | None], timeline: Timeline
) -> dict[str, tuple[int, int]]:
    """Characters saved and characters in all, by commit."""
    sums: dict[str, tuple[int, int]] = {}
    for row, found in zip(rows, ours, strict=True):
        sha = timeline.commits[row.target.candidate.number].sha
        saved, size = sums.get(sha, (0, 0))
        sums[sha] = saved + (found[1].saved if found else 0), size + len(row.target.text)
    return sums


def _ours(row: Row, cut: Cut | None) -> tuple[str, Outcome] | None:
    """Role of the pattern and what it came to; None where nothing was drafted."""
    if cut is not None:
        then = row.stale[cut.share].made
        return (then[0].offer.role.text, then[1]) if then else None
    return (row.mined.offer.role.text, row.ours) if row.mined and row.ours else None


def _period(rows: Sequence[Row], asked: Asked, timeline: Timeline) -> records.Period | None:
    """The last year before the revision; where it says too little, all that was measured."""
    if not rows:
        return None

    end = asked.end

    def time(one: Candidate) -> int:
        return timeline.commits[one.number].time

    within = [row for row in rows if time(row.target.candidate) > end - YEAR]
    if len(within) < MIN_PERIOD:
        within = list(rows)
    start = min(time(row.target.candidate) for row in within)
    drafted = [row.ours for row in within if row.ours is not None]
    sums = figures(drafted, files=len(within), size=1)
    return records.Period(
        start=start,
        end=end,
        added=sum(start <= time(one) <= end for one in asked.found),
        eligible=len(within),
        matched=len(drafted),
        written=sums.written,
        precision=sums.precision,
    )


def _used(rows: Iterable[Row]) -> tuple[records.Used, ...]:
    """The patterns that drafted most, the most useful first."""
    by_role: dict[str, list[tuple[Row, Outcome]]] = defaultdict(list)
    for row in rows:
        if row.mined and row.ours:
            by_role[row.mined.offer.role.text].append((row, row.ours))
    ranked = sorted(by_role, key=lambda role: (-_saved(by_role[role]), role))
    return tuple(_use(role, by_role[role]) for role in ranked[:MAX_USED])


def _saved(pairs: Sequence[tuple[Row, Outcome]]) -> int:
    return sum(made.saved for _, made in pairs)


def _use(role: str, pairs: Sequence[tuple[Row, Outcome]]) -> records.Used:
    size = sum(len(row.target.text) for row, _ in pairs)
    ours = figures([made for _, made in pairs], files=len(pairs), size=size)
    copies = [row.baselines[Method.COPY_NEWEST] for row, _ in pairs
              if Method.COPY_NEWEST in row.baselines]  # fmt: skip
    return records.Used(
        role=role,
        files=len(pairs),
        net_saving=ours.net_saving,
        precision=ours.precision,
        copy_newest=figures(copies, files=len(pairs), size=size).net_saving,
    )


def prediction(row: Row, timeline: Timeline) -> records.Prediction:
    """One line of the file of predictions."""
    made = row.ours or Outcome(0, 0, len(row.target.text), 0)
    mined = row.mined
    offer = mined.offer if mined else None
    return records.Prediction(
        path=row.target.candidate.path,
        commit=timeline.commits[row.target.candidate.number].sha,
        size=len(row.target.text),
        pattern=offer.pattern_id if offer else None,
        role=offer.role.text if offer else None,
        confidence=offer.confidence if offer else 0.0,
        surety=mined.surety if mined else 0.0,
        predicted=row.predicted,
        kept=made.kept,
        deleted=made.deleted,
        typed=made.typed,
        new_share=row.new_share,
        baselines={method.value: _counts(made) for method, made in row.baselines.items()},
        stale={
            str(share): {"role": then.made[0].offer.role.text, **_counts(then.made[1])}
            for share, then in row.stale.items()
            if then.made
        },
    )


def _counts(made: Outcome) -> dict[str, int]:
    return {"kept": made.kept, "deleted": made.deleted, "typed": made.typed}
