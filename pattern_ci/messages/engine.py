"""What plans, routes and executions say."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

from pattern_ci.messages.escaping.lines import one_line, short, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Protocol

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
        def holds(self) -> bool: ...


SHELL_TAKES_ONE = "`shell: true` takes `run` with exactly one text."


def step_twice(name: str) -> str:
    """Two steps of one id."""
    return f"the step {name} stands here twice."


def no_such_need(need: str, known: Sequence[str]) -> str:
    """A step that waits for one that is not there."""
    near = difflib.get_close_matches(need, known, n=1)
    return f"there is no step {need}{f'; did you mean {near[0]}?' if near else '.'}"


def plan_cycle(way: Sequence[str]) -> str:
    """Steps that wait for each other."""
    return f"these steps wait for each other: {' -> '.join(way)}."


def unknown_check(name: str, known: Sequence[str]) -> str:
    """A check of ground truth that does not exist."""
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
    return f"there is no check {name}; {hint}"


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


SEE_VALIDATE = "put right what is listed above, then run this again."
TIMED_OUT = "it was ended at its time limit"
NO_SLOT = "the pattern has no such slot"
NO_JSON = "what it printed is no JSON"
PRINTED_TOO_MUCH = "it printed more than is kept"
COMMIT_IT = "commit the executor; only what is committed is started."
LONGEST = 300


def not_runnable(path: str, count: int) -> str:
    """A plan with problems, which are listed above."""
    return f"{path} cannot be run: {count} {'problem' if count == 1 else 'problems'}."


def no_plan(path: str) -> str:
    """There is no such file."""
    return f"{path}: there is no such plan."


NAME_A_PLAN = "name a YAML file of steps; docs/engine.md shows one."


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


def no_executor(path: str) -> str:
    """An executor that is no file of the repository."""
    return f"{path} is no file of this repository."


def not_committed(name: str) -> str:
    """An executor that nobody has reviewed."""
    return f"{name} differs from what is committed, or is not committed at all."


def raised(error: Exception) -> str:
    """An executor that broke."""
    return short(visible(f"it raised {type(error).__name__}: {error}"), LONGEST)


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


OTHER_RUN = "another run of a plan is under way in this work tree"
OTHER_RUN_NEXT = "wait until it is done, or end it, then run this again."
FOUND_DONE = "found done when an interrupted run was resumed"


def other_run(pid: str) -> str:
    """The lock of runs is taken, by a run or by a program that a killed run has left behind."""
    return f"{OTHER_RUN}{f' (process {pid}, or a step that it started)' if pid else ''}."


def nothing_to_resume(name: str, others: int) -> str:
    """`--resume` without a run of this very plan that was interrupted."""
    more = " Other plans, or other versions of this one, were." if others else ""
    return f"no run of this plan ({short(visible(name), 80)}) was interrupted here.{more}"


def undecided(steps: Sequence[str]) -> str:
    """Steps that were under way, and nothing says whether they did their work."""
    verb = "was" if len(steps) == 1 else "were"
    return f"{', '.join(steps)} {verb} under way when the run was interrupted, and no check says \
whether the work was done."


def undecided_next(steps: Sequence[str]) -> str:
    """What a person does about it."""
    return f"look, then add `--done {steps[0]}` or `--redo {steps[0]}` to the command."


def abandoned(run: str) -> str:
    """A run that was interrupted and is not resumed."""
    return f"run {run} was interrupted and is given up: this run starts from the beginning."


ONLY_WITH_RESUME = "--done and --redo belong to --resume."


def routes(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """What a plan would run through what."""
    count = len(rows)
    head = f"{short(visible(name), 80)}: {count} {'step' if count == 1 else 'steps'}"
    lines = [f"{head}, nothing was run."]
    for row in rows:
        if row["pattern_id"]:
            how = f"{row['pattern_id']} {row['pattern_version']} ({row['origin']})"
        else:
            how = f"{row['executor'] or 'nothing'} ({row['reason']})"
        after = f"  after {', '.join(row['needs'])}" if row["needs"] else ""
        lines.append(f"  {row['step']:<20} {row['operation_kind']} -> {how}{after}")
    return "".join(f"{line}\n" for line in lines)


def step_line(
    step: str,
    pattern_id: str | None,
    *,
    success: bool,
    attempts: int,
    reason: str,
    error: str,
    duration_s: float,
) -> str:
    """One step that has ended."""
    how = pattern_id or f"raw ({reason})"
    tries = f" after {attempts} attempts" if attempts > 1 else ""
    state = "done  " if success else "failed"
    said = f": {visible(error)}" if error else ""
    return f"  {state} {step:<20} {how}, {duration_s:.1f} s{tries}{said}"


def run_summary(
    run: str, counts: Mapping[str, int], *, kept: Sequence[str], skipped: Sequence[str]
) -> str:
    """The end of a run."""
    lines = [f"  skipped {step:<19} something that it needs did not succeed" for step in skipped]
    if kept:
        lines.append(f"  done before: {', '.join(kept)}")
    said = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    lines.append(f"Run {run}: {said or 'nothing to do'}.")
    return "".join(f"{line}\n" for line in lines)


NAME_AN_INSTANCE = "name a JSON file with schema_version, pattern_id and variables."
FORCE_NEXT = "mend it, or try it once more with --force."


def no_instance(path: str) -> str:
    """There is no such file."""
    return f"{path}: there is no such instance."


def other_pattern(path: str, pattern_id: str) -> str:
    """An instance that is for another pattern."""
    return f"{path} is an instance of {pattern_id}."


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
    how = "executed in a scratch clone" if executed else "asked of the tree as it is"
    lines = [f"{pattern}, {how}:"]
    for proof in found:
        lines.append(f"  {visible(proof.instance)}: {'holds' if proof.holds else 'does not hold'}")
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
