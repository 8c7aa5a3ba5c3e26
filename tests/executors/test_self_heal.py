"""`self_heal`: what has a known cure is mended; what did not help is taken back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.executors import self_heal

if TYPE_CHECKING:
    from pattern_ci.engine.context import Workspace
    from pattern_ci.model.execution import ExecutionResult
    from testing.repos import Tree
    from tests.executors.conftest import World

APP = [sys.executable, "-B", "app.py"]


def heal(world: World, tree: Tree, **inputs: Any) -> tuple[ExecutionResult, Workspace]:
    context = world(tree)
    return self_heal.execute(context, {"command": APP, **inputs}), context


def text(context: Workspace, path: str = "app.py") -> str:
    return (context.root / path).read_text()


def test_a_missing_import_of_the_standard_library(world: World) -> None:
    result, context = heal(world, {"app.py": '"""App."""\n\nprint(json.dumps(1))\n'})

    assert result.success, result.error
    assert text(context) == '"""App."""\nimport json\n\nprint(json.dumps(1))\n'
    assert result.outputs["applied"] == ["missing-import at app.py:3"]


def test_a_missing_import_as_the_project_writes_it(world: World) -> None:
    tree: Tree = {
        "app.py": "import sys\n\nprint(helper(sys.argv))\n",
        "lib.py": "def helper(words):\n    return len(words)\n",
        "other.py": "from lib import helper\n\nhelper([])\n",
    }

    result, context = heal(world, tree)

    assert result.success, result.error
    assert text(context).startswith("import sys\nfrom lib import helper\n")


@pytest.mark.parametrize(
    ("use", "line"),
    [
        ("datetime.now()", "from datetime import datetime"),
        ("datetime.timedelta(1)", "import datetime"),
        ("datetime(2026, 1, 1)", "from datetime import datetime"),
    ],
)
def test_of_a_module_and_its_class_the_one_that_has_what_is_used(
    world: World, use: str, line: str
) -> None:
    """A linter is content with either; the program is not, whatever other files write."""
    check = ["ruff", "check", "--no-cache", "--select", "F821", "app.py"]
    tree: Tree = {"app.py": f"print({use})\n", "other.py": "import datetime\n"}

    result, context = heal(world, tree, command=check)

    assert result.success, result.outputs
    assert text(context).startswith(line + "\n")


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        (
            "if 1:\n\tprint(1)\n        print(2)\n",
            "if 1:\n        print(1)\n        print(2)\n",
        ),
        ("if 1:\n    print(1)\n\tprint(2)\n", "if 1:\n    print(1)\n    print(2)\n"),
        (
            "if 1:\n    if 0:\n        print(1)\n\tprint(2)\n",
            "if 1:\n    if 0:\n        print(1)\n        print(2)\n",
        ),
    ],
)
def test_tabs_among_blanks_are_read_as_python_reads_them(
    world: World, broken: str, mended: str
) -> None:
    """Eight columns a tab, unless only four make sense; no line leaves its block."""
    result, context = heal(world, {"app.py": broken})

    assert result.success, result.outputs
    assert text(context) == mended


def test_a_first_of_two_imports_may_stand_in_the_wrong_place_for_now(world: World) -> None:
    """One name less is missing, and a linter asks for another order: that is a step forward."""
    check = ["ruff", "check", "--no-cache", "--select", "F821,I", "app.py"]
    tree: Tree = {"app.py": '"""App."""\nprint(zlib.crc32(b""), json.dumps(1))\n'}

    result, context = heal(world, tree, command=check, max_attempts=5)

    assert result.success, result.outputs
    assert text(context) == (
        '"""App."""\nimport json\nimport zlib\n\nprint(zlib.crc32(b""), json.dumps(1))\n'
    )


def test_a_name_that_moved_to_another_module(world: World) -> None:
    tree: Tree = {
        "app.py": "from old import one, two\n\none()\ntwo()\n",
        "old.py": "def one(): ...\n",
        "new.py": "def two(): ...\n",
    }

    result, context = heal(world, tree)

    assert result.success, result.error
    assert text(context).startswith("from old import one\nfrom new import two\n")


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("def f(x):\nreturn x\nf(1)\n", "def f(x):\n    return x\nf(1)\n"),
        ("x = 1\n  y = 2\n", "x = 1\ny = 2\n"),
        ("if 1:\n    x = 1\n  y = 2\n", "if 1:\n    x = 1\n    y = 2\n"),
        ("if 1:\n\tx = 1\n        y = 2\n", None),
    ],
)
def test_indentation(world: World, broken: str, mended: str | None) -> None:
    result, context = heal(world, {"app.py": broken.encode()})

    assert result.success, result.error
    assert mended is None or text(context) == mended


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("def f(x)\n    return x\n", "def f(x):\n    return x\n"),
        ("print((1 + 2)\n", "print((1 + 2))\n"),
        ("x = [\n    1,\n    2\ny = 1\n", None),
        ('x = "abc\n', 'x = "abc"\n'),
        ("x = (1))\n", "x = (1)\n"),
    ],
)
def test_one_mark_too_few_or_too_many(world: World, broken: str, mended: str | None) -> None:
    result, context = heal(world, {"app.py": broken.encode()})

    assert result.success is (mended is not None)
    assert text(context) == (mended or broken)


def test_formatting_by_the_tool_that_complained(world: World) -> None:
    result, context = heal(
        world,
        {"app.py": "x=[1,2 ,3]\n"},
        command=["ruff", "format", "--no-cache", "--check", "app.py"],
    )

    assert result.success, result.error
    assert text(context) == "x = [1, 2, 3]\n"


def test_several_errors_one_after_the_other(world: World) -> None:
    result, context = heal(
        world, {"app.py": "def f()\n    return os.sep\n\ndef g()\n    return f()\n\ng()\n"}
    )

    assert result.success, result.error
    assert len(result.outputs["applied"]) == 3
    assert "import os" in text(context)


def test_what_did_not_help_is_taken_back_and_a_person_is_asked(world: World) -> None:
    broken = "def f(x)\n    return x\n\nraise SystemExit('no cure')\n"

    result, context = heal(world, {"app.py": broken}, command=[*APP, "--strict"])

    assert not result.success
    assert result.outputs["escalated"]
    assert "no cure" in result.error
    assert text(context).startswith("def f(x):")


def test_a_fix_that_leaves_the_same_error_is_taken_back(world: World) -> None:
    check = [sys.executable, "-B", "check.py"]
    said = 'app.py:1: error: Name "os" is not defined  [name-defined]'
    tree: Tree = {"check.py": f"raise SystemExit({said!r})\n", "app.py": "print(os.sep)\n"}

    result, context = heal(world, tree, command=check, tool="mypy")

    assert not result.success
    assert text(context) == "print(os.sep)\n"
    assert [one["applied"] for one in result.outputs["attempts"]] == [False]


def test_it_stops_after_the_last_attempt(world: World) -> None:
    tree: Tree = {"app.py": "print(os.sep)\nprint(re.A)\nprint(json.dumps(1))\n"}

    result, _ = heal(world, tree, max_attempts=2)

    assert not result.success
    assert len(result.outputs["attempts"]) == 2


def test_only_rules_that_are_allowed_are_tried(world: World) -> None:
    result, context = heal(world, {"app.py": "print(os.sep)\n"}, rules=["syntax"])

    assert result.outputs["attempts"] == []
    assert "no rule fits" in result.error
    assert text(context) == "print(os.sep)\n"


def test_a_command_that_passes_is_left_alone(world: World) -> None:
    result, _ = heal(world, {"app.py": "pass\n"})

    assert result.success
    assert result.outputs["attempts"] == []


def test_a_rule_that_was_learned_comes_first(world: World) -> None:
    rule = {
        "id": "AUTO-1",
        "match": {"tool": "python", "rule": "NameError"},
        "rewrite": {
            "kind": "line",
            "files": ["*.py"],
            "rule": {"before": "unicode($A)", "after": "str($A)", "variables": {"A": "text"}},
        },
    }

    result, context = heal(world, {"app.py": "print(unicode(1))\n"}, learned=[rule])

    assert result.success, result.error
    assert text(context) == "print(str(1))\n"
    assert result.outputs["applied"] == ["AUTO-1 at app.py:1"]


def test_what_helped_is_told_by_signature(world: World) -> None:
    result, _ = heal(world, {"app.py": "print(os.sep)\n"})

    (told,) = result.outputs["resolutions"]
    assert told["signature"].startswith("python/NameError/")
    assert (told["method"], told["success"]) == ("missing-import", True)


def test_a_plan_changes_nothing(world: World) -> None:
    world({"app.py": "print(os.sep)\n"})
    plan = world(plan=True)

    done = self_heal.execute(plan, {"command": APP})

    (check,) = done.verification
    assert check.passed is None
    assert " ".join(APP) in check.detail
    assert text(plan) == "print(os.sep)\n"
