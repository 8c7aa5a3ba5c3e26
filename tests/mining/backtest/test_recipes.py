"""The recipe protocol: exact companions, exact lines, exact places, and nothing later is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import git, git_trees
from pattern_ci.mining.backtest import recipes
from pattern_ci.mining.backtest.past import Past
from pattern_ci.mining.backtest.recipes import Counts
from pattern_ci.mining.backtest.timeline import Timeline
from pattern_ci.mining.history import parse
from testing.repos import commit, plugin_tree
from testing.repos import git as run_git
from tests.mining.worlds import plugins

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from testing.repos import Tree


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A plugin with test, docs and a line in a sorted list, ten times."""
    return plugins(repo_path)


def scored(path: Path, rev: str, numbers: Sequence[int]) -> recipes.Recipes:
    """What is said of these commits, by their number in the history of `rev`."""
    opened = git.open_repo(path)
    timeline = Timeline(parse(git_trees.log_raw(opened, git.resolve(opened, rev))))
    return recipes.score(opened, Past(opened, timeline, ()), recipes.asked(timeline, numbers))


def asked_about(path: Path, sha: str) -> recipes.Recipes:
    """What is said of one commit."""
    opened = git.open_repo(path)
    timeline = Timeline(parse(git_trees.log_raw(opened, git.resolve(opened, "HEAD"))))
    return recipes.score(opened, Past(opened, timeline, ()), [timeline.number[sha]])


def test_the_last_plugins_are_foretold(repo: Path) -> None:
    """Each of three files names the other two; the line is told for each of them."""
    found = scored(repo, "HEAD", [9, 10])

    assert found.added == Counts(named=12, right=12, truth=12)
    assert found.lines == found.places == Counts(named=6, right=6, truth=6)
    assert (found.added.precision, found.added.recall) == (1.0, 1.0)


def test_an_entry_at_the_wrong_end_is_right_by_its_lines_alone(repo: Path) -> None:
    """The place counts apart."""
    there = (repo / "plugins.txt").read_text("utf-8")
    tree = {**plugin_tree("aardvark"), "plugins.txt": f"{there}- aardvark\n"}
    commit(repo, tree, "add aardvark", day=80)

    found = scored(repo, "HEAD", [11])

    assert found.lines == Counts(named=3, right=3, truth=3)
    assert found.places == Counts(named=3, right=0, truth=3)


def test_a_truncated_clone_is_told_the_same(repo: Path) -> None:
    """What comes after a commit changes nothing that is said about it."""
    before = scored(repo, "HEAD", [7, 8, 9])
    run_git(repo, "checkout", "--quiet", "HEAD~1")
    run_git(repo, "branch", "--quiet", "--force", "main", "HEAD")

    assert scored(repo, "HEAD", [7, 8, 9]) == before


def test_a_line_of_history_beside_it_is_not_seen(repo: Path) -> None:
    """Commits that came earlier, and were merged later, say nothing about this one."""
    last = run_git(repo, "rev-parse", "HEAD").strip()
    before = asked_about(repo, last)
    run_git(repo, "checkout", "--quiet", "-b", "side", "HEAD~9")
    for number, name in enumerate(("uno", "due", "tre", "sei", "otto", "nove")):
        tree: Tree = {f"plugins/{name}.py": f"{number}\n", "plugins.txt": f"+ {name}\n"}
        commit(repo, tree, f"add {name}", day=20 + number)
    run_git(repo, "checkout", "--quiet", "main")
    run_git(repo, "merge", "--quiet", "--strategy=ours", "side")

    assert asked_about(repo, last) == before


def test_a_history_that_adds_nothing_has_no_score(repo: Path) -> None:
    """Merges and mere edits are not asked about."""
    commit(repo, {"plugins.txt": "- none\n"}, "edit", day=80)

    assert scored(repo, "HEAD", [11]) == recipes.NONE
