"""The history cache: what it cannot do it says, and it never stands in the way."""

from __future__ import annotations

import sqlite3  # noqa: TID251  # looks at the file and damages it
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.database import CACHE_VERSION, Cache, CacheUnusableError, Store, scratch
from pattern_ci.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A cache with one row of state and two results, in a folder that was not there."""
    path = tmp_path / "pattern-ci/cache.db"
    with Cache(path) as cache:
        with cache.tables("BEGIN IMMEDIATE") as db:
            db.change("INSERT INTO state VALUES (?, ?)", [("at", "here")])
        cache.add_results({"a": "1", "b": "2"})
        assert cache.usable
    return path


def state(cache: Cache) -> list[tuple[Any, ...]]:
    """The rows of state."""
    with cache.tables() as db:
        return db.rows("SELECT * FROM state")


def test_what_is_stored_comes_back(place: Path) -> None:
    """In another opening; unknown keys are left out."""
    with Cache(place) as cache:
        assert state(cache) == [("at", "here")]
        assert cache.results(["a", "b", "c"]) == {"a": "1", "b": "2"}
        assert cache.results([]) == {}


def test_many_keys_at_once(place: Path) -> None:
    """More than one statement may ask for."""
    values = {f"key{n}": str(n) for n in range(2_500)}
    with Cache(place) as cache:
        cache.add_results(values)

    with Cache(place) as cache:
        assert cache.results(values) == values


def test_a_result_is_kept_whatever_becomes_of_the_run(place: Path) -> None:
    """Each is whole; the next run need not make it again."""

    def fail() -> None:
        with Cache(place) as cache:
            cache.add_results({"c": "3"})
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    with Cache(place) as cache:
        assert cache.results(["a", "c"]) == {"a": "1", "c": "3"}


def test_without_a_place_it_remembers_nothing() -> None:
    """Every question has the answer of an empty cache."""
    with Cache(None) as cache:
        cache.add_results({"a": "1"})

        assert not cache.usable
        assert cache.results(["a"]) == {}
        with pytest.raises(CacheUnusableError):
            state(cache)


def test_another_version_is_rebuilt(place: Path) -> None:
    """What another version stored is never read."""
    db = sqlite3.connect(place)
    db.execute(f"PRAGMA user_version = {CACHE_VERSION + 1}")
    db.close()

    with Cache(place) as cache:
        assert (cache.usable, state(cache), cache.results(["a"])) == (True, [], {})
        cache.add_results({"a": "new"})
    with Cache(place) as cache:
        assert cache.results(["a"]) == {"a": "new"}


@pytest.mark.parametrize("damage", ["garbage", "truncated", "middle"])
def test_a_damaged_file_is_replaced(place: Path, damage: str) -> None:
    """In this run or in the next, without a word to anybody."""
    with Cache(place) as cache:
        cache.add_results({f"key{n}": "x" * 100 for n in range(500)})
    raw = place.read_bytes()
    spoilt = {
        "garbage": b"no database at all, but long enough to be read as one" * 100,
        "truncated": raw[: len(raw) // 2],
        "middle": raw[:4096] + b"\xa5" * (len(raw) - 4096),
    }
    place.write_bytes(spoilt[damage])

    with Cache(place) as cache:
        with suppress(CacheUnusableError):
            state(cache)
        cache.results(["a"])
        cache.add_results({"a": "new"})
    with Cache(place) as cache:
        cache.add_results({"b": "new"})
    with Cache(place) as cache:
        assert cache.results(["b"]) == {"b": "new"}
        assert cache.usable


def test_a_place_that_cannot_be_is_no_cache(tmp_path: Path) -> None:
    """A file where the folder should be, a folder where the file should be: both stay."""
    (tmp_path / "file").write_text("x\n")
    (tmp_path / "cache.db").mkdir()

    for path in (tmp_path / "file/cache.db", tmp_path / "cache.db"):
        with Cache(path) as cache:
            cache.add_results({"a": "1"})
            assert not cache.usable
            assert cache.results(["a"]) == {}

    assert (tmp_path / "file").read_text() == "x\n"
    assert (tmp_path / "cache.db").is_dir()


def test_a_cache_that_another_run_writes_is_left_to_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be read and is not deleted; what cannot be stored now is made anew another time."""
    monkeypatch.setattr("pattern_ci.database._BUSY_SECONDS", 0.05)
    with Cache(place) as first, Cache(place) as second:
        with first.tables("BEGIN IMMEDIATE") as db:
            db.change(
                "INSERT INTO results VALUES (?, ?)", ((f"c{n}", "3" * 999) for n in range(9999))
            )
            assert second.results(["a", "c1"]) == {"a": "1"}
            second.add_results({"d": "4"})
        assert first.usable
        assert second.usable

    with Cache(place) as cache:
        assert set(cache.results(["c1", "d"])) == {"c1"}


