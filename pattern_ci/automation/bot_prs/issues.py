"""Changes without files: each is one issue, edited in place, and closed by whoever has read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.survey import STOPPING
from pattern_ci.errors import GitHubError
from pattern_ci.model.proposal import Action, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.automation.bot_prs.survey import Survey
    from pattern_ci.model.bot_change import BotChange
    from pattern_ci.model.github import Issue


def publish_issues(survey: Survey) -> tuple[Action, ...]:
    """One action a change without files; without any, nothing is asked."""
    changes = [change for change in survey.changes if not change.files]
    if not changes or survey.stopped is not None:
        return tuple(_action(change, Verdict.WAIT, Reason.STOPPED) for change in changes)
    try:
        issues = survey.port.issues(author=survey.place.login, state="all")
    except GitHubError as error:
        survey.errors.append(error)
        return tuple(
            _action(change, Verdict.SKIP, Reason.UNKNOWN, detail=error.line) for change in changes
        )
    first = {(change.kind, change.identity): change for change in reversed(changes)}
    return tuple(
        _publish(survey, change, issues)
        if first[change.kind, change.identity] is change
        else _action(change, Verdict.SKIP, Reason.DUPLICATE)
        for change in changes
    )


def _publish(survey: Survey, change: BotChange, issues: Sequence[Issue]) -> Action:
    if survey.stopped is not None:
        return _action(change, Verdict.WAIT, Reason.STOPPED, detail=survey.stopped.what)
    try:
        return _write(survey, change, _of(change, issues))
    except GitHubError as error:
        survey.errors.append(error)
        survey.stopped = error if isinstance(error, STOPPING) else None
        return _action(change, Verdict.SKIP, Reason.FAILED, detail=error.line)


def _of(change: BotChange, issues: Sequence[Issue]) -> Issue | None:
    """The open issue about this identity, else the newest closed one."""
    ours = [
        one
        for one in issues
        if (said := markers.fields(one.body)).get("handler") == change.kind.value
        and said.get("identity") == change.identity
    ]
    return min(ours, key=lambda one: (one.state != "open", -one.number), default=None)


def _write(survey: Survey, change: BotChange, issue: Issue | None) -> Action:
    body = markers.line(
        {
            "handler": change.kind.value,
            "identity": change.identity,
            "digest": change.digest,
            "title": markers.text_digest(change.title),
            "body": markers.text_digest(change.text),
        }
    )
    if issue is None:
        label = survey.settings.label
        made = survey.port.create_issue(
            title=change.title, body=body + change.text, labels=(label,) if label else ()
        )
        return _action(change, Verdict.OPEN, Reason.NEW, number=made.number)
    said = markers.fields(issue.body)
    if issue.state == "closed":
        return _action(change, Verdict.SKIP, Reason.REJECTED, number=issue.number)
    if said.get("digest") == change.digest:
        return _action(change, Verdict.NONE, Reason.UP_TO_DATE, number=issue.number)
    if not _is_untouched(issue, said):
        return _action(change, Verdict.SKIP, Reason.EDITED, number=issue.number)
    survey.port.update_issue(issue.number, title=change.title, body=body + change.text)
    return _action(change, Verdict.UPDATE, Reason.CHANGED, number=issue.number)


def _is_untouched(issue: Issue, said: Mapping[str, str]) -> bool:
    text = markers.text_of(issue.body)
    now = (markers.text_digest(issue.title), markers.text_digest(text))
    return now == (said.get("title"), said.get("body"))


def _action(
    change: BotChange,
    verdict: Verdict,
    reason: Reason,
    *,
    detail: str = "",
    number: int | None = None,
) -> Action:
    return Action(
        identity=change.identity,
        name=change.name,
        verdict=verdict,
        reason=reason,
        detail=detail,
        pull_request=number,
    )
