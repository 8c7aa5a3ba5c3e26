"""Histories that a backtest has to get right: branches, deletions, renames, attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import git, git_trees
from pattern_ci.mining.backtest.past import Past
from pattern_ci.mining.backtest.run import Options, Result, backtest
from pattern_ci.mining.backtest.timeline import Timeline
from pattern_ci.mining.history import parse
from testing.repos import commit, plugin_tree
from testing.repos import git as run_git
from tests.mining.worlds import checker, own_words, workshop

if TYPE_CHECKING:
    from pathlib import Path

FIRST = 200


def busy(path: Path) -> Path:
    """The workshop, then a branch that grows beside the main line, and what people do to files."""
    repo = workshop(path)
    commit(repo, {f"notes/{name}.txt": note(name) for name in "abcd"}, day=FIRST)
    run_git(repo, "checkout", "--quiet", "-b", "side", "HEAD~2")
    _add(repo, "side_one", FIRST + 1)
    _add(repo, "side_two", FIRST + 4)
    run_git(repo, "checkout", "--quiet", "main")
    _add(repo, "iota", FIRST + 2)
    commit(repo, {**plugin_tree("omega"), "plugins.txt": "- omega\n"}, day=FIRST + 3)
    run_git(repo, "merge", "--quiet", "--no-ff", "-m", "merge", "side", day=FIRST + 5)
    commit(repo, {"checks/alpha.py": None, "checks/side_two.py": None}, day=FIRST + 6)
    generated = "docs/** linguist-generated\nchecks/side_two.py linguist-generated\n"
    commit(repo, {".gitattributes": generated}, day=FIRST + 7)
    _add(repo, "kappa_max", FIRST + 8)
    commit(repo, {"notes/e.txt": note("e")}, day=FIRST + 8)
    commit(repo, {**plugin_tree("psi"), "plugins.txt": "- psi\n"}, day=FIRST + 9)
    run_git(repo, "mv", "checks/iota.py", "checks/iota_new.py")
    commit(repo, {"checks/iota_new.py": checker("iota") + "# moved\n"}, day=FIRST + 10)
    _add(repo, "lambda_calc", FIRST + 11)
    return repo


def note(name: str) -> str:
    """A text that has nothing in common with another."""
    return "".join(f"{word}\n" for word in own_words(name, 16) for _ in range(4))


def _add(repo: Path, name: str, day: int) -> None:
    commit(repo, {f"checks/{name}.py": checker(name)}, day=day)


def past_of(path: Path, rev: str = "HEAD") -> Past:
    """A past that stands at `rev`."""
    repo = git.open_repo(path)
    sha = git.resolve(repo, rev)
    timeline = Timeline(parse(git_trees.log_raw(repo, sha)))
    past = Past(repo, timeline, ())
    past.move(timeline.number[sha])
    return past


def silent(*_: object) -> None:
    """No progress."""


def measured(path: Path, rev: str = "HEAD", **options: object) -> Result:
    """A backtest without a cache."""
    chosen = Options(rev=rev, cache=False)._replace(**options)  # type: ignore[arg-type]  # by name
    return backtest(git.open_repo(path), chosen, silent)
