"""Routing: which pattern serves an operation, which copy of it is in force, and why none does."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pattern_ci import yaml
from pattern_ci.engine.router import PatternRouter, RoutingContext
from pattern_ci.errors import PatternNotFoundError
from pattern_ci.registry.derive import KINDS, ROUTING
from pattern_ci.registry.inventories import registry_inventories
from pattern_ci.registry.overlay import Origin, overlay
from testing.repos import git
from testing.sample_pattern import PATTERN_ID, VALUES, write_sample_pattern
from tests.engine.worlds import answering, engine_at, executor_pattern

ROOT = Path(__file__).resolve().parents[2]
SCAN = "PAT-SCAN-AUTO-FEATURES-001"
FILE_ADD = "OPK-FILE-ADD"


def _write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root / "patterns"


def _shadow(root: Path, status: str) -> Path:
    """A copy of a built-in pattern under its own id."""
    files = executor_pattern(answering(success=True), kind="OPK-AUTO-SCAN", status=status)
    return _write(root, {name: text.replace("PAT-OWN-001", SCAN) for name, text in files.items()})


def test_what_ships_with_the_package_serves_a_repository_without_patterns(tmp_path: Path) -> None:
    """Its executor is a module of the package."""
    router = PatternRouter.load(tmp_path / "patterns")

    assert router.resolve_pattern("OPK-AUTO-SCAN") == SCAN
    assert router.get_pattern_executor_path(SCAN) == "builtin:scan_auto_features"
    assert router.library.in_force(SCAN).origin is Origin.BUILTIN


def test_a_copy_of_the_repository_stands_in_for_the_one_that_ships(tmp_path: Path) -> None:
    """By id; what executes it is the repository's file."""
    library = _shadow(tmp_path, "active")
    router = PatternRouter.load(library)

    entry = router.library.in_force(SCAN)
    assert (entry.origin, entry.shadows) == (Origin.OWN, True)
    assert router.resolve_pattern("OPK-AUTO-SCAN") == SCAN
    executor = router.get_pattern_executor_path(SCAN)
    assert executor == str(library / "executors" / "own_1_executor.py")


@pytest.mark.parametrize("status", ["retired", "quarantined", "draft"])
def test_a_copy_that_is_not_active_turns_the_built_in_one_off(tmp_path: Path, status: str) -> None:
    """The kind is then served by nothing."""
    router = PatternRouter.load(_shadow(tmp_path, status))

    assert router.resolve_pattern("OPK-AUTO-SCAN") is None
    named = router.resolve("OPK-AUTO-SCAN", RoutingContext(pattern_id=SCAN))
    assert named.reason == f"{SCAN} is {status}"


def test_the_library_of_the_package_is_not_laid_over_itself() -> None:
    """In our own repository every pattern is there once."""
    from pattern_ci.registry.facts import builtin_root

    entries = overlay(builtin_root()).entries

    ids = [entry.pattern.spec.pattern_id for entry in entries]
    assert len(ids) == len(set(ids)) >= 8
    assert {entry.origin for entry in entries} == {Origin.OWN}


