"""`pattern-ci apply`: render a pattern into the tree, all files or none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files, git, output
from pattern_ci.errors import (
    EXIT_OK,
    NotARepositoryError,
    SpecError,
    TemplateError,
    UnsafePathError,
    UsageError,
    VariablesError,
)
from pattern_ci.messages import apply as messages
from pattern_ci.model.pattern import STATUS_FOLDER, Mode, Status
from pattern_ci.registry import jsontext
from pattern_ci.registry.instances import Output, outputs
from pattern_ci.registry.library import Pattern, load_library
from pattern_ci.registry.suites import SPEC_SUFFIX
from pattern_ci.registry.variables import schema_problems, variable_problems, with_defaults
from pattern_ci.render import diff, instance, language
from pattern_ci.render.survey import Action, Change, Step, refuse_overwrites, survey
from pattern_ci.render.transaction import apply_changes, recover

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping, Sequence

SCHEMA_VERSION = 1
STDIN = "-"
BUILTIN = "builtin:render"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("pattern", metavar="PAT", help="id, name or spec file of a pattern")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="default: here")
    parser.add_argument("--patterns", type=Path, metavar="DIR", help="default: REPO/patterns")
    parser.add_argument(
        "--var", action="append", default=[], metavar="NAME=VALUE", help="lists are JSON"
    )
    parser.add_argument("--vars-file", metavar="FILE", help="JSON with values; - reads stdin")
    parser.add_argument("--path", metavar="PATH", help="a file to write; names follow from it")
    parser.add_argument("--plan", action="store_true", help="print the diff, write nothing")
    parser.add_argument("--force", action="store_true", help="overwrite files that are there")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: Namespace) -> int:
    """Run with a parsed command line."""
    return apply(
        pattern=args.pattern,
        repo=args.repo,
        patterns=args.patterns,
        given=args.var,
        vars_file=args.vars_file,
        path=args.path,
        plan=args.plan,
        force=args.force,
        form=args.format,
    )


class Report(NamedTuple):
    """All that is said at the end."""

    pattern: Pattern
    variables: Mapping[str, Any]
    made: Sequence[Output]
    steps: Sequence[Step]
    diffs: Sequence[str]
    recovered: str | None
    planned: bool


def apply(
    *,
    pattern: str,
    repo: Path,
    patterns: Path | None = None,
    given: Sequence[str] = (),
    vars_file: str | None = None,
    path: str | None = None,
    plan: bool = False,
    force: bool = False,
    form: str = "text",
) -> int:
    """Write what a pattern makes of the values given; with `plan` show it, and write nothing.

    A change that was interrupted earlier is finished or undone first, also before a plan: what a
    plan shows has to hold for the tree as it will be.
    """
    opened = git.open_repo(repo)
    root = opened.work_tree
    if root is None:
        raise NotARepositoryError(messages.BARE, next_step=messages.BARE_NEXT)
    recovered = recover(root, opened.tree_state_dir)
    if recovered:
        output.error(f"pattern-ci: {recovered}")
    found = find(pattern, root, patterns)
    refuse_unusable(found, root)
    filled = _fill(found, path, repo, root) if path is not None else None
    explicit = _given(found.schema, given, vars_file)
    values = _values(found, explicit, filled, shown=_shown(found, found.spec.inputs, root))
    made = outputs(found, values)
    changes = [Change(one.path, one.text.encode()) for one in made]
    steps = survey(root, changes)
    report = Report(found, values, made, steps, _diffs(root, steps), recovered, plan)
    if not plan:
        seen = {step.change.path: step.before for step in steps}
        apply_changes(root, opened.tree_state_dir, changes, overwrite=force, seen=seen)
    if form == "json":
        output.json_pretty(as_data(report))
    else:
        output.write(as_text(report))
    if plan and not force:
        refuse_overwrites(steps)
    return EXIT_OK


def find(wanted: str, root: Path, patterns: Path | None) -> Pattern:
    """The pattern of this id, name or spec file. Raises PatternNotFoundError, UsageError."""
    if patterns is not None and not patterns.is_dir():
        raise UsageError(messages.no_folder(str(patterns)), next_step=messages.NO_FOLDER_NEXT)
    if wanted.endswith(SPEC_SUFFIX):
        for spec in (Path(wanted), root / wanted):
            if patterns is None and spec.is_file():
                base = spec.absolute().parent.parent
                library = base.parent if base.name in STATUS_FOLDER.values() else base
                return load_library(library).find(str(spec.absolute()))
    return load_library(patterns or root / "patterns").find(wanted)


def refuse_unusable(pattern: Pattern, root: Path) -> None:
    """Raise the error for a pattern that may not be applied, or cannot be."""
    spec = pattern.spec
    if spec.status in (Status.QUARANTINED, Status.RETIRED):
        what = messages.withdrawn(spec.pattern_id, spec.status.value)
        raise UsageError(what, next_step=messages.IN_FORCE_NEXT)
    edits = [slot.id for slot in spec.slots if slot.mode is Mode.EDIT]
    if edits:
        what = messages.edits(spec.pattern_id, edits)
        raise SpecError(what, next_step=messages.OTHER_EXECUTOR_NEXT)
    if spec.executor != BUILTIN or spec.rewrite is not None:
        what = messages.other_executor(spec.pattern_id, spec.executor)
        raise SpecError(what, next_step=messages.OTHER_EXECUTOR_NEXT)
    for problem in schema_problems(pattern.schema):
        what = messages.bad_schema(_shown(pattern, spec.inputs, root), problem.message)
        raise SpecError(what, next_step=messages.VALIDATE_NEXT)
    for slot in spec.slots:
        for line, column, message in language.check(pattern.templates[slot.id]):
            template = _shown(pattern, slot.template, root)
            what = messages.bad_template(template, line, column, message)
            raise TemplateError(what, next_step=messages.VALIDATE_NEXT)


def _shown(pattern: Pattern, name: str, root: Path) -> str:
    """A file of the pattern, as seen from the top of the repository where it is inside."""
    path = (pattern.base / name).absolute()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _from_file(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    text = files.read_stdin() if name == STDIN else files.read_text(Path(name))
    shown = messages.STDIN if name == STDIN else name
    if text is None:
        what = messages.bad_file(shown, messages.NO_SUCH_FILE)
        raise SpecError(what, next_step=messages.NO_FILE_NEXT)
    data = jsontext.load(text.removeprefix("\ufeff"), source=shown).data
    if not isinstance(data, dict):
        what = messages.bad_file(shown, messages.NO_MAPPING)
        raise SpecError(what, next_step=messages.NO_FILE_NEXT)
    return data


def _fill(pattern: Pattern, path: str, repo: Path, root: Path) -> instance.Filled | str:
    """The role that `path` fills, seen from here or from the top; or a sentence that none does.

    Raises UnsafePathError for a path outside the work tree.
    """
    here = os.path.normpath(repo.resolve() / path)
    if not Path(here).is_relative_to(root):
        raise UnsafePathError(messages.outside(path), next_step=messages.OUTSIDE_NEXT)
    for candidate in (Path(here).relative_to(root).as_posix(), path):
        filled = instance.from_path(pattern.spec.slots, candidate)
        if filled is not None:
            return filled
    return messages.fits_no_role(path, [slot.role for slot in pattern.spec.slots])


def _given(schema: dict[str, Any], given: Sequence[str], vars_file: str | None) -> instance.Given:
    """What the command line says about variables; options win over the file."""
    pairs = []
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(messages.not_paired(text), next_step=messages.NOT_PAIRED_NEXT)
        pairs.append((name, value))
    options = instance.typed(schema, pairs)
    return options._replace(values={**_from_file(vars_file), **options.values})


def _values(
    pattern: Pattern,
    explicit: instance.Given,
    filled: instance.Filled | str | None,
    *,
    shown: str,
) -> dict[str, Any]:
    """The values of all variables. Raises VariablesError with everything that is wrong at once."""
    spec, schema = pattern.spec, pattern.schema
    made = instance.instance(
        spec.slots,
        explicit,
        None if isinstance(filled, str) else filled,
        required=schema.get("required", ()),
        defaults=with_defaults(schema, {}),
        check=lambda values: variable_problems(schema, values),
    )
    problems = [messages.missing(made.missing)] if made.missing else []
    problems += [filled] if isinstance(filled, str) else []
    problems += made.problems
    if problems:
        raise VariablesError(
            messages.refused(spec.pattern_id, problems),
            next_step=messages.variables_next(made.missing, shown),
        )
    return made.values


def _diffs(root: Path, steps: Sequence[Step]) -> list[str]:
    return [
        diff.unified(step.change.path, files.read_bytes(root / step.change.path), step.change.data)
        for step in steps
    ]


def notices(pattern: Pattern) -> list[str]:
    """What a person should know about a pattern that may be used all the same."""
    spec = pattern.spec
    if spec.status is Status.DRAFT:
        return [messages.draft(spec.pattern_id)]
    return [messages.deprecated(spec.pattern_id)] if spec.status is Status.DEPRECATED else []


def unfilled(report: Report) -> list[str]:
    """Variables that had no value where one was wanted, in order."""
    return list(dict.fromkeys(name for one in report.made for name in one.unfilled))


def as_text(report: Report) -> str:
    """For people; a plan begins with its diff."""
    spec = report.pattern.spec
    said = messages.report(
        f"{spec.pattern_id} {spec.version}",
        notices(report.pattern),
        [(step.action.value, step.change.path) for step in report.steps],
        changing=sum(step.action is not Action.KEEP for step in report.steps),
        unfilled=unfilled(report),
        planned=report.planned,
        in_the_way=any(step.action is Action.OVERWRITE for step in report.steps),
    )
    return "".join(report.diffs if report.planned else ()) + said


def as_data(report: Report) -> dict[str, Any]:
    """The same for programs; `diff` is there in a plan only."""
    spec = report.pattern.spec
    rows = []
    for one, step, text in zip(report.made, report.steps, report.diffs, strict=True):
        row: dict[str, Any] = {"path": one.path, "slot": one.slot, "action": step.action.value}
        row |= {"sha256": step.after, "unfilled": list(one.unfilled)}
        rows.append(row | ({"diff": text} if report.planned else {}))
    return {
        "schema_version": SCHEMA_VERSION,
        "pattern_id": spec.pattern_id,
        "pattern_version": spec.version,
        "status": spec.status.value,
        "written": not report.planned,
        "recovered": report.recovered,
        "notices": notices(report.pattern),
        "variables": dict(report.variables),
        "unfilled": unfilled(report),
        "files": rows,
    }
