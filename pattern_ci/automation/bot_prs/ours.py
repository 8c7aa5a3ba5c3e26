"""Which pull requests and branches are ours, and which of them somebody has touched."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.facts import Facts
    from pattern_ci.model.github import PullRequest


# A run ends long before; GitHub's clock and ours are seconds apart.
_OUR_CLOSING = timedelta(hours=1)


def identities(pull: PullRequest, prefix: str) -> frozenset[str]:
    """What a pull request proposes, by its branch and by its marker, should one be edited."""
    named = markers.branch_identity(pull.head_ref, prefix)
    marker = markers.read(pull.body)
    return frozenset(found for found in (named, marker.identity if marker else None) if found)


def of(identity: str, facts: Facts, state: str) -> list[PullRequest]:
    """The pull requests in this state that are about an identity, newest first."""
    return [pull for pull in facts.by_identity.get(identity, ()) if pull.state == state]


def closed_by_us(pull: PullRequest) -> bool:
    """Whether that it is closed is our doing; opened again and closed later, it is a person's."""
    marker = markers.read(pull.body)
    if marker is None or not marker.closed:
        return False
    if marker.at is None or pull.closed_at is None:
        return True
    return pull.closed_at - marker.at <= _OUR_CLOSING


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
