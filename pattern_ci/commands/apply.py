"""`pattern-ci apply`: render a pattern into the tree, all files or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files, git, output
from pattern_ci.commands.apply_pattern import find, notices, refuse_unusable, shown_in
from pattern_ci.commands.apply_report import Report, as_data, as_text, diffs
from pattern_ci.commands.apply_values import all_values, filled_by, given_values
from pattern_ci.errors import (
    EXIT_OK,
    NotARepositoryError,
    UsageError,
)
from pattern_ci.files import unsafe
from pattern_ci.messages import apply as messages
from pattern_ci.messages import rewrites
from pattern_ci.messages.gaps import in_any
from pattern_ci.model.role import Role
from pattern_ci.registry import edits
from pattern_ci.registry.applied_files import record_changes
from pattern_ci.registry.instances import outputs
from pattern_ci.registry.rewriting import rewrites_lines
from pattern_ci.render.survey import refuse_overwrites, survey
from pattern_ci.render.transaction import apply_changes, recover

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping, Sequence

    from pattern_ci.registry.instances import Output
    from pattern_ci.registry.library import Pattern
    from pattern_ci.render.survey import Change, Step


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("pattern", metavar="PAT", help="id, name or spec file of a pattern")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="default: here")
    parser.add_argument("--patterns", type=Path, metavar="DIR", help="default: REPO/patterns")
    parser.add_argument(
        "--var", action="append", default=[], metavar="NAME=VALUE", help="lists are JSON"
    )
    parser.add_argument("--vars-file", metavar="FILE", help="JSON with values; - reads stdin")
    parser.add_argument(
        "--path",
        action="append",
        dest="paths",
        default=[],
        metavar="PATH",
        help="a file to write; names follow from it (to rewrite: files and globs, repeatable)",
    )
    parser.add_argument("--plan", action="store_true", help="print the diff, write nothing")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--force", action="store_true", help="overwrite files that are there")
    either.add_argument("--keep", action="store_true", help="leave them alone, do the rest")
    parser.add_argument("--update", action="store_true", help="merge the new version into its uses")
    parser.add_argument(
        "--members", action="store_true", help="with --update: files it was learnt from as well"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: Namespace) -> int:
    """Run with a parsed command line."""
    args.path = args.paths[-1] if args.paths else None
    if args.update:
        from pattern_ci.commands import apply_update  # most runs write something new

        if args.keep:
            raise UsageError(messages.UPDATE_KEEPS, next_step=messages.UPDATE_KEEPS_NEXT)
        one_path(args.paths)
        return apply_update.run(args)
    if args.members:
        raise UsageError(messages.NOT_UPDATING, next_step=messages.NOT_UPDATING_NEXT)
    return apply(args)


class _Tree(NamedTuple):
    """Where a pattern is applied, and what was done about a change that had been interrupted."""

    opened: git.Repo
    root: Path
    recovered: str | None


def apply(args: Namespace) -> int:
    """Write what a pattern makes of the values given; with `--plan` show it, and write nothing.

    Entries only add to the files that they go into. Other files that are there are left alone with
    `--keep`, overwritten with `--force`, and without either stop everything.
    A pattern that rewrites does so in the files that `--path` names, else wherever it fits.
    A change that was interrupted earlier is finished or undone first, also before a plan: what a
    plan shows has to hold for the tree as it will be.
    """
    opened = git.open_repo(args.repo)
    root = opened.work_tree
    if root is None:
        raise NotARepositoryError(messages.BARE, next_step=messages.BARE_NEXT)
    tree = _Tree(opened, root, recover(root, opened.tree_state_dir))
    if tree.recovered:
        output.error(f"pattern-ci: {tree.recovered}")
    found = find(args.pattern, root, args.patterns)
    if rewrites_lines(found.spec):
        return _rewrite(found, tree, args)
    one_path(args.paths)
    refuse_unusable(found, root)
    report, changes = _planned(found, tree, _values(found, root, args), args)
    steps = tuple(report.steps.values())
    if not args.plan:
        _write(tree, steps, changes, force=args.force)
    if args.format == "json":
        output.json_pretty(as_data(report))
    else:
        output.write(in_any(as_text(report), output.shows))
    if args.plan and not args.force:
        refuse_overwrites(steps, messages.IN_THE_WAY_NEXT)
    return EXIT_OK


def _values(found: Pattern, root: Path, args: Namespace) -> dict[str, Any]:
    """The values of all variables, from the path, the options and the file."""
    path = args.paths[-1] if args.paths else None
    filled = filled_by(found, path, args.repo, root) if path is not None else None
    explicit = given_values(found.schema, args.var, args.vars_file)
    return all_values(found, explicit, filled, shown=shown_in(found, found.spec.inputs, root))


def _planned(
    found: Pattern, tree: _Tree, values: dict[str, Any], args: Namespace
) -> tuple[Report, list[Change]]:
    """What is said at the end, and every file to write: the pattern's and the record of its use."""
    root = tree.root
    made = outputs(found, values)
    written = [one for one in made if not (args.keep and _is_other(root, one))]
    planned = edits.planned(root, written)
    steps = survey(root, planned.changes)
    report = Report(
        pattern=found,
        notices=[*notices(found), *_not_there(found, values, root)],
        variables=values,
        made=made,
        edits={edit.slot: edit for edit in planned.edits},
        steps={step.change.path: step for step in steps},
        diffs=diffs(root, steps),
        recovered=tree.recovered,
        planned=args.plan,
    )
    kept = [one.slot for one in made if one not in written]
    return report, [
        *planned.changes,
        *record_changes(found, root, values, written, kept=kept),
    ]


