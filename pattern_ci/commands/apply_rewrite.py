"""`pattern-ci apply` of a rewrite pattern: make its change in every file that it is for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files, git, git_trees, output
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, UnsafePathError, UsageError
from pattern_ci.messages import apply as apply_messages
from pattern_ci.messages import rewrites as messages
from pattern_ci.mining.exclude import Excluded
from pattern_ci.model.globs import ignored
from pattern_ci.model.pattern import Status
from pattern_ci.registry.config import load_config
from pattern_ci.registry.rewriting import rule_of
from pattern_ci.render import diff
from pattern_ci.render.journal import bytes_digest
from pattern_ci.render.rewriting import rewrite, stable
from pattern_ci.render.survey import Change, survey
from pattern_ci.render.transaction import apply_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.rewrite import Rewrite
    from pattern_ci.registry.library import Pattern
    from pattern_ci.render.rewriting import Rewritten
    from pattern_ci.render.survey import Step

SCHEMA_VERSION = 1
MAX_BYTES = 1 << 20


class Place(NamedTuple):
    """The repository, its work tree, and the folder that paths on the command line start from."""

    repo: git.Repo
    root: Path
    here: Path


class Report(NamedTuple):
    """All that is said at the end; `left` are files that a rule would change again and again."""

    pattern: Pattern
    notices: Sequence[str]
    done: dict[str, Rewritten]
    steps: dict[str, Step]
    diffs: dict[str, str]
    left: Sequence[str]
    recovered: str | None
    planned: bool


def apply(
    pattern: Pattern,
    place: Place,
    *,
    paths: Sequence[str],
    plan: bool,
    form: str,
    notices: Sequence[str],
    recovered: str | None,
) -> int:
    """Rewrite the files that `paths` name, else all that the rule is for; with `plan` show it.

    Ignored, generated and binary files are never touched. All files are written or none. A file
    that was left alone is a finding (exit code 1): what was asked for is not done there.
    """
    spec = pattern.spec
    if spec.status in (Status.QUARANTINED, Status.RETIRED):
        what = apply_messages.withdrawn(spec.pattern_id, spec.status.value)
        raise UsageError(what, next_step=apply_messages.IN_FORCE_NEXT)
    rule = rule_of(spec)
    done: dict[str, Rewritten] = {}
    left = []
    before: dict[str, bytes] = {}
    for path in _chosen(place, rule, paths):
        data = _text(place.root, path)
        made = rewrite(git.decode(data), rule) if data is not None else None
        if data is None or made is None or not made.edits:
            continue
        if stable(made, rule):
            done[path], before[path] = made, data
        else:
            left.append(path)
    changes = [
        Change(path, git.encode(made.text), made_from=bytes_digest(before[path]))
        for path, made in done.items()
    ]
    steps = {step.change.path: step for step in survey(place.root, changes)}
    if not plan:
        apply_changes(place.root, place.repo.tree_state_dir, changes, overwrite=True)
    shown = done if plan else ()
    diffs = {path: diff.unified(path, before[path], git.encode(done[path].text)) for path in shown}
    report = Report(pattern, notices, done, steps, diffs, left, recovered, plan)
    if form == "json":
        output.json_pretty(as_data(report))
    else:
        output.write(as_text(report))
    return EXIT_FINDINGS if left else EXIT_OK


def _text(root: Path, path: str) -> bytes | None:
    """What a file holds; None when it is gone, a link, binary, or too large to be text."""
    target = files.inside(root, path)
    data = files.read_bytes(target) if target.is_file() and not target.is_symlink() else None
    return None if data is None or len(data) > MAX_BYTES or b"\0" in data else data


def _chosen(place: Place, rule: Rewrite, paths: Sequence[str]) -> list[str]:
    """Tracked files that somebody wrote: those named, else those that the rule is for."""
    entries = _tracked(place.repo)
    excluded = Excluded.at(place.repo, entries, load_config(place.root).ignore)
    tracked = [
        one.path for one in entries if one.mode in git_trees.FILE_MODES and not excluded(one.path)
    ]
    if not paths:
        return [path for path in tracked if rule.wants(path)]
    named: dict[str, None] = {}
    for wish in paths:
        found = _named(place, wish, tracked)
        if not found:
            raise UsageError(messages.none_named(wish), next_step=messages.PATH_NEXT)
        named.update(dict.fromkeys(found))
    return sorted(named)


def _named(place: Place, wish: str, tracked: Sequence[str]) -> list[str]:
    """Files of this name, below this folder, or of this glob, seen from here."""
    full = os.path.normpath(place.here.resolve() / wish)
    if not Path(full).is_relative_to(place.root):
        raise UnsafePathError(apply_messages.outside(wish), next_step=apply_messages.OUTSIDE_NEXT)
    path = Path(full).relative_to(place.root).as_posix()
    if path in (".", *tracked):
        return list(tracked) if path == "." else [path]
    return [one for one in tracked if ignored(one, (f"/{path}",))]


def _tracked(repo: git.Repo) -> list[git_trees.TreeEntry]:
    """Files of the index, each once."""
    said = git.text(repo.path, "ls-files", "-s", "-z", "--full-name")
    found = {}
    for record in said.split("\0"):
        if record:
            meta, path = record.split("\t", 1)
            mode, blob, _ = meta.split(" ")
            found[path] = git_trees.TreeEntry(mode, blob, path)
    return list(found.values())


def as_text(report: Report) -> str:
    """For people; a plan begins with its diff."""
    spec = report.pattern.spec
    said = messages.report(
        f"{spec.pattern_id} {spec.version}",
        [*report.notices, *map(messages.repeats, report.left)],
        [(path, len(made.edits)) for path, made in report.done.items()],
        planned=report.planned,
    )
    return "".join(report.diffs.values() if report.planned else ()) + said


def as_data(report: Report) -> dict[str, Any]:
    """The same for programs; `diff` is there in a plan only."""
    spec = report.pattern.spec
    rows = []
    for path, made in report.done.items():
        step = report.steps[path]
        row: dict[str, Any] = {"path": path, "action": step.action.value, "sha256": step.after}
        row["edits"] = [edit._asdict() for edit in made.edits]
        rows.append(row | ({"diff": report.diffs[path]} if report.planned else {}))
    return {
        "schema_version": SCHEMA_VERSION,
        "pattern_id": spec.pattern_id,
        "pattern_version": spec.version,
        "status": spec.status.value,
        "written": not report.planned,
        "recovered": report.recovered,
        "notices": [*report.notices, *map(messages.repeats, report.left)],
        "left": list(report.left),
        "files": rows,
    }
