"""What a backtest says to people: one screen of text."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages import backtest_together as words
from pattern_ci.messages.backtest_units import percent
from pattern_ci.messages.backtest_verdict import verdict
from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping.lines import log
from pattern_ci.messages.mine import MISSING, SHALLOW, UNCACHED
from pattern_ci.model.backtest import Method

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pattern_ci.model.backtest import (
        Backtest,
        Known,
        Period,
        Section,
        Templates,
    )

BAD_SINCE = "--since {value!r} is no date."
BAD_SINCE_NEXT = "write it as 2025-01-31."
BAD_LIMIT = "--limit {value} would measure nothing."
BAD_LIMIT_NEXT = "give a number of at least 1."
NO_HEADS = "the clone has no heads of pull requests (refs/pull/*/head): no warnings were tried"
NO_RENAMES = "contents are missing, so that files which moved and changed count as added"
COMPRESSOR = "what a compressor predicts"
# The limits of the template protocol, in words.
MEASURABLE = (
    "a text of 200 bytes or more and at most 3,000 tokens, with four or more files of its kind "
    "there before it"
)
DETAILS = "More figures: `pattern-ci --verbose backtest`."
BAR = 30
WIDTH = 100
SHOWN_USED = 5
# With fewer drafts a tenth of them is one or two.
MIN_CALIBRATED = 20
ROLE_WIDTH = 40

NAMES = {
    Method.OURS: "pattern-ci",
    Method.COPY_NEWEST: "copy the newest sibling",
    Method.COPY_RENAMED: "... and change its name",
    Method.COPY_NEAREST: "copy by the likest path",
    Method.ORACLE: "best copy of 20, in hindsight",
    Method.CONSENSUS_50: "what half of 8 share",
    Method.CONSENSUS_80: "what 80 % of 8 share",
    Method.RANDOM: "any file of that extension",
}
NET_SAVING = (
    "Net saving: the text that nobody had to type, less what had to be deleted again; 0 where "
    "nothing is drafted. Stayed: of what was drafted."
)
NEXT = "Next: `pattern-ci train` shows the patterns of today."
NEXT_NOTHING = "Next: run this again when more files of a kind were added."


class Bar(NamedTuple):
    """One line of the chart; `value` is a share, `stayed` and `share` None where they mean none."""

    name: str
    value: float
    stayed: float | None
    share: float | None


def limits(
    *, shallow: bool, missing: int, usable: bool, heads: bool, renames: bool
) -> tuple[str, ...]:
    """What could not be seen or done."""
    said = (
        (shallow, SHALLOW),
        (missing > 0, MISSING.format(missing)),
        (not usable, UNCACHED),
        (not renames, NO_RENAMES),
        (not heads, NO_HEADS),
    )
    return tuple(text for wanted, text in said if wanted)


def date(seconds: int) -> str:
    """A day in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def headline(period: Period) -> list[str]:
    """What would have happened in a year, a sentence a line: each figure is a part of the last."""
    first = (
        f"From {date(period.start)} to {date(period.end)} {plural(period.added, 'file')} "
        f"{'was' if period.added == 1 else 'were'} added; {period.eligible} of them can be "
        f"measured: {MEASURABLE}."
    )
    matched = f"Of these {period.eligible} a pattern matched {period.matched}"
    if not period.matched:
        return [first, f"{matched}."]
    second = (
        f"{matched}: it would have written {percent(period.written)} of the text of all "
        f"{period.eligible}, and {percent(period.precision)} of what it wrote stayed."
    )
    return [first, second]


def bars(templates: Templates, *, details: bool = False) -> list[Bar]:
    """The chart: every method on the same files; with `details` what a compressor has known too."""
    methods = templates.fresh.methods
    made = [
        Bar(NAMES[method], one.net_saving, one.precision, one.share)
        for method, one in methods.items()
    ]
    if not details:
        return made
    return [*made, Bar(COMPRESSOR, 1 - templates.new_share, None, None)]


def text(report: Backtest, *, details: bool = False) -> str:
    """The whole report for people; with `details` also what only those ask who know the field."""
    lines = [f"{plural(report.commits, 'commit')} up to {report.rev[:12]}."]
    lines += [f"note: {limit}" for limit in report.limits]
    lines += [
        "",
        *_prose(verdict(report)),
        "",
        *_templates(report.templates),
        *words.together(report),
    ]
    if report.warnings is not None:
        lines += ["", *words.warnings_lines(report.warnings, every=details)]
    lines += ["", *in_detail(report)] if details else ["", DETAILS]
    lines.append(NEXT if report.templates.fresh.patterns else NEXT_NOTHING)
    return "\n".join(lines)


def nothing_to_measure(templates: Templates) -> str:
    """Why there are no figures."""
    return (
        f"{plural(templates.candidates, 'file')} came in, and there is nothing to measure. "
        f"What can be: {MEASURABLE}."
    )


