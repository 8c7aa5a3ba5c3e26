"""Warnings on pull requests as a mirror of GitHub holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import git
from pattern_ci.mining.backtest import pull_requests
from pattern_ci.model.backtest import Gate, Warned, Warnings
from testing.repos import commit, plugin_tree
from testing.repos import git as run_git
from tests.mining.backtest.worlds import measured, past_of, silent
from tests.mining.worlds import imported, plugins

if TYPE_CHECKING:
    from pathlib import Path

    from testing.repos import Tree


ASKED = pull_requests.Asked(limit=400, ignore=(), min_members=4)


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A plugin always comes with a test and a docs page."""
    return plugins(repo_path)


def propose(repo: Path, number: int, *trees: Tree, start: str = "main", day: int = 60) -> None:
    """A pull request that was never merged: one commit a tree, and its head."""
    run_git(repo, "checkout", "--quiet", "--detach", start)
    for step, tree in enumerate(trees):
        commit(repo, tree, day=day + step)
    run_git(repo, "update-ref", f"refs/pull/{number}/head", "HEAD")
    run_git(repo, "checkout", "--quiet", "main")


def warned(repo: Path) -> Warnings:
    """The report; the main line goes on after the pull requests."""
    commit(repo, {"README.md": "# later\n"}, day=300)
    past = past_of(repo)
    rev = run_git(repo, "rev-parse", "main").strip()
    found = pull_requests.report(git.open_repo(repo), past, rev, ASKED, silent)
    assert found is not None
    return found


def gate(found: Warnings, wanted: Gate) -> Warned:
    """The figures of one gate."""
    return next(one for one in found.gates if one.gate is wanted)


def part(name: str, *starts: str) -> Tree:
    """Some of the three files of a plugin."""
    return {path: text for path, text in plugin_tree(name).items() if path.startswith(starts)}


def test_what_was_forgotten_and_added_later_is_a_hit(repo: Path) -> None:
    """The test was forgotten; the docs page never came."""
    propose(repo, 1, part("mu", "plugins"), part("mu", "tests"))

    found = warned(repo)

    assert (found.pull_requests, found.with_later_files) == (1, 1)
    one = gate(found, Gate.ROSE)
    assert (one.warned, one.share, one.precision) == (1, 1.0, 1.0)
    assert one.files.right == 1
    assert one.files.named == 3  # docs page, test and the registry line
    assert one.files.truth == 1


def test_a_warning_after_which_nothing_came_is_false(repo: Path) -> None:
    """The later commit touches the same file only."""
    changed: Tree = dict.fromkeys(part("mu", "plugins"), "changed = True\n")
    propose(repo, 1, part("mu", "plugins"), changed)

    found = warned(repo)

    assert (found.pull_requests, found.with_later_files) == (1, 0)
    assert gate(found, Gate.LISTED).precision == 0.0
    assert gate(found, Gate.LISTED).warned == 1


def test_which_pull_requests_count(repo: Path) -> None:
    """Not one of a single commit, one that was merged, one that sweeps, or one of tomorrow."""
    propose(repo, 1, part("mu", "plugins"))
    propose(repo, 2, {f"wide/f{n}.txt": "x\n" for n in range(31)}, {"a.txt": "x\n"})
    propose(repo, 3, {"b.txt": "x\n"}, {"c.txt": "x\n"}, day=400)
    propose(repo, 4, {"d.txt": "x\n"}, {"e.txt": "x\n"})
    propose(repo, 5, {"g.txt": "x\n"}, {"h.txt": "x\n"})
    run_git(repo, "merge", "--quiet", "--ff-only", "refs/pull/5/head")

    found = warned(repo)

    assert found.pull_requests == 1
    assert found.with_later_files == 1
    assert all(one.warned == 0 for one in found.gates)


def test_only_the_past_of_the_pull_request_warns(repo: Path) -> None:
    """Where it started, plugins had hardly come with tests."""
    propose(repo, 1, part("mu", "plugins"), part("mu", "tests"), start="main~9")

    assert gate(warned(repo), Gate.LISTED).warned == 0


def test_the_hook_warns_where_the_past_supports_it(repo_path: Path) -> None:
    """Fifty plugins came with their tests: one without is warned of, as the hook would."""
    trees = [plugin_tree(f"part_{n}") for n in range(50)]
    repo = imported(repo_path, *trees, bare=False)
    propose(repo, 1, part("mu", "plugins"), part("mu", "tests"))
    propose(repo, 2, part("nu", "plugins"), part("nu", "docs"), start="main~45")
    propose(repo, 3, {"notes.txt": "x\n"}, {"more.txt": "x\n"})

    one = gate(warned(repo), Gate.FITTED)

    assert (one.warned, one.precision) == (1, 1.0)
    assert (one.files.named, one.files.right) == (2, 1)


def test_the_hook_is_silent_where_the_past_is_short(repo: Path) -> None:
    """Ten plugins are no ground for a threshold."""
    propose(repo, 1, part("mu", "plugins"), part("mu", "tests"))
    found = warned(repo)

    assert gate(found, Gate.FITTED).warned == 0
    assert gate(found, Gate.LISTED).warned == 1


def test_without_heads_it_is_said(repo: Path) -> None:
    """No figures and a note; with a head figures and no note."""
    without = measured(repo).report
    propose(repo, 1, part("mu", "plugins"), part("mu", "tests"))
    commit(repo, {"README.md": "# later\n"}, day=300)
    with_one = measured(repo).report

    assert without.warnings is None
    assert any("refs/pull" in limit for limit in without.limits)
    assert with_one.warnings is not None
    assert with_one.limits == ()
