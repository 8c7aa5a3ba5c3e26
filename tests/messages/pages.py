"""Every page that we publish, made with one text in each place that comes from others."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from pattern_ci.messages import (
    bot_prs,
    comments,
    dashboard,
    findings,
    pattern_page,
    pull_request,
    recipes,
    rewrites,
    train_report,
)
from pattern_ci.messages.escaping import markdown as md
from pattern_ci.model.anchor import Anchor, Place
from pattern_ci.model.bot_change import Checks
from pattern_ci.model.candidate import Abstention, Draft, HeldOut
from pattern_ci.model.dashboard import Answer, Item, Section, Wish
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.model.pattern import Mode, Slot
from pattern_ci.model.proposal import Action, Reason, TrainReport, Verdict
from pattern_ci.model.rewrite import Rewrite
from tests.automation.drafts import COMMIT, draft, mined, spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.model.pattern import Spec
    from pattern_ci.model.safe import Markdown

WEB = pull_request.Web("https://github.com", "octo/demo")


def hostile_draft(value: str) -> Draft:
    """A draft in which everything that comes from a repository holds `value`."""
    schema = {
        "type": "object",
        "required": [f"a{value}"],
        "properties": {
            f"a{value}": {"description": value},
            f"b{value}": {"default": value, "description": f"| {value} |"},
        },
    }
    return Draft(
        spec=spec(summary=f"Adds {value}", slots=()),
        files={
            "drafts/schemas/rules.schema.json": json.dumps(schema),
            f"drafts/templates/{value}.j2": value,
        },
        members=(f"a{value}", f"rules/{value}.py"),
        held_out=HeldOut(
            path=f"rules/{value}.py",
            commit=COMMIT,
            actual=f"{value}\nsame\n{value} two\n",
            predicted=f"same\n{value}\n",
            net_saving=0.1,
            draft_precision=0.9,
        ),
    )


def _action(value: str) -> Action:
    about = draft().spec
    return Action(
        identity=about.identity,
        name=f"a{value}",
        verdict=Verdict.SKIP,
        reason=Reason.FAILED,
        detail=value,
    )


def train_run(value: str) -> TrainReport:
    """A training run that met the text everywhere."""
    abstained = Abstention(
        role=f"a{value}", members=3, reason=f"a{value}", nearest_miss=f"|{value}", score=0.1
    )
    slots = (Slot(id="file", role=f"a{value}", template="t.j2"),)
    found = mined(
        draft("rules", summary=f"a {value}", slots=slots),
        abstained=(abstained,),
        limits=(f"a {value}",),
    )
    return TrainReport(
        mode="pull-request",
        planned=False,
        mined=found,
        actions=(_action(value),),
        open_limit=3,
        new_per_run=2,
        notes=(f"a {value}",),
    )


def _dashboard(value: str) -> Markdown:
    items = [
        Item(
            section=section, identity="0" * 16, name=value, pull_request=3, why=f"a{value}", box=box
        )
        for section in Section
        for box in (Wish.OPEN, None)
    ]
    return dashboard.page(items, [f"a{value}"])


def _answers(value: str) -> Markdown:
    given = [
        Answer(wish=Wish.OPEN, name=value, done=done, says=f"a{value}") for done in (True, False)
    ]
    return dashboard.answers(given)


def _docs_page(value: str) -> Markdown:
    schema = {"required": [f"a{value}"], "properties": {f"a{value}": {"description": value}}}
    about = replace(
        spec(slots=(Slot(id="a", role=value, template="t.j2"),)), pattern_id=f"P{value}"
    )
    return pattern_page.page(about, [value, f"a/{value}"], schema)


def _recipe_page(value: str) -> Markdown:
    schema = {"properties": {value: {"description": value}}, "required": [value]}
    anchor = Anchor(place=Place.SORTED, like=f"- {value}")
    slot = Slot(id="a", role=value, template="t.j2", mode=Mode.EDIT, anchor=anchor)
    about = spec(summary=f"a{value}", steps=(f"a {value}",), slots=(slot,))
    return recipes.page(replace(about, pattern_id=f"P{value}"), [value, f"a/{value}"], schema)


def _rewriting(value: str) -> tuple[Rewrite, Spec]:
    text = value.replace("\r", "") or "x"
    rule = Rewrite(files=(f"a{value}", value), before=f"a{text}", after=f"b{text}")
    about = spec(summary=f"a{value}", intent=f"a{value}", rewrite=rule.to_dict(), slots=())
    return rule, replace(about, pattern_id=f"P{value}")


def _rewrite_page(value: str) -> Markdown:
    rule, about = _rewriting(value)
    return rewrites.page(about, rule, f"a{value}", [{"path": value, "commit": value}])


def _rewrite_section(value: str) -> Markdown:
    rule, about = _rewriting(value)
    return rewrites.section(about, rule)


def _closing(value: str) -> Markdown:
    closed = replace(_action(value), reason=Reason.SUPERSEDED)
    return bot_prs.closing(closed, "https://github.com/octo/demo/pull/4")


def _explained(value: str) -> Markdown:
    evidence = replace(spec().evidence, files=(value, f"a/{value}"), commits=(value,))
    about = spec(summary=f"a{value}", evidence=evidence)
    return comments.explained(replace(about, pattern_id=f"P{value}"))


def _findings(value: str) -> list[Finding]:
    return [Finding(f"a{value}", 1, 2, f"a{value}", value, level) for level in Severity]


PAGES: dict[str, Callable[[str], Markdown]] = {
    "bot_prs.closing": _closing,
    "bot_prs.with_checks": lambda value: bot_prs.with_checks(
        pull_request.text(hostile_draft("x"), {}, web=WEB), Checks.STARTED, value
    ),
    "comments.already": lambda _: comments.already(merged=True),
    "comments.approved": lambda value: comments.approved(value, value),
    "comments.changed": lambda value: comments.changed([value, f"a/{value}"], replaced=False),
    "comments.explained": _explained,
    "comments.refused": lambda value: md.paragraphs(
        [comments.refused(reason, f"a{value}") for reason in ("breaks", "github", "bad_name")]
    ),
    "comments.rejected": lambda value: comments.rejected(f"a{value}"),
    "comments.renamed": lambda value: comments.renamed(value, value, value),
    "dashboard.answers": _answers,
    "dashboard.folded": lambda _: dashboard.folded(3),
    "dashboard.page": _dashboard,
    "findings.page": lambda value: findings.page(_findings(value), [f"a {value}"]),
    "findings.summary": lambda value: findings.summary(_findings(value), [f"a {value}"]),
    "pattern_page.page": _docs_page,
    "pull_request.confidence_table": lambda _: pull_request.confidence_table(spec()),
    "pull_request.text": lambda value: pull_request.text(
        hostile_draft(value),
        {f"patterns/{path}": text for path, text in hostile_draft(value).files.items()},
        web=WEB,
    ),
    "pull_request.variables_table": lambda value: pull_request.variables_table(
        json.loads(hostile_draft(value).files["drafts/schemas/rules.schema.json"])
    ),
    "recipes.page": _recipe_page,
    "rewrites.page": _rewrite_page,
    "rewrites.section": _rewrite_section,
    "train_report.report_page": lambda value: train_report.report_page(train_run(value).mined),
    "train_report.summary": lambda value: train_report.summary(train_run(value)),
}
