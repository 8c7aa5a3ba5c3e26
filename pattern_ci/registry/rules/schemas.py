"""A schema of variables is valid, closed, and declares what the templates use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pattern_ci.messages import schemas as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.model.role import Role
from pattern_ci.registry.rules.templates import renderable
from pattern_ci.registry.variables import schema_problems
from pattern_ci.render import language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.registry.facts import Facts
    from pattern_ci.registry.reading import TextFile
    from pattern_ci.registry.suites import Suite

_TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)


def check(facts: Facts) -> list[Finding]:
    """Every rule about schemas of variables."""
    return [finding for suite in facts.suites for finding in _check(suite)]


def _check(suite: Suite) -> Iterator[Finding]:
    file = suite.schema
    if file is None:
        return
    if file.document is None:
        if file.finding:
            yield file.finding
        return
    found = [
        file.at(problem.key, "schema-shape", problem.message)
        for problem in schema_problems(file.data)
    ]
    yield from found
    if not found:
        yield from _used_and_declared(suite)


def _used_and_declared(suite: Suite) -> Iterator[Finding]:
    assert suite.spec is not None
    assert suite.schema is not None
    declared = suite.schema.data.get("properties", {})
    used = {name for slot in suite.spec.slots for name in Role(slot.role).holes}
    used |= set(Role(suite.spec.trigger or "").holes)
    used |= {slot.when for slot in suite.spec.slots if slot.when}
    for template in dict.fromkeys(suite.templates):
        for name in language.variables(template.text or "") if renderable(template) else ():
            used.add(name)
            if name not in declared:
                text = messages.used_undeclared(name, suite.spec.inputs)
                yield Finding(template.path, *_place(template, name), "template-variable", text)
    complete = all(renderable(template) for template in suite.templates)
    for name in declared:
        # Executors and rewrites have their own use for variables.
        if name not in used and complete and suite.spec.slots:
            text = messages.unused(name)
            key = ("properties", name)
            yield suite.schema.at(key, "schema-unused", text, Severity.WARNING)


def _place(template: TextFile, name: str) -> tuple[int, int]:
    """Line and column of the first use of a variable."""
    text = template.text or ""
    for tag in _TAG.finditer(text):
        found = re.search(rf"\b{re.escape(name)}\b", tag.group())
        if found:
            start = tag.start() + found.start()
            return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    return 1, 1
