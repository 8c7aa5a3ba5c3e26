"""What `init` would write, decided on the texts of the files that are there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any

from pattern_ci.errors import SpecError
from pattern_ci.messages import init as messages
from pattern_ci.model.config import CONFIG_PATH
from pattern_ci.setup import precommit

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKFLOW_PATH = ".github/workflows/pattern-ci.yml"
PATHS = (CONFIG_PATH, precommit.CONFIG, WORKFLOW_PATH)
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


def plan_setup(existing: Mapping[str, str | None], *, ref: str) -> tuple[Step, ...]:
    """One step for each of PATHS, from its present text (None: no such file)."""
    return (
        _whole(CONFIG_PATH, existing[CONFIG_PATH], messages.CONFIG_TEXT),
        _hooks(existing[precommit.CONFIG], ref),
        _whole(WORKFLOW_PATH, existing[WORKFLOW_PATH], messages.workflow_text(ref)),
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
