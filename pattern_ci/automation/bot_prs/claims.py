"""What a pull request says of itself: what it is about, and whether we closed it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers

if TYPE_CHECKING:
    from pattern_ci.model.github import PullRequest

# A run ends long before; GitHub's clock and ours are seconds apart.
_OUR_CLOSING = timedelta(hours=1)


def identities(pull: PullRequest, prefix: str) -> frozenset[str]:
    """What a pull request proposes, by its branch and by its marker, should one be edited."""
    named = markers.branch_identity(pull.head_ref, prefix)
    marker = markers.read(pull.body)
    return frozenset(found for found in (named, marker.identity if marker else None) if found)


def closed_by_us(pull: PullRequest) -> bool:
    """Whether that it is closed is our doing; opened again and closed later, it is a person's."""
    marker = markers.read(pull.body)
    if marker is None or not marker.closed:
        return False
    if marker.at is None or pull.closed_at is None:
        return True
    return pull.closed_at - marker.at <= _OUR_CLOSING
