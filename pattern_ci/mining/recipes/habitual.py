"""What the history says of new files, in the words of the rules of `companions.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.suggest import HABIT
from pattern_ci.mining.companions import Prediction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pattern_ci.mining.recipes.habits import Record


def habitual(brought: Mapping[str, Record]) -> Iterator[Prediction]:
    """What the history says of one new file, as predictions among those of the rules."""
    for path, (bound, hits, seen, cause) in brought.items():
        end = "" if cause.kind == "role" else f"/…{cause.end}"
        row = {"kind": HABIT, "when": f"{cause.root}{end}", "then": path}
        # As exact as the bounds of rules, so that of equals always the same one counts.
        yield Prediction(path, round(bound, 4), row | {"support": hits, "seen": seen})
