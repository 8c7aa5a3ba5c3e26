"""What `suggest` says to people."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from pattern_ci.messages import markdown

if TYPE_CHECKING:
    from pattern_ci.model.suggestion import Suggestion

NO_PATTERNS = "no patterns in {}; `pattern-ci train` learns some from the history."
PREVIEW_LINES = 12
SHOWN_NAMES = 6


def companion_reason(rule: dict[str, Any]) -> str:
    """Why a path is named, in one clause."""
    hits, seen = rule["support"], rule["seen"]
    if rule["kind"] == "file":
        return f"changed together {hits} of {seen} times"
    verb = "was added with" if rule["kind"] == "role" else "was edited with"
    return f"{verb} {hits} of {seen} new files at {rule['when']}"


def text(suggestion: Suggestion) -> str:
    """One path for people: what, why, and the command."""
    path = markdown.log(suggestion.path)
    lines = [path]
    if suggestion.pattern_id is None:
        lines.append("  no pattern writes this path")
    else:
        lines += _pattern(suggestion)
    if suggestion.companions:
        verb = "changes with" if suggestion.exists else "usually comes with"
        lines.append(f"  {verb}:")
        for one in suggestion.companions:
            target = markdown.log(one.path)
            reason = markdown.log(one.reason)
            lines.append(f"    {one.action:<4} {target}  ({one.confidence:.0%}: {reason})")
    return "\n".join(lines)


def _pattern(suggestion: Suggestion) -> list[str]:
    assert suggestion.text is not None
    body = suggestion.text.splitlines()
    name = f"{suggestion.pattern_id} {suggestion.pattern_version}"
    lines = [f"  {name}, confidence {suggestion.confidence:.2f}, would write:"]
    lines += [f"  | {markdown.log(line)}" for line in body[:PREVIEW_LINES]]
    if len(body) > PREVIEW_LINES:
        lines.append(f"  | … {len(body) - PREVIEW_LINES} more lines")
    if suggestion.unfilled:
        shown = ", ".join(suggestion.unfilled[:SHOWN_NAMES])
        more = len(suggestion.unfilled) - SHOWN_NAMES
        lines.append(f"  left to you: {shown}{f' and {more} more' if more > 0 else ''}")
    if not suggestion.exists:
        quoted = shlex.quote(suggestion.path)
        lines.append(f"  write it: pattern-ci apply {suggestion.pattern_id} --path {quoted}")
    return lines
