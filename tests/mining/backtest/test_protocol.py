"""What is asked about: which files and commits count, and how commits are split."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import git
from pattern_ci.mining.backtest import protocol
from pattern_ci.mining.backtest.companions import hits, judge, summed
from pattern_ci.mining.backtest.past import family_keys
from pattern_ci.mining.backtest.renames import renamed
from pattern_ci.mining.backtest.timeline import Reach
from testing.repos import build_repo, commit
from testing.repos import git as run_git
from tests.mining.backtest.worlds import past_of

if TYPE_CHECKING:
    from pathlib import Path

    from testing.repos import Tree


def nothing(_: str) -> bool:
    """Leaves out nothing."""
    return False


def paths(repo: Path) -> list[str]:
    """Paths of all candidates, oldest first."""
    past = past_of(repo)
    found = protocol.candidates(past.timeline, past.tree.excluded)
    moved = renamed(git.open_repo(repo), past.timeline, found, 0) or set()
    return [one.path for one in found if one not in moved]


def test_what_the_first_commit_brings_was_not_added(repo_path: Path) -> None:
    """Nobody saw a history before it."""
    assert paths(build_repo(repo_path, {"a.py": "x\n"}, {"b.py": "y\n"})) == ["b.py"]


def test_what_moves_was_not_added(repo_path: Path) -> None:
    """Neither with the same text, nor with the same name, nor changed on the way."""
    text = "".join(f"line {number}\n" for number in range(20))
    build_repo(
        repo_path,
        {"a/one.py": text, "b/two.py": "two\n", "c/three.py": text.upper()},
        {"a/one.py": None, "a/uno.py": text, "b/two.py": None, "d/two.py": "other\n"},
        {"c/three.py": None, "c/drei.py": text.upper() + "and more\n"},
        {"c/drei.py": None, "c/new.py": "not at all alike\n"},
    )

    assert paths(repo_path) == ["c/new.py"]


def test_what_is_there_from_a_parallel_line_was_not_added(repo_path: Path) -> None:
    """A back-port writes nothing anew."""
    build_repo(repo_path, {"a.py": "x\n"})
    run_git(repo_path, "checkout", "--quiet", "-b", "side")
    commit(repo_path, {"b.py": "b\n"}, day=1)
    run_git(repo_path, "checkout", "--quiet", "main")
    commit(repo_path, {"b.py": "b\n"}, day=2)
    run_git(repo_path, "merge", "--quiet", "--no-ff", "-m", "m", "side", day=3)

    assert paths(repo_path) == ["b.py"]


def test_vendored_files_do_not_count(repo_path: Path) -> None:
    """By their name, and by what `.gitattributes` says."""
    build_repo(
        repo_path,
        {".gitattributes": "gen/** linguist-generated\n"},
        {"vendor/a.py": "x\n", "gen/b.py": "x\n", "c.py": "x\n"},
    )

    assert paths(repo_path) == ["c.py"]


def test_a_family_is_near_or_next_door() -> None:
    """Same folder and extension first; four are needed."""
    assert family_keys("a/b/c.py") == ("a/b//.py", "a///c.py")
    assert family_keys("c") == ("//",)
    near, next_door = family_keys("a/x/m.py")
    four = dict.fromkeys("wxyz")
    assert protocol.family_of("a/x/m.py", {near: four, next_door: four}) == near
    assert protocol.family_of("a/x/m.py", {next_door: four}) == next_door
    assert protocol.family_of("a/x/m.py", {near: dict.fromkeys("xyz")}) is None


@pytest.mark.parametrize(
    ("raw", "counts"),
    [
        (b"x" * 200, True),
        (b"x" * 199, False),
        (b"\0" + b"x" * 300, False),
        (b"\xff" * 300, False),
        (b"x\n" * 1_500, True),
        (b"x\n" * 1_501, False),
        (None, False),
    ],
)
def test_which_texts_count(raw: bytes | None, counts: bool) -> None:
    """UTF-8 from 200 bytes up to 3,000 tokens."""
    assert (protocol.readable(raw) is not None) is counts


def test_the_later_half_or_from_a_date_on(repo_path: Path) -> None:
    """The middle commit is the first that is asked about."""
    trees: list[Tree] = [{"a": f"{n}\n"} for n in range(5)]
    timeline = past_of(build_repo(repo_path, *trees)).timeline

    assert protocol.first_asked(timeline, None) == 2
    assert protocol.first_asked(timeline, timeline.commits[4].time) == 4
    assert protocol.first_asked(timeline, timeline.commits[4].time + 1) == 5


def test_a_transaction_has_two_to_thirty_files(repo_path: Path) -> None:
    """Deletions and what is left out are no part of it."""
    build_repo(
        repo_path,
        {"a": "1\n", "b": "1\n", "go.sum": "1\n"},
        {"a": "2\n", "b": None},
        {"a": "3\n", "go.sum": "2\n"},
        {f"f{number}": "x\n" for number in range(31)},
        {f"f{number}": "y\n" for number in range(30)},
    )
    past = past_of(repo_path)
    sizes = [len(protocol.transaction(c, past.tree.excluded)) for c in past.timeline.commits]

    assert sizes == [2, 0, 0, 0, 30]


def test_the_newest_third_is_asked_about(repo_path: Path) -> None:
    """The newest first; a date replaces the share."""
    trees: list[Tree] = [{"a": f"{n}\n", "b": f"{n}\n"} for n in range(10)]
    timeline = past_of(build_repo(repo_path, *trees)).timeline

    assert list(protocol.asked_commits(timeline, nothing, None)) == [9, 8, 7]
    since = timeline.commits[5].time
    assert list(protocol.asked_commits(timeline, nothing, since)) == [9, 8, 7, 6, 5]


def test_a_split_depends_on_the_commit_alone() -> None:
    """Neither side is empty, together they are the commit, and it is the same every time."""
    whole = tuple("abcdef")
    for number in range(50):
        query, expected = protocol.split(f"{number:040x}", whole)
        assert query
        assert expected
        assert sorted([*query, *expected]) == list(whole)
        assert protocol.split(f"{number:040x}", whole) == (query, expected)
    assert len({protocol.split(f"{n:040x}", whole)[0] for n in range(50)}) > 20


def test_what_a_commit_can_see() -> None:
    """Two lines that meet: neither sees the other before."""
    reach = Reach([(), (0,), (0,), (1, 2), (2,)])
    seen = {}
    for tip in (1, 2, 3, 4, 3, 0):
        reach.move(tip)
        seen[tip] = [number for number, there in enumerate(reach.mask) if there]

    assert seen == {0: [0], 1: [0, 1], 2: [0, 2], 3: [0, 1, 2, 3], 4: [0, 2, 4]}


def test_average_precision_by_hand() -> None:
    """Hits at 1 and 3 of three that were expected; no answer is 0."""
    scored = judge(["a", "x", "b"], {"a", "b", "c"})

    assert scored.average_precision == pytest.approx((1 + 2 / 3) / 3)
    assert (scored.hit_at_3, scored.answered) == (True, True)
    assert scored.recall_at_10 == pytest.approx(2 / 3)
    nobody = judge([], {"a"})
    assert summed([scored, nobody]).map == pytest.approx(0.2778, abs=1e-4)
    assert summed([scored, nobody]).applicability == 0.5
    assert summed([]).map == 0.0


def test_hits_by_hand() -> None:
    """Two of three named came, of four that came."""
    found = hits([(["a", "b"], {"a"}), (["c"], {"c", "d", "e"}), ([], set())])

    assert (found.named, found.right, found.truth) == (3, 2, 4)
    assert (found.precision, found.recall) == (0.6667, 0.5)
