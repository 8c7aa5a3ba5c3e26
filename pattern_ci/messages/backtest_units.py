"""Shares as a backtest says them."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share in per cent."""
    return f"{100 * share:.0f} %"
