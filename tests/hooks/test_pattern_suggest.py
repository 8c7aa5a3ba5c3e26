"""The hook `pattern-suggest`: what it says about staged files, and when it fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from testing.repos import build_repo, commit, git
from tests.hooks.staging import (
    CHECK,
    DOCS,
    PLUGIN,
    REGISTRY,
    TEST,
    hook,
    named,
    silent,
    stage,
)
from tests.mining.worlds import Ran, one_line_error

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_file_without_its_companions(repo: Path) -> None:
    """Each missing one on a line, with its share and reason; advice, so the commit passes."""
    stage(repo, PLUGIN)

    ran = hook(PLUGIN)

    assert (ran.code, ran.err) == (0, "")
    assert named(ran) == [DOCS, TEST, REGISTRY]
    assert ran.out.splitlines()[-1] == (
        f"{PLUGIN}: missing: {REGISTRY} "
        "(90%: was edited with 9 of 10 new files at plugins/{name}.py)"
    )


def test_a_new_file_that_a_pattern_writes(repo: Path) -> None:
    """The pattern, and the command that shows what it would have written."""
    stage(repo, CHECK)

    ran = hook(CHECK)

    assert ran == Ran(
        0,
        f"{CHECK}: PAT-CHECKS-PY-001 writes such files; "
        f"compare with `pattern-ci suggest {CHECK}`\n",
        "",
    )


def test_nothing_is_missing(repo: Path) -> None:
    """All companions are in the commit: no word about them."""
    stage(repo, PLUGIN, TEST, DOCS, REGISTRY)

    assert named(hook(PLUGIN, TEST, DOCS, REGISTRY)) == []
    assert silent(hook(PLUGIN))


def test_a_companion_that_was_there_before_is_not_missing(repo: Path) -> None:
    """The docs page and the test were committed earlier; the registry has no line yet."""
    commit(repo, {DOCS: "x\n", TEST: "x\n"}, day=100)
    stage(repo, PLUGIN)

    assert named(hook(PLUGIN)) == [REGISTRY]


def test_a_registry_that_is_gone_is_not_asked_for(repo: Path) -> None:
    """Nobody edits a file that was deleted."""
    commit(repo, {REGISTRY: None}, day=100)
    stage(repo, PLUGIN, TEST, DOCS)

    assert named(hook(PLUGIN)) == []


def test_a_changed_file_brings_what_changes_with_it(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules between files count for changes, rules of roles only for new files."""
    rule = {"kind": "file", "when": "a.py", "then": "a.lst", "support": 5, "seen": 5}
    rules = {"schema_version": 1, "rev": "x", "rules": [rule | {"confidence": 1.0}]}
    build_repo(
        repo_path, {"a.py": "1\n", "a.lst": "1\n", "patterns/companions.json": json.dumps(rules)}
    )
    monkeypatch.chdir(repo_path)
    (repo_path / "a.py").write_text("unstaged\n")
    assert silent(hook("a.py"))
    stage(repo_path, "a.py")

    assert (
        hook("a.py").out
        == "a.py: usually also touched: a.lst (100%: changed together 5 of 5 times)\n"
    )
    stage(repo_path, "a.lst")
    assert silent(hook("a.py", "a.lst"))


@pytest.mark.parametrize(
    ("words", "config", "code"),
    [
        ((), "", 0),
        (("--fail-on", "missing"), "", 1),
        (("--fail-on=missing",), "", 1),
        (("--fail-on", "none"), "", 0),
        ((), "suggest: {fail_on: missing}", 1),
        (("--fail-on", "none"), "suggest: {fail_on: missing}", 0),
        (("--fail-on", "missing"), "suggest: {fail_on: none}", 1),
    ],
)
def test_missing_companions_fail_when_that_is_asked(
    repo: Path, words: tuple[str, ...], config: str, code: int
) -> None:
    """By option or configuration, the option first; the advice is the same."""
    commit(repo, {".github/pattern-ci.yml": f"version: 1\n{config}\n"}, day=100)
    stage(repo, PLUGIN)

    ran = hook(*words, PLUGIN)

    assert (ran.code, ran.err) == (code, "")
    assert named(ran) == [DOCS, TEST, REGISTRY]


@pytest.mark.parametrize(
    ("warn_at", "verb", "code"),
    [(0.7, "missing", 1), (0.8, "usually also touched", 0), (None, "usually also touched", 0)],
)
def test_only_a_warning_fails(repo: Path, warn_at: float | None, verb: str, code: int) -> None:
    """9 of 10 is surely more than 0.7 and not surely 0.8; without a threshold nothing warns."""
    rules = json.loads((repo / "patterns/companions.json").read_text())
    text = json.dumps(rules | {"warn_at": warn_at})
    commit(repo, {"patterns/companions.json": text, TEST: "x\n", DOCS: "x\n"}, day=100)
    stage(repo, PLUGIN)

    ran = hook("--fail-on", "missing", PLUGIN)

    assert (ran.code, named(ran)) == (code, [REGISTRY])
    assert ran.out.startswith(f"{PLUGIN}: {verb}: {REGISTRY} (90%: ")


