"""Which paths come along: the rules of `companions.json`, ready to be asked."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from pattern_ci.model.digests import content_digest
from pattern_ci.model.lifting import role_texts
from pattern_ci.model.role import Role, RoleSyntaxError


class Prediction(NamedTuple):
    """A path that usually comes along, and the rule that says so."""

    path: str
    confidence: float
    rule: dict[str, Any]


class Companions:
    """Rules ready to be asked; made from the data of `companions.json`."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._by_when: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in data.get("rules", ()):
            if _usable(row):
                self._by_when[row["when"]].append(row)

    def __bool__(self) -> bool:
        """Whether there is any rule."""
        return bool(self._by_when)

    def predict(self, path: str, *, exists: bool) -> list[Prediction]:
        """What usually comes along with a new file, or with a change of one that exists."""
        found: dict[str, Prediction] = {}
        if exists:
            rows = self._by_when.get(path, ())
            candidates = [(row["then"], row) for row in rows if row["kind"] == "file"]
        else:
            candidates = [
                (target, row)
                for role, name in role_texts(path)
                for row in self._by_when.get(role, ())
                if (target := _target(row, name))
            ]
        for target, row in candidates:
            known = found.get(target)
            if target != path and (known is None or known.confidence < row["confidence"]):
                found[target] = Prediction(target, row["confidence"], row)
        return sorted(found.values(), key=lambda one: (-one.confidence, one.path))


def _usable(row: dict[str, Any]) -> bool:
    """Whether a row has all that a prediction says; one written by hand may lack some."""
    return all(isinstance(row.get(key), str) for key in ("kind", "when", "then")) and all(
        isinstance(row.get(key), int | float) for key in ("confidence", "support", "seen")
    )


def _target(row: dict[str, Any], name: str) -> str | None:
    if row["kind"] == "constant":
        return str(row["then"])
    if row["kind"] != "role":
        return None
    try:
        return Role(row["then"]).path({"name": name})
    except (RoleSyntaxError, KeyError):
        return None


def digest(data: dict[str, Any]) -> str:
    """Content digest of the rules alone, without the revision they were read at."""
    return content_digest(data.get("rules", []))
