"""What the ledger says does not depend on the steps in which it came to be."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from pattern_ci import git_trees
from pattern_ci.database import scratch
from pattern_ci.mining import companion_rules, ledger
from pattern_ci.mining.association import MAX_ADDED, MAX_CHANGED
from pattern_ci.mining.history import Change, Commit
from pattern_ci.mining.roles import Event, lives
from tests.mining.ledgers import Step, basis, build, scanned, written

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where the cache is."""
    return tmp_path / "cache.db"


def test_an_old_branch_that_is_merged_late_takes_its_place(
    repo_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its commits are older than what is known, and the newest ones stay the newest."""
    monkeypatch.setattr("pattern_ci.mining.windows.RECENT", 3)
    repo = written(
        repo_path,
        [
            Step((), 1, {"a": "1", "b": "1"}),
            Step((0,), 100, {"a": "2", "b": "2"}),
            Step((1,), 101, {"a": "3"}),
            Step((0,), 2, {"c": "1", "a": "4"}),
            Step((2, 3), 102, {"c": "1"}),
        ],
    )
    build(repo, "c2", cache)

    found = build(repo, "c4", cache)

    assert found == scanned(repo, "c4", basis())
    assert [len(one[3]) for one in found.touched] == [2, 1, 0]


def test_an_operation_has_the_additions_of_later_runs(repo_path: Path, cache: Path) -> None:
    """What was worked out of a group before holds until something is added to it."""
    names = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "hazel")
    steps = [
        Step((n - 1,) if n else (), n + 1, {f"src/{name}.py": "1", f"tests/{name}.txt": "1"})
        for n, name in enumerate(names)
    ]
    repo = written(repo_path, [*steps, Step((7,), 20, {"README": "1"})])
    first = build(repo, "c5", cache)

    for rev, count in (("c7", 8), ("c8", 8), ("c5", 6)):
        found = build(repo, rev, cache)

        assert found == scanned(repo, rev, basis())
        assert [len(one.added) for one in found.operations] == [count]
    assert build(repo, "c5", cache) == first


def test_a_file_that_a_merge_drops_leaves_its_group(repo_path: Path, cache: Path) -> None:
    """A merge shows no changes of its own; the tree tells what is there."""
    repo = written(
        repo_path,
        [
            Step((), 1, {"a/one.py": "1", "a/two.py": "1", "a/six.py": "1"}),
            Step((0,), 2, {"README": "1"}),
            Step((0, 1), 3, {"a/six.py": None}),
        ],
    )
    before = build(repo, "c0", cache)

    found = build(repo, "c2", cache)

    assert found == scanned(repo, "c2", basis())
    assert [row[0] for row in found.rows["live"]] == ["a/one.py", "a/two.py"]
    assert [row[4] for row in (*before.rows["groups"], *found.rows["groups"])] == [3, 2]


def test_attributes_that_cannot_be_read_are_asked_for_again(repo_path: Path, cache: Path) -> None:
    """A partial clone may lack them today; no later run builds on what was seen without them."""
    steps = [Step((), 1, {".gitattributes": "a/* linguist-generated\n", "a/one.py": "1"})]
    repo = written(repo_path, [*steps, Step((0,), 2, {"a/two.py": "1"})])
    blob = git_trees.tree(repo, "c1", ".gitattributes")[0].blob
    place = repo.common_dir / "objects" / blob[:2] / blob[2:]
    away = place.rename(place.with_name("away"))

    assert [row[0] for row in build(repo, "c1", cache).rows["live"]] == [
        ".gitattributes", "a/one.py", "a/two.py",
    ]  # fmt: skip
    away.rename(place)

    assert build(repo, "c1", cache) == scanned(repo, "c1", basis())
    assert [row[0] for row in build(repo, "c1", cache).rows["live"]] == [".gitattributes"]


def test_a_commit_counts_by_what_is_left_of_it() -> None:
    """Many files, most of them gone since: the rest belong together."""
    gone = [f"gone{n}" for n in range(MAX_CHANGED - 2)]
    assert len(gone) > MAX_ADDED
    commits = [
        Commit(f"c{n}", n, n, tuple(Change("M", path, "b") for path in ("a", "b", *gone)))
        for n in range(3)
    ]
    with scratch() as db:
        ledger.add(db, ledger.Delta(commits, {"a": "b", "b": "b"}, ()), lambda _: False)
        found = companion_rules.rules(db, rev="r")["rules"]

    assert [(row["when"], row["then"]) for row in found] == [("a", "b"), ("b", "a")]


def test_the_lives_of_a_path_are_told_in_order_of_time() -> None:
    """However its events came in."""
    events = [
        Event("a", day * DAY, f"c{day}", day * DAY, added=added, moved=False, alone=True)
        for day, added in ((1, True), (9, False), (200, True), (400, False), (500, True))
    ]
    expected = [(1, False), (200, True), (500, True)]

    for shuffled in permutations(events):
        assert [(one.order // DAY, one.stood) for one in lives(shuffled)] == expected
