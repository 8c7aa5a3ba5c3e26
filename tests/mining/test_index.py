"""The history index: what the cache holds is never read again and never believed blindly."""

from __future__ import annotations

import sqlite3  # noqa: TID251  # damages a cache on purpose
from typing import TYPE_CHECKING

import pytest

from pattern_ci import git
from pattern_ci.database import Cache
from pattern_ci.mining import index
from testing.repos import git as run_git
from tests.mining.worlds import feed, imported

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.mining.history import Commit

TREES = [{f"f{number}": "x\n"} for number in range(6)]


@pytest.fixture
def repo(repo_path: Path) -> git.Repo:
    """Six commits, one file each."""
    return git.open_repo(imported(repo_path, *TREES))


def build(repo: git.Repo, rev: str, cache: Path | None) -> list[Commit]:
    """The commits of a revision, with one opening of the cache."""
    with Cache(cache) as store:
        return index.build(repo, git.resolve(repo, rev), store).commits


def reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """A list to which each reading of the log adds its revision and what it left out."""
    asked: list[tuple[str, str | None]] = []
    real = git.log_raw

    def log_raw(repo: git.Repo, rev: str, *, exclude: str | None = None) -> object:
        asked.append((rev, exclude))
        return real(repo, rev, exclude=exclude)

    monkeypatch.setattr(git, "log_raw", log_raw)
    return asked


def test_without_a_cache_everything_is_read(repo: git.Repo) -> None:
    """In order of place in time, each commit once."""
    found = build(repo, "HEAD", None)

    assert [[c.path for c in one.changes] for one in found] == [[f"f{n}"] for n in range(6)]


def test_a_second_run_reads_nothing(
    repo: git.Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same revision comes from the cache alone."""
    first = build(repo, "HEAD", tmp_path / "cache.db")
    asked = reads(monkeypatch)

    assert build(repo, "HEAD", tmp_path / "cache.db") == first
    assert asked == []


def test_a_later_run_reads_what_is_new(
    repo: git.Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mined at an older revision first, the rest is added to it; the sum is the whole."""
    cache = tmp_path / "cache.db"
    build(repo, "HEAD~4", cache)
    build(repo, "HEAD~2", cache)
    asked = reads(monkeypatch)

    found = build(repo, "HEAD", cache)

    assert asked == [(git.resolve(repo, "HEAD"), git.resolve(repo, "HEAD~2"))]
    assert found == build(repo, "HEAD", None)


def test_an_older_revision_is_not_polluted(repo: git.Repo, tmp_path: Path) -> None:
    """What is known of later commits is not told about an earlier one."""
    build(repo, "HEAD", tmp_path / "cache.db")

    assert build(repo, "HEAD~3", tmp_path / "cache.db") == build(repo, "HEAD~3", None)


def test_branches_do_not_mix(repo: git.Repo, tmp_path: Path) -> None:
    """Two branches share what they share and nothing else."""
    cache = tmp_path / "cache.db"
    run_git(repo.path, "branch", "side", "HEAD~2")
    feed(repo.path, [{"side": "x\n"}], branch="side", first=9)

    for rev in ("main", "side", "main", "side"):
        assert build(repo, rev, cache) == build(repo, rev, None)


def test_a_long_chain_is_folded(repo: git.Repo, tmp_path: Path) -> None:
    """After many small steps one stretch holds all, and nothing is lost or doubled."""
    cache = tmp_path / "cache.db"
    for step in range(index.MAX_CHAIN + 3):
        feed(repo.path, [{f"g{step}": "x\n"}], first=10 + step)
        build(repo, "HEAD", cache)

    with Cache(cache) as store:
        bases = store.tips()

    assert "" in bases.values()
    assert max(_length(tip, bases) for tip in bases) <= index.MAX_CHAIN
    assert build(repo, "HEAD", cache) == build(repo, "HEAD", None)


def _length(tip: str, bases: dict[str, str]) -> int:
    return 1 + _length(bases[tip], bases) if bases[tip] else 1


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM segments WHERE base = ''",
        "UPDATE segments SET payload = '[[1'",
        "UPDATE segments SET payload = '[[\"a\", 1]]'",
        "UPDATE segments SET payload = '7'",
        "UPDATE segments SET base = tip",
        "DROP TABLE segments",
    ],
)
def test_a_damaged_cache_costs_time_and_no_truth(
    repo: git.Repo, tmp_path: Path, damage: str
) -> None:
    """A stretch that is gone or spoilt is read from git again."""
    cache = tmp_path / "cache.db"
    build(repo, "HEAD~3", cache)
    build(repo, "HEAD~1", cache)
    with sqlite3.connect(cache) as db:
        db.execute(damage)
    db.close()

    assert build(repo, "HEAD", cache) == build(repo, "HEAD", None)
    assert build(repo, "HEAD~1", cache) == build(repo, "HEAD~1", None)


def test_a_shallow_history_is_never_remembered(repo: git.Repo, tmp_path: Path) -> None:
    """What a horizon hid is there once the clone was deepened."""
    clone = tmp_path / "clone"
    run_git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{repo.path}", str(clone))
    shallow = git.open_repo(clone)
    cache = tmp_path / "cache.db"

    assert len(build(shallow, "HEAD", cache)) == 2
    run_git(clone, "fetch", "--quiet", "--unshallow")

    assert len(build(shallow, "HEAD", cache)) == 6
    assert build(shallow, "HEAD", cache) == build(repo, "HEAD", None)


def test_a_history_that_was_cut_off_is_read_again(repo: git.Repo, tmp_path: Path) -> None:
    """What was remembered before is more than what is there now."""
    clone = tmp_path / "clone"
    run_git(tmp_path, "clone", "--quiet", f"file://{repo.path}", str(clone))
    cache = tmp_path / "cache.db"
    whole = build(git.open_repo(clone), "HEAD", cache)
    run_git(clone, "fetch", "--quiet", "--depth=2")

    cut = build(git.open_repo(clone), "HEAD", cache)

    assert (len(whole), len(cut)) == (6, 2)
    assert cut == build(git.open_repo(clone), "HEAD", None)
