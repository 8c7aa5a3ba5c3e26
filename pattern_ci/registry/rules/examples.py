"""Each positive example renders to what it recorded; each negative one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.errors import FatalError
from pattern_ci.messages import validate as messages
from pattern_ci.model.digests import text_digest
from pattern_ci.registry.instances import outputs
from pattern_ci.registry.library import unusable, usable
from pattern_ci.registry.published import published
from pattern_ci.registry.rules import truths
from pattern_ci.registry.rules.templates import renderable
from pattern_ci.registry.shape import problems
from pattern_ci.registry.variables import schema_problems, variable_problems
from pattern_ci.render.anchoring import Refused, entry_lines
from pattern_ci.render.excerpts import disagreement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.model.anchor import Anchor
    from pattern_ci.model.finding import Finding
    from pattern_ci.registry.facts import Facts
    from pattern_ci.registry.instances import Output
    from pattern_ci.registry.library import Pattern
    from pattern_ci.registry.reading import DataFile
    from pattern_ci.registry.suites import Suite
    from pattern_ci.yaml import Key


def check(facts: Facts) -> list[Finding]:
    """Every rule about examples; a suite whose own files are broken is left to their rules."""
    return [finding for suite in facts.suites for finding in _check(suite)]


def _check(suite: Suite) -> Iterator[Finding]:
    if suite.spec is None:
        return
    for sign, files in (("positive", suite.positive), ("negative", suite.negative)):
        if not files:
            text = messages.no_example(f"examples/{suite.spec.name}/{sign}")
            yield suite.file.at(("name",), "example-missing", text)
    sound = _sound(suite)
    for sign, files in (("positive", suite.positive), ("negative", suite.negative)):
        for file in files:
            found = list(_shape(file, suite.spec.pattern_id, sign))
            yield from found or truths.of_example(file, suite)
            if not found and sound:
                judge = _positive if sign == "positive" else _negative
                yield from judge(file, usable(suite))


def _sound(suite: Suite) -> bool:
    return (
        not unusable(suite)
        and suite.schema is not None
        and not schema_problems(suite.schema.data)
        and all(renderable(template) for template in suite.templates)
    )


def _shape(file: DataFile, pattern_id: str, sign: str) -> Iterator[Finding]:
    if file.document is None:
        if file.finding:
            yield file.finding
        return
    for problem in problems(file.data, published(f"{sign}_example")):
        yield file.at(problem.key, "example-shape", problem.message)
    if isinstance(file.data, dict) and file.data.get("pattern_id", pattern_id) != pattern_id:
        yield file.at(("pattern_id",), "example-pattern", messages.is_not(pattern_id))


def _positive(file: DataFile, pattern: Pattern) -> Iterator[Finding]:
    refused = variable_problems(pattern.schema, file.data["variables"])
    for problem in refused:
        yield file.at(("variables", *problem.key), "example-refused", problem.message)
    if refused:
        return
    try:
        made = outputs(pattern, file.data["variables"])
    except FatalError as error:
        yield file.at(("variables",), "example-refused", error.what)
        return
    for one in made:
        yield from _output(file, one)
    recorded: dict[str, Any] = file.data["outputs"]
    for slot in recorded.keys() - {one.slot for one in made}:
        yield file.at(("outputs", slot), "example-output", messages.not_rendered(slot))


def _output(file: DataFile, made: Output) -> Iterator[Finding]:
    """What the example recorded of one slot against what the slot makes."""
    recorded: dict[str, Any] | None = file.data["outputs"].get(made.slot)
    key: Key = ("outputs", made.slot)
    if recorded is None:
        yield file.at(("outputs",), "example-output", messages.not_recorded(made.slot))
        return
    for part, value in (("path", made.path), ("sha256", text_digest(made.text))):
        if recorded[part] != value:
            text = messages.renders_otherwise(part, value)
            yield file.at((*key, part), "example-output", text)
    edit = recorded.get("edit")
    if made.anchor is None or edit is None:
        if made.anchor or edit:
            text = messages.NO_EDIT if made.anchor else messages.NO_ENTRY
            yield file.at(key if made.anchor else (*key, "edit"), "example-edit", text)
        return
    yield from _edit(file, (*key, "edit"), edit, made.text, made.anchor)


def _edit(
    file: DataFile, key: Key, edit: dict[str, Any], text: str, anchor: Anchor
) -> Iterator[Finding]:
    """The entry is the recorded one, and goes between the recorded lines."""
    lines = entry_lines(anchor, text)
    if isinstance(lines, Refused):
        yield file.at((*key, "text"), "example-edit", lines.reason)
    elif lines != edit["text"]:
        found = messages.renders_otherwise("text", "\n".join(lines))
        yield file.at((*key, "text"), "example-edit", found)
    else:
        problem = disagreement(anchor, text, above=edit["above"], below=edit["below"])
        if problem:
            yield file.at(key, "example-edit", problem)


def _negative(file: DataFile, pattern: Pattern) -> Iterator[Finding]:
    # Values that are refused in a world of their own are refused when they are executed there.
    if "world" in file.data or variable_problems(pattern.schema, file.data["variables"]):
        return
    try:
        outputs(pattern, file.data["variables"])
    except FatalError:
        return
    yield file.at(("variables",), "example-accepted", messages.accepted(file.data["reason"]))
