"""What checks can name: items of lists, conditions, what was executed, states of git."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.engine import witness
from pattern_ci.engine.context import Workspace
from pattern_ci.engine.ground_truth import evaluate, sufficient
from pattern_ci.engine.scratch import draw
from pattern_ci.engine.truth_world import Done, World
from pattern_ci.engine.witness import Before, Company, Guest
from pattern_ci.model.change import Change
from pattern_ci.model.execution import CheckResult
from testing.repos import git
from tests.engine.worlds import engine_at, place_of

if TYPE_CHECKING:
    from pathlib import Path

VALUES: dict[str, Any] = {
    "files": [{"path": "a.py", "text": "A = 1\n"}, {"path": "b.txt", "text": "<<NAME>>\n"}],
    "action": "create",
    "words": ["sh", "-c", "exit 3"],
    "report": "coverage.xml",
    "name": "pkg",
}
EACH = {"each": "files", "path": "{item.path}"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files, a package, a report, a branch with a worktree and one without, a staged file."""
    path = tmp_path_factory.mktemp("language") / "repo"
    report = '<coverage line-rate="0.5"></coverage>'
    tree = {"a.py": "A = 1\n", "b.txt": "<<NAME>>\n", "coverage.xml": report}
    world = {
        "commits": [tree | {"pkg/__init__.py": ""}],
        "worktrees": [{"branch": "topic/one"}],
        "staged": {"new.py": "B = (  # FIXME\n"},
    }
    draw(path, world)
    git(path, "branch", "plain")
    return path


def _seen(root: Path, *truths: dict[str, Any], done: Done | None = None) -> list[bool | None]:
    context = Workspace(place_of(engine_at(root)))
    return [one.passed for one in evaluate(truths, World(context, None, VALUES, done=done))]


def _done(context: Workspace, outputs: dict[str, Any] | None = None, **more: Any) -> Done:
    told = {"ran": (), "changes": context.changes, "before": Before(Guest())} | more
    return Done(outputs=outputs or {}, earlier=context.earlier, **told)


@pytest.mark.parametrize(
    ("truth", "passed"),
    [
        (EACH | {"check": "file_exists", "expected": True}, [True, True]),
        (EACH | {"check": "content", "expected": "{item.text}"}, [True, True]),
        (EACH | {"check": "complete", "expected": True}, [True, False]),
        (EACH | {"check": "parses", "expected": True}, [True, None]),
        (EACH | {"check": "file_exists", "given": "item.lost", "expected": True}, []),
        (EACH | {"check": "content", "path": "{item.lost}", "expected": "x"}, [False, False]),
        (EACH | {"check": "file_exists", "when": {"item.path": "a.py"}, "expected": True}, [True]),
        (EACH | {"check": "file_exists", "when": {"action": "drop"}, "expected": True}, []),
        (EACH | {"check": "file_exists", "each": "lost", "expected": True}, []),
        (EACH | {"check": "file_exists", "each": "action", "expected": True}, [False]),
        ({"check": "file_exists", "path": "../{name}", "expected": False}, [False]),
        ({"check": "command_exits", "command": "{words}", "expected": 3}, [True]),
        ({"check": "command_exits", "command": "{name}", "expected": 0}, [False]),
        ({"check": "imports", "module": "{name}", "root": ".", "expected": True}, [True]),
        ({"check": "imports", "module": "json", "expected": True}, [False]),
        ({"check": "imports", "module": "pkg; import os", "expected": True}, [False]),
        ({"check": "value", "value": "{action}", "expected": "create"}, [True]),
        ({"check": "value", "value": "{action}", "expected": True}, [False]),
        ({"check": "value", "value": "{result.x}", "expected": 1}, [None]),
        ({"check": "ran", "command": "{words}", "expected": 0}, [None]),
        ({"check": "worktree", "branch": "topic/one", "expected": True}, [True]),
        ({"check": "worktree", "branch": "plain", "expected": True}, [False]),
        ({"check": "branch_exists", "branch": "plain", "expected": True}, [True]),
        ({"check": "branch_exists", "branch": "lost", "expected": False}, [True]),
        ({"check": "points_at", "branch": "plain", "expected": "HEAD"}, [True]),
        ({"check": "points_at", "branch": "plain", "expected": "HEAD~9"}, [False]),
        ({"check": "change_parses", "scope": "HEAD", "expected": True}, [True]),
        ({"check": "change_parses", "scope": "staged", "expected": True}, [False]),
    ],
)
def test_a_check(root: Path, truth: dict[str, Any], passed: list[bool | None]) -> None:
    """For each item, only when its conditions hold; what is no value of it fails."""
    assert _seen(root, truth) == passed


