"""Runs that know every candidate there is, on the history of the base branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.model.bot_change import ChangeKind
from testing.fake_github import FakeGitHub
from tests.automation.worlds import NOW, publish_all, said

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.publish import Published
    from pattern_ci.model.bot_change import BotChange


def run(world: FakeGitHub, *changes: BotChange, **facts: Any) -> Published:
    """One run; `facts` say what is otherwise."""
    whole = frozenset({ChangeKind.PATTERN})
    given = {"kinds": whole, "rev": world.tip("main"), "now": world.now, **facts}
    return publish_all(world, *changes, **given)


def opened(*changes: BotChange) -> FakeGitHub:
    """A repository after a first run over these changes."""
    world = FakeGitHub()
    world.now = NOW
    run(world, *changes)
    world.revive()
    return world


def verdicts(done: Published) -> list[tuple[str, str]]:
    """Verdict and reason of every action."""
    return [said(action) for action in done.actions]


def written(world: FakeGitHub) -> list[str]:
    """The verbs of what was written, in order."""
    return [write["verb"] for write in world.writes]
