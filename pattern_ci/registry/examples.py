"""The examples of a pattern as a person is shown one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pattern_ci import files

if TYPE_CHECKING:
    from pattern_ci.registry.library import Pattern


def shortest(pattern: Pattern) -> dict[str, Any] | None:
    """The variables of its shortest positive example; None where none can be read.

    What is wrong with an example is for `validate` to say.
    """
    found = []
    for path in sorted((pattern.base / "examples" / pattern.spec.name / "positive").glob("*.json")):
        try:
            data = json.loads(files.read_text(path) or "")
        except (ValueError, RecursionError):
            continue
        variables = data.get("variables") if isinstance(data, dict) else None
        if isinstance(variables, dict):
            found.append(variables)
    return min(found, key=lambda one: len(json.dumps(one)), default=None)