def _prose(sentences: Iterable[str]) -> Iterator[str]:
    """Sentences, each from the start of a line, as wide as people read."""
    for sentence in sentences:
        yield from wrap(sentence, WIDTH, break_long_words=False, break_on_hyphens=False)


def in_detail(report: Backtest) -> Iterator[str]:
    """Figures of which a name or a method has to be known."""
    yield "In detail (docs/backtest.md explains the terms):"
    yield from _prose(_details(report))


def _details(report: Backtest) -> Iterator[str]:
    templates = report.templates
    if templates.measured:
        low, high = templates.fresh.interval
        yield f"Net saving of pattern-ci: {100 * low:.1f} to {100 * high:.1f} (95 % interval)."
        yield (
            "A compressor that knows 20 siblings, which is more than copying can know, predicts "
            f"{100 * (1 - templates.new_share):.1f} %; pattern-ci has "
            f"{percent(templates.captured)} of that."
        )
        yield from sure(templates)
    yield from words.rankings(report)
    yield from words.families(report.families)


def _templates(templates: Templates) -> Iterator[str]:
    if not templates.measured or templates.period is None:
        yield from _prose([nothing_to_measure(templates)])
        return
    yield from _prose([*headline(templates.period), measured(templates)])
    yield ""
    yield from _chart(templates)
    yield from _prose([NET_SAVING])
    if templates.used:
        yield ""
        yield from _used(templates)
    yield ""
    yield from _stale(templates)


def sure(templates: Templates) -> Iterator[str]:
    """What the surest patterns alone do, and what confidence is worth, where enough was drafted."""
    surest, seen = templates.surest, templates.calibration
    if surest.drafted:
        yield (
            f"The surest patterns alone: {percent(surest.precision)} stayed, "
            f"{percent(surest.share)} drafted, net saving {100 * surest.net_saving:.1f}."
        )
    if seen.drafts >= MIN_CALIBRATED:
        yield (
            "Confidence, as the share of a draft that stays, was off by "
            f"{100 * seen.error:.0f} points on average ({plural(seen.drafts, 'draft')})."
        )


def measured(templates: Templates) -> str:
    """How many files the figures below are of, and whether there were more."""
    count = plural(templates.measured, "file")
    if templates.sampled:
        return f"The figures below are of the newest {count} that can be; `--limit` takes more."
    return f"The figures below are of all {count} that can be, of the whole time asked about."


def _chart(templates: Templates) -> Iterator[str]:
    rows = bars(templates)
    width = max(len(row.name) for row in rows)
    title = f"Net saving, % of {plural(templates.measured, 'file')}"
    yield f"{title:<{width + BAR + 10}} stayed  drafted"
    most = max(row.value for row in rows) or 1.0
    for row in rows:
        bar = "#" * round(BAR * row.value / most)
        said = f"  {row.name:<{width}} {bar:<{BAR}} {100 * row.value:5.1f}"
        shares = "".join(
            f"{percent(one):>{room}}" if one is not None else ""
            for one, room in ((row.stayed, 9), (row.share, 9))
        )
        yield (said + shares).rstrip()


def _stale(templates: Templates) -> Iterator[str]:
    yield f"{'Mined once and never again':<42}   net  stayed  copying  patterns worse than that"
    for section in templates.stale:
        at = f"at {percent(section.mined_at or 0.0)} of the history"
        if not section.files:
            yield f"  {at}: no file came after it"
            continue
        ours, copied = section.methods[Method.OURS], section.methods[Method.COPY_NEWEST]
        what = f"{at}, {plural(section.files, 'file')}"
        yield (
            f"  {what:<40} {100 * ours.net_saving:5.1f} {percent(ours.precision):>7} "
            f"{100 * copied.net_saving:8.1f}  {section.below_copy} of {section.patterns}"
        )
        if section.known is not None and section.known.files < section.files:
            yield _known(section.known)


def _known(known: Known) -> str:
    what = f"  {known.files} of them of a kind there was then"
    return f"  {what:<40} {100 * known.net_saving:5.1f} {'':>7} {100 * known.copy_newest:8.1f}"


def _used(templates: Templates) -> Iterator[str]:
    yield f"{'What would have been written':<42}   net  stayed  copying  files"
    for one in templates.used[:SHOWN_USED]:
        yield (
            f"  {_end(log(one.role)):<40} {100 * one.net_saving:5.1f} "
            f"{percent(one.precision):>7} {100 * one.copy_newest:8.1f}  {one.files}"
        )


def _end(role: str) -> str:
    """The end of a role says more than its start."""
    return role if len(role) <= ROLE_WIDTH else f"…{role[1 - ROLE_WIDTH :]}"


def methods_rows(section: Section) -> Sequence[tuple[str, float, float, float, float]]:
    """Name, net saving, typing saved, precision and share of every method."""
    return [
        (NAMES[method], one.net_saving, one.typing_saved, one.precision, one.share)
        for method, one in section.methods.items()
    ]
