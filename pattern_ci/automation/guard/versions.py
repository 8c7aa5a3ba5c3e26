"""A pattern that does something else has a higher version, and its history says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages import guard as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.model.semver import precedence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.automation.guard.records import Change, Named


def check(change: Change) -> list[Finding]:
    """Every rule about versions."""
    found = [finding for one in change.changed for finding in _check(change, one)]
    return [*found, *_not_compared(change)]


def _check(change: Change, one: Named) -> Iterator[Finding]:
    file, version = one.suite.file, one.spec.version
    behaviour = change.after.behaviour(one.suite)
    earlier = change.earlier(one)
    others = [old for old in earlier if change.before.behaviour(old.suite) != behaviour]
    # Build data orders nothing, so that it cannot tell two contents apart.
    if any(precedence(old.spec.version) == precedence(version) for old in others):
        text = messages.not_raised(version, change.since)
        yield file.at(("version",), "guard/version-not-raised", text)
        return
    before = change.counterpart(one)
    same_place = before is not None and before.suite.folder == one.suite.folder
    if before and same_place and precedence(version) < precedence(before.spec.version):
        text = messages.lowered(version, before.spec.version, change.since)
        yield file.at(("version",), "guard/version-lowered", text)
    raised = earlier and version not in [old.spec.version for old in earlier]
    if raised and version not in [entry["version"] for entry in one.spec.history]:
        text = messages.no_entry(version)
        yield file.at(("history",), "guard/history-entry", text)


def _not_compared(change: Change) -> Iterator[Finding]:
    broken = {
        suite.relative(suite.path.name)
        for suite in change.before.facts.suites
        if suite.spec is None
    }
    for one in change.changed:
        if one.suite.relative(one.suite.path.name) in broken:
            text = messages.not_compared(change.since)
            yield one.suite.file.at((), "guard/not-compared", text, Severity.NOTICE)
