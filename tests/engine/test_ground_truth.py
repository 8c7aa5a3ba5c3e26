"""Each check of ground truth: when it holds, when it does not, when it cannot be asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pattern_ci.engine.context import Workspace
from pattern_ci.engine.ground_truth import CHECKS, check, evaluate
from pattern_ci.engine.truth_world import World
from pattern_ci.model.truth import NAMES, STATIC
from pattern_ci.registry.library import load_library
from testing.repos import write_tree
from testing.sample_pattern import PATTERN_ID, PLUGIN_TEXT, VALUES, write_sample_pattern
from tests.engine.worlds import engine_at, place_of

TREE: dict[str, str | bytes | None] = {
    "good.py": "x = 1\n",
    "bad.py": "x = (\n",
    "good.json": "{}",
    "bad.json": "{",
    "good.yaml": "a: 1\n",
    "bad.yaml": "a: [1\n",
    "good.toml": "a = 1\n",
    "bad.toml": "a =\n",
    "good.svg": "<svg/>",
    "bad.xml": "<a><b></a>",
    "latin.toml": b"a = '\xe9'\n",
    "text.xyz": "anything",
    "pkg/__init__.py": "",
    "pkg/mod.py": "import pkg\n",
    "pkg/broken.py": "import no_such_module\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with good and bad files, and one member of a pattern."""
    path = tmp_path_factory.mktemp("truth") / "repo"
    engine_at(path)
    write_tree(path, TREE)
    write_sample_pattern(path / "patterns")
    write_tree(path, {"plugins/beta_ray.py": PLUGIN_TEXT})
    return path


def _world(root: Path, values: dict[str, Any] | None = None) -> World:
    context = Workspace(place_of(engine_at(root)))
    pattern = load_library(root / "patterns").find(PATTERN_ID)
    return World(context, pattern, VALUES if values is None else values)


@pytest.mark.parametrize(
    ("truth", "passed"),
    [
        ({"check": "file_exists", "path": "good.py", "expected": True}, True),
        ({"check": "file_exists", "path": "lost.py", "expected": True}, False),
        ({"check": "file_exists", "path": "lost.py", "expected": False}, True),
        ({"check": "file_exists", "path": "plugins/{name.snake}.py", "expected": True}, True),
        ({"check": "file_exists", "path": "plugins/{lost}.py", "expected": True}, False),
        ({"check": "file_exists", "path": "../x", "expected": False}, False),
        ({"check": "file_exists", "slot": "plugin", "expected": True}, True),
        ({"check": "contains", "path": "good.json", "expected": "{}"}, True),
        ({"check": "contains", "path": "good.json", "expected": "other"}, False),
        ({"check": "contains", "path": "lost.json", "expected": "x"}, False),
        ({"check": "imports", "path": "pkg/mod.py", "expected": True}, True),
        ({"check": "imports", "path": "pkg/broken.py", "expected": True}, False),
        ({"check": "command_exits", "command": ["sh", "-c", "exit 3"], "expected": 3}, True),
        ({"check": "command_exits", "command": ["true"], "expected": 3}, False),
        ({"check": "command_exits", "command": ["no-such-program"], "expected": 0}, False),
        ({"check": "tests_pass", "command": ["true"], "expected": True}, True),
        ({"check": "tests_pass", "command": ["false"], "expected": True}, False),
        ({"check": "tests_pass", "command": ["true"], "expected": 1}, False),
        ({"check": "file_exists", "expected": True}, False),
        ({"check": "no_such_check", "expected": True}, None),
        ({"check": "parses", "path": "text.xyz", "expected": True}, None),
    ],
)
def test_a_check(root: Path, truth: dict[str, Any], passed: bool | None) -> None:
    """It says what it saw wherever it does not hold."""
    result = check(truth, _world(root))

    assert result.passed is passed
    assert bool(result.detail) is (passed is not True)


@pytest.mark.parametrize("name", [name for name in TREE if name[:4] in ("good", "bad.", "lati")])
def test_files_parse_by_their_type(root: Path, name: str) -> None:
    """Python, JSON, YAML, TOML, XML; bytes that are no text are a failure, no crash."""
    result = check({"check": "parses", "path": name, "expected": True}, _world(root))

    assert result.passed is name.startswith("good"), result.detail


def test_a_slot_that_is_not_written_is_not_asked_about(root: Path) -> None:
    """`has_test` is false: the test file need not be there."""
    truth = {"check": "file_exists", "slot": "test", "expected": True}

    assert evaluate([truth], _world(root, {**VALUES, "has_test": False})) == ()
    assert [
        one.passed for one in evaluate([truth], _world(root, {**VALUES, "has_test": True}))
    ] == [False]


def test_importing_leaves_nothing_behind(root: Path) -> None:
    """No bytecode beside the sources."""
    check({"check": "imports", "path": "pkg/mod.py", "expected": True}, _world(root))

    assert not list(root.rglob("__pycache__"))


def test_every_check_is_in_the_docs() -> None:
    """With its name, in the one table."""
    page = (Path(__file__).parents[2] / "docs" / "validate.md").read_text("utf-8")
    table = page.partition("| check | about | asks |")[2].partition("\n\n")[0]

    assert set(re.findall(r"`(\w+)`(?=[^|]*\|[^|]*\|[^|]*\|$)", table, re.MULTILINE)) == set(NAMES)


def test_every_check_that_is_published_can_be_asked() -> None:
    """And what the guard asks without running anything is a part of them."""
    assert set(NAMES) == set(CHECKS)
    assert set(STATIC) < set(NAMES)
