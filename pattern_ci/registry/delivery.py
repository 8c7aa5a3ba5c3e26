"""Where findings go: the terminal or log, a SARIF file, and the summary and outputs of a job."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pattern_ci import files, output
from pattern_ci.errors import StorageError
from pattern_ci.messages import findings as pages
from pattern_ci.messages import validate as messages
from pattern_ci.messages.escaping import commands
from pattern_ci.registry import report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pattern_ci.model.finding import Finding

FORMATS = ("text", "json", "github", "sarif", "markdown")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run found and did below `root`.

    `notes` are its last lines, `more` further lists for programs by name.
    """

    root: Path
    findings: Sequence[Finding]
    notes: Sequence[str]
    patterns: int = 0
    rewritten: Sequence[str] = ()
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, path: str) -> str | None:
        """The text of a file that a finding names; None where it cannot be read."""
        place = self.root / path
        with suppress(OSError, StorageError):
            return files.read_text(place) if place.is_file() else None
        return None


def default_format() -> str:
    """Annotations in a workflow, lines anywhere else."""
    return "github" if output.in_github_actions() else "text"


def deliver(outcome: Outcome, *, form: str, sarif_file: Path | None = None) -> None:
    """Print, write the SARIF file if one is wanted, and tell the job."""
    if sarif_file is not None:
        files.write_if_changed(sarif_file, output.json_text(_sarif(outcome)))
    show(outcome, form)
    output.summary(pages.summary(outcome.findings, outcome.notes))
    place = str(sarif_file) if sarif_file else ""
    output.job_outputs(
        report.as_outputs(outcome.findings, sarif=place)
        | {name: " ".join(items) for name, items in outcome.more.items()}
    )


def show(outcome: Outcome, form: str) -> None:
    """Print in one of FORMATS."""
    match form:
        case "json":
            output.json_pretty(_data(outcome))
        case "sarif":
            output.json_pretty(_sarif(outcome))
        case "markdown":
            output.write(pages.page(outcome.findings, outcome.notes))
        case _:
            _print([messages.rewrote(path) for path in outcome.rewritten])
            (_annotate if form == "github" else _list)(outcome.findings)
            _print(outcome.notes)


def _data(outcome: Outcome) -> dict[str, object]:
    data = report.as_data(outcome.findings, patterns=outcome.patterns, rewritten=outcome.rewritten)
    return data | {name: list(items) for name, items in outcome.more.items()}


def _sarif(outcome: Outcome) -> dict[str, object]:
    from pattern_ci.registry import sarif  # a hook never needs it

    return sarif.document(outcome.findings, outcome.text)


def _print(lines: Sequence[str]) -> None:
    output.write("".join(f"{line}\n" for line in lines))


def _annotate(findings: Sequence[Finding]) -> None:
    shown = report.as_annotations(findings)
    for command in shown.commands:
        output.command(command)
    if shown.rest:
        output.line(shown.rest)


def _list(findings: Sequence[Finding]) -> None:
    """Lines; where a runner reads along, it is told how to find the problems in them."""
    matched = output.in_github_actions() and bool(findings)
    if matched:
        output.command(commands.add_matcher(str(report.MATCHER)))
    _print(report.as_text(findings))
    if matched:
        output.command(commands.remove_matcher(report.MATCHER_OWNER))
