"""An executor that says it is done and is not: the engine asks for itself, for each of the seven.

Each lie is told in the world of an example, in place of the executor that ships.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pattern_ci.engine import bridge
from pattern_ci.engine.proving import job_of
from pattern_ci.model.change import Change
from pattern_ci.model.execution import ExecutionResult
from testing.repos import git
from tests.executors.worlds import drawn, examples, pattern_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pattern_ci.model.execution import Context

    Act = Callable[[Context, Mapping[str, Any]], None]

TREE = ".worktrees/topic--faster-start"
# What each would answer had it done the work of the example.
ANSWERS: dict[str, dict[str, Any]] = {
    "atomic_create/module_and_test.json": {
        "files": [
            {"path": "shop/tax.py", "action": "create"},
            {"path": "tests/test_tax.py", "action": "create"},
        ]
    },
    "batch_create/own_paths.json": {
        "files": [{"path": f"{one}/OWNERS", "action": "create"} for one in "ab"]
    },
    "module_creation/package.json": {"package": "shop", "files": ["src/shop/__init__.py"]},
    "refactor_patch/rule_everywhere.json": {
        "steps": [{"name": "1", "applied": True, "detail": ""}]
    },
    "self_heal/missing_import.json": {"escalated": False, "left": [], "applied": ["it"]},
    "verify_commit/negative/red.json": {"verdict": "passed", "files": ["new.py"]},
    "worktree_lifecycle/begin.json": {"path": TREE, "branch": "topic/faster-start"},
}


class Liar(NamedTuple):
    """An executor that does `act` and answers what was to be answered."""

    act: Act
    answer: Mapping[str, Any]

    def execute(self, context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
        """Do something, and say that it went well."""
        self.act(context, inputs)
        return ExecutionResult(success=True, outputs=self.answer)


class Tampered(NamedTuple):
    """The executor that ships, and then something else behind the back of the engine."""

    name: str
    act: Callable[[Path], object]
    more: tuple[str, ...] = ()

    def execute(self, context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
        """Do the work, and spoil it."""
        done = _load(f"builtin:{self.name}").execute(context, inputs)
        self.act(context.root)
        outputs = dict(done.outputs)
        if self.more:
            outputs["files"] = [*outputs["files"], *({"path": path} for path in self.more)]
        return ExecutionResult(success=done.success, outputs=outputs, error=done.error)


_load = bridge.load


def _lied(
    monkeypatch: pytest.MonkeyPatch, root: Path, example: str, executor: object
) -> ExecutionResult:
    monkeypatch.setattr(bridge, "load", lambda _: executor)
    drawn(root, example)
    return bridge.execute_pattern(job_of(pattern_of(example), examples()[example], root))


def _nothing(_context: Context, _inputs: Mapping[str, Any]) -> None:
    pass


def _another_file(context: Context, _inputs: Mapping[str, Any]) -> None:
    context.write([Change("elsewhere.txt", b"done\n")])


@pytest.mark.parametrize("act", [_nothing, _another_file])
@pytest.mark.parametrize("example", sorted(ANSWERS))
def test_one_that_did_not_do_the_work_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str, act: Act
) -> None:
    """It does nothing, or writes another file; what it wrote is taken back."""
    # Only the checks of the spec: those of the example would catch it as well.
    bare = {name: one._replace(truths=()) for name, one in examples().items()}
    monkeypatch.setattr("tests.executors.test_liars.examples", lambda: bare)

    result = _lied(monkeypatch, tmp_path / "repo", example, Liar(act, ANSWERS[example]))

    assert not result.success
    assert result.error.startswith("it said that it was done, but this does not hold: ")
    assert not (tmp_path / "repo" / "elsewhere.txt").exists()


def _spoil(path: str) -> Callable[[Path], object]:
    return lambda root: (root / path).write_text("# spoilt\nimport json\nprint(json)\n")


@pytest.mark.parametrize(
    ("example", "path"),
    [
        ("atomic_create/module_and_test.json", "shop/tax.py"),
        ("batch_create/own_paths.json", "a/OWNERS"),
        ("module_creation/package.json", "src/shop/__init__.py"),
        ("refactor_patch/rule_everywhere.json", "test_old.py"),
        ("self_heal/missing_import.json", "app.py"),
        ("verify_commit/with_coverage.json", "verification.yaml"),
    ],
)
def test_a_change_that_is_told_and_is_not_there_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str, path: str
) -> None:
    executor = Tampered(example.partition("/")[0], _spoil(path))

    result = _lied(monkeypatch, tmp_path / "repo", example, executor)

    assert not result.success
    stands = [one.passed for one in result.verification if one.name == "changes_stand"]
    assert stands == [False]


@pytest.mark.parametrize("example", sorted(ANSWERS)[:3])
def test_a_file_that_is_told_and_was_not_written_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    executor = Tampered(example.partition("/")[0], lambda _: None, more=("more.txt",))

    result = _lied(monkeypatch, tmp_path / "repo", example, executor)

    assert "changes_stand (more.txt is not written)" in result.error


@pytest.mark.parametrize("example", sorted(ANSWERS)[:2])
def test_a_file_that_was_changed_and_not_told_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    spoil = Tampered(example.partition("/")[0], _spoil("README.md"))

    result = _lied(monkeypatch, tmp_path / "repo", example, spoil)

    assert "nothing_else (README.md is changed and not told)" in result.error
    assert not (tmp_path / "repo" / "a").exists()
    assert not (tmp_path / "repo" / "shop" / "tax.py").exists()


def _thrown_away(context: Context, inputs: Mapping[str, Any]) -> None:
    root = context.root
    git(root, "worktree", "remove", "--force", TREE)
    git(root, "branch", "-D", inputs["branch"])


@pytest.mark.parametrize(
    ("example", "said"),
    [
        ("worktree_lifecycle/finish.json", "merged topic/faster-start (it is false, not true)"),
        (
            "worktree_lifecycle/give_up.json",
            "nothing_lost (topic/faster-start:start.py is nowhere any more)",
        ),
    ],
)
def test_work_that_is_thrown_away_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str, said: str
) -> None:
    """The worktree and its branch are gone as they should be, and so is the work."""
    result = _lied(monkeypatch, tmp_path / "repo", example, Liar(_thrown_away, {"merged": "x"}))

    assert not result.success
    assert said in result.error