def _write(tree: _Tree, steps: Sequence[Step], changes: Sequence[Change], *, force: bool) -> None:
    """All files in one transaction, and only where they are as they were surveyed."""
    if not force:
        refuse_overwrites(steps, messages.IN_THE_WAY_NEXT)
    seen = {step.change.path: step.before for step in steps}
    # A record is ours to overwrite; `seen` holds every other file to what was agreed to.
    apply_changes(tree.root, tree.opened.tree_state_dir, changes, overwrite=True, seen=seen)


def _rewrite(found: Pattern, tree: _Tree, args: Namespace) -> int:
    """A pattern that makes a small change wherever it fits."""
    if args.var or args.vars_file is not None:
        raise UsageError(rewrites.NO_VARIABLES, next_step=rewrites.NO_VARIABLES_NEXT)
    if args.force or args.keep:
        option = "--force" if args.force else "--keep"
        raise UsageError(rewrites.no_option(option), next_step=rewrites.NO_OPTION_NEXT)
    from pattern_ci.commands import apply_rewrite  # most patterns write files

    return apply_rewrite.apply(
        found,
        apply_rewrite.Place(tree.opened, tree.root, args.repo),
        paths=args.paths,
        plan=args.plan,
        form=args.format,
        notices=notices(found),
        recovered=tree.recovered,
    )


def one_path(paths: Sequence[str]) -> None:
    """Raise UsageError for several paths: all but one of them would do nothing."""
    if len(paths) > 1:
        raise UsageError(messages.ONE_PATH, next_step=messages.ONE_PATH_NEXT)


def _is_other(root: Path, one: Output) -> bool:
    """Whether a file with other content is where a new one would be."""
    there = None if one.anchor else files.read_bytes(files.inside(root, one.path))
    return there is not None and there != one.text.encode()


def _not_there(pattern: Pattern, values: Mapping[str, Any], root: Path) -> list[str]:
    """A remark when the file that people write by hand for this pattern is not there yet."""
    if pattern.spec.trigger is None:
        return []
    role = Role(pattern.spec.trigger)
    if any(not values.get(name) for name in role.holes):
        return []
    path = role.path({name: str(values[name]) for name in role.holes})
    there = unsafe(path) or files.exists(files.inside(root, path))
    return [] if there else [messages.trigger_missing(path)]
