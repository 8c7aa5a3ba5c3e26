"""What a backtest says of whole changes: companions, recipes, warnings and families."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.backtest_units import percent
from pattern_ci.messages.counting import plural
from pattern_ci.model.backtest import Gate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.model.backtest import Backtest, Families, Hits, Together, Warnings

GATES = {
    Gate.FITTED: "what the hook warns of",
    Gate.LISTED: "every rule that is listed",
    Gate.WILSON: "lower bound 0.65, 5 times",
    Gate.ROSE: "confidence 0.9, 3 times",
}


def together(report: Backtest) -> Iterator[str]:
    """What comes along, and what of it recipes write."""
    together = report.together
    if not together.transactions:
        return
    newest = "the newest " if together.sampled else ""
    yield ""
    yield f"What comes along, on {newest}{plural(together.transactions, 'commit')}:"
    yield f"  new files that come with a new file: {right(together.added)}"
    yield f"  files edited with a new file: {right(together.edited)}"
    if together.lines.truth:
        yield f"  lines of registries for a new file: {right(together.lines)}; {placed(together)}"


def rankings(report: Backtest) -> Iterator[str]:
    """How well all that comes along with half of a commit is ranked, beside the usual method."""
    together = report.together
    if together.transactions:
        yield (
            f"Ranking of what comes along (mean average precision): {together.ours.map:.3f}, of "
            f"the method TARMAQ {together.tarmaq.map:.3f}; answered for "
            f"{percent(together.ours.applicability)} and {percent(together.tarmaq.applicability)} "
            "of the commits."
        )


def placed(together: Together) -> str:
    """How many of the lines that came also came where they were said to."""
    return f"{together.places.right} of these in their place"


def right(found: Hits) -> str:
    """How much of what was named came, and how much of what came was named."""
    if not found.named:
        return f"none was named; {found.truth} came"
    return (
        f"{found.right} of {found.named} named came ({percent(found.precision)}), "
        f"{percent(found.recall)} of all"
    )


def warnings_lines(warnings: Warnings, *, every: bool = False) -> Iterator[str]:
    """What the hook warned of, and how often rightly; or what each gate did that was tried."""
    yield warnings_head(warnings)
    for gate in warnings.gates:
        if not every and gate.gate is not Gate.FITTED:
            continue
        if not gate.warned:
            yield f"  {GATES[gate.gate]}: nothing"
            continue
        yield (
            f"  {GATES[gate.gate]}: {gate.warned} warned ({100 * gate.share:.1f} %), right on "
            f"{percent(gate.precision)}; {right(gate.files)}"
        )


def warnings_head(warnings: Warnings) -> str:
    """What the warnings were tried on."""
    newest = "The newest " if warnings.sampled else ""
    return (
        f"{newest}{plural(warnings.pull_requests, 'pull request')} of several commits, warned on "
        f"the first; {warnings.with_later_files} touched further files later:"
    )


def families(found: Families) -> list[str]:
    """Whether families are the ones that convention makes; nothing where it makes none."""
    if not found.kinds:
        return []
    ours, plain = found.roles, found.folders
    said = (
        f"Files that are one kind by convention ({plural(found.kinds, 'kind')}, "
        f"{plural(found.members, 'file')}) and families, by pairs of files: "
        f"{percent(ours.precision)} of those in one family are of one kind, "
        f"{percent(ours.recall)} of all; by folder {percent(plain.precision)} and "
        f"{percent(plain.recall)}."
    )
    return [said]
