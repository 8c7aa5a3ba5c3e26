"""What plans and runs of them say."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from pattern_ci.messages.escaping.lines import short, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

SHELL_TAKES_ONE = "`shell: true` takes `run` with exactly one text."
SEE_VALIDATE = "put right what is listed above, then run this again."
NAME_A_PLAN = "name a YAML file of steps; docs/engine.md shows one."
OTHER_RUN = "another run of a plan is under way in this work tree"
OTHER_RUN_NEXT = "wait until it is done, or end it, then run this again."
FOUND_DONE = "found done when an interrupted run was resumed"
NO_PROGRAM = "the first word of `run` is the program, and is empty here."
ONLY_WITH_RESUME = "--done and --redo belong to --resume."


def done_and_redo(step: str) -> str:
    """Two answers to one question."""
    return f"{step} stands under --done and under --redo."


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


def not_runnable(path: str, count: int) -> str:
    """A plan with problems, which are listed above."""
    return f"{path} cannot be run: {count} {'problem' if count == 1 else 'problems'}."


def no_plan(path: str) -> str:
    """There is no such file."""
    return f"{path}: there is no such plan."


def other_run(pid: str) -> str:
    """The lock of runs is taken, by a run or by a program that a killed run has left behind."""
    return f"{OTHER_RUN}{f' (process {pid}, or a step that it started)' if pid else ''}."


def waits(pid: str, seconds: float) -> str:
    """Before a run is refused: what keeps it out may be about to end."""
    return f"{other_run(pid).removesuffix('.')}: waiting up to {seconds:g} s for it."


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
