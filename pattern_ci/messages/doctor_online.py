"""What `doctor --online` says of the repository on GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.escaping.lines import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

NEXT_PUSH = "grant it `contents: write` and `pull-requests: write`."
MAY_NOT_PUSH = "the token may not push, so no pull request can be opened."
MAY_OPEN = "GitHub Actions may open pull requests here."
NEED_NOT_OPEN = "GitHub Actions may not open pull requests here; an App's token is used instead."
_SETTING = (
    "`Allow GitHub Actions to create and approve pull requests` "
    "(Settings > Actions > General > Workflow permissions)"
)
NEXT_MAY_OPEN = f"turn on {_SETTING}, or hand over an App (`app-client-id`)."
NEXT_ASK_ADMIN = f"as an administrator, look whether {_SETTING} is on."
ABOUT_SETTINGS = "whether GitHub Actions may open pull requests here"
ABOUT_PULLS = "which pull requests of ours are open"
ABOUT_ISSUE = "whether the bot's issue is there"
ADMIN_ONLY = "This token may not ask; an administrator's may."
NEXT_APPROVE = (
    "press `Approve workflows to run` on each; or hand over an App (`app-client-id`), whose pull "
    "requests start by themselves; or name a workflow with `workflow_dispatch` as "
    "`bot_prs: checks_workflow`."
)
NEXT_OTHER_CHECKS = "see whether `on: pull_request` of the workflows leaves out these branches."
NEXT_NOT_ON_GITHUB = "merge it into the default branch; only there does a schedule run."
SAVED = "the bot's issue is there and can be read."
CLOSED = "somebody closed the bot's issue; it is left alone, and what waits is shown nowhere."
NEXT_CLOSED = "reopen it to have it back, or set `bot_prs: {dashboard: false}`."
NEXT_NOT_SAVED = (
    "start the workflow once by hand; it writes the issue anew. Where issues are switched off, "
    "set `bot_prs: {dashboard: false}`."
)
DAMAGED = "the first line of the bot's issue cannot be read, so its boxes are not seen."
NEXT_DAMAGED = (
    "restore that line from the issue's edit history, or close it: the next run opens a new one."
)


NO_LIST_OF_COMMITS = "A server does not list its commits."
NO_ANSWER = "It gave no reason."
NEXT_REV = (
    "`pre-commit autoupdate`; before a release, name a commit that is pushed: "
    "`rev: COMMIT`, or `pattern-ci init --ref COMMIT`."
)


def rev_there(repo: str, rev: str) -> str:
    """The tag or branch of the hooks exists."""
    return f"{one_line(repo)} has {one_line(rev)}, from which the hooks come."


def rev_not_asked(repo: str, rev: str, why: str) -> str:
    """It could not be found out."""
    return f"not known: whether {one_line(repo)} has {one_line(rev)}. {one_line(why)}"


def rev_missing(repo: str, rev: str) -> str:
    """Every commit would fail for want of the hooks."""
    return (
        f"{one_line(repo)} has no tag or branch {one_line(rev)}, so that the hooks cannot be "
        "installed and every commit fails."
    )


def github(full_name: str, default_branch: str, login: str) -> str:
    """What GitHub answered."""
    return f"{full_name}, default branch {default_branch}, seen as {login}."


def about_checks(number: int) -> str:
    """What is asked of one pull request."""
    return f"which checks #{number} has"


def about_runs(path: str) -> str:
    """What is asked of one workflow."""
    return f"whether {path} runs"


def not_read(about: str, why: str) -> str:
    """A question that GitHub did not answer."""
    return f"not known: {about}. {why}".rstrip()


def may_not_open(path: str) -> str:
    """The setting is off and the workflow's own token is used."""
    return f"GitHub Actions may not open pull requests here, and {path} uses no other token."


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(f"#{number}" for number in numbers)


def _pulls(count: int) -> str:
    return f"{count} open pull request{'' if count == 1 else 's'}"


def all_checked(count: int) -> str:
    """Every open pull request has them."""
    return f"{_pulls(count)} of ours, with checks."


def nothing_to_start(numbers: Sequence[int]) -> str:
    """No workflow is meant for pull requests, so that none is missing."""
    return f"{_numbers(numbers)} have no checks; no workflow here starts on pull requests."


def unchecked(numbers: Sequence[int]) -> str:
    """Pull requests whose checks never started."""
    return f"no check has started on {_numbers(numbers)}."


def next_checks_workflow_gone(name: str, state: str | None) -> str:
    """The workflow that should be dispatched cannot be."""
    if state is None:
        return f"merge {name} into the default branch, or correct `bot_prs: checks_workflow`."
    return f"`gh workflow enable {name}`: GitHub calls it {state}."


def next_checks_by_hand(path: str) -> str:
    """The workflow that should be dispatched does not allow it."""
    return f"add `workflow_dispatch:` below `on:` in {path}, so that it can be started for them."


def next_dispatch(name: str, branch: str) -> str:
    """How to start it now."""
    return f"`gh workflow run {name} --ref {branch}`; the next training run does it too."


def not_on_github(path: str) -> str:
    """A file that only this clone has."""
    return f"GitHub has no workflow {path}, so that its schedule does not run."


_STATES = {
    "disabled_inactivity": "nothing happened in the repository for 60 days",
    "disabled_manually": "somebody switched it off",
    "disabled_fork": "schedules are off in a fork until somebody switches them on",
}


def switched_off(path: str, state: str) -> str:
    """GitHub does not run it any more."""
    return f"{path} does not run: {_STATES.get(state, one_line(state))}."


def next_enable(file: str) -> str:
    """How to switch it on again."""
    return f"`gh workflow enable {file}`, or Actions > {file} > Enable workflow."


def _span(time: timedelta) -> str:
    minutes = int(time.total_seconds()) // 60
    for size, name in ((1440, "d"), (60, "h")):
        if minutes >= size:
            return f"{minutes // size} {name}"
    return f"{minutes} min"


def not_run_yet(path: str, gap: timedelta | None) -> str:
    """Too early to say."""
    due = f"; it is due every {_span(gap)}" if gap else ""
    return f"{path} has not run by its schedule yet{due}."


def late(path: str, ago: timedelta | None, gap: timedelta) -> str:
    """The schedule has stopped."""
    last = "never ran by its schedule" if ago is None else f"last ran {_span(ago)} ago"
    return f"{path} {last}, but is due every {_span(gap)}."


def next_late(file: str) -> str:
    """What to try."""
    return f"`gh workflow run {file}` makes up for it; its page under Actions says what stopped it."


def on_time(path: str, ago: timedelta, gap: timedelta) -> str:
    """The schedule runs."""
    return f"{path} last ran {_span(ago)} ago and is due every {_span(gap)}."


def no_success(path: str, count: int) -> str:
    """It runs, and fails each time."""
    runs = "the last run" if count == 1 else f"none of the last {count} runs"
    return f"{runs} of {path} {'did not succeed' if count == 1 else 'succeeded'}."


def next_log(run: int) -> str:
    """Where the reason stands."""
    return f"`gh run view {run} --log-failed`."


def not_saved(pulls: int) -> str:
    """There is something to remember and no place where it is."""
    return f"{_pulls(pulls)} of ours, but the bot's issue is not found."
