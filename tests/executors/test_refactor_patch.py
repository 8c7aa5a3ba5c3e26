"""`refactor_patch`: step by step, the tests after each, back on red."""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.executors import refactor_patch

if TYPE_CHECKING:
    from pattern_ci.model.execution import ExecutionResult
    from tests.executors.conftest import World

TREE = {"a.py": "def old():\n    return 1\n", "check.py": "import a\nassert a.old() == 1\n"}
AS_IT_WAS = "".join(TREE.values())
TESTS = [sys.executable, "check.py"]

RENAME = dedent("""\
    --- a/a.py
    +++ b/a.py
    @@ -1,2 +1,4 @@
     def old():
    -    return 1
    +    value = 1
    +
    +    return value
    """)
BREAK = dedent("""\
    --- a/check.py
    +++ b/check.py
    @@ -1,2 +1,2 @@
     import a
    -assert a.old() == 1
    +assert a.gone() == 1
    """)


def applied(result: ExecutionResult) -> list[bool]:
    return [step["applied"] for step in result.outputs["steps"]]


def run(world: World, steps: list[dict[str, Any]], **inputs: Any) -> tuple[ExecutionResult, str]:
    """The result, and both files afterwards as one text."""
    context = world(TREE)
    result = refactor_patch.execute(context, {"steps": steps, "tests": TESTS, **inputs})
    return result, "".join((context.root / name).read_text() for name in TREE)


def test_a_patch_that_keeps_the_tests_green_stays(world: World) -> None:
    result, text = run(world, [{"patch": RENAME}])

    assert result.success
    assert "return value" in text


def test_a_patch_that_turns_them_red_is_taken_back(world: World) -> None:
    result, text = run(world, [{"patch": BREAK}])

    assert not result.success
    assert text == AS_IT_WAS
    assert "has no attribute 'gone'" in result.error


def test_a_change_within_a_second_that_keeps_the_size_is_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Python compiled for the tests before it would pass for what it became."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    kept = BREAK.replace("check", "a").splitlines()[:2]
    other = [*kept, "@@ -1,2 +1,2 @@", " def old():", "-    return 1", "+    return 2", ""]

    result, text = run(world, [{"patch": "\n".join(other)}])

    assert not result.success
    assert text == AS_IT_WAS
    assert "AssertionError" in result.error


def test_steps_after_a_red_one_are_left(world: World) -> None:
    result, text = run(world, [{"patch": BREAK}, {"patch": RENAME}])

    assert applied(result) == [False, False]
    assert text == AS_IT_WAS


def test_skip_goes_on_with_the_next_step(world: World) -> None:
    result, text = run(world, [{"patch": BREAK}, {"patch": RENAME}], on_red="skip")

    assert result.success
    assert applied(result) == [False, True]
    assert "return value" in text


def test_undo_takes_back_the_green_steps_too(world: World) -> None:
    result, text = run(world, [{"patch": RENAME}, {"patch": BREAK}], on_red="undo")

    assert not result.success
    assert applied(result) == [False, False]
    assert text == AS_IT_WAS


def test_stop_keeps_the_steps_before_the_red_one(world: World) -> None:
    result, text = run(world, [{"patch": RENAME}, {"patch": BREAK}], on_red="stop")

    assert result.success
    assert applied(result) == [True, False]
    assert "return value" in text
    assert "gone" not in text


def test_stop_at_the_first_step_has_done_nothing(world: World) -> None:
    result, text = run(world, [{"patch": BREAK}, {"patch": RENAME}], on_red="stop")

    assert not result.success
    assert applied(result) == [False, False]
    assert text == AS_IT_WAS


def test_skipping_every_step_is_no_success(world: World) -> None:
    result, _ = run(world, [{"patch": BREAK}], on_red="skip")

    assert not result.success
    assert "has no attribute 'gone'" in result.error


def _call(pattern: str, fix: str = "new()") -> dict[str, Any]:
    return {"ast_grep": {"language": "python", "pattern": pattern, "fix": fix}}


LINE = {"kind": "line", "files": ["*.py"], "rule": {"before": "nothing()", "after": "new()"}}


@pytest.mark.parametrize("step", [_call("nothing()"), {"rule": LINE}])
def test_a_rule_that_finds_nothing_is_no_success(world: World, step: dict[str, Any]) -> None:
    result, text = run(world, [{"patch": RENAME}, step])
    allowed, _ = run(world, [step], allow_no_change=True)

    assert not result.success
    assert "finds nothing to change" in result.error
    assert text == AS_IT_WAS
    assert allowed.success
    assert applied(allowed) == [False]


