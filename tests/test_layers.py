"""The rooms of the package: who may import whom, and who may touch the outside."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from pattern_ci.process import environment, run

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]


def _lint(folder: Path) -> tuple[int, str]:
    done = run(
        ["lint-imports", "--no-cache", "--config", str(folder / "pyproject.toml")],
        cwd=folder,
        env=environment(PYTHONPATH=str(folder)),
    )
    return done.returncode, done.stdout.decode()


def test_the_package_keeps_its_contracts() -> None:
    """Every import goes down, and only doors reach out."""
    code, said = _lint(ROOT)

    assert code == 0, said


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("model/finding.py", "from pattern_ci.registry import config", "A room imports only"),
        ("setup/plan.py", "import subprocess", "Only a door"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, module: str, line: str, contract: str) -> None:
    """An import upwards, or past a door, breaks the contract of that name."""
    shutil.copytree(
        ROOT / "pattern_ci", tmp_path / "pattern_ci", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "pattern_ci" / module).open("a") as handle:
        handle.write(f"\n{line}\n")

    code, said = _lint(tmp_path)

    assert code == 1
    assert f"{contract} " in said
    assert "BROKEN" in said


def test_every_room_is_named_in_the_contract() -> None:
    """A new room or door cannot stand outside the order of the rooms."""
    layers = next(c["layers"] for c in SETTINGS["contracts"] if c["type"] == "layers")
    named = {part.strip() for layer in layers for part in layer.split(":")}
    rooms = {
        f"pattern_ci.{path.stem}"
        for path in (ROOT / "pattern_ci").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }

    assert rooms <= named
