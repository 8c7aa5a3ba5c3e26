"""The executor `builtin:render`: what `pattern-ci apply` writes, written through a context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.model.execution import ExecutionResult
from pattern_ci.registry import edits
from pattern_ci.registry.applied_files import record_changes
from pattern_ci.registry.instances import outputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.execution import Context
    from pattern_ci.model.pattern import Slot
    from pattern_ci.registry.library import Pattern


def execute(pattern: Pattern, context: Context, values: Mapping[str, Any]) -> ExecutionResult:
    """Render every slot and write all of them, with the record of this use, or none."""
    made = outputs(pattern, values)
    changes = edits.planned(context.root, made).changes
    # A record is ours to change; no consent to overwrite is needed for it.
    records = [
        change._replace(edit=True) for change in record_changes(pattern, context.root, values, made)
    ]
    written = context.write([*changes, *records])[: len(changes)]
    return ExecutionResult(
        success=True,
        outputs={
            "files": [{"path": one.path, "action": one.action} for one in written],
            "unfilled": sorted({name for one in made for name in one.unfilled}),
        },
    )


def again(pattern: Pattern, context: Context, values: Mapping[str, Any], slot: Slot) -> bool | None:
    """Whether rendering a slot once more would leave its file as it is.

    None for a slot that is not written. Raises EditError for an entry that has no place.
    """
    made = [one for one in outputs(pattern, values) if one.slot == slot.id]
    if not made:
        return None
    return all(
        context.read(change.path) == change.data
        for change in edits.planned(context.root, made).changes
    )
