"""A rewrite rule can be applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages import rewrites as messages
from pattern_ci.model.rewrite import KIND, fault
from pattern_ci.render import astgrep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.model.finding import Finding
    from pattern_ci.registry.facts import Facts
    from pattern_ci.registry.suites import Suite

RULE = "rewrite-rule"


def check(facts: Facts) -> list[Finding]:
    """Every rule about rewrites; what they make of examples is for the rules about those."""
    return [finding for suite in facts.suites for finding in _check(suite)]


def _check(suite: Suite) -> Iterator[Finding]:
    if suite.spec is None or suite.spec.rewrite is None:
        return
    section = suite.spec.rewrite
    if section["kind"] != KIND:
        said = astgrep.problem(section)
        if said is not None:
            yield suite.file.at(("rewrite", "rule"), RULE, messages.not_parsed(said))
    elif (found := fault(section)) is not None:
        yield suite.file.at(("rewrite",), RULE, messages.FAULTS[found])
