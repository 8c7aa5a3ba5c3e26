"""Which pull requests and branches are ours, and which of them somebody has touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.facts import Facts
    from pattern_ci.model.github import PullRequest


def of(identity: str, facts: Facts, state: str) -> list[PullRequest]:
    """The pull requests in this state that are about an identity, newest first."""
    return [pull for pull in facts.by_identity.get(identity, ()) if pull.state == state]


def opened_by_us(pull: PullRequest, facts: Facts) -> bool:
    """Whether our login opened it, from a branch of ours to the branch where it belongs."""
    return (
        pull.author == facts.login
        and pull.base_ref == facts.base
        and markers.branch_identity(pull.head_ref, facts.prefix) is not None
    )


def is_untouched(pull: PullRequest, facts: Facts) -> bool:
    """Whether it is ours and stands as we left it: author, target, text, and branch if there."""
    marker = markers.read(pull.body)
    return (
        marker is not None
        and opened_by_us(pull, facts)
        and pull.head_ref == facts.prefix + marker.identity
        and marker.left_alone(pull.body)
        and facts.tips.get(pull.head_ref, marker.head) == marker.head
    )
