"""The ledger comes to any revision by any way; what it holds is neither read twice nor trusted."""

from __future__ import annotations

import sqlite3  # noqa: TID251  # damages a cache on purpose
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci import git, git_trees
from pattern_ci.database import Cache
from pattern_ci.mining import index
from pattern_ci.mining.engine import mine
from pattern_ci.mining.versions import cache_path
from testing.repos import git as run_git
from tests.mining.ledgers import HERE, Step, basis, build, scanned, written
from tests.mining.worlds import feed, imported

TREES = [{f"f{number}": "x\n"} for number in range(6)]


@pytest.fixture
def repo(repo_path: Path) -> git.Repo:
    """Six commits, one file each."""
    return git.open_repo(imported(repo_path, *TREES))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where the cache is."""
    return tmp_path / "cache.db"


def reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """A list to which each reading of the log adds its revision and what it left out."""
    asked: list[tuple[str, str | None]] = []
    real = git_trees.log_raw

    def log_raw(repo: git.Repo, rev: str, *, exclude: str | None = None) -> object:
        asked.append((rev, exclude))
        return real(repo, rev, exclude=exclude)

    monkeypatch.setattr(git_trees, "log_raw", log_raw)
    return asked


def test_everything_is_read_once(repo: git.Repo) -> None:
    """Every file is live, came with a commit of its own, and the group of all has all."""
    found = scanned(repo, "HEAD", basis())

    assert found.state == (git.resolve(repo, "HEAD"), HERE, 6, 6, [])
    assert [row[0] for row in found.rows["live"]] == [f"f{n}" for n in range(6)]
    assert sorted(row[0] for row in found.rows["events"]) == [f"f{n}" for n in range(6)]
    assert [(row[1], row[4]) for row in found.rows["groups"]] == [("{name.snake}", 6)]


def test_a_second_run_reads_nothing(
    repo: git.Repo, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same revision comes from the cache alone."""
    first = build(repo, "HEAD", cache)
    asked = reads(monkeypatch)

    assert build(repo, "HEAD", cache) == first == scanned(repo, "HEAD", basis())
    assert len(asked) == 1  # the reading of `scanned`


def test_a_later_run_reads_what_is_new(
    repo: git.Repo, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mined at an older revision first, the rest is added to it; the sum is the whole."""
    build(repo, "HEAD~4", cache)
    build(repo, "HEAD~2", cache)
    asked = reads(monkeypatch)

    found = build(repo, "HEAD", cache)

    assert asked == [(git.resolve(repo, "HEAD"), git.resolve(repo, "HEAD~2"))]
    assert found == scanned(repo, "HEAD", basis())


def test_an_older_revision_is_not_polluted(repo: git.Repo, cache: Path) -> None:
    """What is known of later commits is not told about an earlier one."""
    build(repo, "HEAD", cache)

    assert build(repo, "HEAD~3", cache) == scanned(repo, "HEAD~3", basis())


def test_branches_do_not_mix(repo: git.Repo, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two branches share what they share and nothing else, and each commit is read once."""
    run_git(repo.path, "branch", "side", "HEAD~2")
    feed(repo.path, [{"side": "x\n"}], branch="side", first=9)
    expected = {rev: scanned(repo, rev, basis()) for rev in ("main", "side")}
    asked = reads(monkeypatch)

    for rev in ("main", "side", "main", "side"):
        assert build(repo, rev, cache) == expected[rev]

    assert [exclude for _, exclude in asked] == [
        None, git.resolve(repo, "main"), git.resolve(repo, "side"), git.resolve(repo, "main"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "tree",
    [
        {".gitattributes": "f* linguist-generated\n"},
        {"sub/.gitattributes": "f* linguist-generated\n", "sub/f1": "x\n"},
    ],
)
def test_attributes_that_come_later_count_for_what_was_there(
    repo: git.Repo, cache: Path, tree: dict[str, str]
) -> None:
    """And what they say is forgotten with them."""
    build(repo, "HEAD", cache)
    feed(repo.path, [tree, dict.fromkeys(tree)], first=8)

    assert build(repo, "HEAD~1", cache) == scanned(repo, "HEAD~1", basis())
    assert build(repo, "HEAD", cache) == scanned(repo, "HEAD", basis())


def test_another_basis_is_another_ledger(repo: git.Repo, cache: Path) -> None:
    """What the user ignores changes everything but the commits."""
    other = basis("other", "f1")
    build(repo, "HEAD", cache)

    assert build(repo, "HEAD", cache, other) == scanned(repo, "HEAD", other)
    assert len(scanned(repo, "HEAD", other).rows["live"]) == 5
    assert build(repo, "HEAD", cache) == scanned(repo, "HEAD", basis())


def test_a_tip_that_is_gone_is_no_base(repo: git.Repo, cache: Path, repo_path: Path) -> None:
    """After a forced push and a `git gc` the known revision may not be there any more."""
    run_git(repo.path, "branch", "side", "HEAD~2")
    feed(repo.path, [{"side": "x\n"}], branch="side", first=9)
    build(repo, "side", cache)
    run_git(repo.path, "branch", "--quiet", "-D", "side")
    run_git(repo.path, "reflog", "expire", "--expire=now", "--all")
    run_git(repo.path, "gc", "--quiet", "--prune=now")

    assert build(repo, "HEAD", cache) == scanned(repo, "HEAD", basis())


def test_a_ledger_that_moved_meanwhile_is_not_added_to(repo: git.Repo, cache: Path) -> None:
    """Two runs plan from one state; the second one finds that it is another by now."""
    sha, under = git.resolve(repo, "HEAD"), basis()
    with Cache(cache) as store:
        with store.tables() as db:
            step = index.plan(repo, sha, db, under)
        build(repo, "HEAD~1", cache)
        with store.tables("BEGIN IMMEDIATE") as db:
            assert not index.enter(db, step, sha, under)
            assert not index.enter(db, None, sha, under)

    assert build(repo, "HEAD~1", cache) == scanned(repo, "HEAD~1", basis())


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM commits",
        "UPDATE commits SET changes = '[[1'",
        "UPDATE commits SET changes = '7'",
        "UPDATE state SET value = '[['",
        "UPDATE state SET value = '7'",
        "UPDATE state SET value = '[1]'",
        "DROP TABLE commits",
        "DROP TABLE state",
        "DROP TABLE held",
    ],
)
def test_a_damaged_cache_costs_time_and_no_truth(repo: git.Repo, cache: Path, damage: str) -> None:
    """What is gone or spoilt is read from git again."""
    build(repo, "HEAD~3", cache)
    build(repo, "HEAD~1", cache)
    with sqlite3.connect(cache) as db:
        db.execute(damage)
    db.close()

    for rev in ("HEAD", "HEAD~1"):
        assert build(repo, rev, cache) == scanned(repo, rev, basis())


