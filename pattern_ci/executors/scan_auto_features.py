"""`scan_auto_features`: what AUTO-001 to AUTO-008 read, give and keep, as an inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.catalog import AUTO_FEATURES
from pattern_ci.model.change import Change
from pattern_ci.model.execution import ExecutionResult
from pattern_ci.registry.inventories import feature_inventory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.execution import Context


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Write the inventory below `.state/` of the folder `patterns`."""
    folder = str(inputs["patterns"])
    changes = [
        Change(f"{folder}/{name}", text.encode()) for name, text in feature_inventory().items()
    ]
    context.write(changes, overwrite=True)
    return ExecutionResult(success=True, outputs={"features": len(AUTO_FEATURES)})
