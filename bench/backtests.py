"""The backtest of the product on each clone, and what its report does not hold: see `measure`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci import git
from pattern_ci.mining.backtest.calibration import Draft, calibration
from pattern_ci.mining.backtest.run import Options, backtest
from pattern_ci.mining.engine import mine
from pattern_ci.model.pattern import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pattern_ci.model.backtest import Prediction

# Where the last quarter begins, for drafts that are judged by their own hold-out.
SELECTION_AT = 0.75


def measure(clone: Path, *, limit: int) -> dict[str, Any]:
    """The report as data, with `drafts` (confidence, share that stayed) and `selection`.

    `selection`: drafts at three quarters of the history, and how many saved less on their own
    hold-out than copying the newest sibling.
    """
    repo = git.open_repo(clone)
    found = backtest(repo, Options(limit=limit, cache=False), _silent)
    drafts = [[one.confidence, _stayed(one)] for one in found.predictions if one.pattern]
    return {**found.report.to_dict(), "drafts": drafts, "selection": _selection(repo)}


def _silent(*_: object) -> None:
    """No progress."""


def _stayed(one: Prediction) -> float:
    return one.kept / ((one.kept + one.deleted) or 1)


def _selection(repo: git.Repo) -> dict[str, int]:
    line = git.first_parents(repo, git.resolve(repo, "HEAD"))
    drafts = mine(repo, line[int(SELECTION_AT * len(line))], cache=False).drafts
    families = [draft.spec.evidence for draft in drafts if draft.kind is Kind.FAMILY]
    folds = [one.holdout for one in families if one.holdout is not None]
    return {"drafts": len(folds), "below": sum(f.net_saving < f.copy_newest for f in folds)}


def together(reports: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What is counted over all clones: recipes, warnings, families by pairs, and calibration."""
    every = list(reports)
    drafts = [Draft(*one) for report in every for one in report["drafts"]]
    seen = calibration(drafts)
    return {
        "calibration": {
            "drafts": seen.drafts,
            "error": seen.error,
            "worst": seen.worst,
            "curve": [[one.confidence, one.stayed] for one in seen.deciles],
        },
        "together": {
            key: _hits([one["together"][key] for one in every])
            for key in ("added", "lines", "places")
        },
        "warnings": _warnings([one["warnings"] for one in every if one["warnings"]]),
        "families": {
            way: _families([one["families"][way] for one in every]) for way in ("roles", "folders")
        },
    }


def _warnings(found: list[dict[str, Any]]) -> dict[str, float]:
    asked = sum(one["pull_requests"] for one in found)
    fitted = [gate for one in found for gate in one["gates"] if gate["gate"] == "fitted"]
    warned = sum(one["warned"] for one in fitted)
    right = sum(round(one["warned"] * one["precision"]) for one in fitted)
    return {
        "pull_requests": asked,
        "warned": warned,
        "share": round(warned / asked, 4) if asked else 0.0,
        "precision": round(right / warned, 4) if warned else 0.0,
    }


def _hits(found: list[dict[str, Any]]) -> dict[str, float]:
    right, named, truth = (sum(one[key] for one in found) for key in ("right", "named", "truth"))
    return {
        "precision": round(right / named, 4) if named else 0.0,
        "recall": round(right / truth, 4) if truth else 0.0,
    }


def _families(found: list[dict[str, Any]]) -> dict[str, float]:
    right, joined, truth = (sum(one[key] for one in found) for key in ("right", "joined", "truth"))
    return {
        "precision": round(right / joined, 4) if joined else 0.0,
        "recall": round(right / truth, 4) if truth else 0.0,
    }
