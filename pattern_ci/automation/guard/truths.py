"""The ground truth of a changed pattern: what can be checked without running anything, is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.automation.guard.replay import examples, sound
from pattern_ci.files import unsafe
from pattern_ci.messages import guard as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.model.truth import NAMES, is_static

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.automation.guard.records import Change, Example, Named

RULE = "guard/ground-truth"
COMMAND_RULE = "guard/ground-truth-command"
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "fish", "cmd", "powershell", "pwsh"})
_TEXT_OPTIONS = ("-c", "/c", "-command", "-encodedcommand")


def check(change: Change) -> list[Finding]:
    """Every check of every changed pattern, on its positive examples."""
    return [finding for one in change.changed for finding in _check(change, one)]


def _check(change: Change, one: Named) -> Iterator[Finding]:
    pattern = sound(one.suite)
    shown = examples(one.suite, pattern) if pattern else []
    for index, truth in enumerate(one.spec.ground_truth):
        key = ("ground_truth", index)
        if isinstance(truth.get("command"), list):  # words of an input are seen when it is given
            text = command_problem(truth["command"], truth["expected"])
            if text:
                yield one.suite.file.at((*key, "command"), COMMAND_RULE, text)
        elif truth["check"] not in NAMES:
            text = messages.truth_unknown(truth["check"], NAMES)
            yield one.suite.file.at((*key, "check"), RULE, text, Severity.WARNING)
        elif is_static(truth):  # the others are asked when the pattern is executed
            yield from _evaluated(change, one, index, shown)


def _evaluated(
    change: Change, one: Named, index: int, shown: Sequence[Example]
) -> Iterator[Finding]:
    truth = one.spec.ground_truth[index]
    for example in shown:
        result = holds(truth, example, change.there)
        if result is not None and result != truth["expected"]:
            name = example.file.path.rpartition("/")[2]
            text = messages.truth_differs(truth["check"], name, result)
            yield one.suite.file.at(("ground_truth", index), RULE, text)
            return


def holds(truth: dict[str, Any], example: Example, there: frozenset[str]) -> bool | None:
    """The result of a check for one example; None when the example says nothing about it."""
    made = {output.slot: output for output in example.made}
    if truth["check"] == "file_exists" and "path" in truth:
        return truth["path"] in there | {output.path for output in example.made}
    if "slot" in truth and truth["slot"] not in example.file.data["outputs"]:
        return None  # the example does not write it, and says so
    return truth["slot"] in made if "slot" in truth else bool(made)


def paths(change: Change) -> set[str]:
    """Paths of which the checks ask whether they are there."""
    return {
        truth["path"]
        for one in change.changed
        for truth in one.spec.ground_truth
        if "path" in truth and not unsafe(truth["path"])
    }


def command_problem(words: Sequence[str], expected: object) -> str:
    """Why a command would not be run by anybody who is careful; empty when it is well formed."""
    program = words[0].rpartition("/")[2].lower().removesuffix(".exe")
    if not words[0].strip() or words[0].startswith("-"):
        return messages.NO_PROGRAM
    if any(not word.isprintable() for word in words):
        return messages.CONTROL
    if program in _SHELLS and any(word.lower() in _TEXT_OPTIONS for word in words[1:]):
        return messages.SHELL
    if "/" in words[0] and unsafe(words[0].removeprefix("./")):
        return messages.OUTSIDE_PROGRAM
    if not isinstance(expected, bool | int):
        return messages.NO_EXPECTATION
    return ""
