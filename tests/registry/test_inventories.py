"""The inventories: every field is there, and the same library gives the same bytes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from pattern_ci.catalog import AUTO_FEATURES
from pattern_ci.registry.facts import builtin_root
from pattern_ci.registry.inventories import (
    FEATURES,
    SUMMARY,
    USAGE,
    feature_inventory,
    registry_inventories,
)
from pattern_ci.registry.overlay import overlay
from pattern_ci.telemetry import index_schema

FIVE = {
    "execution_logs", "pattern_metrics", "pattern_candidates", "anti_patterns", "error_patterns",
}  # fmt: skip


def _written(root: Path) -> dict[str, str]:
    return registry_inventories(root, overlay(root))


@pytest.fixture(name="library", scope="module")
def _library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the package as that of somebody else, outside of any repository."""
    target = tmp_path_factory.mktemp("own") / "patterns"
    return Path(shutil.copytree(builtin_root(), target, ignore=shutil.ignore_patterns(".state")))


def test_every_automation_feature_says_what_it_reads_gives_and_keeps() -> None:
    """AUTO-001 to AUTO-008, each with every field filled, and with tables that the index has."""
    found = json.loads(feature_inventory()[FEATURES])["features"]
    tables = set(re.findall(r"CREATE TABLE (\w+)", Path(index_schema.__file__).read_text("utf-8")))

    assert [one["id"] for one in found] == [f"AUTO-{number:03d}" for number in range(1, 9)]
    assert tables >= FIVE
    for one in found:
        fields = ("id", "name", "module", "description", "inputs", "outputs", "tables")
        assert tuple(one) == fields
        assert all(one[field] for field in fields), one["id"]
        assert set(one["tables"]) <= FIVE
    # No table of the five is left to nobody.
    assert {table for feature in AUTO_FEATURES for table in feature.tables} == FIVE


def test_the_summary_has_every_pattern_with_every_field(library: Path) -> None:
    """Which copy is in force, whether it is routed, its versions, inputs and checks."""
    entries = {entry.pattern.spec.pattern_id: entry.pattern for entry in overlay(library).entries}
    found = json.loads(_written(library)[SUMMARY])

    assert [one["pattern_id"] for one in found["patterns"]] == sorted(entries)
    for one in found["patterns"]:
        pattern = entries[one["pattern_id"]]
        assert (one["origin"], one["shadows_built_in"], one["routed"]) == ("repository", True, True)
        assert one["versions"][-1]["version"] == pattern.spec.version
        assert one["inputs"] == sorted(pattern.schema["properties"])
        assert one["ground_truth"] == [truth["check"] for truth in pattern.spec.ground_truth]
        assert one["executor"] == pattern.spec.executor
        assert one["operation_kind"] == pattern.spec.operation_kind
    assert found["by_status"] == {"active": len(entries)}
    assert found["unreadable"] == []


def test_the_usage_counts_patterns_of_every_kind_and_names_those_without(library: Path) -> None:
    """A kind that nobody serves is there too."""
    found = json.loads(_written(library)[USAGE])
    rows: dict[str, dict[str, Any]] = {
        one["operation_kind"]: one for one in found["operation_kinds"]
    }

    assert set(rows) == overlay(library).kinds
    assert rows["OPK-COMMIT-VERIFY"] == {
        "operation_kind": "OPK-COMMIT-VERIFY", "registered": True, "patterns": 1,
        "routed": ["PAT-VERIFY-COMMIT-001"],
    }  # fmt: skip
    assert rows["OPK-MERGE-TRAIN"]["patterns"] == 0
    without = found["without_pattern"]
    assert without == sorted(kind for kind, row in rows.items() if not row["patterns"])


def test_the_same_library_gives_the_same_bytes(library: Path, tmp_path: Path) -> None:
    """Wherever it lies, and in whatever order the disk names its files."""
    copy = tmp_path / "elsewhere" / "patterns"
    copy.mkdir(parents=True)
    for path in sorted(library.rglob("*"), reverse=True):
        target = copy / path.relative_to(library)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)

    assert _written(library) == _written(library) == _written(copy)
    assert feature_inventory() == feature_inventory()


def test_a_spec_that_cannot_be_read_is_named(library: Path, tmp_path: Path) -> None:
    """The rest is listed; what ships stands in for it no more than before."""
    copy = Path(shutil.copytree(library, tmp_path / "patterns"))
    broken = copy / "specs" / "mine.pattern.yaml"
    broken.write_text("pattern_id: [\n")
    found = json.loads(_written(copy)[SUMMARY])

    assert [Path(path).name for path in found["unreadable"]] == ["mine.pattern.yaml"]
    mine = [one for one in found["patterns"] if one["name"] == "mine"]
    assert [one["origin"] for one in mine] == ["built-in"]
