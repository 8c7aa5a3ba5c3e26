"""Outcomes of studying a role, as text for the cache and back."""

from __future__ import annotations

import json

from pattern_ci.model.candidate import Abstention, Draft, HeldOut
from pattern_ci.model.pattern import Kind, Spec


def freeze(outcome: Draft | Abstention) -> str:
    """An outcome as text for the cache."""
    if isinstance(outcome, Abstention):
        return json.dumps({"abstained": {**outcome.to_dict(), "score": outcome.score}})
    held = outcome.held_out
    return json.dumps(
        {
            "kind": outcome.kind.value,
            "spec": outcome.spec.to_dict(),
            "files": outcome.files,
            "members": outcome.members,
            "held_out": vars(held) if held else None,
            "surety": outcome.surety,
        }
    )


def thaw(text: str) -> Draft | Abstention:
    """`freeze` backwards."""
    data = json.loads(text)
    if "abstained" in data:
        return Abstention(**data["abstained"])
    held = data["held_out"]
    return Draft(
        kind=Kind(data["kind"]),
        spec=Spec.from_dict(data["spec"]),
        files=data["files"],
        members=tuple(data["members"]),
        held_out=HeldOut(**held) if held else None,
        surety=data["surety"],
    )


def read(text: str) -> Draft | Abstention | None:
    """A cached outcome; None for one that was damaged, which is then made anew."""
    try:
        return thaw(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def read_all(text: str | None) -> list[Draft | Abstention] | None:
    """Cached outcomes, a JSON list of texts; None where there are none or one was damaged."""
    try:
        found = [read(one) for one in json.loads(text)] if text else [None]
    except (ValueError, TypeError):
        return None
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else None
