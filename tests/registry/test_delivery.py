"""Where findings go, in each format, on a terminal and in a workflow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci.messages.findings import SUMMARY_BYTES
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.registry.delivery import FORMATS, Outcome, deliver, show
from pattern_ci.registry.report import MATCHER
from tests.messages.github_page import read
from tests.messages.hostile import HOSTILE
from tests.messages.runner import commands, outputs

if TYPE_CHECKING:
    from pathlib import Path

    Said = pytest.CaptureFixture[str]

ERROR = Finding("patterns/a.yaml", 1, 7, "spec-shape", "wrong.")


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of a workflow step."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    return tmp_path


def _outcome(root: Path, *findings: Finding) -> Outcome:
    return Outcome(root=root, findings=findings, notes=["1 pattern checked."], patterns=1)


def test_a_job_gets_summary_and_outputs(job: Path) -> None:
    """All findings in the summary, counts and the place of the SARIF file as outputs."""
    outcome = _outcome(job, ERROR)

    deliver(outcome, form="text", sarif_file=job / "x.sarif")

    assert "| error | <code>spec-shape</code> |" in (job / "summary.md").read_text()
    assert outputs((job / "output").read_text()) == {
        "findings": "1", "errors": "1", "warnings": "0", "sarif": str(job / "x.sarif"),
    }  # fmt: skip
    assert json.loads((job / "x.sarif").read_text())["version"] == "2.1.0"


def test_outside_of_a_job_nothing_is_written(tmp_path: Path, capsys: Said) -> None:
    """A terminal gets lines and nothing else."""
    deliver(_outcome(tmp_path, ERROR), form="text")

    assert capsys.readouterr().out == (
        "patterns/a.yaml:1:7: error spec-shape: wrong.\n1 pattern checked.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_fingerprint_is_of_the_line(tmp_path: Path) -> None:
    """The file is read where the finding says that it is."""
    (tmp_path / "patterns").mkdir()
    marks = []
    for text in ("name: x", "name:  x", "name: y"):
        (tmp_path / "patterns/a.yaml").write_text(text)
        deliver(_outcome(tmp_path, ERROR), form="text", sarif_file=tmp_path / "x.sarif")
        run = json.loads((tmp_path / "x.sarif").read_text())["runs"][0]
        marks.append(run["results"][0]["partialFingerprints"]["patternCi/v1"])

    assert marks[0] == marks[1] != marks[2]


def test_a_workflow_reads_lines_through_the_matcher(job: Path, capsys: Said) -> None:
    """Before the lines it is told how, after them to stop; without findings it is not asked."""
    show(_outcome(job, ERROR), "text")
    lines = capsys.readouterr().out.splitlines()
    show(_outcome(job), "text")

    assert lines == [
        f"::add-matcher::{MATCHER}",
        "patterns/a.yaml:1:7: error spec-shape: wrong.",
        "::remove-matcher owner=pattern-ci::",
        "1 pattern checked.",
    ]
    assert capsys.readouterr().out == "1 pattern checked.\n"


def test_ten_thousand_findings_fit(job: Path, capsys: Said) -> None:
    """Twenty annotations, one line about the rest, a summary below its limit that says so."""
    findings = [
        ERROR._replace(line=n, message="é`|<b>" * 40, severity=severity)
        for n in range(1, 5_001)
        for severity in (Severity.WARNING, Severity.ERROR)
    ]

    deliver(_outcome(job, *findings), form="github")

    said = capsys.readouterr().out
    assert [one.name for one in commands(said)] == ["error"] * 10 + ["warning"] * 10
    assert "Not annotated: 4990 errors, 4990 warnings more" in said
    summary = (job / "summary.md").read_text()
    assert SUMMARY_BYTES * 0.9 < len(summary.encode()) <= SUMMARY_BYTES < 1 << 20
    assert "".join(read(summary).text).endswith("lists all of them.\n")


def test_markdown_is_the_whole_page(tmp_path: Path, capsys: Said) -> None:
    """For a comment or a file: every finding in a table, and the last line of the run."""
    show(_outcome(tmp_path, *[ERROR] * 30), "markdown")

    page = capsys.readouterr().out
    assert page.startswith("## pattern-ci validate\n\n1 pattern checked.\n\n| level |")
    assert read(page).tags.count("tr") == 31


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_findings_command_nothing(job: Path, form: str, capsys: Said) -> None:
    """In every format the runner finds the commands of a calm run, and the same outputs."""
    deliver(_outcome(job, ERROR), form=form)
    calm = [found.name for found in commands(capsys.readouterr().out)]
    for value in HOSTILE:
        finding = Finding(f"{value}a", 1, 1, f"r{value}", value)
        deliver(_outcome(job, finding), form=form)

        assert [found.name for found in commands(capsys.readouterr().out)] == calm, value
    assert set(outputs((job / "output").read_text())) == {"findings", "errors", "warnings", "sarif"}
