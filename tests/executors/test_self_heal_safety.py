"""`self_heal` under attack: it hides no error, leaves foreign files alone, and always ends."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import SpecError, StorageError
from pattern_ci.executors import self_heal
from testing.repos import git, write_tree

if TYPE_CHECKING:
    from pattern_ci.engine.context import Workspace
    from pattern_ci.model.execution import ExecutionResult
    from testing.repos import Tree
    from tests.executors.conftest import World

APP = [sys.executable, "-B", "app.py"]


def heal(world: World, tree: Tree, **inputs: Any) -> tuple[ExecutionResult, Workspace]:
    context = world(tree)
    return self_heal.execute(context, {"command": APP, "max_attempts": 5, **inputs}), context


def data(context: Workspace, path: str = "app.py") -> bytes:
    return (context.root / path).read_bytes()


@pytest.mark.parametrize(
    "broken",
    [
        b"prices = [\n",
        b"prices = [\n    1,\n    2,\ntotal = 3\n",
        b"total = sum(\n",
        b"prices = {'a': 1,\n",
        b'name = "\n',
        b'print("a, b)\n',
        b"total = 1 +\n",
        b"<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n",
    ],
)
def test_what_was_never_finished_is_not_made_to_pass(world: World, broken: bytes) -> None:
    """An empty list in the place of a lost one would pass the command, and be wrong."""
    result, context = heal(world, {"app.py": broken})

    assert not result.success
    assert result.outputs["escalated"]
    assert data(context) == broken


@pytest.mark.parametrize("name", ["code", "string", "path"])
def test_a_forgotten_variable_is_no_module(world: World, name: str) -> None:
    """Importing the module of that name would print something, and be wrong."""
    broken = f"print({name})\n".encode()

    result, context = heal(world, {"app.py": broken})

    assert not result.success
    assert data(context) == broken


def test_a_module_goes_below_what_has_to_come_first(world: World) -> None:
    head = "#!/usr/bin/env python3\n# A licence.\n\n"

    result, context = heal(world, {"app.py": (head + "print(json.dumps(1))\n").encode()})

    assert result.success
    assert data(context).startswith(f"{head}"[:-1].encode())
    assert data(context).splitlines()[2] == b"import json"


def test_a_fix_that_cannot_be_written_now_is_no_fix_that_did_not_help(world: World) -> None:
    """A disk that takes nothing ends it with what is wrong; no rule is to blame."""
    broken = b"print(json.dumps(1))\n"
    context = world({"app.py": broken})

    write_tree(context.root, {".git/pattern-ci/undo": "no folder\n"})

    with pytest.raises(StorageError):
        self_heal.execute(context, {"command": APP})

    assert data(context) == broken


def test_a_file_that_git_does_not_know_is_left_alone(world: World) -> None:
    """A library that is installed inside of the tree is mended by nobody."""
    context = world({"app.py": "import vendor\n"})
    write_tree(context.root, {"vendor.py": "print(json.dumps(1))\n"})

    result = self_heal.execute(context, {"command": APP})

    assert not result.success
    assert result.outputs["attempts"] == []
    assert data(context, "vendor.py") == b"print(json.dumps(1))\n"


def test_a_file_outside_of_the_repository_is_left_alone(world: World) -> None:
    context = world({"app.py": "import sys\nsys.path.insert(0, '..')\nimport beside\n"})
    beside = context.root.parent / "beside.py"
    beside.write_text("print(json.dumps(1))\n")

    result = self_heal.execute(context, {"command": APP})

    assert not result.success
    assert beside.read_text() == "print(json.dumps(1))\n"


@pytest.mark.parametrize(
    "broken",
    [b"x = os.sep\n" + b"# " + b"x" * (1 << 20) + b"\n", b"x = os.sep\n\xff\n", b"x = os\0\n"],
    ids=["large", "no text", "binary"],
)
def test_a_file_that_no_person_wrote_is_left_alone(world: World, broken: bytes) -> None:
    result, context = heal(world, {"app.py": broken})

    assert not result.success
    assert data(context) == broken


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        (b"def f()\r\n    return 1\r\nf()\r\n", b"def f():\r\n    return 1\r\nf()\r\n"),
        (b"print(json.dumps(1))\r\n", b"import json\r\n\r\nprint(json.dumps(1))\r\n"),
        (
            b"x = 'a\x0cb'\nprint(json.dumps(x))",
            b"import json\n\nx = 'a\x0cb'\nprint(json.dumps(x))",
        ),
    ],
)
def test_line_ends_stay_as_they_are(world: World, broken: bytes, mended: bytes) -> None:
    result, context = heal(world, {"app.py": broken})

    assert result.success, result.error
    assert data(context) == mended


def test_a_command_that_hangs_is_ended_and_told(world: World) -> None:
    hangs = [sys.executable, "-c", "import time; time.sleep(60)"]

    result, _ = heal(world, {"app.py": ""}, command=hangs, timeout=0.3)

    assert not result.success
    assert "took too long" in result.error


def test_a_flood_of_output_is_read_from_both_ends(world: World) -> None:
    """What is wrong stands at the end; the megabytes before it are not kept."""
    flood = "import sys\nfor _ in range(400):\n    sys.stdout.write('x' * 99_999 + '\\n')\n"

    result, context = heal(world, {"app.py": flood + "print(json.dumps(1))\n"})

    assert result.success, result.error
    assert b"import json\n" in data(context)


def test_a_command_that_cannot_be_mended_is_run_a_bounded_number_of_times(world: World) -> None:
    count = "open('runs', 'a').write('x')\n"
    tree: Tree = {"app.py": count + "".join(f"print({name})\n" for name in ("Path", "Enum", "re"))}

    result, context = heal(world, tree, max_attempts=2)

    assert not result.success
    assert data(context, "runs") == b"xxx"


JSON_CHECK = """
import json
try:
    json.load(open("app.json"))
except ValueError:
    raise SystemExit("app.json:1:26: error: syntax error, unexpected }")
"""


def test_json_loses_no_comma_but_the_last(world: World) -> None:
    tree: Tree = {"app.json": '{"text": ",]", "of": [1],}\n', "check.py": JSON_CHECK}

    result, context = heal(world, tree, command=[sys.executable, "check.py"])

    assert result.success, result.error
    assert data(context, "app.json") == b'{"text": ",]", "of": [1]}\n'


def test_a_rule_that_cannot_be_applied_is_one_clear_line(world: World) -> None:
    rule = {"id": "AUTO-1", "match": {"tool": "python"}, "rewrite": {"kind": "line"}}

    with pytest.raises(SpecError, match="a rule names the files"):
        heal(world, {"app.py": ""}, learned=[rule])


def test_a_link_in_the_tree_is_in_nobodys_way(world: World) -> None:
    context = world({"app.py": "print(json.dumps(1))\n"})
    (context.root / "linked.py").symlink_to("app.py")
    git(context.root, "add", "--all")

    result = self_heal.execute(context, {"command": APP})

    assert result.success, result.error
    assert (context.root / "linked.py").is_symlink()
