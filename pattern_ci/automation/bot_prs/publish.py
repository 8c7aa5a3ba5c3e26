"""Writes what was decided: one pull request or issue a change, each standing on its own.

A write that fails leaves the others going, and whatever was written before a crash is recognised
by the next run, which finishes it: first the commit, then the branch, then the pull request.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.automation.bot_prs import dashboard
from pattern_ci.automation.bot_prs.cleanup import prunable
from pattern_ci.automation.bot_prs.dashboard import Board
from pattern_ci.automation.bot_prs.issues import publish_issues
from pattern_ci.automation.bot_prs.survey import STOPPING
from pattern_ci.automation.bot_prs.writing import write
from pattern_ci.errors import FatalError, GitHubError
from pattern_ci.model.proposal import Action, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pattern_ci.automation.bot_prs.facts import Facts
    from pattern_ci.automation.bot_prs.survey import Survey
    from pattern_ci.model.dashboard import Answer

_ORDER = (Verdict.CLOSE, Verdict.UPDATE, Verdict.REOPEN, Verdict.OPEN, Verdict.PRUNE)


class Published(NamedTuple):
    """What became of each change, errors met on the way, and answers to what was ticked."""

    actions: tuple[Action, ...]
    errors: tuple[FatalError, ...]
    answers: tuple[Answer, ...] = ()


def publish(survey: Survey) -> Published:
    """Decide and write, then bring the dashboard up to date.

    Raises a GitHubError when the facts that all items need are missing.
    """
    board = _board(survey)
    survey.wishes = board.wishes
    facts, decision = survey.decide()
    actions = (*decision.actions, *prunable(facts))
    done = _carry_out(survey, facts, actions)
    final = tuple(done.get(id(action), action) for action in actions)
    final = (*final, *publish_issues(survey))
    answers = _settle(survey, board, facts, final)
    return Published(final, tuple(survey.errors), answers)


def _board(survey: Survey) -> Board:
    if not survey.settings.dashboard:
        return Board(off=True)
    try:
        return dashboard.find(survey.port, survey.place.login)
    except GitHubError as error:
        # Not read is not absent: a second dashboard would be opened.
        survey.errors.append(error)
        return Board(off=True)


def _settle(
    survey: Survey, board: Board, facts: Facts, actions: Sequence[Action]
) -> tuple[Answer, ...]:
    errors = tuple(survey.errors)
    try:
        return dashboard.settle(survey.port, board, actions=actions, facts=facts, errors=errors)
    except GitHubError as error:
        survey.errors.append(error)
        return ()


def _carry_out(survey: Survey, facts: Facts, actions: Sequence[Action]) -> dict[int, Action]:
    """What became of each action that writes, in the order in which places become free."""
    done: dict[int, Action] = {}
    stopped, kept_open = survey.stopped, 0
    for action in _in_order_of_writing(actions):
        if stopped is not None:
            done[id(action)] = _stopped(action, stopped)
            continue
        if _enters(action) and not action.wished and kept_open:
            # Its place was to become free in this run, and did not.
            kept_open -= 1
            done[id(action)] = replace(action, verdict=Verdict.WAIT, reason=Reason.OPEN_LIMIT)
            continue
        try:
            done[id(action)] = write(survey, facts, action)
        except GitHubError as error:
            survey.errors.append(error)
            done[id(action)] = _failed(action, error)
            stopped = error if isinstance(error, STOPPING) else None
            kept_open += action.verdict is Verdict.CLOSE
    return done


def _in_order_of_writing(actions: Iterable[Action]) -> list[Action]:
    """What closes makes room; what is open gets its due even when opening is forbidden."""
    writing = [action for action in actions if action.verdict in _ORDER]
    return sorted(writing, key=lambda action: _ORDER.index(action.verdict))


def _enters(action: Action) -> bool:
    return action.verdict in (Verdict.OPEN, Verdict.REOPEN)


def _failed(action: Action, error: FatalError) -> Action:
    return replace(action, verdict=Verdict.SKIP, reason=Reason.FAILED, detail=error.line)


def _stopped(action: Action, error: FatalError) -> Action:
    return replace(action, verdict=Verdict.WAIT, reason=Reason.STOPPED, detail=error.what)
