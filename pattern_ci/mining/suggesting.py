"""What a pattern library and the companion rules say about a path: pure, on plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages import suggest as messages
from pattern_ci.mining.schema import FRAME
from pattern_ci.model.pattern import Status
from pattern_ci.model.suggestion import Companion, Suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pattern_ci.mining.companions import Companions, Prediction
    from pattern_ci.model.pattern import Newline
    from pattern_ci.model.role import Role

MAX_COMPANIONS = 10
# A pattern that was withdrawn is loaded but loses against any other.
_RANK = {Status.ACTIVE: 2, Status.DRAFT: 1}


class Offer(NamedTuple):
    """What suggesting needs of a pattern: one slot of it."""

    pattern_id: str
    version: str
    status: Status
    confidence: float
    role: Role
    newline: Newline
    source: str
    schema: dict[str, Any]


class Rendering(NamedTuple):
    """What a template writes and the variables that it had no value for."""

    text: str
    unfilled: tuple[str, ...]


def best(path: str, offers: Iterable[Offer]) -> Offer | None:
    """The pattern that fits a path best: in force, then sure, then specific."""
    fitting = [offer for offer in offers if offer.role.match(path) is not None]
    if not fitting:
        return None
    return max(fitting, key=rank)


def rank(offer: Offer) -> tuple[int, float, tuple[int, int], str]:
    """What decides between patterns that fit the same path; larger comes first."""
    return (
        _RANK.get(offer.status, 0),
        offer.confidence,
        offer.role.specificity,
        offer.pattern_id,
    )


def known_values(offer: Offer, path: str) -> dict[str, Any]:
    """Values of the variables when nothing is known but the path: holes, then defaults."""
    values = {
        name: prop["default"]
        for name, prop in offer.schema.get("properties", {}).items()
        if "default" in prop
    }
    return {**values, **(offer.role.match(path) or {})}


def guessed(offer: Offer, values: dict[str, Any]) -> tuple[str, ...]:
    """Texts of which nothing is known: empty, or the frame of marks that belongs there."""
    properties = offer.schema.get("properties", {})
    return tuple(
        name
        for name, value in values.items()
        if value == "" or (value and properties.get(name, {}).get(FRAME))
    )


def come_along(
    path: str, *, exists: bool, rules: Companions, known: Callable[[str], bool]
) -> list[Prediction]:
    """What usually comes along with a path, surest first."""
    # A file that was always edited along and is gone has nothing to edit.
    return [
        one
        for one in rules.predict(path, exists=exists)
        if one.rule["kind"] == "role" or known(one.path)
    ]


def suggest(
    path: str,
    *,
    exists: bool,
    offers: Sequence[Offer],
    rules: Companions,
    known: Callable[[str], bool],
    render: Callable[[str, dict[str, Any], Newline], Rendering],
    show_holes: bool = False,
) -> Suggestion:
    """Everything that is said about one path; `known` tells whether a path exists.

    With `show_holes` also the text with a mark where a value is left to its author.
    """
    offer = best(path, offers)
    predicted = come_along(path, exists=exists, rules=rules, known=known)
    companions = tuple(
        Companion(
            path=one.path,
            action="edit" if known(one.path) else "add",
            confidence=one.confidence,
            reason=messages.companion_reason(one.rule),
        )
        for one in predicted[:MAX_COMPANIONS]
    )
    if offer is None:
        return Suggestion(
            path=path, exists=exists, pattern_id=None, pattern_version=None, confidence=0.0,
            variables={}, unfilled=(), text=None, companions=companions,
        )  # fmt: skip
    values = known_values(offer, path)
    rendering = render(offer.source, values, offer.newline)
    unfilled = tuple(dict.fromkeys((*rendering.unfilled, *guessed(offer, values))))
    marked = {**values, **{name: messages.hole(name) for name in unfilled}}
    return Suggestion(
        path=path,
        exists=exists,
        pattern_id=offer.pattern_id,
        pattern_version=offer.version,
        confidence=offer.confidence,
        variables=values,
        unfilled=unfilled,
        text=rendering.text,
        shown=render(offer.source, marked, offer.newline).text if show_holes else None,
        companions=companions,
    )
