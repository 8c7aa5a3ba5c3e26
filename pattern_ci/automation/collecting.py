"""Runs and jobs of workflows become events on a branch of their own.

A run that ends early (requests used up, GitHub not there) leaves a cursor from which the next one
goes on. The branch moves only from the tip that was read: two runs at once lose nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.errors import GitHubConflictError, GitHubError, GitHubPermissionError
from pattern_ci.messages import telemetry as messages
from pattern_ci.messages.escaping import lines as escaping
from pattern_ci.model.collection import Cursor, Seen
from pattern_ci.model.event import Event, EventType, Source
from pattern_ci.model.github import FileChange
from pattern_ci.telemetry import fitting, ids, lines, places
from pattern_ci.telemetry.recording import clean
from pattern_ci.telemetry.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.github import CheckRun, WorkflowRun
    from pattern_ci.model.safe import Message

BRANCH = places.BRANCH
CURSOR_PATH = f"{places.TREE_FOLDER}/ci-cursor.json"
RUN_KIND, JOB_KIND = "OPK-CI-RUN", "OPK-CI-JOB"
# Requests that collecting may take of a run's budget, and runs that one answer of GitHub lists.
REQUESTS = 60
_LISTED = 100
_TRIES = 3
# What says nothing about success: somebody or something else ended or skipped it.
_NEITHER = frozenset({"cancelled", "skipped", "neutral", "stale", "action_required"})


class Collected(NamedTuple):
    """Events in the order they were found, the cursor after them, and why it ended early."""

    events: tuple[Event, ...]
    cursor: Cursor
    stopped: str = ""


def collect(
    port: GitHubPort, workflows: Sequence[str], cursor: Cursor, *, requests: int = REQUESTS
) -> Collected:
    """What ended since the cursor, at most as many requests as given."""
    first = _requests(port)
    order = sorted(workflows)
    turn = next((at for at, name in enumerate(order) if name >= cursor.next), 0)
    reader = _Reader(port, first + requests)
    for name in (*order[turn:], *order[:turn]):
        cursor = replace(cursor, next=name)
        seen = reader.workflow(name, cursor.seen.get(name, Seen()))
        cursor = replace(cursor, seen={**cursor.seen, name: seen})
        if reader.stopped:
            break
    else:
        cursor = replace(cursor, next="")
    return Collected(tuple(reader.events), cursor, reader.stopped)


class _Reader:
    """Asks for runs and jobs while requests are left."""

    def __init__(self, port: GitHubPort, most: int) -> None:
        self._port = port
        self._most = most
        self._asked: set[str] = set()
        self._jobs = True
        self.events: list[Event] = []
        self.stopped = ""

    def workflow(self, name: str, seen: Seen) -> Seen:
        """The runs of a workflow that ended and are not collected yet, oldest first."""
        try:
            if self._spent():
                return seen
            runs = sorted(self._port.workflow_runs(name, limit=_LISTED), key=lambda run: run.id)
            for run in runs:
                if run.status != "completed" or seen.holds(run.id):
                    continue
                if self._jobs and self._spent():
                    return seen
                found = [run_event(name, run), *self._job_events(run)]
                self.events += found
                seen = seen.with_run(run.id)
        except GitHubError as error:
            self.stopped = error.line
            return seen
        open_ones = [run.id for run in runs if not seen.holds(run.id)]
        newest = runs[-1].id + 1 if runs else 0
        return seen.settled(min(open_ones, default=newest))

    def _spent(self) -> bool:
        if _requests(self._port) >= self._most:
            self.stopped = messages.REQUESTS_SPENT
        return bool(self.stopped)

    def _job_events(self, run: WorkflowRun) -> list[Event]:
        if not self._jobs or run.head_sha in self._asked:
            return []
        try:
            checks = self._port.check_runs(run.head_sha)
        except GitHubPermissionError:
            self._jobs = False  # a token without `checks: read` still sees the runs
            return []
        self._asked.add(run.head_sha)
        return [job_event(run, check) for check in checks if check.status == "completed"]


def run_event(workflow: str, run: WorkflowRun) -> Event:
    """A run as an event; collecting it again makes the same one."""
    return _event(
        RUN_KIND,
        f"run {run.id}",
        run,
        tool=workflow,
        conclusion=run.conclusion,
        duration_s=run.duration_s,
    )


def job_event(run: WorkflowRun, check: CheckRun) -> Event:
    """A job of the commit of a run as an event; other programs' checks are jobs as well."""
    identity = f"job {run.head_sha} {check.name} {check.conclusion}"
    return _event(
        JOB_KIND,
        identity,
        run,
        tool=check.name,
        conclusion=check.conclusion,
        duration_s=check.duration_s,
    )


