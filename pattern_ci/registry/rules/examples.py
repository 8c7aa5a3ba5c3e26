"""Each positive example renders to what it recorded; each negative one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.errors import FatalError
from pattern_ci.messages import validate as messages
from pattern_ci.model.digests import text_digest
from pattern_ci.registry.instances import outputs
from pattern_ci.registry.library import unusable, usable
from pattern_ci.registry.published import published
from pattern_ci.registry.rules.templates import renderable
from pattern_ci.registry.shape import problems
from pattern_ci.registry.variables import schema_problems, variable_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.model.finding import Finding
    from pattern_ci.registry.facts import Facts
    from pattern_ci.registry.library import Pattern
    from pattern_ci.registry.reading import DataFile
    from pattern_ci.registry.suites import Suite


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
            yield from found
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
        made = {
            output.slot: {"path": output.path, "sha256": text_digest(output.text)}
            for output in outputs(pattern, file.data["variables"])
        }
    except FatalError as error:
        yield file.at(("variables",), "example-refused", error.what)
        return
    yield from _differences(file, made)


def _differences(file: DataFile, made: dict[str, dict[str, str]]) -> Iterator[Finding]:
    recorded: dict[str, Any] = file.data["outputs"]
    for slot, output in made.items():
        if slot not in recorded:
            yield file.at(("outputs",), "example-output", messages.not_recorded(slot))
            continue
        for part, value in output.items():
            if recorded[slot][part] != value:
                text = messages.renders_otherwise(part, value)
                yield file.at(("outputs", slot, part), "example-output", text)
    for slot in recorded:
        if slot not in made:
            text = messages.not_rendered(slot)
            yield file.at(("outputs", slot), "example-output", text)


def _negative(file: DataFile, pattern: Pattern) -> Iterator[Finding]:
    if variable_problems(pattern.schema, file.data["variables"]):
        return
    try:
        outputs(pattern, file.data["variables"])
    except FatalError:
        return
    yield file.at(("variables",), "example-accepted", messages.accepted(file.data["reason"]))
