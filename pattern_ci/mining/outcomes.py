"""Outcomes of studying roles: together, and as text for the cache and back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages.mine import instead
from pattern_ci.model.candidate import Abstention, Draft, HeldOut
from pattern_ci.model.pattern import Kind, Spec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


class Learned(NamedTuple):
    """What was learned beside the families; with contents missing that a fetch may bring, not
    `whole`, and then for this run alone."""

    outcomes: list[Draft | Abstention]
    whole: bool


def placed(
    studied: Iterable[Sequence[Draft | Abstention]], taken: Collection[str]
) -> list[Draft | Abstention]:
    """All outcomes; a role that narrower ones stand in for says so.

    `taken` are the identities of all roles: a narrower role that is one of them is left to it.
    """
    known = set(taken)
    made: list[Draft | Abstention] = []
    for whole, *rest in studied:
        new = [one for one in rest if isinstance(one, Draft) and one.spec.identity not in known]
        known.update(one.spec.identity for one in new)
        made += [_named(whole, new), *new]
    return made


def _named(whole: Draft | Abstention, new: Sequence[Draft]) -> Draft | Abstention:
    if not new or isinstance(whole, Draft):
        return whole
    return replace(whole, reason=instead(whole.reason, [one.spec.pattern_id for one in new]))


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


def freeze_all(outcomes: Iterable[Draft | Abstention]) -> str:
    """Some outcomes as one text for the cache."""
    return json.dumps([freeze(one) for one in outcomes])


def thaw_all(text: str) -> list[Draft | Abstention]:
    """`freeze_all` backwards."""
    return [thaw(one) for one in json.loads(text)]


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
