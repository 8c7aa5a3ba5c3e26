"""Drafts as the pull requests that would propose them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.facts import Candidate
from pattern_ci.automation.bot_prs.marker import Members
from pattern_ci.automation.train.known import LIBRARY
from pattern_ci.messages import pull_request as messages
from pattern_ci.mining.drafting import files_for
from pattern_ci.model.pattern import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.messages.pull_request import Web
    from pattern_ci.model.candidate import Draft


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A draft as a pull request would show it: files at their final paths, title and text."""

    identity: str
    pattern_id: str
    digest: str
    confidence: float
    saving: float
    members: tuple[str, ...]
    spec_path: str
    files: Mapping[str, str]
    title: str
    text: str

    @property
    def candidate(self) -> Candidate:
        """What the decision needs of it."""
        return Candidate(
            identity=self.identity,
            pattern_id=self.pattern_id,
            digest=self.digest,
            files=markers.files_digest(self.files),
            confidence=self.confidence,
            members=Members.of(self.members),
            saving=self.saving,
        )


def propose(draft: Draft, *, web: Web, login: str) -> Proposal:
    """The pull request for a draft: merging it is approval, so its files say `active`."""
    spec = draft.spec
    made = {f"{LIBRARY}/{path}": text for path, text in files_for(draft, Status.ACTIVE).items()}
    return Proposal(
        identity=spec.identity,
        pattern_id=spec.pattern_id,
        digest=spec.content_digest,
        confidence=spec.confidence.total,
        saving=spec.evidence.holdout.net_saving if spec.evidence.holdout else 0.0,
        members=draft.members,
        spec_path=next(path for path in made if path.endswith(".pattern.yaml")),
        files=made,
        title=messages.title(spec),
        text=messages.text(draft, made, web=web, login=login),
    )
