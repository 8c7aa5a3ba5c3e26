"""What `suggest` says to people."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from pattern_ci.errors import UnsafePathError
from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping.lines import log, raw, visible
from pattern_ci.messages.gaps import left

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from pattern_ci.model.finding import Finding
    from pattern_ci.model.suggestion import Companion, Suggestion, Together

    class _Prediction(Protocol):
        @property
        def confidence(self) -> float: ...
        @property
        def rule(self) -> dict[str, Any]: ...

    class Missing(Protocol):
        """A companion that is not part of a change."""

        @property
        def path(self) -> str: ...
        @property
        def because(self) -> str: ...
        @property
        def prediction(self) -> _Prediction: ...
        @property
        def warned(self) -> bool: ...


NO_PATTERNS = "no patterns in {}; `pattern-ci train` learns some from the history."
HOOK_OPTIONS = "--fail-on none|missing and --min-confidence 0..1 are what there is."
# The kind of what is no rule: it was read from history for one path.
HABIT = "habit"
PREVIEW_LINES = 12
SHOWN_COMPANIONS = 10
_WARNED, _USUAL = "missing:", "usually also touched:"


def left_out(first: Finding, more: int) -> str:
    """The line for a library that holds patterns which cannot be read."""
    place = f"{first.path}:{first.line}:{first.column}: {first.message}"
    rest = f" ({more} more)" if more else ""
    return log(f"left out: {place}{rest} Next: `pattern-ci validate` shows all of it.")


def bad_option(word: str, value: str) -> str:
    """The line for an option of the hook that it does not take."""
    return f"pattern-suggest does not take {word} with the value {value!r}."


def companion_reason(rule: dict[str, Any]) -> str:
    """Why a path is named, in one clause."""
    hits, seen = rule["support"], rule["seen"]
    if rule["kind"] == "file":
        return f"changed together {hits} of {seen} times"
    if rule["kind"] in ("beside", "touched"):
        return f"changed with {hits} of {seen} changes at {rule['when']}"
    if rule["kind"] == HABIT:
        # The figure beside it is the lower bound of this share, not the share.
        return (
            f"at least, as {hits} of the newest {seen} new files like it at {rule['when']} "
            "brought it"
        )
    verb = "was added with" if rule["kind"] == "role" else "was edited with"
    return f"{verb} {hits} of {seen} new files at {rule['when']}"


def entry_reason(pattern_id: str) -> str:
    """Why a file is named that no rule speaks of."""
    return f"{pattern_id} adds an entry"


def shell_word(value: str) -> str:
    """One word for a shell, on one line and visible whatever bytes it holds."""
    if visible(value) == value:
        return shlex.quote(value)
    plain = (chr(byte) for byte in raw(value))
    signs = (c if " " <= c <= "~" and c not in "'\\" else f"\\x{ord(c):02x}" for c in plain)
    return f"$'{''.join(signs)}'"


def text(suggestion: Suggestion, options: Sequence[str] = (), *, full: bool = False) -> str:
    """One path for people: what, why, and the command, with the options that it needs.

    All of the text that would be written where it is to be `full`, else the part that says most.
    """
    lines = [log(visible(suggestion.path))]
    if suggestion.pattern_id is None:
        lines.append("  no pattern writes this path")
    else:
        lines += _pattern(suggestion, options, full=full)
    if suggestion.companions:
        verb = "changes with" if suggestion.exists else "usually comes with"
        lines.append(f"  {verb}:")
        lines += map(_companion, suggestion.companions)
        lines += _inserting(suggestion, options)
    return "\n".join(lines)


def _companion(one: Companion) -> str:
    lines = [f"    {one.action:<4} {log(one.path)}  ({one.confidence:.0%}: {log(one.reason)})"]
    for edit in one.edits:
        first, *rest = edit.text.strip("\n").splitlines()
        lines.append(f"      line {edit.line}: + {log(first)}")
        lines += [f"      {' ' * len(f'line {edit.line}:')} + {log(line)}" for line in rest]
        if edit.unfilled:
            lines.append(f"      {left(edit.unfilled)}")
    return "\n".join(lines)


def _asked(pattern_id: str, said: Suggestion | Together) -> list[str]:
    """The options for what the entries of a pattern need, to be filled in."""
    edits = [edit for one in said.companions for edit in one.edits]
    needed = dict.fromkeys(
        name for edit in edits if edit.pattern_id == pattern_id for name in edit.needed
    )
    return [f"--var={name}={name.upper()}" for name in needed]


def _inserting(suggestion: Suggestion, options: Sequence[str]) -> list[str]:
    """The commands that make the entries shown, where the one above does not."""
    ids = dict.fromkeys(edit.pattern_id for one in suggestion.companions for edit in one.edits)
    lines = []
    for pattern_id in ids:
        writes = pattern_id == suggestion.pattern_id
        if suggestion.exists or not writes:
            words = [*options, *(["--keep"] if writes else []), *_asked(pattern_id, suggestion)]
            command = _command(pattern_id, suggestion.path, words)
            lines.append(f"  do the rest: {command}")
    return lines


def _command(pattern_id: str, path: str, options: Sequence[str]) -> str:
    # Joined by `=`: a path with a leading dash is no option.
    words = [*map(shell_word, options), f"--path={shell_word(path)}"]
    return f"pattern-ci apply {pattern_id} {' '.join(words)}"


def together(
    found: Together, rest: Sequence[tuple[str, str]] = (), options: Sequence[str] = ()
) -> str:
    """A whole change for people: its paths, what is missing, and what else is usual.

    `rest` are patterns and paths whose commands make the entries that are shown.
    """
    lines = [log(visible(path)) for path in found.changed]
    missing = [one for one in found.companions if one.path in found.warned]
    usual = [one for one in found.companions if one.path not in found.warned][:SHOWN_COMPANIONS]
    if missing:
        lines += [f"  {_WARNED}", *map(_companion, missing)]
    if usual:
        lines += [f"  {_USUAL}", *map(_companion, usual)]
    if not missing and not usual:
        lines.append("  nothing usually comes along")
    for pattern_id, path in rest:
        words = [*options, "--keep", *_asked(pattern_id, found)]
        lines.append(f"  do the rest: {_command(pattern_id, path, words)}")
    return "\n".join(lines)


def unsafe(path: str, problem: str) -> UnsafePathError:
    """A path that no pattern can write, wherever the patterns come from."""
    msg = f"{path!r} is refused: {problem}."
    return UnsafePathError(msg, next_step="name a path inside the repository.")


def _pattern(suggestion: Suggestion, options: Sequence[str], *, full: bool) -> list[str]:
    name = f"{suggestion.pattern_id} {suggestion.pattern_version}"
    lines = [f"  {name}, confidence {suggestion.confidence:.2f}, would write:"]
    lines += [f"  | {row}" for row in _preview(suggestion, full=full)]
    if suggestion.unfilled:
        lines.append(f"  {left(suggestion.unfilled, every=full)}")
    if not suggestion.exists:
        words = [*options, *_asked(str(suggestion.pattern_id), suggestion)]
        command = _command(str(suggestion.pattern_id), suggestion.path, words)
        lines.append(f"  write it: {command}")
    return lines


def _preview(suggestion: Suggestion, *, full: bool) -> list[str]:
    """All lines, or a few of them between notes of how many are left out."""
    preview = suggestion.preview
    body = (preview.text if preview else suggestion.text or "").splitlines()
    first = 0 if full else _window(preview.telling if preview else (), len(body))
    last = len(body) if full else first + PREVIEW_LINES
    rows = [log(line) for line in body[first:last]]
    if first:
        rows.insert(0, f"… {plural(first, 'line')} before (--full)")
    if last < len(body):
        rows.append(f"… {plural(len(body) - last, 'more line')} (--full)")
    return rows


def _window(telling: Sequence[int], size: int) -> int:
    """Where the first lines begin that say enough: half as many as any hold more than fixed text.

    A header that is the same in every file says nothing of this one, nor does its year.
    """
    if size <= PREVIEW_LINES or not telling:
        return 0
    within = {at: sum(at <= other < at + PREVIEW_LINES for other in telling) for at in telling}
    best = max(within.values())
    return min(next(at for at in telling if 2 * within[at] >= best), size - PREVIEW_LINES)


def advice(fitting: Sequence[tuple[str, str]], missing: Sequence[Missing]) -> list[str]:
    """What the hook prints: patterns first, then what is missing."""
    lines = [
        f"{log(path)}: {pattern} writes such files; compare with `pattern-ci suggest "
        f"{shell_word(path)}`"
        for path, pattern in fitting
    ]
    lines += [
        f"{log(one.because)}: {_WARNED if one.warned else _USUAL} {log(one.path)} "
        f"({one.prediction.confidence:.0%}: {log(companion_reason(one.prediction.rule))})"
        for one in missing
    ]
    return lines
