"""What the rules hand back about a candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.model.proposal import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pattern_ci.automation.bot_prs.facts import Candidate
    from pattern_ci.model.github import PullRequest
    from pattern_ci.model.proposal import Reason, Verdict


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Highest rank first; ties by name, then identity, so that runs agree."""
    return sorted(candidates, key=lambda item: (-item.rank, item.name, item.identity))


def about(
    candidate: Candidate,
    verdict: Verdict,
    reason: Reason,
    *,
    detail: str = "",
    pull: PullRequest | None = None,
    expected: str | None = None,
    recorded: str | None = None,
    wished: bool = False,
) -> Action:
    """An action about a candidate."""
    return Action(
        identity=candidate.identity,
        name=candidate.name,
        verdict=verdict,
        reason=reason,
        detail=detail,
        pull_request=None if pull is None else pull.number,
        expected=expected,
        recorded=recorded,
        wished=wished,
    )
