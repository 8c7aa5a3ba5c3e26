"""Writes what was decided: one pull request a candidate, each item standing on its own.

A write that fails leaves the others going, and whatever was written before a crash is recognised
by the next run, which finishes it: first the commit, then the branch, then the pull request.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.marker import Members
from pattern_ci.automation.bot_prs.survey import STOPPING
from pattern_ci.errors import FatalError, GitHubError
from pattern_ci.model.github import FileChange
from pattern_ci.model.proposal import Action, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.automation.bot_prs.survey import Survey
    from pattern_ci.automation.train.proposals import Proposal


class Published(NamedTuple):
    """What became of each candidate, and the errors that were met on the way."""

    actions: tuple[Action, ...]
    errors: tuple[FatalError, ...]


def publish(survey: Survey) -> Published:
    """Decide and write. Raises a GitHubError when the facts that all items need are missing."""
    actions = survey.decide().actions
    done: dict[str, Action] = {}
    stopped = survey.stopped
    for action in _in_order_of_writing(actions):
        if stopped is not None:
            done[action.identity] = _stopped(action, stopped)
            continue
        try:
            done[action.identity] = _write(survey, action)
        except GitHubError as error:
            survey.errors.append(error)
            done[action.identity] = _failed(action, error)
            stopped = error if isinstance(error, STOPPING) else None
    final = tuple(done[action.identity] if _writes(action) else action for action in actions)
    return Published(final, tuple(survey.errors))


def _writes(action: Action) -> bool:
    return action.verdict in (Verdict.OPEN, Verdict.UPDATE)


def _in_order_of_writing(actions: Sequence[Action]) -> list[Action]:
    """Updates first: when opening is forbidden, what is open already still gets its due."""
    writing = [action for action in actions if _writes(action)]
    return sorted(writing, key=lambda action: action.verdict is Verdict.OPEN)


def _failed(action: Action, error: FatalError) -> Action:
    return replace(action, verdict=Verdict.SKIP, reason=Reason.FAILED, detail=error.line)


def _stopped(action: Action, error: FatalError) -> Action:
    return replace(action, verdict=Verdict.WAIT, reason=Reason.STOPPED, detail=error.what)


def _write(survey: Survey, action: Action) -> Action:
    proposal = survey.proposal(action.identity)
    branch = survey.settings.prefix + proposal.identity
    head = _head(survey, action, proposal, branch)
    body = markers.write(
        identity=proposal.identity,
        digest=proposal.digest,
        head=head,
        members=Members.of(proposal.members),
        text=proposal.text,
    )
    if action.pull_request is not None:
        survey.port.update_pull_request(action.pull_request, body=body)
        return action
    label = survey.settings.label
    made = survey.port.create_pull_request(
        title=proposal.title,
        body=body,
        head=branch,
        base=survey.place.base,
        labels=(label,) if label else (),
    )
    # A planned pull request has no number yet; its recorder counts downwards.
    return replace(action, pull_request=made.number if made.number > 0 else None)


def _head(survey: Survey, action: Action, proposal: Proposal, branch: str) -> str:
    """The commit that the branch stands at, after moving it there if it does not yet.

    A branch moves forward only, from the tip that was looked at: a push that came in between makes
    GitHub refuse the move, and nothing is lost.
    """
    tip = action.expected
    if tip is None:
        head = _commit(survey, proposal, on=survey.place.base_sha, changes=proposal.files)
        survey.port.create_branch(branch, head)
        return head
    if action.reason in (Reason.BRANCH_READY, Reason.BODY_UNFINISHED):
        return tip
    there = survey.suite_at(tip, proposal)
    changes: dict[str, str | None] = {path: None for path in there if path not in proposal.files}
    changes |= {path: text for path, text in proposal.files.items() if there.get(path) != text}
    if not changes:
        return tip
    head = _commit(survey, proposal, on=tip, changes=changes, replaces=action.recorded)
    survey.port.update_branch(branch, head, expected=tip)
    return head


def _commit(
    survey: Survey,
    proposal: Proposal,
    *,
    on: str,
    changes: Mapping[str, str | None],
    replaces: str | None = None,
) -> str:
    message = markers.commit_message(
        proposal.title,
        identity=proposal.identity,
        digest=proposal.digest,
        files=proposal.candidate.files,
        changes=changes,
        replaces=replaces,
    )
    files = [FileChange(path=path, text=changes[path]) for path in sorted(changes)]
    return survey.port.commit_files(base_sha=on, message=message, changes=files)
