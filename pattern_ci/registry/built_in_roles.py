"""The paths of built-in patterns, so that no spec is read for any other path.

Made from patterns/specs/ by `python3 scripts/generate.py`.
"""

from __future__ import annotations

# The id of an active pattern, and a role of it.
ROLES: tuple[tuple[str, str], ...] = (
    ("PAT-DECISION-RECORD-001", "docs/decisions/{number.flat}-{name.kebab}.md"),
)
