"""What new files bring is the same from git, from the ledger, and as the backtest asks for it."""

from __future__ import annotations

from shutil import rmtree
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pattern_ci import git, git_trees
from pattern_ci.mining.backtest.past import Past
from pattern_ci.mining.backtest.recipes import Known
from pattern_ci.mining.backtest.timeline import Timeline
from pattern_ci.mining.engine import mine
from pattern_ci.mining.exclude import Excluded
from pattern_ci.mining.history import parse
from pattern_ci.mining.recipes import brought, habits
from pattern_ci.mining.recipes.brought import Asked
from pattern_ci.mining.versions import cache_path
from testing.repos import commit
from testing.repos import git as run_git
from tests.mining.worlds import workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from testing.repos import Tree

NEW, TEST = "plugins/sigma.py", "tests/test_sigma.py"
KNOWN = ("kappa", "omicron", "rho", "tau")
# On a side line somebody wrote notes about it.
NOTED = "plugins/omega.py"


class World(NamedTuple):
    """A clone and its commits, oldest first."""

    path: Path
    shas: list[str]

    def said(self, rev: str, *paths: str) -> brought.Brought:
        """What is said of these paths at a revision."""
        repo = git.open_repo(self.path)
        entries = git_trees.tree(repo, rev)
        live = {entry.path for entry in entries}
        excluded = Excluded.at(repo, entries, ())
        return brought.brought(Asked(repo, rev, paths, live.__contains__, excluded, (), 4))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Plugins with tests and docs; those that notes were there of, and swept ones, have none.

    A side line that is merged late, with a vendored file, makes other names known.
    """
    path = workshop(tmp_path_factory.mktemp("brought") / "repo")
    run_git(path, "checkout", "--quiet", "-b", "side", "HEAD~6")
    commit(path, {"notes/omega.md": "o\n", "vendor/sigma.py": "x\n"}, "side", day=5)
    run_git(path, "checkout", "--quiet", "main")
    commit(path, {f"plugins/sweep_{n}.py": f"{n}\n" for n in range(40)}, "sweep", day=90)
    back = {f"plugins/sweep_{n}.py": None for n in range(40)}
    commit(path, {**back, "plugins/swept.py": "s\n"}, "sweep back", day=91)
    commit(path, {f"notes/{name}.md": "n\n" for name in KNOWN}, "notes", day=92)
    for number, name in enumerate(KNOWN):
        commit(path, {f"plugins/{name}.py": f"k{number}\n"}, f"add {name}", day=93 + number)
    run_git(path, "merge", "--quiet", "--no-edit", "side")
    for number, name in enumerate(("theta", "iota")):
        new: Tree = {f"plugins/{name}.py": f"{number}\n", f"tests/test_{name}.py": f"{number} t\n"}
        commit(path, new, f"add {name}", day=120 + number)
    return World(path, run_git(path, "rev-list", "--reverse", "HEAD").split())


@pytest.fixture
def uncached(world: World) -> Iterator[World]:
    """The same world, without a cache before and after."""
    folder = cache_path(git.open_repo(world.path)).parent
    rmtree(folder, ignore_errors=True)
    yield world
    rmtree(folder, ignore_errors=True)


def test_a_new_plugin_brings_its_test(uncached: World) -> None:
    """With how often it came along with new names; nothing is written."""
    found = uncached.said(uncached.shas[-1], NEW, NOTED)

    assert set(found[NEW]) == {TEST, "docs/plugins/sigma.md"}
    record = found[NEW][TEST]
    assert (record.hits, record.seen, record.cause.root) == (11, 11, "plugins/{name}.py")
    assert found[NOTED] == {}
    assert not cache_path(git.open_repo(uncached.path)).exists()


def test_the_ledger_says_what_git_says(uncached: World) -> None:
    """From a ledger that stands there, that stood earlier, and none; of every later commit."""
    repo = git.open_repo(uncached.path)
    paths = (NEW, NOTED, "tests/test_ypsilon.py", "docs/plugins/rho.md", "elsewhere/x.txt")
    later = uncached.shas[-6:]
    cold = [uncached.said(sha, *paths) for sha in later]
    assert any(cold[-1].values())
    for at in (later[-1], later[0], uncached.shas[3]):
        rmtree(cache_path(repo).parent, ignore_errors=True)
        mine(repo, at)

        assert [uncached.said(sha, *paths) for sha in later] == cold


def test_a_warm_ledger_is_asked_and_no_history_is_read(
    uncached: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it stands at the revision."""
    repo = git.open_repo(uncached.path)
    expected = uncached.said(uncached.shas[-1], NEW)
    mine(repo, uncached.shas[-1])
    monkeypatch.setattr(git_trees, "log_raw", _unasked)

    assert uncached.said(uncached.shas[-1], NEW) == expected


def _unasked(*_: object, **__: object) -> None:
    pytest.fail("the history was read")


def test_a_damaged_ledger_changes_nothing(uncached: World) -> None:
    """It is passed over."""
    repo = git.open_repo(uncached.path)
    expected = uncached.said(uncached.shas[-1], NEW)
    mine(repo, uncached.shas[-1])
    cache_path(repo).write_bytes(b"no database" * 1000)

    assert uncached.said(uncached.shas[-1], NEW) == expected


def test_a_history_that_is_too_long_is_not_read(
    uncached: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is said then; a ledger has it all the same."""
    last = uncached.shas[-1]
    monkeypatch.setattr(brought, "MOST_COMMITS", len(uncached.shas) - 1)
    assert uncached.said(last, NEW) == {}
    mine(git.open_repo(uncached.path), last)

    assert TEST in uncached.said(last, NEW)[NEW]


def test_the_backtest_asks_the_same(uncached: World) -> None:
    """At every commit what a clone that ends there says; side lines and vendored files included."""
    repo = git.open_repo(uncached.path)
    timeline = Timeline(parse(git_trees.log_raw(repo, uncached.shas[-1])))
    past = Past(repo, timeline, ())
    known = Known(past)
    named = 0
    for number in range(5, len(timeline.commits)):
        past.move(number)
        for path, said in uncached.said(timeline.commits[number].sha, NEW, NOTED).items():
            assert habits.predict(known, path, number + 1) == said
            named += bool(said)
    assert named > 5
