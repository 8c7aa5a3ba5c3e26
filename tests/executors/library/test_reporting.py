"""Files of results: JSON and YAML with signature, time, and a record of what was verified."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci import yaml
from pattern_ci.errors import UsageError
from pattern_ci.executors.library import reporting
from pattern_ci.main import main
from pattern_ci.model.execution import CheckResult
from testing.repos import build_repo

if TYPE_CHECKING:
    from pathlib import Path

INSTANCE = {
    "schema_version": 1,
    "pattern_id": "PAT-ATOMIC-CREATE-001",
    "variables": {"files": [{"path": "a.py", "content": "A = 1\n"}]},
}


def execute(tmp_path: Path, result: Path, **more: object) -> int:
    root = tmp_path / "repo"
    if not root.exists():
        build_repo(root, {"README.md": "# demo\n"})
    instance = tmp_path / "instance.json"
    instance.write_text(json.dumps(INSTANCE | more), "utf-8")
    words = ["exec", "atomic_create", "--instance", str(instance), "--repo", str(root)]
    return main([*words, "--result", str(result)])


def test_the_two_forms_say_the_same(tmp_path: Path) -> None:
    as_json, as_yaml = tmp_path / "result.json", tmp_path / "result.yaml"

    assert execute(tmp_path, as_json) == 0
    data = json.loads(as_json.read_text("utf-8"))

    assert data["success"]
    assert data["changes"][0]["action"] == "create"
    assert data["duration_s"] > 0
    assert data["operation_signature"]["operation_kind"] == "OPK-FILES-CREATE"
    assert data["operation_signature"]["file_types"] == ["py"]
    assert data["verification"]["verdict"] == "passed"
    assert {"check": "parses a.py", "passed": True, "detail": ""} in data["verification"]["checks"]
    assert execute(tmp_path, as_yaml) == 0
    assert yaml.load(as_yaml.read_text("utf-8"), source="it").data.keys() == data.keys()


def test_a_failure_is_written_as_well(tmp_path: Path) -> None:
    broken = {"files": [{"path": "b.py", "content": "A = (\n"}]}

    assert execute(tmp_path, tmp_path / "result.json", variables=broken) == 1

    data = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert not data["success"]
    assert "b.py:1" in data["error"]
    assert not (tmp_path / "repo" / "b.py").exists()


def test_an_unknown_form_is_refused_before_anything_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(tmp_path, tmp_path / "result.xml") == UsageError.return_code

    assert "does not end with .json, .yaml, .yml" in capsys.readouterr().err
    assert not (tmp_path / "repo" / "a.py").exists()


@pytest.mark.parametrize(
    ("passed", "verdict"),
    [([True, False], "failed"), ([True, None], "passed"), ([None], "unknown"), ([], "unknown")],
)
def test_the_verdict(passed: list[bool | None], verdict: str) -> None:
    """Nothing to go by is no success."""
    assert reporting.verdict([CheckResult("x", one) for one in passed]) == verdict
