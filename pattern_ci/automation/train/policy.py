"""What a repository lets become a draft: what it refused, and what is worth a person's time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from pattern_ci.messages import train as messages

if TYPE_CHECKING:
    from pattern_ci.model.config import Train
    from pattern_ci.model.pattern import Spec


class Policy(NamedTuple):
    """`reject` are identities, ids and names; both least values are shares of 1."""

    reject: tuple[str, ...] = ()
    min_confidence: float = 0.0
    min_saving: float = 0.0

    @classmethod
    def of(cls, config: Train, *, all_of_them: bool = False) -> Self:
        """By the configuration; `all_of_them` asks for weak candidates too, not refused ones."""
        if all_of_them:
            return cls(config.reject)
        return cls(config.reject, config.min_confidence, config.min_saving)

    def refuses(self, spec: Spec) -> bool:
        """Whether somebody refused this pattern for good."""
        return spec.is_named_by(self.reject)

    def too_little(self, spec: Spec) -> str:
        """Why a candidate is not worth a draft; empty when it is."""
        saving = spec.evidence.holdout.net_saving if spec.evidence.holdout else 1.0
        if spec.confidence.total < self.min_confidence:
            return messages.too_unsure(spec.confidence.total, self.min_confidence)
        return messages.saves_little(saving, self.min_saving) if saving < self.min_saving else ""