def test_rules_of_an_older_version_never_warn(repo: Path) -> None:
    """They have no threshold; their advice is the same."""
    rules = json.loads((repo / "patterns/companions.json").read_text())
    del rules["warn_at"]
    commit(repo, {"patterns/companions.json": json.dumps(rules)}, day=100)
    stage(repo, PLUGIN)

    ran = hook("--fail-on", "missing", PLUGIN)

    assert (ran.code, ran.err, named(ran)) == (0, "", [DOCS, TEST, REGISTRY])
    assert ": missing: " not in ran.out


def test_the_whole_commit_is_weighed_even_when_a_host_names_a_part(repo: Path) -> None:
    """Two new plugins make a line in the registry surer than one does."""
    rules = json.loads((repo / "patterns/companions.json").read_text())
    text = json.dumps(rules | {"warn_at": 0.9})
    commit(repo, {"patterns/companions.json": text, TEST: "x\n", DOCS: "x\n"}, day=100)
    stage(repo, PLUGIN)
    assert hook("--fail-on", "missing", PLUGIN).code == 0
    stage(repo, "plugins/other_thing.py")

    ran = hook("--fail-on", "missing", PLUGIN)

    assert ran.code == 1
    assert f"{PLUGIN}: missing: {REGISTRY} (90%" in ran.out


def test_only_missing_companions_fail(repo: Path) -> None:
    """A pattern that fits is news, not a fault."""
    stage(repo, CHECK)

    ran = hook("--fail-on", "missing", CHECK)

    assert ran.code == 0
    assert "PAT-CHECKS-PY-001" in ran.out


@pytest.mark.parametrize(
    ("words", "config"),
    [
        (("--min-confidence", "0.95"), ""),
        (("--min-confidence=0.95",), "suggest: {min_confidence: 0.1}"),
        ((), "suggest: {min_confidence: 0.95}"),
    ],
)
def test_weak_advice_is_kept(repo: Path, words: tuple[str, ...], config: str) -> None:
    """Below the threshold neither patterns nor companions are named."""
    commit(repo, {".github/pattern-ci.yml": f"version: 1\n{config}\n"}, day=100)
    stage(repo, PLUGIN, CHECK)

    ran = hook(*words, PLUGIN, CHECK)

    assert named(ran) == [DOCS, TEST]
    assert silent(hook("--min-confidence", "1", "--fail-on", "missing", CHECK))


@pytest.mark.parametrize(
    "words",
    [
        ("--fail-on", "mising"), ("--fail-on=",), ("--fial-on", "missing"), ("-x",),
        ("--min-confidence", "high"), ("--min-confidence=2",), ("--fail-on",),
    ],
)  # fmt: skip
def test_an_option_with_a_slip_is_not_taken_for_a_file(repo: Path, words: tuple[str, ...]) -> None:
    """A gate that was meant to be closed is not left open without a word."""
    one_line_error(hook(*words), 2, words[0], "--fail-on none|missing")


@pytest.mark.parametrize("name", ["--fial-on", "-x.py", "--"])
def test_a_file_with_a_leading_dash_is_a_file(repo: Path, name: str) -> None:
    """Hosts pass names as they are."""
    (repo / name).write_text("x\n")
    git(repo, "add", "--all")

    assert silent(hook(name))
    assert silent(hook("--", name))


def test_ignored_files_are_not_spoken_of(repo: Path) -> None:
    """The globs of the configuration."""
    config = "version: 1\nignore: [plugins/, checks/new_thing.py]\n"
    commit(repo, {".github/pattern-ci.yml": config}, day=100)
    stage(repo, PLUGIN, CHECK)

    assert silent(hook(PLUGIN, CHECK))


@pytest.mark.parametrize("status", ["draft", "quarantined", "deprecated", "retired"])
def test_only_what_is_in_force_advises(repo: Path, status: str) -> None:
    """A pattern that was not approved, or was withdrawn, is not spoken of."""
    spec = repo / "patterns/specs/checks_py.pattern.yaml"
    spec.write_text(spec.read_text().replace("status: active", f"status: {status}"))
    stage(repo, CHECK, DOCS)

    ran = hook(CHECK, DOCS)

    assert "PAT-CHECKS-PY-001" not in ran.out
    assert "PAT-DOCS-PLUGINS-MD-001" in ran.out


def test_drafts_lie_elsewhere(repo: Path) -> None:
    """The folder of drafts is not even looked into."""
    (repo / "patterns/drafts").mkdir()
    for name in ("specs", "schemas", "templates"):
        (repo / "patterns" / name).rename(repo / "patterns/drafts" / name)
    (repo / "patterns/companions.json").unlink()
    stage(repo, CHECK)

    assert silent(hook(CHECK))


def test_a_habit_that_is_over_is_not_missed(repo: Path) -> None:
    """All tests have another extension now; the docs page and the registry line are still due."""
    tests = git(repo, "ls-files", "tests").split()
    for path in tests:
        git(repo, "mv", path, path.replace(".py", ".mjs"))
    git(repo, "commit", "--quiet", "-m", "other tests")
    stage(repo, PLUGIN)

    assert len(tests) > 3
    assert sorted(named(hook(PLUGIN))) == sorted([DOCS, REGISTRY])
