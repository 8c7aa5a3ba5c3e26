"""Where a training run reports: terminal, file, job summary, job outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci import files, output
from pattern_ci.messages import train as messages
from pattern_ci.messages import train_report as pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pattern_ci.model.proposal import TrainReport


def deliver(
    report: TrainReport,
    *,
    form: str,
    candidates: Sequence[dict[str, Any]],
    destination: Path | None,
    environ: Mapping[str, str],
) -> None:
    """Say it everywhere where somebody listens."""
    if output.is_verbose():
        for action in report.actions:
            output.debug("decision", messages.traced(action))
    for note in report.notes:
        output.error(messages.note(note))
    if form == "json":
        output.json_pretty(messages.as_json(report, candidates))
    else:
        for line in messages.terminal(report):
            output.line(line)
    if destination is not None:
        files.write_if_changed(destination, pages.report_page(report.mined))
    output.summary(pages.summary(report), environ=environ)
    place = str(destination) if destination else next(iter(_reports(report)), "")
    output.job_outputs(messages.job_outputs(report, place), environ=environ)


def _reports(report: TrainReport) -> list[str]:
    return [path for path in report.written if path.endswith(".md") and "/reports/" in path]
