"""`pattern-ci exec`: execute one pattern with the values of an instance."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import bounded, files, output
from pattern_ci.commands.run import SCHEMA_VERSION, result_data
from pattern_ci.engine.breaker import Door
from pattern_ci.engine.bridge import Job, execute_pattern, values_of
from pattern_ci.engine.context import Place
from pattern_ci.engine.judging import judge
from pattern_ci.engine.opening import open_engine
from pattern_ci.engine.recording import Told, events_of
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, SpecError, UsageError
from pattern_ci.executors.library import reporting
from pattern_ci.messages import apply as apply_messages
from pattern_ci.messages import engine as messages
from pattern_ci.model.event import Source
from pattern_ci.model.pattern import Status
from pattern_ci.model.plan import TIMEOUT_S
from pattern_ci.registry import report
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import TextFile, parse_text, read_text
from pattern_ci.registry.shape import problems

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from pattern_ci.engine.running import Engine
    from pattern_ci.model.execution import ExecutionResult
    from pattern_ci.model.pattern import Spec
    from pattern_ci.registry.library import Pattern

STDIN = "-"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("pattern", metavar="PAT", help="id, name or spec file of a pattern")
    parser.add_argument(
        "--instance", type=Path, required=True, metavar="FILE",
        help="JSON: pattern_id, variables; `-`: standard input",
    )  # fmt: skip
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="default: here")
    parser.add_argument("--patterns", type=Path, metavar="DIR", help="default: REPO/patterns")
    parser.add_argument("--plan", action="store_true", help="show what would be done")
    parser.add_argument(
        "--force", action="store_true", help="replace files; run a pattern that kept failing"
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=TIMEOUT_S,
        metavar="SECONDS",
        help="end its programs after this time (default: 600)",
    )
    parser.add_argument(
        "--result", type=Path, metavar="FILE", help="write what came of it: .json, .yaml or .yml"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: Namespace) -> int:
    """Run with a parsed command line."""
    return execute(
        args.pattern,
        args.instance,
        repo=args.repo,
        patterns=args.patterns,
        plan=args.plan,
        force=args.force,
        timeout_s=args.timeout,
        report_to=args.result,
        form=args.format,
    )


def execute(
    wanted: str,
    instance: Path,
    *,
    repo: Path,
    patterns: Path | None = None,
    plan: bool = False,
    force: bool = False,
    timeout_s: float = TIMEOUT_S,
    report_to: Path | None = None,
    form: str = "text",
) -> int:
    """Execute a pattern once and record it; with `plan` say what it would do. 1 when it failed.

    `report_to` names a file that is written when it was executed, well or not.
    """
    if report_to is not None and report_to.suffix not in reporting.FORMS:
        raise UsageError(messages.no_form(report_to.name, list(reporting.FORMS)))
    if not timeout_s > 0:
        raise UsageError(messages.NO_TIME)
    engine, recovered = open_engine(repo, patterns)
    if recovered:
        output.error(f"pattern-ci: {recovered}")
    pattern = engine.router.library.in_force(wanted).pattern
    inputs = read_instance(instance, pattern.spec)
    values_of(pattern, inputs)
    if not plan and not force:
        _refuse_broken(engine, pattern.spec)
    job = Job(
        pattern=pattern,
        inputs=inputs,
        place=Place(engine.root, engine.state_dir, threading.RLock()),
        plan=plan,
        overwrite=force,
        timeout_s=timeout_s,
        say=lambda line: output.debug(pattern.spec.name, line),
    )
    result = _executed(job)
    if not plan:
        _record(engine, pattern.spec, inputs, result)
        if report_to is not None:
            reporting.write(report_to, pattern.spec.pattern_id, result)
    if form == "json":
        output.json_pretty(as_data(pattern, result, executed=not plan))
    else:
        output.write(_text(pattern, result, plan=plan))
    return EXIT_OK if result.success else EXIT_FINDINGS


def _executed(job: Job) -> ExecutionResult:
    """What came of it; an interrupt ends every program and comes out."""
    with bounded.ended_politely():
        try:
            return execute_pattern(job)
        except BaseException:
            bounded.end_all()
            raise


def read_instance(path: Path, spec: Spec) -> dict[str, Any]:
    """The variables in an instance file. Raises SpecError for one that is not for this pattern."""
    file = parse_text(_instance_text(path))
    if file.document is None:
        raise SpecError(file.finding.line_text if file.finding else path.as_posix())
    found = [
        file.at(problem.key, "instance-shape", problem.message)
        for problem in problems(file.data, published("instance"))
    ]
    if found:
        raise SpecError("; ".join(report.as_text(found)))
    if file.data["pattern_id"] != spec.pattern_id:
        theirs = file.data["pattern_id"]
        raise SpecError(messages.other_pattern(path.as_posix(), theirs, spec.pattern_id))
    version = file.data.get("pattern_version", spec.version)
    if version != spec.version:
        raise SpecError(messages.other_version(path.as_posix(), version, spec.version))
    variables: dict[str, Any] = file.data["variables"]
    return variables


def _instance_text(path: Path) -> TextFile:
    """The text of an instance: of a file, of a pipe, or of standard input for `-`."""
    if path.as_posix() == STDIN:
        return TextFile(messages.STANDARD_INPUT, files.read_stdin())
    if path.is_file():
        return read_text(path.parent, path, path.as_posix())
    text = files.read_text(path) if path.is_fifo() else None
    if text is None:
        raise SpecError(messages.no_instance(path.as_posix()), next_step=messages.NAME_AN_INSTANCE)
    return TextFile(path.as_posix(), text)


def _refuse_broken(engine: Engine, spec: Spec) -> None:
    """Raise UsageError for a pattern that the breaker holds back; `--force` passes."""
    door = engine.breakers.of(spec).door(engine.chances.now())
    if door in (Door.OPEN, Door.QUARANTINED):
        what = f"{messages.breaker(spec.pattern_id, door.value)}."
        raise UsageError(what, next_step=messages.FORCE_NEXT)


def _record(engine: Engine, spec: Spec, inputs: dict[str, Any], result: ExecutionResult) -> None:
    told = Told(
        id="",
        operation_kind=spec.operation_kind,
        inputs=inputs,
        result=result,
        spec=spec,
        commit=engine.commit,
        source=Source.CLI,
    )
    for event in events_of(told):
        engine.recorder.record(event)
    now = engine.chances.now()
    judge(spec, result, breakers=engine.breakers, recorder=engine.recorder, now=now)


def _text(pattern: Pattern, result: ExecutionResult, *, plan: bool) -> str:
    spec = pattern.spec
    notices = []
    if spec.status is Status.DRAFT:
        notices.append(apply_messages.draft(spec.pattern_id))
    if spec.status is Status.DEPRECATED:
        notices.append(apply_messages.deprecated(spec.pattern_id))
    return messages.execution(
        f"{spec.pattern_id} {spec.version}", result, notices=notices, planned=plan
    )


def as_data(pattern: Pattern, result: ExecutionResult, *, executed: bool) -> dict[str, Any]:
    """The same for programs."""
    spec, signed = pattern.spec, result.signature
    return {
        "schema_version": SCHEMA_VERSION,
        "pattern_id": spec.pattern_id,
        "pattern_version": spec.version,
        "status": spec.status.value,
        "executed": executed,
        **result_data(result),
        "signature": None
        if signed is None
        else {
            "operation_kind": signed.operation_kind,
            "file_types": list(signed.file_types),
            "tools": list(signed.tools),
            "input_signature": signed.input_signature,
            "output_signature": signed.output_signature,
            "verification": signed.verification,
        },
    }
