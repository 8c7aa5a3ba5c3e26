"""What a run says: the lines for people, the report file, the summary, JSON and outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from pattern_ci.messages import train, train_report
from pattern_ci.model.pattern import Mode
from pattern_ci.model.proposal import Action, Reason, TrainReport, Verdict
from tests.automation.drafts import draft, mined

_PARSER = MarkdownIt("commonmark").enable("table")


def _action(name: str, verdict: Verdict, reason: Reason, **more: Any) -> Action:
    about = draft(name).spec
    return Action(
        identity=about.identity,
        name=about.pattern_id,
        verdict=verdict,
        reason=reason,
        **more,
    )


def _report(**changes: Any) -> TrainReport:
    made = TrainReport(
        mode="pull-request",
        planned=False,
        mined=mined(draft("rules"), draft("hooks")),
        actions=(
            _action("rules", Verdict.OPEN, Reason.NEW, pull_request=4),
            _action("hooks", Verdict.WAIT, Reason.NEW_LIMIT),
        ),
        open_limit=3,
        new_per_run=2,
        requests={"reads": 9, "writes": 3},
    )
    return replace(made, **changes)


def test_what_is_edited_or_rewritten_is_not_written() -> None:
    """Entries go into files that are there, and a rewrite is learned from commits."""
    whole, some = draft("rules"), draft("hooks")
    listed = replace(whole.spec.slots[0], id="list", role="rules.txt", mode=Mode.EDIT)
    recipe = replace(whole, spec=replace(whole.spec, slots=(*whole.spec.slots, listed, listed)))
    rule = {"kind": "line", "files": ["*.py"], "rule": {"before": "a", "after": "b"}}
    rewrite = replace(some, spec=replace(some.spec, slots=(), rewrite=rule))

    text = "\n".join(train.terminal(_report(mined=mined(recipe, rewrite))))

    assert "  writes rules/{name.snake}.py, edits rules.txt; learned from 4 files" in text
    assert "  rewrites *.py; learned from 1 commit" in text


def test_a_person_reads_what_was_found_done_and_next() -> None:
    """Candidates with their four parts, what came nearest, the next step."""
    text = "\n".join(train.terminal(_report()))

    assert "Read 12 commits, 34 files at abababababab." in text
    assert (
        "PAT-RULES-001  confidence 0.79 "
        "(similarity 0.90, success 1.00, coverage 0.50, schema 0.25)" in text
    )
    assert "writes rules/{name.snake}.py; learned from 4 files" in text
    assert "-> pull request opened #4" in text
    assert "-> waiting: this run opens no more; the next one goes on" in text
    assert "docs/{name}.md (5 files): copying the newest sibling saves as much" in text
    assert text.endswith("Next: merge what is right, close what is not; closing is remembered.")


def test_a_plan_says_would() -> None:
    """Nothing sounds as if it had happened, and planned writes are listed."""
    writes = (
        {"verb": "commit_files", "makes": "commit 1", "files": [{}, {}]},
        {"verb": "create_branch", "branch": "pattern-ci/a"},
        {"verb": "update_branch", "branch": "pattern-ci/b"},
        {"verb": "create_pull_request", "title": "Add it"},
        {"verb": "update_pull_request", "number": 4},
    )
    text = "\n".join(train.terminal(_report(planned=True, writes=writes)))

    assert "-> a pull request would be opened" in text
    assert "pull request opened" not in text
    assert "Would make commit 1 of 2 files" in text
    assert "Would create the branch pattern-ci/a" in text
    assert "Would move the branch pattern-ci/b" in text
    assert "Would open a pull request: Add it" in text
    assert "Would change pull request 4" in text


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("planned", [False, True])
def test_every_reason_has_its_sentence(reason: Reason, planned: bool) -> None:
    """None is missing and none is left with a placeholder."""
    action = _action("rules", Verdict.SKIP, reason, detail="what it is about")

    said = train.outcome(action, planned=planned)

    assert train.sentence(action)
    assert "{" not in said


def test_nothing_found_is_worth_reading_too() -> None:
    """It names what came nearest and says what would have to come."""
    text = "\n".join(train.terminal(_report(mined=mined(), actions=(), mode="plan", planned=True)))

    assert "1 group was looked at and not drafted" in text
    assert "    0.30 against 0.31" in text
    assert "Next: come back when more files have been added in the same way." in text


def test_each_situation_has_its_next_step() -> None:
    """A fault, a plan here, a plan for GitHub, drafts written, nothing new."""
    fault = (_action("rules", Verdict.SKIP, Reason.FAILED, detail="it failed"),)
    fresh = (_action("rules", Verdict.DRAFT, Reason.NEW),)
    known = (_action("rules", Verdict.NONE, Reason.KNOWN, detail="x"),)

    assert "see what failed" in train.next_step(_report(actions=fault))
    assert "--apply" in train.next_step(_report(mode="plan", planned=True, actions=fresh))
    assert "nothing new" in train.next_step(_report(mode="plan", planned=True, actions=known))
    assert "does this" in train.next_step(_report(planned=True))
    assert "patterns/drafts" in train.next_step(_report(mode="apply", actions=fresh))
    assert "nothing to do" in train.next_step(_report(actions=known))


def test_what_keeps_pull_requests_off_comes_before_anything_else() -> None:
    """Without a token, or with `train.enabled: false`, the same command would only plan again."""
    fresh = (_action("rules", Verdict.DRAFT, Reason.NEW),)
    for mode in ("plan", "pull-request"):
        report = _report(mode=mode, planned=True, actions=fresh, notes=(train.NOT_ENABLED,))

        assert "see the note above" in train.next_step(report)
        assert "does this" not in train.next_step(report)


def test_a_draft_that_waits_is_not_called_a_pattern() -> None:
    """Where nothing is new, drafts that nobody has looked at are the next step."""
    waiting = (_action("rules", Verdict.NONE, Reason.UP_TO_DATE),)

    said = train.next_step(_report(mode="plan", planned=True, actions=waiting))

    assert said.startswith("nothing new; look at patterns/drafts")


def test_json_has_the_published_shape() -> None:
    """Keys and their types, as programs rely on them."""
    data = train.as_json(_report(), [{"pattern_id": "PAT-RULES-001"}])

    assert list(data)[:4] == ["schema_version", "rev", "mode", "planned"]
    assert data["candidates"] == [{"pattern_id": "PAT-RULES-001"}]
    assert data["actions"][0] == {
        "identity": draft("rules").spec.identity,
        "pattern_id": "PAT-RULES-001",
        "action": "open",
        "reason": "found for the first time",
        "pr": 4,
    }
    assert data["actions"][1]["pr"] is None
    assert data["limits"] == {"open_limit": 3, "new_per_run": 2}
    assert data["requests"] == {"reads": 9, "writes": 3}
    assert data["abstained"][0]["role"] == "docs/{name}.md"


def test_job_outputs_count_what_was_done() -> None:
    """A plan has opened nothing, whatever it plans."""
    assert train.job_outputs(_report(), "r.md") == {
        "candidates": "2", "drafted": "0", "opened": "1", "updated": "0", "waiting": "1",
        "report": "r.md",
    }  # fmt: skip
    assert train.job_outputs(_report(planned=True), "")["opened"] == "0"


def test_the_report_depends_on_the_candidates_alone() -> None:
    """Neither revision, nor counts, nor the order of drafts changes a byte of it."""
    page = train_report.report_page(mined(draft("rules"), draft("hooks")))
    later = mined(draft("hooks"), draft("rules"), rev="f" * 40, commits=99, files=99)

    assert train_report.report_page(later) == page
    assert "| <code>PAT-HOOKS-001</code> | 0.79 | 4 |" in page
    assert "## PAT-RULES-001" in page
    assert "## Looked at and not drafted" in page


def test_a_summary_never_outgrows_its_place() -> None:
    """Ten thousand abstentions and candidates are cut at a line, with a notice."""
    names = [f"r{number}" for number in range(1500)]
    drafts = [draft(name, summary="é" * 2000) for name in names]
    report = _report(mined=mined(*drafts), actions=())

    text = train_report.summary(report)

    assert len(text.encode()) <= train_report.SUMMARY_BYTES
    assert text.endswith("`--output FILE` writes all of it._\n")
    assert len(text.encode()) > train_report.SUMMARY_BYTES * 0.9


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.OPEN, "pull request opened #4"),
        (Verdict.NONE, "nothing to do (#4): up to date"),
        (Verdict.WAIT, "waiting (#4): up to date"),
    ],
)
def test_a_number_follows_only_what_names_a_pull_request(verdict: Verdict, said: str) -> None:
    """`waiting #4` would read as if that were waited for."""
    action = _action("rules", verdict, Reason.UP_TO_DATE, pull_request=4)

    assert train.outcome(action, planned=False).startswith(said)


def test_a_commit_in_the_summary_can_be_copied() -> None:
    """It is code: plain text gets invisible characters that keep GitHub from linking it."""
    assert f"34 files at `{'ab' * 6}`." in train_report.summary(_report())
