"""The benchmark's own parts: the join is exact, clusters do not depend on order, the table."""

from __future__ import annotations

import json
from itertools import combinations
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bench.__main__ import main
from bench.similar import Pair, clusters, join, shingles
from bench.table import figures
from tests.mining.backtest.worlds import busy

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SETS = st.lists(st.frozensets(st.integers(0, 25), max_size=12), max_size=12)


@given(SETS, st.sampled_from([0.3, 0.5, 0.8, 1.0]))
def test_the_join_finds_every_pair_and_no_other(
    sets: list[frozenset[int]], threshold: float
) -> None:
    """As comparing all with all does."""
    expected = {
        (one, other)
        for one, other in combinations(range(len(sets)), 2)
        if sets[one] and len(sets[one] & sets[other]) >= threshold * len(sets[one] | sets[other])
    }

    found = list(join(sets, threshold))

    assert {(pair.one, pair.other) for pair in found} == expected
    assert len(found) == len(expected)


def test_clusters_are_alike_on_average() -> None:
    """Two that are alike take in a third only when it is like both."""
    near = [Pair(0, 1, 0.9), Pair(1, 2, 0.8), Pair(0, 2, 0.3), Pair(3, 4, 0.5)]
    far = [Pair(0, 1, 0.9), Pair(1, 2, 0.8)]

    assert clusters(6, near) == [[0, 1, 2], [3, 4]]
    assert clusters(3, far) == [[0, 1]]


def test_shingles_are_runs_of_three() -> None:
    """The same run has the same number in every text; two tokens have none."""
    one, other, short = shingles([list("abcd"), list("xabc"), list("ab")])

    assert len(one) == len(other) == 2
    assert len(one & other) == 1
    assert short == frozenset()


def test_one_command_makes_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every figure of a clone, as JSON and in one table; the clone itself is left as it was."""
    busy(tmp_path / "clones" / "busy")
    before = sorted((tmp_path / "clones" / "busy" / ".git").iterdir())
    wanted = ["--only", "backtest", "--only", "texts", "--output", str(tmp_path / "out")]

    assert main([str(tmp_path / "clones"), *wanted]) == 0

    said = capsys.readouterr().out
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    assert (tmp_path / "out" / "results.md").read_text() == said
    assert said.startswith("| figure | asked | busy@")
    rows = {line.split(" | ")[0].strip("| ") for line in said.splitlines()[2:]}
    # No pull requests in this one, and speed was not asked for.
    unseen = ("pull requests", "warnings", "mine,", "peak")
    assert rows == {one.name for one in figures() if not one.name.strip("*").startswith(unseen)}
    assert found["repositories"]["busy"]["texts"]["join"]["recall"] == 1.0
    assert found["together"]["calibration"]["drafts"] > 3
    assert sorted((tmp_path / "clones" / "busy" / ".git").iterdir()) == before


def test_without_a_clone_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line and an exit code; nothing is written."""
    assert main([str(tmp_path), "--only", "backtest", "--output", str(tmp_path / "out")]) == 2

    assert "no clone there" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
