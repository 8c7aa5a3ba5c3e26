"""Records of what was applied have their shape, name a pattern, and share no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages import validate as messages
from pattern_ci.messages.apply_update import claimed_twice
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.registry.applied import Applied
from pattern_ci.registry.applied_files import record_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.registry.facts import Facts


def check(facts: Facts) -> list[Finding]:
    """Every rule about `applied/`; only what `apply` cannot read is an error."""
    return list(_check(facts))


def _check(facts: Facts) -> Iterator[Finding]:
    known = {suite.spec.pattern_id for suite in facts.suites if suite.spec} | facts.builtin_ids
    broken = any(suite.spec is None for suite in facts.suites)
    owner: dict[str, str] = {}
    for file in facts.applied:
        found = list(record_problems(file))
        yield from found
        if found:
            continue
        applied = Applied.from_dict(file.data)
        # A spec that cannot be read may be the one.
        if applied.pattern_id not in known and not broken:
            text = messages.no_pattern(applied.pattern_id)
            yield file.at(("pattern_id",), "applied-pattern", text, Severity.WARNING)
        for path in sorted(applied.files):
            first = owner.setdefault(path, file.path)
            if first != file.path:
                text = claimed_twice(path, first)
                yield file.at(("outputs",), "applied-twice", text, Severity.WARNING)
