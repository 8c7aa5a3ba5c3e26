"""`explain` of what was written, not learned: built-in patterns, executors, operation kinds."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.commands import explain as command
from pattern_ci.registry.facts import builtin_root
from pattern_ci.registry.library import load_library
from pattern_ci.registry.overlay import described_kinds
from pattern_ci.registry.published import published
from pattern_ci.registry.shape import problems
from testing.repos import build_repo
from tests.mining.worlds import cli, one_line_error

if TYPE_CHECKING:
    from pathlib import Path

BATCH = "PAT-BATCH-CREATE-001"
SCAN = "PAT-SCAN-AUTO-FEATURES-001"
SHIPPED = load_library(builtin_root()).patterns


@pytest.fixture(name="repo", scope="module")
def _repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_repo(tmp_path_factory.mktemp("plain") / "repo", {"a.txt": "a\n"})


@pytest.fixture(autouse=True)
def _no_mining(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of these needs the history."""

    def mine(*_: object, **__: object) -> None:
        raise AssertionError

    if "by_name" not in request.node.name:
        monkeypatch.setattr(command, "mine_repository", mine)


def _explained(repo: Path, target: str, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = cli("explain", target, "--repo", repo, "--format", "json", *words).json
    assert problems(found, published("explanation")) == []
    return found


@pytest.mark.parametrize("pattern", SHIPPED, ids=lambda one: one.spec.name)
def test_every_built_in_pattern_says_what_it_is_and_how_to_run_it(repo: Path, pattern: Any) -> None:
    """Inputs are those of its schema but for constants; its example is one that it takes."""
    spec = pattern.spec
    found = _explained(repo, spec.pattern_id)["operation"]

    assert (found["origin"], found["shadows"], found["routed"]) == ("built-in", False, True)
    assert (found["summary"], found["steps"]) == (spec.summary, list(spec.steps))
    variables = pattern.schema["properties"]
    asked = {name for name, said in variables.items() if "const" not in said}
    assert {one["name"] for one in found["inputs"]} == asked
    assert f"pattern-ci exec {spec.pattern_id} --instance FILE" in found["commands"]
    assert set(found["example"]) <= set(variables)
    assert len(found["ground_truth"]) == len(spec.ground_truth)
    assert found["kind_says"]


def test_a_built_in_pattern_is_one_screen(repo: Path) -> None:
    """Layer, inputs, steps, executor, ground truth, and the line that runs it."""
    ran = cli("explain", BATCH.lower(), "--repo", repo)

    assert (ran.code, ran.err) == (0, "")
    said = ran.out
    assert re.match(rf"{BATCH} \S+, active, built in\n", said)
    for part in ("  executor  builtin:batch_create", "  Steps\n    1. ", "  Ground truth\n",
                 "    template (object; required): ",
                 f"    pattern-ci exec {BATCH} --instance FILE",
                 f'"pattern_id": "{BATCH}"'):  # fmt: skip
        assert part in said
    assert said.count("\n") < 40


def test_all_gives_an_instance_that_can_be_copied(repo: Path) -> None:
    """Whole, however long it is."""
    said = cli("explain", "PAT-SELF-HEAL-001", "--repo", repo, "--all").out

    assert '      {\n        "schema_version": 1,' in said
    assert "(--all)" not in said


def test_a_copy_of_the_repository_says_so(tmp_path: Path) -> None:
    """Its status is told, and that no step goes to it while it is not active."""
    repo = build_repo(tmp_path / "repo", {"a.txt": "a\n"})
    for folder in ("specs", "schemas", "examples"):
        for path in (builtin_root() / folder).glob("scan_auto_features*"):
            target = repo / "patterns" / folder / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if path.is_dir() else shutil.copy)(path, target)
    spec = repo / "patterns/specs/scan_auto_features.pattern.yaml"
    spec.write_text(spec.read_text().replace("status: active", "status: deprecated"))

    found = _explained(repo, SCAN)["operation"]

    assert (found["origin"], found["shadows"], found["routed"]) == ("library", True, False)
    assert found["status"] == "deprecated"
    assert _explained(repo, "OPK-AUTO-SCAN")["kind"]["served"] == []
    assert _explained(repo, "OPK-AUTO-SCAN")["kind"]["waiting"] == [SCAN]


def test_a_kind_names_the_patterns_that_serve_it(repo: Path) -> None:
    """With the paths that they are for, and how a plan names it."""
    found = _explained(repo, "opk-file-add")["kind"]
    said = cli("explain", "OPK-FILE-ADD", "--repo", repo).out

    assert [one["pattern_id"] for one in found["served"]] == ["PAT-DECISION-RECORD-001"]
    assert found["served"][0]["roles"] == ["docs/decisions/{number.flat}-{name.kebab}.md"]
    assert (found["origins"], found["waiting"]) == (["built-in"], [])
    assert "metadata: {operation_kind: OPK-FILE-ADD}" in said


def test_a_kind_without_a_pattern_says_what_happens_to_its_steps(repo: Path) -> None:
    """It is listed all the same."""
    said = cli("explain", "OPK-MERGE-TRAIN", "--repo", repo).out

    assert described_kinds(builtin_root())["OPK-MERGE-TRAIN"] in said
    assert "no pattern serves it" in said
    assert "Served by" not in said


def test_an_unknown_kind_names_the_nearest(repo: Path) -> None:
    """One line, and the exit code of a target that is none."""
    one_line_error(cli("explain", "OPK-FILEADD", "--repo", repo), 28, "OPK-FILE-ADD")


@pytest.mark.parametrize("target", ["batch_create", "BATCH-CREATE"])
def test_a_built_in_pattern_by_name_or_part_of_its_id_by_name(repo: Path, target: str) -> None:
    """As others are named."""
    assert _explained(repo, target)["operation"]["pattern_id"] == BATCH


def test_a_check_is_told_with_when_it_is_made(repo: Path) -> None:
    """What it asks, what it expects, of which items, and under which values."""
    applied = cli("explain", "PAT-PATTERN-APPLY-001", "--repo", repo).out
    made = cli("explain", BATCH, "--repo", repo).out

    assert "    ran {python} -m pattern_ci apply: 0\n" in applied
    assert "    file_exists {path}, where there is path, where plan is false\n" in applied
    assert "    complete {item.path}, for each of result.files\n" in made
