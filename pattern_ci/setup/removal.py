"""What `uninstall` would take away, decided on plain facts; whatever a person changed stays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any

from pattern_ci import yaml
from pattern_ci.automation.bot_prs import marker
from pattern_ci.errors import SpecError
from pattern_ci.messages import init as init_messages
from pattern_ci.messages import uninstall as messages
from pattern_ci.model.config import CONFIG_PATH
from pattern_ci.setup import precommit
from pattern_ci.setup.plan import WORKFLOW_PATH, as_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.model.github import PullRequest

STATE = ".git/pattern-ci"


@unique
class Fate(StrEnum):
    """What happens to one thing."""

    REMOVE = "remove"
    EDIT = "edit"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing of ours: a path, or a branch with the tip at which it may be deleted."""

    name: str
    fate: Fate
    reason: str
    text: str | None = None
    tip: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data as `uninstall --format json` prints it."""
        return {"name": self.name, "action": self.fate.value, "reason": self.reason}


def plan_removal(
    existing: Mapping[str, str | None], *, has_state: bool, has_patterns: bool
) -> Iterator[Item]:
    """One item for everything of ours that is here."""
    if has_state:
        yield Item(name=STATE, fate=Fate.REMOVE, reason=messages.CACHE)
    hooks = existing[precommit.CONFIG]
    if hooks is not None:
        yield from _hooks(hooks)
    for path, text in (
        (WORKFLOW_PATH, existing[WORKFLOW_PATH]),
        (CONFIG_PATH, existing[CONFIG_PATH]),
    ):
        if text is not None:
            untouched = text == _as_written(path, text)
            yield Item(
                name=path,
                fate=Fate.REMOVE if untouched else Fate.KEEP,
                reason=messages.WRITTEN_BY_INIT if untouched else messages.CHANGED,
            )
    if has_patterns:
        yield Item(name="patterns/", fate=Fate.KEEP, reason=messages.YOURS)


def _as_written(path: str, text: str) -> str:
    """What `init` would have written into this file."""
    return init_messages.CONFIG_TEXT if path == CONFIG_PATH else as_written(text)


def _hooks(text: str) -> Iterator[Item]:
    path = precommit.CONFIG
    try:
        ours = _our_refs(text)
        if not ours:
            return
        rest = precommit.without_entry(text)
    except SpecError:
        return  # init could not have written into it
    if text == precommit.new_file(ours[0]):
        yield Item(name=path, fate=Fate.REMOVE, reason=messages.WRITTEN_BY_INIT)
    elif rest is None:
        yield Item(name=path, fate=Fate.KEEP, reason=messages.BY_HAND)
    else:
        yield Item(name=path, fate=Fate.EDIT, reason=messages.OUR_ENTRY, text=rest)


def _our_refs(text: str) -> list[str]:
    data = yaml.load(text, source=precommit.CONFIG).data
    return [str(repo.get("rev")) for repo in precommit.our_repos(data)]


def plan_branches(
    branches: Sequence[tuple[str, str]],
    pulls: Sequence[PullRequest],
    *,
    prefix: str,
    login: str,
    default_branch: str,
) -> Iterator[Item]:
    """One item a branch below our prefix: it goes when its tip is the commit that we pushed.

    `pulls` are all pull requests whose branch is ours, and every open one.
    """
    bases = {pull.base_ref for pull in pulls if pull.state == "open"}
    for name, tip in branches:
        if not name.startswith(prefix):
            continue
        ours = [pull for pull in pulls if pull.head_ref == name and pull.author == login]
        heads = {mark.head for pull in ours if (mark := marker.read(pull.body))}
        veto = _veto(name, tip, heads, bases, default_branch)
        if veto:
            yield Item(name=name, fate=Fate.KEEP, reason=veto)
            continue
        number = next((pull.number for pull in ours if pull.state == "open"), None)
        said = messages.CLOSES.format(number=number) if number else messages.UNTOUCHED
        yield Item(name=name, fate=Fate.REMOVE, reason=said, tip=tip)


def _veto(name: str, tip: str, heads: set[str], bases: set[str], default: str) -> str:
    if name == default:
        return messages.IS_DEFAULT
    if not heads:
        return messages.NOT_OURS
    if tip not in heads:
        return messages.MOVED
    return messages.IS_BASE if name in bases else ""