def _event(
    kind: str,
    identity: str,
    run: WorkflowRun,
    *,
    tool: str,
    conclusion: str | None,
    duration_s: float | None,
) -> Event:
    return Event(
        id=ids.next_id(run.created_at, "", hashlib.sha256(identity.encode()).hexdigest()[:16]),
        ts=ids.stamp(run.created_at),
        type=EventType.OPERATION,
        source=Source.CI,
        operation_kind=kind,
        tools_used=(tool,),
        parameters={"event": run.event, "conclusion": conclusion},
        success=None if conclusion in _NEITHER else conclusion == "success",
        duration_s=duration_s,
        commit=run.head_sha,
        run=str(run.id),
    )


def publish(port: GitHubPort, branch: str, base: str, workflows: Sequence[str]) -> str:
    """Collect and commit to the branch, compare and swap; one sentence about what was done.

    Raises GitHubError when the branch cannot be read or written.
    """
    for attempt in range(1, _TRIES + 1):
        tip = port.branch_sha(branch)
        cursor = _cursor(port, tip)
        found = collect(port, workflows, cursor)
        changes, added = _changes(port, tip, found)
        if not changes:
            return messages.collected(0, found.stopped)
        sha = port.commit_files(base_sha=tip or base, message=_message(added), changes=changes)
        try:
            if tip is None:
                port.create_branch(branch, sha)
            else:
                port.update_branch(branch, sha, expected=tip)
        except GitHubConflictError:
            # Another run was quicker: what it collected is read, and only the rest is added.
            if attempt == _TRIES:
                raise
        else:
            return messages.collected(added, found.stopped)
    raise AssertionError  # the last try returns or raises


def _message(count: int) -> Message:
    return escaping.message(escaping.title(messages.commit_title(count)), {})


def _cursor(port: GitHubPort, tip: str | None) -> Cursor:
    """The cursor on the branch; one that cannot be read begins anew, because ids tell doubles."""
    text = None if tip is None else port.file_text(CURSOR_PATH, ref=tip)
    if text is not None:
        try:
            return Cursor.from_dict(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
    return Cursor(writer=ids.chance())


def _changes(port: GitHubPort, tip: str | None, found: Collected) -> tuple[list[FileChange], int]:
    """The files of the commit, and how many events are new in them."""
    redactor = Redactor({})
    by_month: dict[str, dict[str, bytes]] = {}
    for event in found.events:
        data = clean(replace(event, writer=found.cursor.writer), redactor)
        by_month.setdefault(places.month_of(event.ts), {})[event.id] = fitting.line(data)
    changes, added = [], 0
    for month, found_there in sorted(by_month.items()):
        path = f"{places.TREE_FOLDER}/{month}/{found.cursor.writer}.jsonl"
        before = None if tip is None else port.file_text(path, ref=tip)
        fresh = _unknown(before or "", found_there)
        if fresh:
            added += len(fresh)
            changes.append(FileChange(path=path, text=(before or "") + "".join(fresh)))
    if changes:
        cursor = json.dumps(found.cursor.to_dict(), indent=1) + "\n"
        changes.append(FileChange(path=CURSOR_PATH, text=cursor))
    return changes, added


def _unknown(before: str, new: Mapping[str, bytes]) -> list[str]:
    """Lines that the shard lacks, in order."""
    raw = before.encode("utf-8", "surrogateescape")
    # The second half of an id here is what the event is about: a job that two runs show is one.
    known = {line.event["id"][16:] for line in lines.split(raw) if line.event}
    return [new[name].decode("ascii") for name in sorted(new) if name[16:] not in known]


def _requests(port: GitHubPort) -> int:
    return sum(port.usage().values())