def test_a_locked_cache_is_not_deleted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds it may be writing right now."""
    monkeypatch.setattr("pattern_ci.database._BUSY_SECONDS", 0.05)
    inode = place.stat().st_ino
    db = sqlite3.connect(place)
    db.execute("BEGIN EXCLUSIVE")

    with Cache(place) as cache:
        assert cache.usable
        assert cache.results(["a"]) == {}
        with pytest.raises(CacheUnusableError):
            state(cache)

    db.close()
    assert place.stat().st_ino == inode
    with Cache(place) as cache:
        assert state(cache) == [("at", "here")]


def test_a_transaction_is_stored_whole_or_not_at_all(place: Path) -> None:
    """A fault in the middle leaves what was there before."""

    def fail(cache: Cache) -> None:
        with cache.tables("BEGIN IMMEDIATE") as db:
            db.change("DELETE FROM state")
            raise KeyError

    with Cache(place) as cache:
        with pytest.raises(KeyError):
            fail(cache)
        assert state(cache) == [("at", "here")]
        assert cache.usable


def test_a_table_that_is_gone_is_damage(place: Path) -> None:
    """The question fails, and the cache is an empty one afterwards."""
    db = sqlite3.connect(place)
    db.execute("DROP TABLE state")
    db.close()

    with Cache(place) as cache:
        with pytest.raises(CacheUnusableError):
            state(cache)
        assert (state(cache), cache.results(["a"]), cache.usable) == ([], {}, True)


def test_a_cache_that_cannot_be_written_is_kept(place: Path) -> None:
    """It can be read, and it says that nothing could be stored."""
    with Cache(place) as cache:
        with cache.tables() as db:
            db.rows("PRAGMA query_only = 1")
        with pytest.raises(CacheUnusableError), cache.tables() as db:
            db.change("DELETE FROM state")

        assert not cache.usable
        assert state(cache) == [("at", "here")]


def test_a_lock_of_another_run_is_no_damage(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other run goes on; this one can store its results later."""
    monkeypatch.setattr("pattern_ci.database._BUSY_SECONDS", 0.05)
    with Cache(place) as first, Cache(place) as second:
        with first.tables("BEGIN IMMEDIATE"):
            with pytest.raises(CacheUnusableError), second.tables("BEGIN IMMEDIATE"):
                pytest.fail("two runs write at once")
            with second.tables("BEGIN"):
                pass
        assert state(second) == [("at", "here")]
        assert second.usable


def test_tables_in_memory_are_empty_each_time() -> None:
    """Nothing passes from one run to the next."""
    for _ in range(2):
        with scratch() as db:
            assert db.rows("SELECT * FROM state") == []
            db.change("INSERT INTO state VALUES (?, ?)", [("a", "b")])
            assert db.rows("SELECT * FROM state") == [("a", "b")]


POINTS = "CREATE TABLE points (at PRIMARY KEY, to_ REFERENCES points DEFERRABLE INITIALLY DEFERRED)"


def test_a_wrong_number_of_values_is_a_fault_of_ours() -> None:
    """It is not told as a full disk, and nothing is stored."""
    with Store.open(None, mark=1, versions=[[POINTS]]) as store:
        with pytest.raises(sqlite3.ProgrammingError, match="bindings"), store.change_all() as run:
            run("INSERT INTO points VALUES (?, ?)", [(1, None), (2,)])
        with pytest.raises(sqlite3.ProgrammingError, match="bindings"):
            store.rows("SELECT ?")

        assert store.rows("SELECT * FROM points") == []


def test_changes_that_are_refused_at_their_end_are_undone() -> None:
    """The transaction is over: the next one finds its way."""
    with Store.open(None, mark=1, versions=[[POINTS]]) as store:
        store.rows("PRAGMA foreign_keys = ON")
        with pytest.raises(StorageError, match="FOREIGN KEY"), store.change_all() as run:
            run("INSERT INTO points VALUES (1, 9)")

        with store.change_all() as run:
            run("INSERT INTO points VALUES (?, ?)", [(2, 2)])
        assert store.rows("SELECT * FROM points") == [(2, 2)]
