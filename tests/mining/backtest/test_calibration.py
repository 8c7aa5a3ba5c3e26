"""Confidence against what stayed."""

from __future__ import annotations

from pattern_ci.mining.backtest.calibration import Draft, calibration


def test_tenths_by_confidence() -> None:
    """Twenty drafts make ten pairs, the least sure first."""
    found = calibration(Draft(number / 20, 0.5) for number in reversed(range(20)))

    assert [one.drafts for one in found.deciles] == [2] * 10
    assert found.deciles[0].confidence == 0.025
    assert found.deciles[9].confidence == 0.925
    assert found.worst == 0.475
    assert found.error == 0.25


def test_what_is_right_has_no_error() -> None:
    """Of drafts that are sure to a half, half of the text stays on the mean."""
    found = calibration([Draft(0.5, 0.0), Draft(0.5, 1.0)] * 50)

    assert found.drafts == 100
    assert (found.error, found.worst) == (0.0, 0.0)
    assert calibration([Draft(0.8, 0.8)] * 7).error == 0.0


def test_no_draft_at_all() -> None:
    """Nothing is claimed."""
    found = calibration([])

    assert (found.drafts, found.error, found.worst, found.deciles) == (0, 0.0, 0.0, ())