def test_a_coverage_is_read_and_words_are_looked_for(root: Path) -> None:
    """Both from values: a minimum, and the words that added lines must not hold."""
    covered = {"check": "covered", "path": "{report}", "expected": True}
    free = {"check": "change_free_of", "scope": "staged", "words": "{result.x}", "expected": True}
    context = Workspace(place_of(engine_at(root)))

    def asked(least: float, words: list[str]) -> list[bool | None]:
        done = _done(context, {"x": words, "least": least})
        return _seen(root, covered | {"minimum": "{result.least}"}, free, done=done)

    assert asked(50, ["TODO"]) == [True, True]
    assert asked(51, ["FIXME"]) == [False, False]


def test_what_ran_is_what_the_engine_has_started(root: Path) -> None:
    """The last run counts, options of a report may be among the words, others are others."""
    ran = ((("pytest", "-q"), 1), (("pytest", "--junitxml=x", "-q"), 0), (("true",), None))
    done = _done(Workspace(place_of(engine_at(root))), ran=ran)

    def code(*words: str, expected: int = 0) -> list[bool | None]:
        truth = {"check": "ran", "command": list(words), "expected": expected}
        return _seen(root, truth, done=done)

    assert code("pytest", "-q") == [True]
    assert code("pytest", "-x") == [False]
    assert code("true") == [False]
    assert code("true", expected=-1) == [True]


def test_what_changed_behind_the_engine_is_seen_unless_others_were_there(
    tmp_path: Path,
) -> None:
    """A tracked file, a new one; what is ignored is nobody's work."""
    root = tmp_path / "repo"
    tree = {"a.txt": "a\n", ".gitignore": "*.tmp\n"}
    draw(root, {"commits": [tree], "changed": {"b.txt": "b\n"}})
    truth = {"check": "nothing_else", "expected": True}
    clean = {"check": "was_clean", "expected": True}
    context = Workspace(place_of(engine_at(root)))
    with Company().joined() as guest:
        before = witness.look(root, [truth], guest)
    context.write([Change("ours.txt", b"ours\n")])
    (root / "x.tmp").write_text("x\n")

    quiet = _seen(root, truth, clean, done=_done(context, before=before))
    (root / "b.txt").write_text("other\n")
    loud = _seen(root, truth, done=_done(context, before=before))
    guest.met = True

    assert quiet == [True, False]
    assert loud == [False]
    assert _seen(root, truth, done=_done(context, before=before)) == [None]


def test_who_was_there_at_the_same_time_is_known() -> None:
    company = Company()
    with company.joined() as first:
        with company.joined() as second:
            pass
        assert (first.met, second.met) == (True, True)
    with company.joined() as alone:
        assert not alone.met


def test_a_check_about_an_execution_keeps_others_from_proving_that_it_was_done() -> None:
    """That the tests pass says nothing about a refactoring which may not even have begun."""
    tests, replays = {"check": "tests_pass"}, {"check": "replays"}
    good, bad = CheckResult("tests_pass", passed=True), CheckResult("tests_pass", passed=False)

    assert sufficient([tests], [good]) == (good,)
    assert sufficient([tests, replays], [good]) == ()
    assert sufficient([tests, replays], [bad]) == (bad,)
