"""Drafts as the changes that would propose them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.automation.train.known import LIBRARY
from pattern_ci.messages import pull_request as messages
from pattern_ci.mining.drafting import files_for
from pattern_ci.model.bot_change import BotChange, ChangeKind
from pattern_ci.model.pattern import Status

if TYPE_CHECKING:
    from pattern_ci.messages.pull_request import Web
    from pattern_ci.model.candidate import Draft


def propose(draft: Draft, *, web: Web) -> BotChange:
    """The change for a draft: merging it is approval, so its files say `active`."""
    spec = draft.spec
    made = {f"{LIBRARY}/{path}": text for path, text in files_for(draft, Status.ACTIVE).items()}
    return BotChange(
        kind=ChangeKind.PATTERN,
        identity=spec.identity,
        digest=spec.content_digest,
        name=spec.pattern_id,
        title=messages.title(spec),
        text=messages.text(draft, made, web=web),
        rank=spec.confidence.total,
        files=dict(made),
        # A rule or a recipe without entries writes no text that a hold-out could weigh.
        saving=spec.evidence.holdout.net_saving if spec.evidence.holdout else 1.0,
        members=draft.members,
    )
