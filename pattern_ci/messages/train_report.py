"""The report file of `train` and the summary of its job: Markdown for the repository's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pattern_ci.messages import train
from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping import markdown as md
from pattern_ci.messages.pattern_page import holdout_sentence
from pattern_ci.messages.pull_request import confidence_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.candidate import Abstention, Draft, MineResult
    from pattern_ci.model.proposal import TrainReport
    from pattern_ci.model.safe import Cell, Markdown

SUMMARY_BYTES: Final = 1_000_000
_ABSTAINED_ROWS = 50
_NOTICE = md.ours("_Cut here: a job summary holds no more; `--output FILE` writes all of it._")
_INTRO = md.ours(
    "What `pattern-ci train` found in the history, highest confidence first. Confidence is 0.4 "
    "similarity + 0.3 success rate + 0.2 test coverage + 0.1 schema completeness."
)

_FOLDED: Final = "<details><summary>Every candidate</summary>\n\n{}\n</details>"


def report_page(mined: MineResult) -> Markdown:
    """`patterns/reports/pattern_candidates.md`: the same text for the same candidates.

    It names neither time nor revision, so that it changes only when a candidate does.
    """
    sections = [md.ours("# Pattern candidates"), _INTRO, *_sections(mined.drafts)]
    sections += _abstained_section(mined.abstained)
    return md.ours("{}\n", md.paragraphs(sections))


def _sections(drafts: Sequence[Draft]) -> list[Markdown]:
    if not drafts:
        return [md.ours("Nothing qualifies yet.")]
    ranked = sorted(drafts, key=lambda one: (-one.spec.confidence.total, one.spec.pattern_id))
    rows = [
        [
            md.code_cell(draft.spec.pattern_id),
            _confidence(draft),
            md.text(str(len(draft.members))),
            md.code_cell(train.writes(draft.spec)),
        ]
        for draft in ranked
    ]
    overview = md.table(["pattern", "confidence", "files", "writes"], rows)
    return [overview, *(_section(draft) for draft in ranked)]


def _confidence(draft: Draft) -> Cell:
    return md.text(f"{draft.spec.confidence.total:.2f}")


def _section(draft: Draft) -> Markdown:
    spec = draft.spec
    holdout = [md.text(holdout_sentence(spec))] if spec.evidence.holdout else []
    heading = md.ours("## {}", md.text(spec.pattern_id))
    return md.paragraphs([heading, md.text(spec.summary), confidence_table(spec), *holdout])


def _abstained_section(abstained: Sequence[Abstention]) -> list[Markdown]:
    if not abstained:
        return []
    nearest = train.nearest_first(abstained)
    rows = [
        [
            md.code_cell(item.role),
            md.text(str(item.members)),
            md.text(item.reason),
            md.text(item.nearest_miss),
        ]
        for item in nearest[:_ABSTAINED_ROWS]
    ]
    hidden = len(nearest) - _ABSTAINED_ROWS
    more = [md.ours("and {} more.", hidden)] if hidden > 0 else []
    head = ["role", "files", "why not", "what came nearest"]
    return [md.ours("## Looked at and not drafted"), md.table(head, rows), *more]


def summary(report: TrainReport) -> Markdown:
    """The job summary, at most as large as GitHub takes."""
    rows = [
        [
            md.code_cell(action.name),
            _confidence(draft),
            md.text(train.outcome(action, planned=report.planned)),
        ]
        for action, draft in train.pairs(report)
    ]
    rows += [
        [
            md.code_cell(action.name),
            md.text("-"),
            md.text(train.outcome(action, planned=report.planned)),
        ]
        for action in train.others(report)
    ]
    verdicts = [md.table(["pattern", "confidence", "what happened"], rows)] if rows else []
    mined = report.mined
    head = md.ours(
        "## pattern-ci train\n\nRead {}, {} at {}.",
        md.text(plural(mined.commits, "commit")),
        md.text(plural(mined.files, "file")),
        md.code(mined.rev[:12]),
    )
    notes = [md.text(note) for note in (*report.mined.limits, *report.notes)]
    whole = md.paragraphs([head, *notes, *verdicts, md.ours(_FOLDED, report_page(report.mined))])
    return md.cut(whole, SUMMARY_BYTES, _NOTICE)
