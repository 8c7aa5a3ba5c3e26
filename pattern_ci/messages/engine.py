"""What routes, executions and ground truth say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pattern_ci.messages.escaping.lines import one_line, short, visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from pattern_ci.model.execution import CheckResult, ExecutionResult

    class Proof(Protocol):
        """What checks said about one instance."""

        @property
        def instance(self) -> str: ...
        @property
        def checks(self) -> Sequence[CheckResult]: ...
        @property
        def error(self) -> str: ...
        @property
        def skipped(self) -> str: ...
        @property
        def holds(self) -> bool: ...


def also_built_in(next_step: str, names: Sequence[str]) -> str:
    """Patterns that every repository has, for one who asked for another."""
    return f"{next_step} Built in: {', '.join(names)}." if names else next_step


def no_route(kind: str) -> str:
    """No pattern serves this kind."""
    return f"no active pattern serves {kind}"


def no_route_fits(kind: str, count: int, path: str | None) -> str:
    """Patterns serve this kind, but not this operation."""
    what = f"the path {path}" if path is not None else "these inputs"
    return f"none of {count} patterns for {kind} fits {what}"


def not_in_force(pattern_id: str, status: str | None) -> str:
    """The pattern that a step names may not be used."""
    return f"{pattern_id} is {status}" if status else f"there is no {pattern_id}"


def other_kind(pattern_id: str, its: str, wanted: str) -> str:
    """The pattern that a step names does something else."""
    return f"{pattern_id} serves {its}, not {wanted}"


CONSENT_NEXT = "compare them, then allow it: --force, or `overwrite: true` for a step of a plan."
NO_COMMAND = "its schema names no program: `command` has to be a constant."
TIMED_OUT = "it was ended at its time limit"
NO_TIME = "--timeout is a number of seconds above 0."
NO_SLOT = "the pattern has no such slot"
NO_JSON = "what it printed is no JSON"
PRINTED_TOO_MUCH = "it printed more than is kept"
COMMIT_IT = "commit the executor; only what is committed is started."
LONGEST = 300


def cannot_ask(name: str) -> str:
    """A check that this version does not know."""
    return f"{name} is no check that is known here"


def names_nothing(name: str) -> str:
    """A check without the thing it is about."""
    return f"the check {name} names neither a path nor a slot"


def no_such_place(path: str) -> str:
    """Holes of a path that these values do not fill."""
    return f"{path} is no path with these values"


def seen(value: object, expected: object) -> str:
    """What a check found in place of what was expected."""
    return f"it is {_plain(value)}, not {_plain(expected)}"


def _plain(value: object) -> str:
    return json.dumps(value)


def not_there(path: str) -> str:
    """A file that a check is about."""
    return f"{path} is not there"


def no_plain_file(path: str) -> str:
    """Something that cannot be read to its end."""
    return f"{visible(path)} is no plain file."


def no_parser(path: str) -> str:
    """A type of file that cannot be parsed here."""
    return f"no parser for the type of {path}"


def does_not_parse(path: str, problem: str) -> str:
    """A file that is not valid for its type."""
    return short(one_line(f"{path}: {problem}"), LONGEST)


def last_line(raw: bytes) -> str:
    """The last line that a program printed, which is where most say what is wrong."""
    lines = raw.decode("utf-8", "replace").strip().splitlines()
    return short(visible(lines[-1]), LONGEST) if lines else ""


def ended_with(code: int, stderr: bytes) -> str:
    """A program that failed, with the last thing that it said."""
    said = last_line(stderr)
    return f"it ended with exit code {code}{f': {said}' if said else ''}"


def bad_answer(problem: str) -> str:
    """An executor that answers in another form."""
    return f"its answer does not have the published form: {problem}"


def no_result(answer: object) -> str:
    """An executor of ours that answers no result at all."""
    return f"its answer is no result but {type(answer).__name__}"


def not_plain(why: Exception) -> str:
    """An answer that could be neither told nor written down."""
    return short(visible(f"its answer is no plain data: {why}"), LONGEST)


def too_deep(levels: int) -> str:
    """An answer that is nested without sense."""
    return f"its answer is nested more than {levels} levels deep"


def no_executor(path: str) -> str:
    """An executor that is no file of the repository."""
    return f"{path} is no file of this repository."


def not_committed(name: str) -> str:
    """An executor that nobody has reviewed."""
    return f"{name} differs from what is committed, or is not committed at all."


def raised(error: BaseException) -> str:
    """An executor that broke."""
    return short(visible(f"it raised {type(error).__name__}: {error}"), LONGEST)


def host_died(why: BaseException | None) -> str:
    """The process of an executor is gone, and what it said last, if that could not be read."""
    said = "" if why is None else f": {type(why).__name__}: {why}"
    return short(visible(f"the process that it ran in has ended{said}"), LONGEST)


def see_schema(path: str) -> str:
    """Where to read which values a pattern takes."""
    return f"{path} says which values it takes."


def not_true(checks: Sequence[CheckResult]) -> str:
    """An executor that says it is done, and is not."""
    said = "; ".join(f"{one.name}{f' ({one.detail})' if one.detail else ''}" for one in checks)
    return f"it said that it was done, but this does not hold: {said}"


def not_taken_back(error: str, problem: str) -> str:
    """A failure after which the tree could not be put back."""
    return f"{error}; and it could not be taken back: {problem}"


NOTHING_TO_RUN = "no pattern serves it, and the plan gives no command for it"


def breaker(pattern_id: str, door: str) -> str:
    """A pattern that is left alone because it kept failing."""
    why = {
        "open": "it failed three times in a row and is left alone for a minute",
        "quarantined": "it failed again after a pause, and this version is out of use",
    }
    return f"{pattern_id}: {why.get(door, door)}"


def quarantined(version: str) -> str:
    """A version of a pattern that the breaker has taken out of use."""
    return f"{version} failed three times in a row, and once more after a pause"


NAME_AN_INSTANCE = "name a JSON file with schema_version, pattern_id and variables."
FORCE_NEXT = "mend it, or try it once more with --force."


STANDARD_INPUT = "standard input"


def no_instance(path: str) -> str:
    """There is no such file."""
    return f"{path}: there is no such instance."


def other_pattern(path: str, pattern_id: str, asked: str) -> str:
    """An instance that is for another pattern."""
    return f"{path} is an instance of {pattern_id}, and {asked} was asked for."


def other_version(path: str, wanted: str, there: str) -> str:
    """An instance that is for another version."""
    return f"{path} is an instance of version {wanted}; in force is {there}."


def execution(
    pattern: str, result: ExecutionResult, *, notices: Sequence[str], planned: bool
) -> str:
    """What one execution did, or would do."""
    lines = [f"Note: {notice}" for notice in notices]
    if result.success:
        lines.append(f"{pattern} {'would do this' if planned else 'did its work'}:")
    else:
        lines.append(f"{pattern} failed: {visible(result.error)}")
    lines += [f"  {change.action:<10} {change.path}" for change in result.changes]
    lines += [f"  {_verdict(check)}" for check in result.verification]
    return "".join(f"{line}\n" for line in lines)


def _verdict(check: CheckResult) -> str:
    word = {True: "holds", False: "does not hold", None: "not asked"}[check.passed]
    return f"{word:<10} {visible(check.name)}{f': {visible(check.detail)}' if check.detail else ''}"


def no_examples(pattern_id: str) -> str:
    """A pattern whose ground truth nobody can ask for without values."""
    return f"{pattern_id} has no positive example to execute; name an instance with --instance."


def proofs(pattern: str, found: Sequence[Proof], *, executed: bool) -> str:
    """What the checks of a pattern said, instance by instance."""
    how = "executed in scratch repositories" if executed else "asked of the tree as it is"
    lines = [f"{pattern}, {how}:"]
    for proof in found:
        verdict = "not executed" if proof.skipped else "holds" if proof.holds else "does not hold"
        why = f": {visible(proof.skipped)}" if proof.skipped else ""
        lines.append(f"  {visible(proof.instance)}: {verdict}{why}")
        if proof.error:
            lines.append(f"    {visible(proof.error)}")
        lines += [f"    {_verdict(check)}" for check in proof.checks]
    return "".join(f"{line}\n" for line in lines)


def no_form(name: str, known: Sequence[str]) -> str:
    """A file of results that is to be written in no known form."""
    return f"{visible(name)} does not end with {', '.join(known)}."


def undone(paths: Sequence[str]) -> str:
    """What an execution that was cut off had written is gone again."""
    shown = ", ".join(visible(path) for path in paths[:3])
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return f"an execution that was cut off is taken back: {shown}{more}."
