"""What the doctor looks at and what it says, as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pattern_ci.model.github import ActionsSettings, WorkflowRun


@unique
class Level(StrEnum):
    """How well a part is; only `fail` makes doctor end with exit code 1.

    `note` is for what could not be found out, or what is no fault.
    """

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"


class Check(NamedTuple):
    """One row of the report."""

    level: Level
    topic: str
    what: str
    next_step: str = ""

    def to_dict(self) -> dict[str, str]:
        """Plain data as `doctor --format json` prints it."""
        return {
            "level": self.level.value,
            "topic": self.topic,
            "what": self.what,
            "next": self.next_step,
        }


@dataclass(frozen=True, kw_only=True)
class Clone:
    """What kind of repository this is."""

    bare: bool = False
    shallow: bool = False
    partial: bool = False
    detached: bool = False
    commits: bool = True
    remotes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """Our hooks: those that the configuration names, and whether git would run them."""

    named: frozenset[str] = frozenset()
    unreadable: str = ""
    installed: bool = False
    folder: str = ""


class HookSource(NamedTuple):
    """Where our hooks are to come from; `there` is None where that was not found out, and `why`."""

    repo: str
    rev: str
    why: str = ""
    there: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A workflow of the repository: when it starts."""

    path: str
    crons: tuple[str, ...] = ()
    by_hand: bool = False
    on_pull_requests: bool = False
    starts: bool = True

    @property
    def file(self) -> str:
        """Its name as GitHub's API takes it."""
        return PurePosixPath(self.path).name


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A job that calls one of our workflows; None grants whatever the default token may do.

    `own_token` says that it hands over an App or a token in place of the workflow's own.
    """

    path: str
    job: str
    workflow: str
    grants: Mapping[str, str] | None
    own_token: bool = False


class BotPull(NamedTuple):
    """An open pull request of ours; `checks` is None where they could not be read."""

    number: int
    branch: str
    author: str
    checks: int | None


class History(NamedTuple):
    """What GitHub knows of a workflow; `state` is None when it has no such file."""

    path: str
    state: str | None
    runs: tuple[WorkflowRun, ...] = ()


class Unread(NamedTuple):
    """Something that could not be asked: which, and what was answered instead."""

    about: str
    why: str
    next_step: str


@unique
class Saved(StrEnum):
    """What became of the state that the bot keeps in its one issue."""

    THERE = "there"
    CLOSED = "closed"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, kw_only=True)
class Online:
    """What GitHub says about the repository and the token, or why it says nothing.

    `settings` is None where the token may not ask. `saved` says whether the dashboard issue is
    there and can be read; None where that was not asked, or could not be.
    """

    full_name: str = ""
    default_branch: str = ""
    login: str = ""
    permissions: frozenset[str] = frozenset()
    problem: str = ""
    next_step: str = ""
    asked_at: datetime | None = None
    settings: ActionsSettings | None = None
    pulls: tuple[BotPull, ...] = ()
    histories: tuple[History, ...] = ()
    checks_state: str | None = None
    saved: Saved | None = None
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything the rules look at; `clone` is None outside a repository."""

    git_version: tuple[int, ...]
    python_version: tuple[int, ...]
    where: str
    clone: Clone | None = None
    config_there: bool = False
    config_problems: tuple[str, ...] = ()
    train_enabled: bool = False
    branch_prefix: str = ""
    checks_workflow: str = ""
    dashboard: bool = False
    hooks: Hooks = Hooks()
    hook_sources: tuple[HookSource, ...] = ()
    cache_bytes: int = 0
    interrupted: bool = False
    patterns: int = 0
    broken_patterns: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    callers: tuple[Caller, ...] = ()
    flows: tuple[Flow, ...] = ()
    automation_disabled: bool = False
    environment_problem: str = ""
    token: str = ""
    online: Online | None = None

    def flow(self, path: str) -> Flow | None:
        """The workflow at a path."""
        return next((flow for flow in self.flows if flow.path == path), None)

    @property
    def scheduled(self) -> tuple[Flow, ...]:
        """Workflows with a schedule that call one of ours."""
        ours = {caller.path for caller in self.callers}
        return tuple(flow for flow in self.flows if flow.crons and flow.path in ours)
