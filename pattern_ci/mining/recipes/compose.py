"""Put a recipe together: what it adds, what it edits, what is left to people, who shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.recipes import gate
from pattern_ci.mining.recipes.parts import part_for, renamed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.mining.recipes.parts import Families, Part
    from pattern_ci.mining.recipes.roles import Added, Operation
    from pattern_ci.mining.recipes.run import Learned
    from pattern_ci.mining.recipes.study import Judged

MAX_SHOWN = 3


class Edits(NamedTuple):
    """An entry that a recipe adds, and the file it goes into."""

    path: str
    judged: Judged


class Recipe(NamedTuple):
    """A recipe that can be shown: `shown` are additions that it gives back in every part.

    `to_write` are roles, `to_edit` paths that come along and that nothing is drafted for.
    """

    operation: Operation
    parts: tuple[Part, ...]
    edits: tuple[Edits, ...]
    to_write: tuple[str, ...]
    to_edit: tuple[str, ...]
    shown: tuple[Added, ...]


def compose(learned: Learned, families: Families) -> Recipe | None:
    """The recipe of an operation, or None when it would do no more than one family does."""
    operation = learned.operation
    shown = list(operation.added)
    edits = []
    for edit in _surest(learned):
        again = [one for one in shown if one.sha in edit.judged.again]
        if again:
            shown = again
            edits.append(edit)
    parts: list[Part] = []
    left = []
    for role in operation.writes:
        part = part_for(role, operation.added, families)
        known = {example.path for example in part.examples} if part else set()
        again = [one for one in shown if known.intersection((one.path, *one.others))]
        if part is None or not again:
            left.append(role)
            continue
        shown = again
        parts.append(renamed(part, (name for other in parts for name in other.properties)))
    if not edits and len(parts) < 2:
        return None
    done = {edit.path for edit in edits}
    return Recipe(
        operation,
        tuple(parts),
        tuple(sorted(edits, key=lambda one: (one.path, one.judged.entry.lines))),
        (*left, *operation.others),
        tuple(path for path in operation.edits if path not in done),
        tuple(shown[-MAX_SHOWN:]),
    )


def _surest(learned: Learned) -> Sequence[Edits]:
    """Entries that are right often enough, those that are right most surely first."""
    found = [
        Edits(path, one) for path, judged in learned.entries.items() for one in gate.best(judged)
    ]
    return sorted(found, key=lambda one: (-gate.record(one.judged).bound, one.path))
