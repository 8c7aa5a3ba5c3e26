"""The JSON Schemas that we publish, by short name."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pattern_ci import files

FOLDER = Path(__file__).parent.parent / "model" / "schemas"


@cache
def published(name: str) -> dict[str, Any]:
    """The schema `name` (`spec`, `example`, …); every caller gets the same object."""
    raw = files.read_bytes(FOLDER / f"{name}.schema.json")
    assert raw is not None, f"the schema {name} belongs to the package"
    schema: dict[str, Any] = json.loads(raw)
    return schema
