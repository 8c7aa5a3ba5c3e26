"""Carries out one action: commit, branch, checks, pull request, in this order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.marker import Members
from pattern_ci.errors import GitHubConflictError, GitHubError
from pattern_ci.messages import bot_prs as messages
from pattern_ci.messages.github import CHANGE_PULL, branch_moved
from pattern_ci.model.bot_change import Checks
from pattern_ci.model.github import FileChange
from pattern_ci.model.proposal import Action, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.automation.bot_prs.facts import Facts
    from pattern_ci.automation.bot_prs.survey import Survey
    from pattern_ci.model.bot_change import BotChange
    from pattern_ci.model.github import Comment, PullRequest

# The login under which a workflow's own token writes; its pull requests start no checks.
ACTIONS_LOGIN = "github-actions[bot]"
_ANEW = (Reason.CONFLICT, Reason.WISHED)


def write(survey: Survey, facts: Facts, action: Action) -> Action:
    """Carry out an action that writes; the action with what came of it. Raises a GitHubError."""
    match action.verdict:
        case Verdict.CLOSE:
            return _close(survey, facts, action)
        case Verdict.PRUNE:
            assert action.expected is not None
            survey.port.delete_branch(action.name, expected=action.expected)
            return action
        case Verdict.REOPEN:
            return _reopen(survey, facts, action)
        case _:
            return _propose(survey, facts, action)


def _pull(facts: Facts, number: int | None) -> PullRequest:
    return next(pull for pull in facts.pull_requests if pull.number == number)


def _close(survey: Survey, facts: Facts, action: Action) -> Action:
    """Say why, once, then close; the marker tells later runs that it was no verdict."""
    pull = _pull(facts, action.pull_request)
    if action.expected and survey.port.branch_sha(pull.head_ref) != action.expected:
        # GitHub closes without a lease: what was pushed meanwhile is looked at by the next run.
        raise branch_moved(CHANGE_PULL)
    head = markers.line({"handler": "closing", "key": f"{action.reason.value}.{pull.head_sha}"})
    said = survey.port.comments(pull.number)
    if not any(_is_said(one, survey.place.login, head) for one in said):
        text = messages.closing(action, _link(survey, action))
        survey.port.create_comment(pull.number, head + text)
    body = markers.closed_by_us(pull.body, action.reason.value, survey.now)
    survey.port.update_pull_request(pull.number, body=body, state="closed")
    return action


def _is_said(comment: Comment, login: str, head: str) -> bool:
    return comment.author == login and comment.body.startswith(head.strip())


def _link(survey: Survey, action: Action) -> str:
    """Where to look instead: the path in the base branch, or the branch of what takes its place."""
    if action.reason is Reason.BY_HAND:
        return f"{survey.web}/blob/{survey.place.base}/{action.detail}"
    better = next((one for one in survey.changes if one.name == action.detail), None)
    return f"{survey.web}/tree/{survey.settings.prefix}{better.identity}" if better else ""


def _reopen(survey: Survey, facts: Facts, action: Action) -> Action:
    """Open it as it was; its content follows as for any open one."""
    pull = _pull(facts, action.pull_request)
    body = markers.open_again(pull.body)
    try:
        survey.port.update_pull_request(pull.number, body=body, state="open")
    except GitHubConflictError:
        # GitHub does not let every one be opened again; the branch is there for a new one.
        return _propose(survey, facts, replace(action, verdict=Verdict.OPEN, pull_request=None))
    marker, change = markers.read(body), survey.change(action.identity)
    if marker is None or marker.digest == change.digest:
        return action
    _propose(survey, facts, replace(action, verdict=Verdict.UPDATE, reason=Reason.CHANGED))
    return action


def _propose(survey: Survey, facts: Facts, action: Action) -> Action:
    change = survey.change(action.identity)
    branch = survey.settings.prefix + change.identity
    base = _base(survey, facts, action)
    head = _head(survey, action, change, branch)
    checks = _start_checks(survey, branch)
    body = markers.write(
        kind=change.kind,
        identity=change.identity,
        digest=change.digest,
        head=head,
        base=base,
        members=Members.of(change.members),
        text=messages.with_checks(change.text, checks, survey.settings.checks_workflow),
    )
    if action.pull_request is not None:
        survey.port.update_pull_request(action.pull_request, body=body)
        return action
    label = survey.settings.label
    made = survey.port.create_pull_request(
        title=change.title,
        body=body,
        head=branch,
        base=survey.place.base,
        labels=(label,) if label else (),
    )
    return replace(action, pull_request=made.number)


def _base(survey: Survey, facts: Facts, action: Action) -> str:
    """The commit of the base branch that the branch starts from; empty where it is not known."""
    if action.expected is None or action.reason in _ANEW:
        return survey.base_sha
    tip = facts.commits.get(action.expected)
    if tip is not None and tip.base:
        return tip.base
    if action.pull_request is None:
        return ""
    marker = markers.read(_pull(facts, action.pull_request).body)
    return marker.base if marker else ""


def _head(survey: Survey, action: Action, change: BotChange, branch: str) -> str:
    """The commit that the branch stands at, after moving it there if it does not yet.

    A branch moves on from the tip that was looked at, or is replaced under a lease on it: a push
    that came in between makes GitHub refuse, and nothing is lost.
    """
    tip = action.expected
    if tip is None:
        head = _commit(survey, change, on=survey.base_sha, changes=change.files)
        survey.port.create_branch(branch, head)
        return head
    if action.reason in (Reason.BRANCH_READY, Reason.BODY_UNFINISHED):
        return tip
    if action.reason in _ANEW:
        head = _commit(
            survey, change, on=survey.base_sha, changes=change.files, replaces=action.recorded
        )
        survey.port.replace_branch(branch, head, expected=tip)
        return head
    there = survey.suite_at(tip, change)
    changes: dict[str, str | None] = {path: None for path in there if path not in change.files}
    changes |= {path: text for path, text in change.files.items() if there.get(path) != text}
    if not changes:
        return tip
    head = _commit(survey, change, on=tip, changes=changes, replaces=action.recorded)
    survey.port.update_branch(branch, head, expected=tip)
    return head


def _commit(
    survey: Survey,
    change: BotChange,
    *,
    on: str,
    changes: Mapping[str, str | None],
    replaces: str | None = None,
) -> str:
    message = markers.commit_message(
        change.title,
        identity=change.identity,
        digest=change.digest,
        files=change.files_digest,
        changes=changes,
        replaces=replaces,
    )
    files = [FileChange(path=path, text=changes[path]) for path in sorted(changes)]
    return survey.port.commit_files(base_sha=on, message=message, changes=files)


def _start_checks(survey: Survey, branch: str) -> Checks:
    """Start the validation workflow where GitHub would not start checks by itself."""
    if survey.place.login != ACTIONS_LOGIN:
        return Checks.BY_THEMSELVES
    workflow = survey.settings.checks_workflow
    if not workflow:
        return Checks.WAIT
    try:
        survey.port.dispatch_workflow(workflow, ref=branch)
    except GitHubError as error:
        # The pull request is worth opening all the same; its text says what it waits for.
        survey.errors.append(error)
        return Checks.WAIT
    return Checks.STARTED
