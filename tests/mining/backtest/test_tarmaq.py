"""TARMAQ as it is described."""

from __future__ import annotations

from pattern_ci.mining.backtest.tarmaq import ranking


def test_only_the_largest_overlap_speaks() -> None:
    """Transactions that share two files silence those that share one."""
    past = [("a", "b", "x"), ("a", "y"), ("a", "y"), ("b", "z")]

    assert ranking(("a", "b"), past) == ["x"]
    assert ranking(("a",), past) == ["y", "b", "x"]


def test_support_then_confidence_then_name() -> None:
    """`a` came with p twice of three times, `b` with q twice of two."""
    past = [("a", "p"), ("a", "p"), ("a", "r"), ("b", "q"), ("b", "q")]

    assert ranking(("a", "b"), past) == ["q", "p", "r"]


def test_a_query_seen_in_part_still_gets_an_answer() -> None:
    """Unlike exact rules; a query never seen gets none, nor one that nothing came with."""
    assert ranking(("a", "new"), [("a", "x")]) == ["x"]
    assert ranking(("new",), [("a", "x")]) == []
    assert ranking(("a", "x"), [("a", "x")]) == []
