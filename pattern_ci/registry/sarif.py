"""Findings as SARIF 2.1.0, the format that code scanning takes, within the limits of GitHub."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci import __version__
from pattern_ci.catalog import REPOSITORY_URL
from pattern_ci.messages import findings as messages
from pattern_ci.messages.escaping.lines import one_line, short
from pattern_ci.messages.escaping.markdown import quoted
from pattern_ci.messages.rules import describe
from pattern_ci.model.finding import Finding, Severity, by_severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# docs.github.com, "SARIF support for code scanning": of 25,000 results the 5,000 most severe are
# shown; a rule has at most 20 tags, a result 1,000 locations (ours one), a file 10 MB compressed.
MAX_RESULTS: Final = 25_000
MAX_RULES: Final = 25_000
MAX_COMPRESSED: Final = 10_000_000
_MESSAGE: Final = 1_000
_RULE: Final = 255
_LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTICE: "note",
}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_FINGERPRINT: Final = "patternCi/v1"


class _Source(NamedTuple):
    """Which command found it, and the page that tells of its rules."""

    category: str
    page: str


def document(
    findings: Sequence[Finding],
    read: Callable[[str], str | None],
    *,
    category: str = "validate",
    page: str = "docs/validate.md#rules",
) -> dict[str, Any]:
    """The findings, most severe first; what the limits leave out is counted in a notification.

    `read` gives the text of a path: an alert keeps its identity while the line that it is about
    stays, wherever that moves. Results of another `category` do not replace these; `page`, below
    the repository, tells of the rules.
    """
    source = _Source(category, page)
    ranked = by_severity(findings)
    prints = _fingerprints(ranked, read)
    count = min(len(ranked), MAX_RESULTS)
    while True:
        made = _document(ranked[:count], prints[:count], source, left_out=len(ranked) - count)
        size = compressed_size(made)
        if size <= MAX_COMPRESSED or not count:
            return made
        # In proportion, and a bit less: the next try fits unless the rest is much denser.
        count = count * MAX_COMPRESSED * 9 // (size * 10)


def compressed_size(data: dict[str, Any]) -> int:
    """Bytes of the file after gzip, as it is uploaded."""
    return len(gzip.compress(json.dumps(data).encode(), compresslevel=1, mtime=0))


def _document(
    findings: Sequence[Finding], prints: Sequence[str], source: _Source, *, left_out: int
) -> dict[str, Any]:
    rules = list(dict.fromkeys(_rule_id(finding) for finding in findings))[:MAX_RULES]
    places = {rule: place for place, rule in enumerate(rules)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(rules, source.page)},
                "automationDetails": {"id": f"pattern-ci/{source.category}/"},
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(left_out)],
                "results": [
                    _result(finding, places, mark)
                    for finding, mark in zip(findings, prints, strict=True)
                    if _rule_id(finding) in places
                ],
            }
        ],
    }


def _driver(rules: Sequence[str], page: str) -> dict[str, Any]:
    return {
        "name": "pattern-ci",
        "semanticVersion": __version__,
        "informationUri": REPOSITORY_URL,
        "rules": [
            {
                "id": rule,
                "shortDescription": {"text": describe(rule)},
                "helpUri": f"{REPOSITORY_URL}/blob/main/{page}",
                "properties": {"tags": ["patterns", rule.partition("-")[0] or rule]},
            }
            for rule in rules
        ],
    }


def _invocation(left_out: int) -> dict[str, Any]:
    said: dict[str, Any] = {"executionSuccessful": True}
    if left_out:
        note = {"level": "warning", "message": {"text": messages.left_out(left_out)}}
        said["toolExecutionNotifications"] = [note]
    return said


def _result(finding: Finding, places: dict[str, int], mark: str) -> dict[str, Any]:
    rule = _rule_id(finding)
    return {
        "ruleId": rule,
        "ruleIndex": places[rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding.message)},
        "locations": [{"physicalLocation": _place(finding)}],
        "partialFingerprints": {_FINGERPRINT: mark},
    }


def _rule_id(finding: Finding) -> str:
    return short(one_line(finding.rule), _RULE) or "unknown"


def _message(text: str) -> str:
    """Plain text: `[a](b)` would be an embedded link (SARIF 2.1.0, section 3.11.6)."""
    line = short(one_line(text), _MESSAGE) or "(no message)"
    if "](" not in line:
        return line
    return line.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _place(finding: Finding) -> dict[str, Any]:
    return {
        "artifactLocation": _artifact(finding.path),
        "region": {"startLine": max(1, finding.line), "startColumn": max(1, finding.column)},
    }


def _artifact(path: str) -> dict[str, str]:
    """A reference below the repository; a path outside of it is a file address of its own."""
    if path.startswith("/"):
        return {"uri": "file:///" + quoted(path.lstrip("/"))}
    return {"uri": quoted(path) or ".", "uriBaseId": "%SRCROOT%"}


def _fingerprints(findings: Sequence[Finding], read: Callable[[str], str | None]) -> list[str]:
    """Rule, path and the words of the line; a counter tells apart what has all of them alike."""
    texts: dict[str, list[str]] = {}
    seen: Counter[str] = Counter()
    made = []
    for finding in findings:
        if finding.path not in texts:
            texts[finding.path] = (read(finding.path) or "").splitlines()
        lines = texts[finding.path]
        line = lines[finding.line - 1] if 0 < finding.line <= len(lines) else ""
        parts = (finding.rule, finding.path, " ".join(line.split()))
        raw = "\0".join(parts).encode("utf-8", "backslashreplace")
        digest = hashlib.sha256(raw).hexdigest()[:32]
        seen[digest] += 1
        made.append(f"{digest}:{seen[digest]}")
    return made
