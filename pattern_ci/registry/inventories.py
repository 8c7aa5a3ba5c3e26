"""Inventories of a library as plain data: patterns, use of operation kinds, AUTO features.

`patterns/.state/` holds them as JSON. They are derived from specs and catalogue, so the same
library gives the same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from pattern_ci.catalog import AUTO_FEATURES
from pattern_ci.model.pattern import Status
from pattern_ci.registry.overlay import Origin
from pattern_ci.registry.routing import routes
from pattern_ci.registry.versions import committed, history

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pattern_ci.model.registry import Route
    from pattern_ci.registry.overlay import InForce, Overlay
    from pattern_ci.registry.versions import Version

SCHEMA_VERSION = 1
FOLDER = ".state"
SUMMARY = f"{FOLDER}/pattern_registry_summary.json"
USAGE = f"{FOLDER}/operation_kind_usage.json"
FEATURES = f"{FOLDER}/automation_features.json"


def registry_inventories(root: Path, library: Overlay) -> dict[str, str]:
    """Path (relative to the library) and text of what `scan_pattern_registry` writes."""
    table = routes(root, library.entries)
    return {
        SUMMARY: text(summary(library, table, committed(root))),
        USAGE: text(usage(library, table)),
    }


def feature_inventory() -> dict[str, str]:
    """Path and text of what `scan_auto_features` writes."""
    features = [
        {
            "id": feature.id,
            "name": feature.name,
            "module": feature.module,
            "description": feature.description,
            "inputs": list(feature.inputs),
            "outputs": list(feature.outputs),
            "tables": list(feature.tables),
        }
        for feature in AUTO_FEATURES
    ]
    return {FEATURES: text({"schema_version": SCHEMA_VERSION, "features": features})}


def text(data: dict[str, Any]) -> str:
    """An inventory as it is written."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def summary(
    library: Overlay, table: Sequence[Route], known: Mapping[str, Sequence[Version]]
) -> dict[str, Any]:
    """Every pattern: which copy is in force, what serves it, and its versions, oldest first.

    `known` are the versions that are committed.
    """
    routed = {route.pattern_id for route in table}
    entries = sorted(
        library.entries, key=lambda one: (one.pattern.spec.pattern_id, str(one.pattern.spec_path))
    )
    by_status = Counter(entry.pattern.spec.status.value for entry in entries)
    return {
        "schema_version": SCHEMA_VERSION,
        "patterns": [_pattern(entry, routed, known) for entry in entries],
        "by_status": dict(sorted(by_status.items())),
        "unreadable": sorted({finding.path for finding in library.findings}),
    }


def _pattern(
    entry: InForce, routed: set[str], known: Mapping[str, Sequence[Version]]
) -> dict[str, Any]:
    spec = entry.pattern.spec
    ours = known.get(spec.pattern_id, ()) if entry.origin is Origin.OWN else ()
    properties = entry.pattern.schema.get("properties", {})
    return {
        "pattern_id": spec.pattern_id,
        "name": spec.name,
        "version": spec.version,
        "versions": [one.to_dict() for one in history(spec, ours)],
        "status": spec.status.value,
        "origin": entry.origin.value,
        "shadows_built_in": entry.shadows,
        "routed": spec.pattern_id in routed and spec.status is Status.ACTIVE,
        "operation_kind": spec.operation_kind,
        "executor": spec.executor,
        "inputs": sorted(properties) if isinstance(properties, dict) else [],
        "writes": [slot.role for slot in spec.slots],
        "ground_truth": [truth["check"] for truth in spec.ground_truth],
    }


def usage(library: Overlay, table: Sequence[Route]) -> dict[str, Any]:
    """Every operation kind with the patterns that serve it, in the order in which they are tried.

    A kind without a pattern is listed too: that is where a pattern is missing.
    """
    specs = [entry.pattern.spec for entry in library.entries]
    kinds = sorted(library.kinds | {spec.operation_kind for spec in specs})
    rows = []
    for kind in kinds:
        served = [route.pattern_id for route in table if route.operation_kind == kind]
        rows.append(
            {
                "operation_kind": kind,
                "registered": kind in library.kinds,
                "patterns": sum(spec.operation_kind == kind for spec in specs),
                "routed": list(dict.fromkeys(served)),
            }
        )
    return {
        "schema_version": SCHEMA_VERSION,
        "operation_kinds": rows,
        "without_pattern": [row["operation_kind"] for row in rows if not row["patterns"]],
    }
