"""Counts and shares as a backtest says them."""

from __future__ import annotations


def many(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def percent(share: float) -> str:
    """A share in per cent."""
    return f"{100 * share:.0f} %"
