"""What `init` would write, decided on the texts of the files that are there."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any

from pattern_ci.catalog import REPOSITORY
from pattern_ci.errors import SpecError
from pattern_ci.messages import init as messages
from pattern_ci.model.config import CONFIG_PATH
from pattern_ci.setup import precommit

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKFLOW_PATH = ".github/workflows/pattern-ci.yml"
PATHS = (CONFIG_PATH, precommit.CONFIG, WORKFLOW_PATH)
_USES = re.compile(rf"uses: {re.escape(REPOSITORY)}/\S+@(\S+)\s*$", re.MULTILINE)
_CRON = re.compile(r'^ +- cron: "([0-9]{1,2}) ', re.MULTILINE)
_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]*")


@unique
class Action(StrEnum):
    """What happens to one file."""

    CREATE = "create"
    ADD = "add"
    SAME = "same"
    KEEP = "keep"
    BY_HAND = "by-hand"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One file of the plan; `text` is its whole new text, None where nothing is written."""

    path: str
    action: Action
    reason: str = ""
    text: str | None = None
    lines: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data as `init --format json` prints it."""
        return {
            "path": self.path,
            "action": self.action.value,
            "reason": self.reason,
            "lines": list(self.lines),
        }


def is_ref(ref: str) -> bool:
    """Whether this can be a tag, branch or commit in a workflow's `uses:`."""
    return _REF.fullmatch(ref) is not None and ".." not in ref


def minute_of(name: str) -> int:
    """An odd minute for a repository, always the same, so that not all of them start at once.

    GitHub delays and drops runs where many start together, on the hour most of all.
    """
    return 2 * (int(hashlib.sha256(name.encode()).hexdigest(), 16) % 30) + 1


def as_written(text: str) -> str:
    """What `init` would have written with the ref and the minute that stand in a workflow."""
    ref, minute = _USES.search(text), _CRON.search(text)
    return messages.workflow_text(ref[1], int(minute[1])) if ref and minute else ""


def plan_setup(existing: Mapping[str, str | None], *, ref: str, name: str) -> tuple[Step, ...]:
    """One step for each of PATHS, from its present text (None: no such file).

    `name` is the repository's; the minute of its schedule comes from it. A workflow that has
    another minute is ours all the same: the repository had another name then.
    """
    present = existing[WORKFLOW_PATH]
    minute = _CRON.search(present) if present and present == as_written(present) else None
    workflow = messages.workflow_text(ref, int(minute[1]) if minute else minute_of(name))
    return (
        _whole(CONFIG_PATH, existing[CONFIG_PATH], messages.CONFIG_TEXT),
        _hooks(existing[precommit.CONFIG], ref),
        _whole(WORKFLOW_PATH, present, workflow),
    )


def _whole(path: str, present: str | None, wanted: str) -> Step:
    if present is None:
        lines = tuple(wanted.splitlines())
        return Step(path=path, action=Action.CREATE, text=wanted, lines=lines)
    if present == wanted:
        return Step(path=path, action=Action.SAME, reason=messages.SAME)
    return Step(path=path, action=Action.KEEP, reason=messages.OTHER_CONTENT)


def _hooks(present: str | None, ref: str) -> Step:
    if present is None:
        return _whole(precommit.CONFIG, None, precommit.new_file(ref))
    lines = tuple(precommit.entry_lines(ref))
    try:
        if precommit.hooks_named(present):
            return Step(path=precommit.CONFIG, action=Action.SAME, reason=messages.HOOKS_THERE)
        text = precommit.with_entry(present, ref)
    except SpecError:
        return _by_hand(messages.UNREADABLE, lines)
    if text is None:
        return _by_hand(messages.NO_SAFE_PLACE, lines)
    return Step(path=precommit.CONFIG, action=Action.ADD, text=text, lines=lines)


def _by_hand(reason: str, lines: tuple[str, ...]) -> Step:
    return Step(path=precommit.CONFIG, action=Action.BY_HAND, reason=reason, lines=lines)
