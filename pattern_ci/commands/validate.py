"""`pattern-ci validate`: check a library and say where each problem stands."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git, output
from pattern_ci.errors import (
    EXIT_FINDINGS,
    EXIT_OK,
    NotARepositoryError,
    SpecError,
    UsageError,
)
from pattern_ci.messages import validate as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.registry import report, validation
from pattern_ci.registry.facts import gather
from pattern_ci.registry.suites import shown_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

FORMATS = ("text", "json", "github")
FOLDER = "patterns"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="default: here")
    parser.add_argument("--patterns", type=Path, metavar="DIR", help="default: REPO/patterns")
    parser.add_argument("--instance", type=Path, metavar="FILE", help="check these values only")
    parser.add_argument("--registry", action="store_true", help="check the registry files only")
    parser.add_argument("--fix", action="store_true", help="rewrite the derived registry files")
    parser.add_argument("--format", choices=FORMATS, help="default: github in a workflow, or text")


def run(args: argparse.Namespace) -> int:
    """Run with a parsed command line."""
    return validate(
        repo=args.repo,
        patterns=args.patterns,
        instance=args.instance,
        registry_only=args.registry,
        fix=args.fix,
        form=args.format or default_format(),
    )


def default_format() -> str:
    """Annotations in a workflow, lines anywhere else."""
    return "github" if output.in_github_actions() else "text"


class _Outcome(NamedTuple):
    """What a run found and did; `note` is its last line."""

    findings: Sequence[Finding]
    note: str
    patterns: int = 0
    rewritten: Sequence[str] = ()


def validate(
    *,
    repo: Path,
    patterns: Path | None = None,
    instance: Path | None = None,
    registry_only: bool = False,
    fix: bool = False,
    form: str = "text",
    quiet: bool = False,
) -> int:
    """Check a library, one instance or the registry; 1 when there is an error among the findings.

    `quiet` prints findings and nothing else. Raises UsageError when `patterns` is given and no
    folder, SpecError when there is no `instance`.
    """
    root = _root(repo)
    library = patterns if patterns is not None else root / FOLDER
    if instance is not None:
        outcome = _instance(root, library, instance)
    elif library.is_dir():
        outcome = _library(root, library, registry_only=registry_only, fix=fix)
    elif patterns is None:
        findings = validation.ordered(validation.config_findings(root))
        outcome = _Outcome(findings, messages.no_library(FOLDER))
    else:
        raise UsageError(messages.no_folder(str(patterns)), next_step=messages.NAME_A_LIBRARY)
    _print(outcome, form, quiet=quiet)
    return EXIT_FINDINGS if report.failed(outcome.findings) else EXIT_OK


def _library(root: Path, library: Path, *, registry_only: bool, fix: bool) -> _Outcome:
    shown = shown_from(root, library)
    facts = gather(library, shown=shown)
    rewritten = validation.fix(library, facts) if fix else []
    if rewritten:
        facts = gather(library, shown=shown)
    findings = validation.library_findings(facts, registry_only=registry_only)
    findings = validation.ordered((*findings, *validation.config_findings(root)))
    return _Outcome(
        findings,
        messages.checked(len(facts.suites), *_counts(findings)),
        len(facts.suites),
        [shown_path(shown, name) for name in rewritten],
    )


def _instance(root: Path, library: Path, instance: Path) -> _Outcome:
    shown = shown_from(root, instance)
    if not instance.exists():
        raise SpecError(messages.no_instance(shown), next_step=messages.NAME_AN_INSTANCE)
    facts = gather(library, shown=shown_from(root, library))
    findings = validation.instance_findings(facts, instance.parent, instance, shown=shown)
    note = messages.instance_checked(shown, *_counts(findings))
    return _Outcome(findings, note, len(facts.suites))


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


def _print(outcome: _Outcome, form: str, *, quiet: bool) -> None:
    findings, rewritten = outcome.findings, outcome.rewritten
    if form == "json":
        data = report.as_data(findings, patterns=outcome.patterns, rewritten=rewritten)
        output.json_pretty(data)
        return
    lines = [messages.rewrote(path) for path in rewritten]
    lines += report.as_annotations(findings) if form == "github" else report.as_text(findings)
    lines += [] if quiet else [outcome.note]
    output.write("".join(f"{line}\n" for line in lines))
