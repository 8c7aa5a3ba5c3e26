"""Apply a rule with ast-grep itself, to see that it does what ours does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ast_grep_py import SgRoot

if TYPE_CHECKING:
    from collections.abc import Mapping


def rewritten(source: str, rule: Mapping[str, Any]) -> str:
    """What ast-grep makes of a text; metavariables of the fix are filled in as its program does."""
    root = SgRoot(source, rule["language"]).root()
    edits = []
    for node in root.find_all({"rule": rule["rule"]}):

        def value(found: re.Match[str], node: Any = node) -> str:
            matched = node.get_match(found[1])
            assert matched is not None
            return str(matched.text())

        edits.append(node.replace(re.sub(r"\$([A-Z]+)", value, rule["fix"])))
    return str(root.commit_edits(edits))
