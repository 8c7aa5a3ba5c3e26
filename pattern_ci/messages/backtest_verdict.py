"""What a backtest comes to, in plain words: the first thing that anybody reads of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pattern_ci.messages.backtest_units import percent
from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping.lines import log
from pattern_ci.model.backtest import Method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.model.backtest import Backtest, Section, Templates, Together, Used

# Words for a share of the text that is written: a person notices a fifth, not a twentieth.
_MUCH: Final = 0.2
_SOME: Final = 0.05
# A pattern is named as the best one when it saved as much on more than a single file.
_BEST_FILES: Final = 2
_BEST_SAVING: Final = 0.2


def verdict(report: Backtest) -> list[str]:
    """The figures in one paragraph, one sentence a line; what was not measured is not spoken of."""
    return [*_files(report.templates), *_along(report.together), *_aging(report.templates)]


def _files(templates: Templates) -> Iterator[str]:
    if not templates.measured:
        yield "Here nothing can be said about patterns that write files: none could be tried."
        return
    ours = templates.fresh.methods[Method.OURS].net_saving
    copied = templates.fresh.methods[Method.COPY_NEWEST].net_saving
    versus = f"copying the newest file, {percent(copied)}"
    if not templates.fresh.patterns:
        yield f"Here patterns would write nothing: none beat copying ({versus})."
        return
    amount = "much" if ours >= _MUCH else "some" if ours >= _SOME else "little"
    yield f"Here patterns would save {amount} of the typing: {percent(ours)} ({versus})."
    best = max(templates.used, key=lambda one: (_worth(one), one.net_saving), default=None)
    if best is not None and _worth(best):
        only = "Only one is worth it" if sum(map(_worth, templates.used)) == 1 else "Best"
        on = plural(best.files, "file")
        yield f"{only}: {log(best.role)} ({percent(best.net_saving)} on {on})."


def _worth(one: Used) -> bool:
    enough = one.files >= _BEST_FILES and one.net_saving >= _BEST_SAVING
    return enough and one.net_saving > one.copy_newest


def _along(together: Together) -> Iterator[str]:
    """How right the companions of a new file were: those to be added and those to be edited."""
    named = together.added.named + together.edited.named
    if not named:
        return
    right = together.added.right + together.edited.right
    came = together.added.truth + together.edited.truth
    yield (
        f"Of what comes along with a new file {percent(right / came if came else 0.0)} is named "
        f"beforehand; of what is named {percent(right / named)} comes."
    )


def _aging(templates: Templates) -> Iterator[str]:
    """Whether patterns that are never mined again fall behind copying, and by how much."""
    behind = [one for one in templates.stale if one.files and _behind(one)]
    measured = [one for one in templates.stale if one.files]
    if not behind or 2 * len(behind) < len(measured):
        return
    ours, copied = _compared(max(behind, key=lambda one: one.files))
    yield (
        f"Patterns that are mined once and kept fall behind copying ({100 * ours:.1f} % to "
        f"{100 * copied:.1f} %): let `train` run again as the history grows."
    )


def _behind(section: Section) -> bool:
    ours, copied = _compared(section)
    return ours < copied


def _compared(section: Section) -> tuple[float, float]:
    """Ours and copying, where there was something to mine: no pattern knows a folder of later."""
    if section.known is not None and section.known.files:
        return section.known.net_saving, section.known.copy_newest
    methods = section.methods
    return methods[Method.OURS].net_saving, methods[Method.COPY_NEWEST].net_saving
