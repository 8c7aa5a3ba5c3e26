"""The hook `pattern-suggest` never passes in silence for want of what it should have read."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.hooks.staging import CHECK, DOCS, PLUGIN, REGISTRY, TEST, hook, named, silent, stage

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = ".github/pattern-ci.yml"
RULES = "patterns/companions.json"


def configure(repo: Path, text: str) -> None:
    """Write the configuration."""
    (repo / ".github").mkdir(exist_ok=True)
    (repo / CONFIG).write_text(text)


@pytest.mark.parametrize("text", ["version: 1\nbogus: 1\n", "\x00"])
@pytest.mark.parametrize("path", [PLUGIN, "README.md"])
def test_a_configuration_that_is_not_valid(repo: Path, path: str, text: str) -> None:
    """One line, whatever is committed; who relies on the check gets the code of the error."""
    configure(repo, text)
    stage(repo, path)

    lax, strict = hook(path), hook("--fail-on", "missing", path)

    assert (lax.code, lax.out, strict.code, strict.out) == (0, "", 26, "")
    assert lax.err.startswith(f"companions are not checked: {CONFIG}:")
    assert len(lax.err.splitlines()) == len(strict.err.splitlines()) == 1
    assert hook(path).err == lax.err


def test_a_broken_configuration_may_still_ask_to_fail(repo: Path) -> None:
    """The option that can be read is kept, and the command line goes before it."""
    configure(repo, "version: 1\nsuggest: {fail_on: missing}\nbogus: 1\n")
    stage(repo, PLUGIN)

    assert hook(PLUGIN).code == 26
    assert hook("--fail-on", "none", PLUGIN).code == 0


@pytest.mark.parametrize(
    "text", ["", "<<<<<<< HEAD\n", "[]", "7", '{"rules": 1}', '{"rules": [1]}', "\udcff"]
)
def test_rules_that_cannot_be_read(repo: Path, text: str) -> None:
    """The patterns still speak; the line comes each time, from the compiled form too."""
    (repo / RULES).write_bytes(text.encode("utf-8", "surrogateescape"))
    stage(repo, PLUGIN, CHECK)

    lax, strict = hook(PLUGIN, CHECK), hook("--fail-on", "missing", PLUGIN, CHECK)

    assert (lax.code, named(lax), strict.code, named(strict)) == (0, [], 24, [])
    assert "PAT-CHECKS-PY-001" in lax.out
    assert "companions.json cannot be read as companion rules" in lax.err
    assert len(lax.err.splitlines()) == len(strict.err.splitlines()) == 1
    assert hook("README.md").err == lax.err


@pytest.mark.parametrize(
    "text",
    ['{"rules": [{"when": []}]}', '{"rules": [{"when": "plugins/{name}.py"}]}',
     '{"rules": [{"kind": "role", "when": "plugins/{name}.py", "then": "{"}]}'],
)  # fmt: skip
def test_a_rule_that_lacks_something_is_left_out(repo: Path, text: str) -> None:
    """The others, here none, are in force."""
    (repo / RULES).write_text(text)
    stage(repo, PLUGIN)

    ran = hook("--fail-on", "missing", PLUGIN)

    assert (ran.code, ran.err, named(ran)) == (0, "", [])


def test_an_index_that_git_cannot_read(repo: Path) -> None:
    """Nothing is known of the commit then."""
    stage(repo, PLUGIN)
    hook(PLUGIN)
    (repo / ".git/HEAD").write_text("ref: refs/heads/main\0\n")
    os.truncate(repo / ".git/index", 7)
    from tests.mining.worlds import cli

    lax = cli("hook", "pattern-suggest", PLUGIN)
    strict = cli("hook", "pattern-suggest", "--fail-on", "missing", PLUGIN)

    assert (lax.code, lax.out) == (0, "")
    assert strict.code in (10, 12)
    assert lax.err.startswith("companions are not checked: ")


def warning(repo: Path) -> None:
    """A threshold that all rules of this history reach."""
    rules = json.loads((repo / RULES).read_text())
    (repo / RULES).write_text(json.dumps(rules | {"warn_at": 0.5}))


def test_a_sweeping_commit_is_said_not_to_be_enforced(repo: Path) -> None:
    """One of thirty files is; of one more the same is advice, and one line says so."""
    warning(repo)
    stage(repo, PLUGIN, *(f"notes/{n}.md" for n in range(29)))
    small = hook("--fail-on", "missing", PLUGIN)
    stage(repo, "notes/29.md")
    large = hook("--fail-on", "missing", PLUGIN)

    assert (small.code, small.err, large.code) == (1, "", 0)
    assert named(small) == named(large) == [DOCS, TEST, REGISTRY]
    assert ": missing: " in small.out
    assert ": missing: " not in large.out
    assert "31 files are staged" in large.err
    assert "nothing is enforced" in large.err
    assert len(large.err.splitlines()) == 1
    assert silent(hook("--fail-on", "missing", "notes/1.md"))


def test_what_train_wrote_makes_no_commit_sweeping(repo: Path) -> None:
    """Forty files of patterns beside a new plugin: its companions are missed all the same."""
    warning(repo)
    stage(repo, PLUGIN, *(f"patterns/examples/new/positive/{n}.json" for n in range(40)))

    ran = hook("--fail-on", "missing", PLUGIN)

    assert (ran.code, ran.err, named(ran)) == (1, "", [DOCS, TEST, REGISTRY])
    assert ": missing: " in ran.out
