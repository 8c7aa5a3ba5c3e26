"""The history cache: what it cannot do it says, and it never stands in the way."""

from __future__ import annotations

import sqlite3  # noqa: TID251  # looks at the file and damages it
from typing import TYPE_CHECKING

import pytest

from pattern_ci.database import CACHE_VERSION, Cache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A cache with one stretch of history and two results, in a folder that was not there."""
    path = tmp_path / "pattern-ci/cache.db"
    with Cache(path) as cache:
        cache.add_segment("tip", "base", "[]")
        cache.add_results({"a": "1", "b": "2"})
        assert cache.usable
    return path


def test_what_is_stored_comes_back(place: Path) -> None:
    """In another opening; unknown keys are left out."""
    with Cache(place) as cache:
        assert cache.tips() == {"tip": "base"}
        assert cache.payload("tip") == "[]"
        assert cache.payload("none") is None
        assert cache.results(["a", "b", "c"]) == {"a": "1", "b": "2"}
        assert cache.results([]) == {}


def test_many_keys_at_once(place: Path) -> None:
    """More than one statement may ask for."""
    values = {f"key{n}": str(n) for n in range(2_500)}
    with Cache(place) as cache:
        cache.add_results(values)

    with Cache(place) as cache:
        assert cache.results(values) == values


def test_the_newest_tip_comes_first(place: Path) -> None:
    """A tip that is stored again counts as new."""
    with Cache(place) as cache:
        cache.add_segment("later", "tip", "[1]")
        assert list(cache.tips()) == ["later", "tip"]
        cache.add_segment("tip", "", "[2]")
        assert list(cache.tips()) == ["tip", "later"]
        assert cache.payload("tip") == "[2]"


def test_nothing_is_kept_after_an_error(place: Path) -> None:
    """What was stored before a fault may be half of something."""

    def fail() -> None:
        with Cache(place) as cache:
            cache.add_results({"c": "3"})
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    with Cache(place) as cache:
        assert cache.results(["a", "c"]) == {"a": "1"}


def test_without_a_place_it_remembers_nothing() -> None:
    """Every question has the answer of an empty cache."""
    with Cache(None) as cache:
        cache.add_segment("tip", "", "[]")
        cache.add_results({"a": "1"})

        assert (cache.usable, cache.tips(), cache.payload("tip")) == (False, {}, None)
        assert cache.results(["a"]) == {}


def test_another_version_is_rebuilt(place: Path) -> None:
    """What another version stored is never read."""
    db = sqlite3.connect(place)
    db.execute(f"PRAGMA user_version = {CACHE_VERSION + 1}")
    db.close()

    with Cache(place) as cache:
        assert (cache.usable, cache.tips(), cache.results(["a"])) == (True, {}, {})
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
        cache.tips()
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
    """It can be read, it is not deleted, and what could not be stored is said."""
    monkeypatch.setattr("pattern_ci.database._BUSY_SECONDS", 0.05)
    with Cache(place) as first:
        first.add_results({"c": "3"})
        with Cache(place) as second:
            assert second.results(["a", "c"]) == {"a": "1"}
            second.add_results({"d": "4"})
            assert not second.usable
        assert first.usable

    with Cache(place) as cache:
        assert cache.results(["c", "d"]) == {"c": "3"}


def test_a_locked_cache_is_not_deleted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds it may be writing right now."""
    monkeypatch.setattr("pattern_ci.database._BUSY_SECONDS", 0.05)
    inode = place.stat().st_ino
    db = sqlite3.connect(place)
    db.execute("BEGIN EXCLUSIVE")

    with Cache(place) as cache:
        assert cache.tips() == {}
        assert not cache.usable

    db.close()
    assert place.stat().st_ino == inode
    with Cache(place) as cache:
        assert cache.tips() == {"tip": "base"}
