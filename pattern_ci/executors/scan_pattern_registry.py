"""`scan_pattern_registry`: which patterns and operation kinds there are, as inventories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.model.change import Change
from pattern_ci.model.execution import ExecutionResult
from pattern_ci.registry.inventories import registry_inventories
from pattern_ci.registry.overlay import overlay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.execution import Context


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Read the library in the folder `patterns` and write its two inventories below `.state/`."""
    folder = str(inputs["patterns"])
    root = context.root / folder
    library = overlay(root, shown=folder)
    made = registry_inventories(root, library)
    context.write(
        [Change(f"{folder}/{name}", text.encode()) for name, text in made.items()], overwrite=True
    )
    return ExecutionResult(
        success=True,
        outputs={"patterns": len(library.entries), "operation_kinds": len(library.kinds)},
    )
