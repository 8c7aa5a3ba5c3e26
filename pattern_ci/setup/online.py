"""The doctor's rules about the repository on GitHub: pure, over what was read there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages import doctor_online as messages
from pattern_ci.setup import cron
from pattern_ci.setup.records import Check, History, Level, Online, Saved
from pattern_ci.setup.releases import hook_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pattern_ci.setup.records import BotPull, Facts, Flow

# So many runs without a success are no accident of one run.
FAILED_IN_A_ROW = 5
# GitHub delays runs and drops some; a schedule that is this many intervals late has stopped.
LATE = 2
OPENS_PULLS = "pattern-train.yml"
WORKFLOW_LOGIN = "github-actions[bot]"
_NO_VERDICT = (None, "cancelled", "skipped")


def door(facts: Facts) -> Iterator[Check]:
    """GitHub knows the token, and it may push."""
    found = facts.online
    if found is None:
        return
    if found.problem:
        yield Check(Level.FAIL, "github", found.problem, found.next_step)
        return
    said = messages.github(found.full_name, found.default_branch, found.login)
    yield Check(Level.OK, "github", said)
    if "push" not in found.permissions:
        yield Check(Level.FAIL, "github", messages.MAY_NOT_PUSH, messages.NEXT_PUSH)
    for item in found.unread:
        said = messages.not_read(item.about, item.why)
        yield Check(Level.NOTE, "github", said, item.next_step)


def settings(facts: Facts) -> Iterator[Check]:
    """Where the workflow's own token opens pull requests, the repository lets it."""
    found = _answered(facts)
    if found is None or found.settings is None:
        return
    own = [one for one in facts.callers if one.workflow == OPENS_PULLS and not one.own_token]
    if found.settings.may_open_pull_requests:
        yield Check(Level.OK, "setting", messages.MAY_OPEN)
    elif own:
        said = messages.may_not_open(own[0].path)
        yield Check(Level.FAIL, "setting", said, messages.NEXT_MAY_OPEN)
    else:
        yield Check(Level.OK, "setting", messages.NEED_NOT_OPEN)


def checks(facts: Facts) -> Iterator[Check]:
    """Pull requests of ours have checks, where pull requests here have any."""
    found = _answered(facts)
    if found is None or not found.pulls:
        return
    bare = [pull for pull in found.pulls if pull.checks == 0]
    if not bare:
        known = sum(pull.checks is not None for pull in found.pulls)
        yield Check(Level.OK, "checks", messages.all_checked(known))
        return
    numbers = [pull.number for pull in bare]
    if not facts.checks_workflow and not any(flow.on_pull_requests for flow in facts.flows):
        yield Check(Level.NOTE, "checks", messages.nothing_to_start(numbers))
        return
    yield Check(Level.WARN, "checks", messages.unchecked(numbers), _way_out(bare, facts, found))


def _way_out(bare: Sequence[BotPull], facts: Facts, found: Online) -> str:
    """What makes the checks of these pull requests start."""
    name = facts.checks_workflow
    if name:
        flow = next((flow for flow in facts.flows if flow.file == name), None)
        if found.checks_state != "active":
            return messages.next_checks_workflow_gone(name, found.checks_state)
        if flow is not None and not flow.by_hand:
            return messages.next_checks_by_hand(flow.path)
        return messages.next_dispatch(name, bare[0].branch)
    if any(pull.author == WORKFLOW_LOGIN for pull in bare):
        return messages.NEXT_APPROVE
    return messages.NEXT_OTHER_CHECKS


def timetable(facts: Facts) -> Iterator[Check]:
    """Workflows that call ours by a schedule still run, and not in vain."""
    found = _answered(facts)
    if found is None or found.asked_at is None:
        return
    for history in found.histories:
        flow = facts.flow(history.path)
        if flow is not None:
            yield _stopped(flow, history) or _late(flow, history, found.asked_at)
            yield from _in_vain(flow, history)


def _stopped(flow: Flow, history: History) -> Check | None:
    if history.state is None:
        said = messages.not_on_github(flow.path)
        return Check(Level.WARN, "schedule", said, messages.NEXT_NOT_ON_GITHUB)
    if history.state == "active":
        return None
    said = messages.switched_off(flow.path, history.state)
    by_a_person = history.state == "disabled_manually"
    level = Level.WARN if by_a_person else Level.FAIL
    return Check(level, "schedule", said, messages.next_enable(flow.file))


def _late(flow: Flow, history: History, now: datetime) -> Check:
    gap = cron.largest_gap(flow.crons)
    last = next((run.created_at for run in history.runs if run.event == "schedule"), None)
    if gap is None or not history.runs:
        return Check(Level.NOTE, "schedule", messages.not_run_yet(flow.path, gap))
    since = last or history.runs[-1].created_at
    if now - since > LATE * gap:
        said = messages.late(flow.path, None if last is None else now - last, gap)
        return Check(Level.WARN, "schedule", said, messages.next_late(flow.file))
    if last is None:
        return Check(Level.NOTE, "schedule", messages.not_run_yet(flow.path, gap))
    return Check(Level.OK, "schedule", messages.on_time(flow.path, now - last, gap))


def _in_vain(flow: Flow, history: History) -> Iterator[Check]:
    judged = [run for run in history.runs if run.conclusion not in _NO_VERDICT]
    newest = judged[:FAILED_IN_A_ROW]
    if not newest or any(run.conclusion == "success" for run in newest):
        return
    level = Level.FAIL if len(newest) == FAILED_IN_A_ROW else Level.WARN
    said = messages.no_success(flow.path, len(newest))
    yield Check(level, "schedule", said, messages.next_log(newest[0].id))


def memory(facts: Facts) -> Iterator[Check]:
    """The one issue in which the bot remembers is there and can be read."""
    found = _answered(facts)
    if found is None or found.saved is None:
        return
    match found.saved:
        case Saved.THERE:
            yield Check(Level.OK, "dashboard", messages.SAVED)
        case Saved.CLOSED:
            yield Check(Level.NOTE, "dashboard", messages.CLOSED, messages.NEXT_CLOSED)
        case Saved.MISSING:
            said = messages.not_saved(len(found.pulls))
            yield Check(Level.WARN, "dashboard", said, messages.NEXT_NOT_SAVED)
        case Saved.DAMAGED:
            yield Check(Level.WARN, "dashboard", messages.DAMAGED, messages.NEXT_DAMAGED)


def _answered(facts: Facts) -> Online | None:
    found = facts.online
    return found if found is not None and not found.problem else None


RULES = (hook_sources, door, settings, checks, timetable, memory)
