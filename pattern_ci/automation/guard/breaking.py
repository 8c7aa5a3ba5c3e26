"""What a broken guarantee costs: the check fails, or the pattern is named for quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.model.config import OnBreak
from pattern_ci.model.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pattern_ci.automation.guard.records import Side


class Judged(NamedTuple):
    """The findings as they count, and the patterns to quarantine."""

    findings: tuple[Finding, ...]
    quarantine: tuple[str, ...] = ()


def judge(findings: Iterable[Finding], owners: Mapping[str, str], on_break: OnBreak) -> Judged:
    """Under `quarantine` an error in a pattern's own files is a warning that names the pattern.

    What belongs to no single pattern, such as the configuration, fails in any case: there is
    nothing to quarantine.
    """
    found = tuple(findings)
    if on_break is OnBreak.FAIL:
        return Judged(found)
    broken = {
        finding.path
        for finding in found
        if finding.severity is Severity.ERROR and finding.path in owners
    }
    forgiven = tuple(
        finding._replace(severity=Severity.WARNING)
        if finding.severity is Severity.ERROR and finding.path in broken
        else finding
        for finding in found
    )
    return Judged(forgiven, tuple(sorted({owners[path] for path in broken})))


def owners(before: Side, after: Side) -> dict[str, str]:
    """The pattern that each file belongs to, by the paths of findings.

    A spec that cannot be read has the id that it had before, or else the name of its file.
    """
    ids: dict[str, str] = {}
    for side in (before, after):
        for suite in side.facts.suites:
            place = suite.file.path
            ids[place] = suite.spec.pattern_id if suite.spec else ids.get(place, suite.stem)
    return {
        after.facts.show(path): ids[suite.file.path]
        for side in (before, after)
        for suite in side.facts.suites
        for path in side.owned(suite)
    }
