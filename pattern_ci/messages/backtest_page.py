"""The report of a backtest as one HTML page that needs nothing but itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages import backtest as words
from pattern_ci.messages import backtest_together as whole
from pattern_ci.messages.backtest_units import percent
from pattern_ci.messages.backtest_verdict import verdict
from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping import html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.model.backtest import Backtest, Ranking, Section, Templates
    from pattern_ci.model.safe import Html

_STYLE = """\
body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { text-align: left; padding: .2em .8em; border-bottom: 1px solid #ccc; }
td > div { background: #3572a5; height: .9em; min-width: 1px; }
"""
_BAR_EM = 20


def page(report: Backtest) -> Html:
    """The whole report."""
    title = f"Backtest at {report.rev[:12]}"
    read = f"{plural(report.commits, 'commit')} were read."
    notes = [html.element("p", html.text(f"Note: {limit}.")) for limit in report.limits]
    first = html.element("p", html.text(" ".join(verdict(report))))
    head = [html.element("h1", html.text(title)), html.element("p", html.text(read))]
    body = [*head, *notes, first]
    return html.page(title, _STYLE, [*body, *_templates(report.templates), *_others(report)])


def _templates(templates: Templates) -> Iterator[Html]:
    yield html.element("h2", html.text("New files"))
    if templates.period is None:
        yield html.element("p", html.text(words.nothing_to_measure(templates)))
        return
    yield html.element("p", html.text(" ".join(words.headline(templates.period))))
    yield html.element("p", html.text(words.measured(templates)))
    yield _chart(templates)
    yield html.element("p", html.text(words.NET_SAVING))
    yield from (html.element("p", html.text(line)) for line in words.sure(templates))
    for section in (templates.fresh, *templates.stale):
        yield from _section(section)
    yield html.element("h3", html.text("What would have been written"))
    head = ["files at", "files", "net saving, %", "stayed", "copying, %"]
    yield html.table(
        head,
        [
            [
                html.element("code", html.text(one.role)),
                html.text(str(one.files)),
                html.text(_hundredths(one.net_saving)),
                html.text(percent(one.precision)),
                html.text(_hundredths(one.copy_newest)),
            ]
            for one in templates.used
        ],
    )


def _chart(templates: Templates) -> Html:
    rows = words.bars(templates, details=True)
    most = max(row.value for row in rows) or 1.0
    return html.table(
        ["", "", "net saving, %"],
        [
            [
                html.text(row.name),
                html.element("div", style=f"width: {_BAR_EM * row.value / most:.2f}em"),
                html.text(_hundredths(row.value)),
            ]
            for row in rows
        ],
    )


def _section(section: Section) -> Iterator[Html]:
    title = "Mined anew before each file"
    if section.mined_at is not None:
        title = f"Mined once at {percent(section.mined_at)} of the history"
    yield html.element("h3", html.text(f"{title}: {plural(section.files, 'file')}"))
    yield html.table(
        ["", "net saving, %", "typing saved, %", "stayed", "drafted"],
        [
            [html.text(name), *map(html.text, (_hundredths(net), _hundredths(typing)))]
            + [html.text(percent(share)) for share in shares]
            for name, net, typing, *shares in words.methods_rows(section)
        ],
    )
    below = f"{section.below_copy} of {plural(section.patterns, 'pattern')} below copying."
    if section.known is not None and section.known.files < section.files:
        below += (
            f" On the {plural(section.known.files, 'file')} of a kind there was then: "
            f"{_hundredths(section.known.net_saving)}, copying "
            f"{_hundredths(section.known.copy_newest)}."
        )
    yield html.element("p", html.text(below))


def _hundredths(share: float) -> str:
    return f"{100 * share:.1f}"


def _others(report: Backtest) -> Iterator[Html]:
    together = report.together
    yield html.element("h2", html.text("What comes along"))
    rows = [
        _ranking("pattern-ci", together.transactions, together.ours),
        _ranking("TARMAQ", together.transactions, together.tarmaq),
    ]
    for one in together.stale:
        at = f"mined once at {percent(one.mined_at)}"
        rows += [
            _ranking(f"pattern-ci, {at}", one.transactions, one.ours),
            _ranking(f"TARMAQ, {at}", one.transactions, one.tarmaq),
        ]
    yield html.table(["", "commits", "MAP", "hit at 3", "recall at 10", "answers"], rows)
    said = (
        f"New files that come with a new file: {whole.right(together.added)}. "
        f"Files edited with a new file: {whole.right(together.edited)}. "
        f"Lines of registries for a new file: {whole.right(together.lines)}; "
        f"{whole.placed(together)}."
    )
    yield html.element("p", html.text(said))
    if report.warnings is not None:
        yield html.element("h2", html.text("Warnings on pull requests"))
        yield html.element("p", html.text(whole.warnings_head(report.warnings)))
        head = ["rules", "warned", "share", "right", "files"]
        rows = [
            [
                html.text(whole.GATES[gate.gate]),
                html.text(str(gate.warned)),
                html.text(f"{_hundredths(gate.share)} %"),
                html.text(percent(gate.precision)),
                html.text(whole.right(gate.files)),
            ]
            for gate in report.warnings.gates
        ]
        yield html.table(head, rows)
    kinds = whole.families(report.families)
    if kinds:
        yield html.element("h2", html.text("Families"))
        yield html.element("p", html.text(" ".join(kinds)))


def _ranking(name: str, commits: int, one: Ranking) -> list[Html]:
    figures = (one.map, one.hit_at_3, one.recall_at_10, one.applicability)
    return [html.text(name), html.text(str(commits)), *(html.text(f"{f:.3f}") for f in figures)]
