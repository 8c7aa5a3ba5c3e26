"""`pattern-ci validate`: check a library and say where each problem stands."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci import git
from pattern_ci.errors import (
    EXIT_FINDINGS,
    EXIT_OK,
    NotARepositoryError,
    SpecError,
    UsageError,
)
from pattern_ci.messages import guard as guard_messages
from pattern_ci.messages import validate as messages
from pattern_ci.model.config import OnBreak
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.registry import report, validation
from pattern_ci.registry.delivery import FORMATS, Outcome, default_format, deliver, show
from pattern_ci.registry.facts import gather, with_built_in
from pattern_ci.registry.suites import shown_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

FOLDER = "patterns"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="default: here")
    parser.add_argument("--patterns", type=Path, metavar="DIR", help="default: REPO/patterns")
    parser.add_argument("--instance", type=Path, metavar="FILE", help="check these values only")
    parser.add_argument(
        "--ground-truth", metavar="PAT", help="whether its examples, or the instance, hold"
    )
    parser.add_argument("--registry", action="store_true", help="check the registry files only")
    parser.add_argument("--fix", action="store_true", help="rewrite the derived registry files")
    parser.add_argument(
        "--examples", metavar="PAT", help="how templates change its examples; --fix writes that"
    )
    parser.add_argument("--since", metavar="REV", help="hold what changed since to its guarantees")
    parser.add_argument("--rev", help="with --since: a commit in place of the files here")
    parser.add_argument(
        "--on-break",
        choices=[choice.value for choice in OnBreak],
        help="with --since: fail or quarantine (default: registry.on_break at REV)",
    )
    parser.add_argument("--format", choices=FORMATS, help="default: github in a workflow, or text")
    parser.add_argument("--sarif", type=Path, metavar="FILE", help="write a SARIF file as well")


def run(args: argparse.Namespace) -> int:
    """Run with a parsed command line."""
    if args.ground_truth:
        return _prove(args)
    if args.examples:
        return _examples(args)
    if args.since or args.rev:
        return _since(args)
    return validate(
        repo=args.repo,
        patterns=args.patterns,
        instance=args.instance,
        registry_only=args.registry,
        fix=args.fix,
        form=args.format or default_format(),
        sarif_file=args.sarif,
    )


def validate(
    *,
    repo: Path,
    patterns: Path | None = None,
    instance: Path | None = None,
    registry_only: bool = False,
    fix: bool = False,
    form: str = "text",
    sarif_file: Path | None = None,
    quiet: bool = False,
) -> int:
    """Check a library, one instance or the registry; 1 when there is an error among the findings.

    `quiet` prints findings and nothing else, also in a workflow. Raises UsageError when `patterns`
    is given and no folder, SpecError when there is no `instance`.
    """
    root = _root(repo)
    library = patterns if patterns is not None else root / FOLDER
    if instance is not None:
        outcome = _instance(root, library, instance)
    elif library.is_dir():
        outcome = _library(root, library, registry_only=registry_only, fix=fix)
    elif patterns is None:
        findings = validation.ordered(validation.config_findings(root))
        outcome = Outcome(root=root, findings=findings, notes=[messages.no_library(FOLDER)])
    else:
        raise UsageError(messages.no_folder(str(patterns)), next_step=messages.NAME_A_LIBRARY)
    if quiet:
        show(replace(outcome, notes=()), form)
    else:
        deliver(outcome, form=form, sarif_file=sarif_file)
    return EXIT_FINDINGS if report.failed(outcome.findings) else EXIT_OK


def _prove(args: argparse.Namespace) -> int:
    """Ask for the ground truth of one pattern."""
    from pattern_ci.commands.ground_truth import prove  # a hook never executes anything

    form = args.format or "text"
    if args.fix or args.registry or args.since or form not in ("text", "json"):
        raise UsageError(messages.GROUND_TRUTH_ALONE)
    return prove(
        args.ground_truth,
        repo=args.repo,
        patterns=args.patterns,
        instance=args.instance,
        form=form,
    )


def _examples(args: argparse.Namespace) -> int:
    """Ask what the examples of one pattern come to; with `--fix` write it."""
    from pattern_ci.commands.examples import refresh  # most runs only look

    others = (args.instance, args.registry, args.since, args.rev, args.sarif)
    if any(others) or args.format not in (None, "text"):
        raise UsageError(messages.EXAMPLES_ALONE)
    root = _root(args.repo)
    library = args.patterns if args.patterns is not None else root / FOLDER
    return refresh(args.examples, library, shown=shown_from(root, library), fix=args.fix)


def _library(root: Path, library: Path, *, registry_only: bool, fix: bool) -> Outcome:
    shown = shown_from(root, library)
    facts = gather(library, shown=shown)
    rewritten = validation.fix(library, facts) if fix else []
    if rewritten:
        facts = gather(library, shown=shown)
    findings = validation.library_findings(facts, registry_only=registry_only)
    findings = validation.ordered((*findings, *validation.config_findings(root)))
    return Outcome(
        root=root,
        findings=findings,
        notes=[messages.checked(len(facts.suites), *_counts(findings))],
        patterns=len(facts.suites),
        rewritten=[shown_path(shown, name) for name in rewritten],
    )


def _instance(root: Path, library: Path, instance: Path) -> Outcome:
    shown = shown_from(root, instance)
    if not instance.exists():
        raise SpecError(messages.no_instance(shown), next_step=messages.NAME_AN_INSTANCE)
    facts = gather(library, shown=shown_from(root, library))
    known = with_built_in(facts)
    findings = validation.instance_findings(known, instance.parent, instance, shown=shown)
    note = messages.instance_checked(shown, *_counts(findings))
    return Outcome(root=root, findings=findings, notes=[note], patterns=len(facts.suites))


def _since(args: argparse.Namespace) -> int:
    """Compare with a revision; the patterns to quarantine are an output of the job."""
    from pattern_ci.automation.guard.check import guard  # a hook or a plain run never compares

    if not args.since:
        raise UsageError(guard_messages.NEEDS_SINCE, next_step=guard_messages.ADD_SINCE)
    if args.fix or args.instance or args.registry:
        raise UsageError(guard_messages.NOT_WITH, next_step=guard_messages.RUN_TWICE)
    repo = git.open_repo(args.repo)
    root = repo.work_tree or repo.path
    library = args.patterns or root / FOLDER
    folder = shown_from(root, library)
    if not folder or Path(folder).is_absolute() or folder.startswith("../"):
        raise UsageError(guard_messages.outside(folder), next_step=guard_messages.INSIDE)
    found = guard(
        repo,
        library,
        folder,
        since=args.since,
        rev=args.rev or (None if repo.work_tree else "HEAD"),
        on_break=OnBreak(args.on_break) if args.on_break else None,
    )
    notes = [messages.checked(found.patterns, *_counts(found.findings)), found.note]
    if found.quarantine:
        notes.append(guard_messages.to_quarantine(found.quarantine))
    more = {"changed": found.changed, "quarantine": found.quarantine}
    outcome = Outcome(
        root=root, findings=found.findings, notes=notes, patterns=found.patterns, more=more
    )
    deliver(outcome, form=args.format or default_format(), sarif_file=args.sarif)
    return EXIT_FINDINGS if report.failed(found.findings) else EXIT_OK


def _root(repo: Path) -> Path:
    """The top of the work tree that `repo` is in; a folder outside of git stands for itself."""
    try:
        return git.open_repo(repo).work_tree or repo
    except NotARepositoryError:
        if not repo.is_dir():
            raise
        return repo


def shown_from(root: Path, path: Path) -> str:
    """`path` relative to the repository where it is inside, as it was given where it is not."""
    absolute, top = Path(os.path.abspath(path)), Path(os.path.abspath(root))  # noqa: PTH100  # a symlink on the way keeps the name that the user knows
    if absolute.is_relative_to(top):
        return "/".join(absolute.relative_to(top).parts)
    return path.as_posix()


def _counts(findings: Sequence[Finding]) -> tuple[int, int]:
    return report.count(findings, Severity.ERROR), report.count(findings, Severity.WARNING)
