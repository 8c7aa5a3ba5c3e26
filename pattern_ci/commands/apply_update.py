"""`pattern-ci apply --update`: bring what a pattern once wrote to its present version."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import git, output
from pattern_ci.commands.apply_pattern import find, notices, refuse_unusable, shown_in
from pattern_ci.commands.apply_values import given_values
from pattern_ci.errors import (
    EXIT_FINDINGS,
    EXIT_OK,
    MergeConflictError,
    NotARepositoryError,
    UsageError,
)
from pattern_ci.messages import apply as apply_messages
from pattern_ci.messages import apply_update as messages
from pattern_ci.registry import updates
from pattern_ci.registry.applied import FOLDER, is_redrafted, library_of, library_root
from pattern_ci.registry.applied_files import read_records
from pattern_ci.registry.past import Past, members
from pattern_ci.registry.tree import Tree
from pattern_ci.registry.updating import Fate
from pattern_ci.render import diff
from pattern_ci.render.transaction import apply_changes, recover

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from pattern_ci.registry.library import Pattern
    from pattern_ci.registry.updates import Planned, Use
    from pattern_ci.registry.updating import Piece

SCHEMA_VERSION = 1


class Report(NamedTuple):
    """All that is said at the end."""

    pattern: Pattern
    planned: Sequence[Planned]
    left: Sequence[str]
    tree: Tree
    library: str
    uses: Sequence[Use]

    @property
    def files(self) -> list[str]:
        """Files with new content, records apart."""
        records = f"{self.library}/{FOLDER}/"
        paths = [change.path for change in self.tree.changes]
        return sorted(path for path in paths if not path.startswith(records))

    @property
    def conflicts(self) -> list[str]:
        """Files in which a person has to decide."""
        pieces = [piece for one in self.planned for piece in one.plan.pieces]
        return sorted({piece.path for piece in pieces if piece.fate is Fate.CONFLICT})

    @property
    def notices(self) -> list[str]:
        """What a person should know about the pattern."""
        spec = self.pattern.spec
        redrafted = [use for use in self.uses if is_redrafted(use.applied, spec)]
        more = [messages.redrafted(spec.version, len(redrafted))] if redrafted else []
        return [*notices(self.pattern), *more]

    def diff(self, path: str) -> str:
        """What becomes of a file."""
        return diff.unified(path, self.tree.before(path), self.tree.read(path))


def run(args: Namespace) -> int:
    """Update with the parsed command line of `apply`; plans and writes like it."""
    opened = git.open_repo(args.repo)
    root = opened.work_tree
    if root is None:
        raise NotARepositoryError(apply_messages.BARE, next_step=apply_messages.BARE_NEXT)
    recovered = recover(root, opened.tree_state_dir)
    if recovered:
        output.error(f"pattern-ci: {recovered}")
    report = prepare(args, opened, root)
    if not args.plan:
        tree = report.tree
        apply_changes(root, opened.tree_state_dir, tree.changes, overwrite=True, seen=tree.seen)
    if args.format == "json":
        output.json_pretty(as_data(report, planned=args.plan, recovered=recovered))
    else:
        output.write(as_text(report, planned=args.plan))
    if report.conflicts:
        what = messages.conflicts(report.conflicts)
        raise MergeConflictError(what, next_step=messages.CONFLICT_NEXT)
    return EXIT_FINDINGS if report.left else EXIT_OK


def prepare(args: Namespace, opened: git.Repo, root: Path) -> Report:
    """Everything that an update would do; nothing is written.

    Raises VariablesError with all values that are missing or wrong, in any use.
    """
    pattern = find(args.pattern, root, args.patterns)
    refuse_unusable(pattern, root)
    explicit = given_values(pattern.schema, args.var, args.vars_file)
    library = library_of(pattern, root)
    records = read_records(root / library, shown=library)
    past = Past(pattern, library_root(pattern))
    tree = Tree(opened, root, past, force=args.force)
    uses = [
        updates.Use(path, one)
        for path, one in records.known.items()
        if one.pattern_id == pattern.spec.pattern_id
    ]
    if args.members:
        learnt = members(past, pattern, records.known.values(), opened)
        uses += [updates.Use(None, one) for one in learnt]
    if args.path is not None:
        uses = _in_scope(uses, args.path, _names(args.path, args.repo, root), tree)
    schema = shown_in(pattern, pattern.spec.inputs, root)
    planned = updates.plan_all(
        pattern, updates.due(pattern, uses, explicit, schema=schema), tree, root
    )
    updates.put_records(pattern, planned, tree, records.known, library)
    broken = [
        messages.unreadable(one.path, one.line, one.column, one.message) for one in records.findings
    ]
    left = [*broken, *updates.left_alone(pattern, uses, planned)]
    return Report(pattern, planned, left, tree, library, uses)


def _names(path: str, repo: Path, root: Path) -> list[str]:
    """What `--path` may mean: seen from the top, or from here."""
    here = Path(os.path.normpath(repo.resolve() / path))
    return [path, *([here.relative_to(root).as_posix()] if here.is_relative_to(root) else [])]


def _in_scope(uses: Sequence[Use], path: str, names: Sequence[str], tree: Tree) -> list[Use]:
    """The uses that wrote `path`. Raises UsageError for none."""
    found = updates.in_scope(uses, names, tree)
    if not found:
        raise UsageError(messages.not_written(path), next_step=messages.PATH_NEXT)
    return found


def as_text(report: Report, *, planned: bool) -> str:
    """For people; a plan begins with its diff."""
    spec = report.pattern.spec
    pieces = [piece for one in report.planned for piece in one.plan.pieces]
    rows = [messages.Row(one.fate.value, one.path, one.elsewhere) for one in pieces]
    said = messages.report(
        f"{spec.pattern_id} {spec.version}",
        report.notices,
        sorted(dict.fromkeys(rows), key=lambda row: row.path),
        report.left,
        changing=len(report.files),
        written=bool(report.tree.changes),
        conflicts=bool(report.conflicts),
        planned=planned,
        records=len(report.uses),
    )
    return "".join(map(report.diff, report.files) if planned else ()) + said


def as_data(report: Report, *, planned: bool, recovered: str | None) -> dict[str, Any]:
    """The same for programs; `diff` is there in a plan only."""
    spec = report.pattern.spec
    return {
        "schema_version": SCHEMA_VERSION,
        "pattern_id": spec.pattern_id,
        "pattern_version": spec.version,
        "status": spec.status.value,
        "written": not planned,
        "recovered": recovered,
        "notices": report.notices,
        "uses": [_use(report, one, planned=planned) for one in report.planned],
        "left": list(report.left),
        "conflicts": report.conflicts,
    }


def _use(report: Report, one: Planned, *, planned: bool) -> dict[str, Any]:
    rows = [_row(report, piece, planned=planned) for piece in one.plan.pieces]
    return {
        "record": one.due.use.record,
        "from_version": one.due.use.applied.pattern_version,
        "variables": dict(one.due.values),
        "left": one.plan.left or None,
        "files": rows,
    }


def _row(report: Report, piece: Piece, *, planned: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"path": piece.path, "slot": piece.slot, "action": piece.fate.value}
    row |= {"sha256": piece.sha256, "elsewhere": piece.elsewhere}
    return row | ({"diff": report.diff(piece.path)} if planned else {})