PATHS = [f"{folder}/{name}.py" for folder in ("a", "b") for name in ("one", "two", "three")]
# Groups below sibling folders, and files beside their members, which decide whether they are one.
BELOW = [f"a/{name}/in/{base}.py" for name in ("one", "two") for base in (name, "x", "y")]


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Branches, merges that drop or add things, clocks that go wrong, attributes that change."""
    steps: list[Step] = []
    contents = st.dictionaries(
        st.sampled_from([*PATHS, *BELOW, "a/one/x", "README"]),
        st.sampled_from([None, "1", "2"]),
        max_size=4,
    )
    attributes = st.sampled_from([{}, {}, {}, {".gitattributes": "b/* linguist-generated\n"}])
    for number in range(draw(st.integers(2, 12))):
        earlier = st.integers(0, number - 1)
        parents = draw(st.lists(earlier, min_size=1, max_size=2, unique=True)) if number else []
        changes: dict[str, str | None] = {**draw(contents), **draw(attributes)}
        steps.append(Step(tuple(parents), draw(st.integers(1, 300)), changes))
    return steps


@settings(max_examples=25, deadline=None)
@given(histories(), st.data())
def test_every_way_leads_to_the_same_facts(steps: list[Step], data: st.DataObject) -> None:
    """Any sequence of revisions, old branches merged late, clocks that went back."""
    visits = data.draw(st.lists(st.integers(0, len(steps) - 1), min_size=2, max_size=4))
    with TemporaryDirectory() as folder:
        repo = written(Path(folder), steps)
        for visit in visits:
            rev = f"c{visit}"
            found = build(repo, rev, Path(folder) / "cache.db")
            assert found == scanned(repo, rev, basis())


@settings(max_examples=8, deadline=None)
@given(histories(), st.data())
def test_every_way_leads_to_the_same_result(steps: list[Step], data: st.DataObject) -> None:
    """What `mine` answers is the same, in a clone that ends at the revision too."""
    visits = data.draw(st.lists(st.integers(0, len(steps) - 1), min_size=2, max_size=3))
    with TemporaryDirectory() as folder, TemporaryDirectory() as other:
        repo = written(Path(folder), steps)
        for rev in (f"c{visit}" for visit in visits):
            assert mine(repo, rev, min_members=2) == mine(repo, rev, min_members=2, cache=False)
        rev = f"c{visits[-1]}"
        run_git(Path(other), "init", "--quiet", "--bare")
        run_git(Path(other), "fetch", "--quiet", f"file://{folder}", f"{rev}:refs/heads/{rev}")
        ended = git.open_repo(Path(other))
        assert mine(ended, rev, min_members=2) == mine(repo, rev, min_members=2)
        assert cache_path(repo).exists()
