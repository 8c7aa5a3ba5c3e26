"""Where a training run reports: terminal, file, job summary, job outputs."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import files, output
from pattern_ci.messages import train as messages
from pattern_ci.messages import train_report as pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    for note in report.notes:
        output.error(messages.note(note))
    if form == "json":
        output.json_pretty(messages.as_json(report, candidates))
    else:
        for line in messages.terminal(report):
            output.line(line)
    if destination is not None:
        files.write_if_changed(destination, pages.report_page(report.mined))
    if environ.get("GITHUB_STEP_SUMMARY"):
        files.append_text(Path(environ["GITHUB_STEP_SUMMARY"]), pages.summary(report))
    if environ.get("GITHUB_OUTPUT"):
        place = str(destination) if destination else next(iter(_reports(report)), "")
        values = messages.job_outputs(report, place)
        # A delimiter that nobody can know keeps a value from ending itself and adding outputs.
        delimiter = f"pattern-ci-{secrets.token_hex(16)}"
        text = "".join(
            f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in values.items()
        )
        files.append_text(Path(environ["GITHUB_OUTPUT"]), text)


def _reports(report: TrainReport) -> list[str]:
    return [path for path in report.written if path.endswith(".md") and "/reports/" in path]
