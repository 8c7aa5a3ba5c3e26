"""`companions.json` as it lies on disk: the one place that reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeGuard

from pattern_ci import files
from pattern_ci.errors import SpecError

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> dict[str, Any]:
    """Its rules and, in `warn_at`, from which chance on to warn; nothing when there is no file.

    A rule that lacks what a prediction says is left out. Raises SpecError for any other fault.
    """
    text = files.read_text(path)
    if text is None:
        return {"rules": []}
    try:
        data = json.loads(text)
        rules = [row for row in data.get("rules", ()) if usable(row)]
        return {"warn_at": threshold(data), "rules": rules}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        msg = f"{path} cannot be read as companion rules."
        raise SpecError(msg, next_step="`pattern-ci train --apply` writes it anew.") from error


def usable(row: dict[str, Any]) -> bool:
    """Whether a row has all that a prediction says; one written by hand may lack some."""
    return all(isinstance(row.get(key), str) for key in ("kind", "when", "then")) and all(
        _is_number(row.get(key)) for key in ("confidence", "support", "seen")
    )


def threshold(data: dict[str, Any]) -> float | None:
    """From which chance on to warn; files of older versions have none and never warn."""
    found = data.get("warn_at")
    return float(found) if _is_number(found) else None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
