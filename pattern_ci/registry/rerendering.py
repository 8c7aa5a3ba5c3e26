"""Positive examples as the templates of their pattern would have them now: pure, on a read suite.

Somebody who edits a template by hand has to say anew what its examples come to. That is not done in
silence: what an example records is what everybody agreed on.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.errors import FatalError
from pattern_ci.messages import validate as messages
from pattern_ci.model.digests import text_digest
from pattern_ci.registry.instances import outputs
from pattern_ci.registry.library import unusable, usable
from pattern_ci.registry.published import published
from pattern_ci.registry.shape import problems
from pattern_ci.registry.variables import variable_problems
from pattern_ci.render.anchoring import Refused, entry_lines
from pattern_ci.render.excerpts import disagreement

if TYPE_CHECKING:
    from pattern_ci.registry.instances import Output
    from pattern_ci.registry.library import Pattern
    from pattern_ci.registry.reading import DataFile
    from pattern_ci.registry.suites import Suite


class Rerendered(NamedTuple):
    """New texts by path as findings show it, and for what stays as it is the reason, by path."""

    texts: dict[str, str]
    left: dict[str, str]


class _LeftError(Exception):
    """Ends one example; the text says why it stays."""


def rerendered(suite: Suite) -> Rerendered:
    """The examples of a suite that its templates would have otherwise."""
    texts, left = {}, {}
    for file in suite.positive:
        try:
            wanted = _example(file, suite)
        except _LeftError as stop:
            left[file.path] = str(stop)
            continue
        if wanted != file.data:
            texts[file.path] = json.dumps(wanted, indent=2, ensure_ascii=False) + "\n"
    return Rerendered(texts, left)


def _example(file: DataFile, suite: Suite) -> dict[str, Any]:
    """The data of one example with what its variables come to now."""
    if suite.spec is None or unusable(suite) or suite.schema is None:
        raise _LeftError(messages.SUITE_BROKEN)
    found = problems(file.data, published("positive_example")) if file.document else [file.finding]
    refused = [] if found else variable_problems(suite.schema.data, file.data["variables"])
    for problem in (*found, *refused):
        raise _LeftError(problem.message if problem else messages.SUITE_BROKEN)
    data: dict[str, Any] = copy.deepcopy(file.data)
    data["outputs"] = _outputs(usable(suite), data["variables"], data["outputs"])
    return data


def _outputs(
    pattern: Pattern, variables: dict[str, Any], recorded: dict[str, Any]
) -> dict[str, Any]:
    try:
        made = outputs(pattern, variables)
    except FatalError as error:
        raise _LeftError(error.what) from error
    return {one.slot: _output(one, recorded.get(one.slot, {})) for one in made}


def _output(made: Output, recorded: dict[str, Any]) -> dict[str, Any]:
    """What one slot comes to; an entry keeps the lines that stood around it, where that holds."""
    output = {"path": made.path, "sha256": text_digest(made.text)}
    if made.anchor is None:
        return output
    lines, edit = entry_lines(made.anchor, made.text), recorded.get("edit")
    if edit is None:
        raise _LeftError(messages.NO_EDIT)
    if isinstance(lines, Refused):
        raise _LeftError(lines.reason)
    problem = disagreement(made.anchor, made.text, above=edit["above"], below=edit["below"])
    if problem:
        raise _LeftError(problem)
    return {**output, "edit": {**edit, "text": lines}}
