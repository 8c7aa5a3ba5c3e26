"""`self_heal`: detect, pick a rule, fix, look again, and ask for help when nothing helps (EDFV)."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from pattern_ci.diagnosis.engine import ErrorEngine
from pattern_ci.errors import UnsafePathError, WouldOverwriteError
from pattern_ci.executors.flows import ErrorDetectFixValidate, Fix
from pattern_ci.executors.library import error_rules
from pattern_ci.messages import executors as messages
from pattern_ci.model.diagnosis import UNKNOWN_TOOL, Diagnosis, ErrorClass
from pattern_ci.model.execution import CheckResult, ExecutionResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.executors.flows import Healing
    from pattern_ci.executors.library.error_rules import Rule
    from pattern_ci.model.change import Change
    from pattern_ci.model.event import Event
    from pattern_ci.model.execution import Context

MAX_ATTEMPTS = 3
TIMEOUT_S = 600.0
# What stands in the way of everything else comes first: code that does not parse runs no test.
_STAGES = {ErrorClass.SYNTAX: 0, ErrorClass.IMPORT: 1, ErrorClass.NAME: 1}
_LAST_STAGE = 2


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Run `command`; while it fails, mend what it says is wrong and run it again.

    At most `max_attempts` rules are tried (only those in `rules`, when that is given; `learned` are
    rules as data beside the built-in ones), in files that git knows. A run takes `timeout` seconds
    at most. A fix that did not help is taken back. When errors are left at the end the result is a
    failure that says which, for a person.
    """
    rules = [*map(error_rules.learned, inputs.get("learned", ())), *error_rules.BUILTIN]
    engine = ErrorEngine(root=str(context.root))
    flow = ErrorDetectFixValidate(
        context,
        detect=lambda: _detect(context, inputs, engine),
        fixes=lambda failures: _fixes(context, failures, rules, inputs.get("rules")),
        better=better,
    )
    course = flow.heal(int(inputs.get("max_attempts", MAX_ATTEMPTS)))
    events = _resolutions(course, engine, command=inputs["command"])
    healed = not course.left
    return ExecutionResult(
        success=healed,
        outputs=_outputs(course, events),
        verification=(_verified(context, course, inputs["command"]),),
        events=tuple(events),
        declined=not healed,
        error="" if healed else messages.escalated(len(course.attempts), course.left),
    )


def _outputs(course: Healing[Diagnosis], events: Sequence[Event]) -> dict[str, Any]:
    return {
        "attempts": [one._asdict() for one in course.attempts],
        "applied": [one.name for one in course.attempts if one.applied],
        "left": [one.to_dict() for one in course.left],
        "escalated": bool(course.left),
        "resolutions": [_told(event) for event in events],
    }


def _verified(context: Context, course: Healing[Diagnosis], command: Sequence[str]) -> CheckResult:
    if context.plan:
        return CheckResult("command", None, messages.not_started(command))
    return CheckResult("command", not course.left, messages.left_over(course.left))


def _resolutions(
    course: Healing[Diagnosis], engine: ErrorEngine, *, command: Sequence[str]
) -> list[Event]:
    """What became of each error, attempt by attempt: which rule, and whether it is gone."""
    return [
        event
        for one, (before, after) in zip(course.attempts, course.looks, strict=True)
        for event in engine.resolve(
            before,
            after,
            passed=not after,
            method=one.name.partition(" at ")[0],
            verified_by=messages.command(command),
        )
    ]


def _told(event: Event) -> dict[str, Any]:
    signature = event.error.signature if event.error else ""
    return {"signature": signature, **(event.resolution.to_dict() if event.resolution else {})}


def _detect(context: Context, inputs: Mapping[str, Any], engine: ErrorEngine) -> list[Diagnosis]:
    """What is wrong now; nothing when the command ends well."""
    limit = float(inputs.get("timeout", TIMEOUT_S))
    ran = context.run(inputs["command"], timeout_s=limit)
    if ran.ok:
        return []
    said = ran.stdout.decode("utf-8", "replace") + "\n" + ran.stderr.decode("utf-8", "replace")
    found = engine.observe(said, tool=inputs.get("tool"), exit_code=ran.returncode)
    causes = [one for one in found if not one.consequence]
    return causes or list(found) or [_unknown(messages.program(ran))]


def _unknown(said: str) -> Diagnosis:
    return Diagnosis(UNKNOWN_TOOL, "", ErrorClass.UNKNOWN, said, said, 1)


def _fixes(
    context: Context,
    failures: Sequence[Diagnosis],
    rules: Sequence[Rule],
    allowed: Sequence[str] | None,
) -> Iterator[Fix]:
    """Every change that some rule proposes for some failure, what blocks most first."""
    for found in sorted(failures, key=stage):
        if not _tracked(context, found):
            continue
        for rule in error_rules.rules_for(found, rules, allowed):
            for number, changes in enumerate(rule.propose(context, found), 1):
                name = messages.fix(rule.id, found.place or found.signature, number)
                yield Fix(name, partial(_write, context, changes))


def _tracked(context: Context, found: Diagnosis) -> bool:
    """Whether git could show what a fix changes; other files (an installed library) are not ours.

    An error without a file is about no file that would be written.
    """
    if not found.file:
        return True
    words = ["git", "--literal-pathspecs", "ls-files", "--error-unmatch", "--", found.file]
    return context.run(words, reads=True).ok


def _write(context: Context, changes: Sequence[Change]) -> bool:
    """Whether it was written and changes anything; what is wrong with the disk is not held back."""
    try:
        made = context.write(changes, overwrite=True)
    except (UnsafePathError, WouldOverwriteError):
        return False
    return any(one.before != one.after for one in made)


def stage(found: Diagnosis) -> int:
    """How much else an error keeps from being seen; 0 hides most."""
    return _STAGES.get(found.kind, _LAST_STAGE)


def better(before: Sequence[Diagnosis], after: Sequence[Diagnosis]) -> bool:
    """Whether the errors after a fix are a step forward.

    It is one when fewer errors of the worst stage are left than there were; what is less bad counts
    where those are as many (an import that was added may not yet stand where a linter wants it). Or
    when what tells one error at a time (a parser, a program that runs) got further in the file.
    """
    was, now = (Counter(map(stage, found)) for found in (before, after))
    for each in range(_LAST_STAGE + 1):
        if was[each] != now[each]:
            return now[each] < was[each]
    return len(after) == 1 and _further(before[0], after[0])


def _further(before: Diagnosis, after: Diagnosis) -> bool:
    """Whether an error stands below another in a file; out of a parser it may be of the same kind.

    A line that a fix added moves an error that it did not mend: that is not further.
    """
    below = before.file == after.file and (after.line or 0) > (before.line or 0)
    return below and (stage(after) == 0 or after.message != before.message)
