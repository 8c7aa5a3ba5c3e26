"""`verify_commit`: broken syntax, red tests and unfinished work are caught; one verdict."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import RevisionError, UsageError
from pattern_ci.executors import verify_commit
from pattern_ci.main import main
from testing.repos import commit, git, write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.execution import ExecutionResult
    from tests.executors.conftest import World

PASS = [sys.executable, "-c", ""]
FAIL = [sys.executable, "-c", "raise SystemExit('broken on purpose')"]


def failed(result: ExecutionResult) -> list[str]:
    return [one.name for one in result.verification if one.passed is False]


def verify(world: World, tree: dict[str, Any], **inputs: Any) -> ExecutionResult:
    context = world()
    write_tree(context.root, tree)
    git(context.root, "add", "--all")
    return verify_commit.execute(context, {"scope": "staged", **inputs})


def test_a_sound_change_passes(world: World) -> None:
    result = verify(world, {"a.py": "A = 1\n"}, tests=PASS, lint=[PASS])

    assert result.success
    assert result.outputs["verdict"] == "passed"
    assert result.outputs["files"] == ["a.py"]


def test_broken_syntax_is_caught_at_its_line(world: World) -> None:
    result = verify(world, {"a.py": "def f(:\n"})

    assert failed(result) == ["syntax"]
    assert "a.py:1" in result.error


def test_red_tests_are_caught(world: World) -> None:
    result = verify(world, {"a.py": "A = 1\n"}, tests=FAIL)

    assert failed(result) == ["tests"]
    assert "broken on purpose" in result.error


def test_unfinished_work_is_caught_in_added_lines_only(world: World) -> None:
    context = world({"a.py": "# TODO: old\nA = 1\n"})
    write_tree(
        context.root, {"a.py": "# TODO: old\nA = 1\nB = 2  # FIXME\n", "b": "TODOS are fine\n"}
    )
    git(context.root, "add", "--all")

    result = verify_commit.execute(context, {"scope": "staged"})

    assert failed(result) == ["unfinished work"]
    assert "a.py:3: FIXME" in result.error
    assert "a.py:1" not in result.error


def test_a_commit_is_looked_at_as_it_is_in_history(world: World) -> None:
    context = world({"a.py": "A = 1\n"})
    write_tree(context.root, {"a.py": "broken(\n"})

    result = verify_commit.execute(context, {"scope": "HEAD"})

    assert result.success
    assert result.outputs["files"] == ["a.py"]


def test_uncommitted_work_makes_a_tree_unclean(world: World) -> None:
    result = verify(world, {"a.py": "A = 1\n"}, clean=True)

    assert failed(result) == ["clean tree"]


COBERTURA = '<?xml version="1.0"?><coverage line-rate="0.79"></coverage>'


@pytest.mark.parametrize(
    ("report", "passes"),
    [
        (COBERTURA, False),
        (COBERTURA.replace(".79", ".80"), True),
        ('{"totals": {"percent_covered": 91.5}}', True),
        ("nonsense", False),
    ],
)
def test_coverage_is_held_to_its_minimum(world: World, report: str, passes: bool) -> None:
    coverage = {"report": "cov.xml", "minimum": 80}

    result = verify(world, {"cov.xml": report}, coverage=coverage, syntax=False)

    assert result.success is passes


def test_the_record_is_written_only_when_it_passed(world: World) -> None:
    context = world()

    passed = verify_commit.execute(context, {"scope": "HEAD", "record": "record.yaml"})
    (context.root / "record.yaml").unlink()
    red = verify_commit.execute(context, {"scope": "HEAD", "tests": FAIL, "record": "record.yaml"})

    assert passed.success
    assert not red.success
    assert not (context.root / "record.yaml").exists()


def test_the_record_is_of_its_commit_and_in_the_form_of_its_name(world: World) -> None:
    context = world()
    head = git(context.root, "rev-parse", "HEAD").strip()

    for name in ("record.json", "record.yaml"):
        verify_commit.execute(context, {"scope": "HEAD", "record": name})

    record = json.loads((context.root / "record.json").read_text())
    assert [record[key] for key in ("verdict", "scope", "commit")] == ["passed", "HEAD", head]
    assert f"commit: {head}\n" in (context.root / "record.yaml").read_text()


def test_a_first_commit_and_staged_files_of_an_empty_repository(world: World) -> None:
    context = world()
    git(context.root, "checkout", "--quiet", "--orphan", "new")

    result = verify_commit.execute(context, {"scope": "tree"})

    assert result.outputs["files"] == ["README.md"]


def test_an_unknown_commit_is_one_clear_line(world: World) -> None:
    with pytest.raises(RevisionError, match="there is no commit 'nope' here"):
        verify_commit.execute(world(), {"scope": "nope"})


def test_names_with_spaces_and_quotes_are_found(world: World) -> None:
    result = verify(world, {'a "b" ü.py': "x = ( # TODO\n", "plain.py": ""})

    assert failed(result) == ["syntax", "unfinished work"]
    assert 'a "b" ü.py:1: TODO' in result.error


def test_a_merge_is_what_it_brings_into_the_main_line(world: World) -> None:
    context = world()
    git(context.root, "checkout", "--quiet", "-b", "topic")
    commit(context.root, {"topic.py": "x = 1  # TODO\n"})
    git(context.root, "checkout", "--quiet", "main")
    commit(context.root, {"main.py": "y = 1  # TODO\n"})
    git(context.root, "merge", "--quiet", "--no-edit", "topic")

    result = verify_commit.execute(context, {"scope": "HEAD"})

    assert result.outputs["files"] == ["topic.py"]


def test_a_change_too_large_to_hold_is_looked_at_file_by_file(world: World) -> None:
    huge = ("x" * 99 + "\n") * 12_000

    result = verify(world, {"data.txt": huge, "small.py": "# FIXME\n"})

    assert failed(result) == ["unfinished work"]
    assert "small.py:1: FIXME" in result.error


WRITES = [sys.executable, "-B", "-c", "open('cov.xml', 'w').write({!r})"]


def test_coverage_is_that_of_these_tests(world: World) -> None:
    """The tests write the report: what stood there before says nothing."""
    write = [*WRITES[:-1], WRITES[-1].format(COBERTURA.replace(".79", ".95"))]

    result = verify(
        world,
        {"cov.xml": COBERTURA},
        tests=write,
        coverage={"report": "cov.xml", "minimum": 90},
    )

    assert result.success, result.error


def test_what_the_checks_leave_behind_does_not_make_the_tree_unclean(world: World) -> None:
    context = world({"a.py": "A = 1\n"})
    write = [*WRITES[:-1], WRITES[-1].format("x")]

    result = verify_commit.execute(context, {"scope": "HEAD", "tests": write, "clean": True})

    assert result.success, result.error


def test_a_linter_that_is_not_there_is_no_green_check(world: World) -> None:
    result = verify(world, {"a.py": "A = 1\n"}, lint=[["no-such-linter"]], tests=PASS)

    assert failed(result) == ["lint: no-such-linter"]
    assert "no-such-linter was not found" in result.error


@pytest.mark.parametrize("scope", ["staged", "tree", "HEAD"])
def test_a_link_is_no_program_text(world: World, scope: str) -> None:
    """What git keeps of a link is the path that it points at."""
    context = world({"conf.py": "A = 1\n"})
    (context.root / "linked.py").symlink_to("folder/../conf.py")
    git(context.root, "add", "--all")
    if scope == "HEAD":
        commit(context.root, {})

    result = verify_commit.execute(context, {"scope": scope})

    assert result.success, result.error
    assert result.outputs["files"] == ["linked.py"]


def test_a_suite_that_hangs_is_ended_by_exec(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = world().root
    hangs = [sys.executable, "-c", "import time; time.sleep(60)"]
    variables = {"scope": "HEAD", "tests": hangs}
    data = {"schema_version": 1, "pattern_id": "PAT-VERIFY-COMMIT-001", "variables": variables}
    instance = tmp_path / "instance.json"
    instance.write_text(json.dumps(data), "utf-8")
    words = ["exec", "verify_commit", "--instance", str(instance), "--repo", str(root)]

    ended = main([*words, "--timeout", "2"])
    refused = main([*words, "--timeout", "0"])

    assert (ended, refused) == (1, UsageError.return_code)
    said = capsys.readouterr()
    assert "tests failed: took too long" in said.out
    assert "above 0" in said.err


@pytest.mark.parametrize("name", ["index.lock", "next-index-7.lock"])
def test_an_index_that_only_this_commit_has_is_not_passed_unseen(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As git gives it to the hooks of `git commit -a` and of `git commit PATH`."""
    context = world({"a.py": "x = (\n"})
    monkeypatch.setenv("GIT_INDEX_FILE", str(context.root / ".git" / name))

    with pytest.raises(UsageError, match="would look at something else"):
        verify_commit.execute(context, {"scope": "staged"})
