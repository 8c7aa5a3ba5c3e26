"""The report file of `train` and the summary of its job: Markdown for the repository's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pattern_ci.messages import markdown as md
from pattern_ci.messages import train
from pattern_ci.messages.pattern_page import holdout_sentence
from pattern_ci.messages.pull_request import confidence_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.candidate import Abstention, Draft, MineResult
    from pattern_ci.model.proposal import TrainReport

SUMMARY_BYTES: Final = 1_000_000
_ABSTAINED_ROWS = 50
_NOTICE = "\n\n_Cut here: a job summary holds no more; `--output FILE` writes all of it._\n"
_INTRO = (
    "What `pattern-ci train` found in the history, highest confidence first. Confidence is 0.4 "
    "similarity + 0.3 success rate + 0.2 test coverage + 0.1 schema completeness."
)


def report_page(mined: MineResult) -> str:
    """`patterns/reports/pattern_candidates.md`: the same text for the same candidates.

    It names neither time nor revision, so that it changes only when a candidate does.
    """
    sections = ["# Pattern candidates", _INTRO, *_sections(mined.drafts)]
    sections += _abstained_section(mined.abstained)
    return "\n\n".join(sections) + "\n"


def _sections(drafts: Sequence[Draft]) -> list[str]:
    if not drafts:
        return ["Nothing qualifies yet."]
    ranked = sorted(drafts, key=lambda one: (-one.spec.confidence.total, one.spec.pattern_id))
    rows = [
        [
            md.code_cell(draft.spec.pattern_id),
            f"{draft.spec.confidence.total:.2f}",
            str(len(draft.members)),
            md.code_cell(train.writes(draft.spec)),
        ]
        for draft in ranked
    ]
    overview = md.table(["pattern", "confidence", "files", "writes"], rows)
    return [overview, *(_section(draft) for draft in ranked)]


def _section(draft: Draft) -> str:
    spec = draft.spec
    holdout = [holdout_sentence(spec.evidence.holdout)] if spec.evidence.holdout else []
    heading = f"## {md.text(spec.pattern_id)}"
    return "\n\n".join(
        [heading, md.text(spec.summary), confidence_table(spec.confidence), *holdout]
    )


def _abstained_section(abstained: Sequence[Abstention]) -> list[str]:
    if not abstained:
        return []
    nearest = train.nearest_first(abstained)
    rows = [
        [
            md.code_cell(item.role),
            str(item.members),
            md.cell(item.reason),
            md.cell(item.nearest_miss),
        ]
        for item in nearest[:_ABSTAINED_ROWS]
    ]
    hidden = len(nearest) - _ABSTAINED_ROWS
    more = f"\n\nand {hidden} more." if hidden > 0 else ""
    head = ["role", "files", "why not", "what came nearest"]
    return [f"## Looked at and not drafted\n\n{md.table(head, rows)}{more}"]


def summary(report: TrainReport) -> str:
    """The job summary, at most as large as GitHub takes."""
    rows = [
        [
            md.code_cell(action.pattern_id),
            f"{draft.spec.confidence.total:.2f}",
            md.cell(train.outcome(action, planned=report.planned)),
        ]
        for action, draft in train.pairs(report)
    ]
    verdicts = [md.table(["pattern", "confidence", "what happened"], rows)] if rows else []
    head = f"## pattern-ci train\n\nRead {md.text(train.what_was_read(report))}."
    notes = [md.text(note) for note in (*report.mined.limits, *report.notes)]
    whole = "\n\n".join([head, *notes, *verdicts, report_page(report.mined)])
    return _within(whole, SUMMARY_BYTES)


def _within(whole: str, limit: int) -> str:
    if len(whole.encode()) <= limit:
        return whole
    room = limit - len(_NOTICE.encode())
    kept = whole.encode()[:room].decode("utf-8", "ignore").rpartition("\n")[0]
    return kept + _NOTICE