@pytest.mark.parametrize(
    ("pattern", "why"), [("old(", ""), ("old($A", ""), ("a; b", ": Multiple AST nodes"), ("", "")]
)
def test_a_pattern_that_is_none_is_an_error(world: World, pattern: str, why: str) -> None:
    result, text = run(world, [_call(pattern)], allow_no_change=True)

    assert not result.success
    assert f"is no pattern in python{why}" in result.error
    assert text == AS_IT_WAS


@pytest.mark.parametrize("pattern", ["gone($A)", "def $F($$$A): $$$B", "gone($$$)", "x = $_"])
def test_variables_make_no_pattern_wrong(world: World, pattern: str) -> None:
    result, _ = run(world, [_call(pattern)], allow_no_change=True)

    assert "is no pattern" not in result.error


def test_a_second_run_of_an_ast_grep_rule_changes_nothing(world: World) -> None:
    context = world({"a.py": "x = old(1)\n"})
    step = _call("old($A)", "new($A)")
    refactor_patch.execute(context, {"steps": [step]})

    again = refactor_patch.execute(world(), {"steps": [step]})

    assert again.success, again.error
    assert applied(again) == [False]


def test_red_before_the_first_step_touches_nothing(world: World) -> None:
    fails = [sys.executable, "-c", "raise SystemExit(1)"]

    result, text = run(world, [{"patch": RENAME}], tests=fails)

    assert not result.success
    assert text == AS_IT_WAS


def test_a_patch_that_does_not_apply_is_one_line(world: World) -> None:
    result, text = run(world, [{"patch": RENAME.replace("return 1", "return 7")}])

    assert "the patch does not apply" in result.error
    assert text == AS_IT_WAS


def test_a_patch_cannot_leave_the_repository(world: World) -> None:
    patch = "--- a/../../out\n+++ b/../../out\n@@ -0,0 +1 @@\n+x\n"

    result, _ = run(world, [{"patch": patch}])

    assert not result.success


def test_a_rule_rewrites_every_tracked_file_it_is_for(world: World) -> None:
    context = world({"a.py": "x = old(1)\n", "b.py": "y = old(2)\n", "c.txt": "old(3)\n"})
    rule = {
        "kind": "line",
        "files": ["*.py"],
        "rule": {"before": "old($A)", "after": "new($A)", "variables": {"A": "text"}},
    }

    result = refactor_patch.execute(context, {"steps": [{"rule": rule}]})

    assert result.success
    texts = [(context.root / name).read_text() for name in ("a.py", "b.py", "c.txt")]
    assert texts == ["x = new(1)\n", "y = new(2)\n", "old(3)\n"]


def test_a_new_and_a_deleted_file(world: World) -> None:
    context = world({"gone.txt": "x\n"})
    patch = dedent("""\
        diff --git a/gone.txt b/gone.txt
        deleted file mode 100644
        --- a/gone.txt
        +++ /dev/null
        @@ -1 +0,0 @@
        -x
        diff --git a/new.sh b/new.sh
        new file mode 100755
        --- /dev/null
        +++ b/new.sh
        @@ -0,0 +1 @@
        +echo
        """)

    result = refactor_patch.execute(context, {"steps": [{"patch": patch}]})

    assert result.success
    assert not (context.root / "gone.txt").exists()
    assert (context.root / "new.sh").stat().st_mode & 0o100


def test_a_step_that_breaks_the_syntax_is_refused_without_tests(world: World) -> None:
    context = world(TREE)
    patch = BREAK.replace("a.gone()", "a.gone(")

    result = refactor_patch.execute(context, {"steps": [{"patch": patch}]})

    assert not result.success
    assert (context.root / "check.py").read_text() == TREE["check.py"]


def test_a_second_run_of_a_rule_changes_nothing(world: World) -> None:
    context = world({"a.py": "x = old(1)\n"})
    rule = {
        "kind": "line",
        "files": ["*.py"],
        "rule": {"before": "old($A)", "after": "new($A)", "variables": {"A": "text"}},
    }
    refactor_patch.execute(context, {"steps": [{"rule": rule}]})

    again = refactor_patch.execute(world(), {"steps": [{"rule": rule}]})

    assert again.success
    assert applied(again) == [False]