def test_the_wheel_holds_every_folder_of_the_library() -> None:
    """A folder that is added to `patterns/` is added to the package as well."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    committed = git(ROOT, "ls-files", "patterns").split()

    folders = {"/".join(path.split("/")[:2]) for path in committed}
    assert shipped == {name: name.replace("patterns/", "pattern_ci/library/") for name in folders}


def test_inputs_choose_between_patterns_that_write_different_files(tmp_path: Path) -> None:
    """The one whose schema takes them; a path chooses by role."""
    write_sample_pattern(tmp_path / "patterns")
    router = PatternRouter.load(tmp_path / "patterns")
    page: dict[str, Any] = {"number": "0001", "name": "a", "title": "A"}

    assert router.resolve_pattern(FILE_ADD, RoutingContext(inputs=VALUES)) == PATTERN_ID
    assert (
        router.resolve_pattern(FILE_ADD, RoutingContext(inputs=page)) == "PAT-DECISION-RECORD-001"
    )
    path = RoutingContext(path="plugins/alpha.py")
    assert router.resolve_pattern(FILE_ADD, path) == PATTERN_ID
    assert router.resolve_pattern(FILE_ADD, {"path": "plugins/alpha.py"}) == PATTERN_ID
    more = {"path": Path("plugins/alpha.py"), "branch": "main"}
    assert router.resolve_pattern(FILE_ADD, more) == PATTERN_ID
    none = router.resolve(FILE_ADD, RoutingContext(path="src/x.c"))
    assert none.reason == "none of 2 patterns for OPK-FILE-ADD fits the path src/x.c"


def test_routes_that_people_wrote_come_first(tmp_path: Path) -> None:
    """A derived file says nothing that the specs do not say."""
    files = {
        **executor_pattern(answering(success=True), number=1),
        **executor_pattern(answering(success=True), number=2),
    }
    library = _write(tmp_path, files)
    routes = {
        "schema_version": 1,
        "routes": [{"operation_kind": "OPK-DOCS-VALIDATE", "pattern_id": "PAT-OWN-002"}],
    }

    assert PatternRouter.load(library).resolve_pattern("OPK-DOCS-VALIDATE") == "PAT-OWN-001"
    _write(tmp_path, {f"patterns/{ROUTING}": "# Ours.\n" + yaml.dump(routes)})
    assert PatternRouter.load(library).resolve_pattern("OPK-DOCS-VALIDATE") == "PAT-OWN-002"


def test_a_step_that_names_its_pattern_gets_no_other(tmp_path: Path) -> None:
    """Nor one that serves another kind."""
    router = PatternRouter.load(tmp_path / "patterns")

    other = router.resolve("OPK-REGISTRY-SCAN", RoutingContext(pattern_id=SCAN))
    lost = router.resolve("OPK-AUTO-SCAN", RoutingContext(pattern_id="PAT-LOST-001"))

    assert other.entry is None
    assert other.reason == f"{SCAN} serves OPK-AUTO-SCAN, not OPK-REGISTRY-SCAN"
    assert lost.reason == "there is no PAT-LOST-001"


def test_an_unknown_pattern_names_those_that_ship(tmp_path: Path) -> None:
    """So that a slip of the pen is seen at once."""
    router = PatternRouter.load(tmp_path / "patterns")

    with pytest.raises(PatternNotFoundError, match=r"Built in: .*PAT-SCAN-PATTERN-REGISTRY-001"):
        router.get_pattern_executor_path("PAT-SCAN-001")


def test_inventories_tell_copies_routes_versions_and_gaps(repo_path: Path) -> None:
    """Twice the same bytes; a version before the last is known from the history."""
    first = executor_pattern(answering(success=True), version="1.0.0", kind="OPK-NEW-A")
    kinds = {f"patterns/{KINDS}": _kinds("OPK-NEW-A", "OPK-NEW-B")}
    engine_at(repo_path, {**first, **kinds})
    engine_at(
        repo_path, executor_pattern(answering(success=True), version="1.1.0", kind="OPK-NEW-A")
    )
    head = git(repo_path, "rev-parse", "HEAD").strip()
    library = repo_path / "patterns"

    made = registry_inventories(library, overlay(library, shown="patterns"))

    assert registry_inventories(library, overlay(library, shown="patterns")) == made
    listed, usage = (json.loads(made[name]) for name in sorted(made, reverse=True))
    own = next(row for row in listed["patterns"] if row["pattern_id"] == "PAT-OWN-001")
    assert (own["origin"], own["routed"]) == ("repository", True)
    assert [one["version"] for one in own["versions"]] == ["1.0.0", "1.1.0"]
    assert own["versions"][1]["commit"] == head
    assert "OPK-NEW-B" in usage["without_pattern"]
    rows = {row["operation_kind"]: row for row in usage["operation_kinds"]}
    assert rows["OPK-NEW-A"]["routed"] == ["PAT-OWN-001"]
    assert rows["OPK-AUTO-SCAN"]["routed"] == [SCAN]


def _kinds(*names: str) -> str:
    kinds = [{"id": name, "summary": "Something."} for name in names]
    return yaml.dump({"schema_version": 1, "operation_kinds": kinds})
