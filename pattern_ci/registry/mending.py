"""What `validate --fix` puts right in files that people wrote: small edits that nobody would argue.

A kind that a spec names and no registry lists is added to the registry; the document id of a spec
follows its pattern id; a route to a pattern that is gone is taken out. Every other line stays.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pattern_ci.registry.derive import KINDS, MARKER, ROUTING
from pattern_ci.registry.editing import with_item, with_value, without_item
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import parse_text, read_text
from pattern_ci.registry.shape import problems

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.registry.facts import Facts

# Two kinds as alike as this are one kind and a slip of the pen (the default of difflib is 0.6,
# but all kinds begin alike).
_ALIKE = 0.9
_NEW_KINDS = "schema_version: 1\noperation_kinds: []\n"


def mended(root: Path, facts: Facts) -> dict[str, str]:
    """New texts by path relative to the library; nothing for what a person has to do."""
    return {**_doc_ids(root, facts), **_kinds(root, facts), **_routes(facts)}


def _doc_ids(root: Path, facts: Facts) -> dict[str, str]:
    found = {}
    for suite in facts.suites:
        if suite.spec is None or suite.file.data["doc_id"] == suite.spec.doc_id:
            continue
        name = suite.relative(f"specs/{suite.path.name}")
        text = read_text(root, suite.path, name).text
        edited = with_value(text, ("doc_id",), suite.spec.doc_id) if text is not None else None
        if edited is not None:
            found[name] = edited
    return found


def _kinds(root: Path, facts: Facts) -> dict[str, str]:
    """The registry of kinds with those that specs name; one that looks like a slip is left out."""
    if facts.kinds is not None and problems(facts.kinds.data, published("operation_kind_registry")):
        return {}
    known = facts.kind_ids | facts.builtin_kinds
    text: str | None = _NEW_KINDS
    if facts.kinds is not None:
        text = read_text(root, root / KINDS, KINDS).text
    wanted = {
        suite.spec.operation_kind: suite.spec.summary
        for suite in facts.suites
        if suite.spec and suite.spec.operation_kind not in known
    }
    added = False
    for kind, summary in sorted(wanted.items()):
        if text is None or difflib.get_close_matches(kind, known, n=1, cutoff=_ALIKE):
            continue
        edited = with_item(text, ("operation_kinds",), {"id": kind, "summary": summary})
        text, added = edited or text, added or edited is not None
    return {KINDS: text} if added and text is not None else {}


def _routes(facts: Facts) -> dict[str, str]:
    """A routing file that people have taken over, without routes to patterns that are gone."""
    file = facts.routing
    if file is None or file.text is None or file.text.startswith(MARKER):
        return {}
    data = parse_text(file).data
    if problems(data, published("pattern_routing")):
        return {}
    there = {located.spec.pattern_id for located in facts.located} | facts.builtin_ids
    text: str | None = file.text
    gone = [i for i, route in enumerate(data["routes"]) if route["pattern_id"] not in there]
    for index in reversed(gone):
        text = without_item(text, ("routes", index)) if text is not None else None
    return {ROUTING: text} if gone and text is not None else {}
