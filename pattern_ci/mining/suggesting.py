"""What a pattern library and the companion rules say about a path: pure, on plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages import suggest as messages
from pattern_ci.mining.inserting import EditOffer, Known, Rendering, Texts, insertions
from pattern_ci.mining.recipes.habitual import habitual
from pattern_ci.model.pattern import Status
from pattern_ci.model.suggestion import Companion, Preview, Suggestion
from pattern_ci.render import gaps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pattern_ci.mining.companions import Companions, Prediction
    from pattern_ci.mining.inserting import Renderer
    from pattern_ci.mining.recipes.habits import Record
    from pattern_ci.model.pattern import Newline
    from pattern_ci.model.role import Role

__all__ = [
    "MAX_COMPANIONS",
    "EditOffer",
    "Offer",
    "Rendering",
    "best",
    "come_along",
    "entries",
    "known_values",
    "rank",
    "suggest",
    "surest",
]

MAX_COMPANIONS = 10
# A pattern that was withdrawn is loaded but loses against any other.
_RANK = {Status.ACTIVE: 2, Status.DRAFT: 1}


class Offer(NamedTuple):
    """What suggesting needs of a pattern: one slot of it, and what that has to do with others.

    `edits` are the entries that belong to a file of this role. One that `writes` nothing stands
    for a pattern that only has those. One that is `built_in` ships with the package.
    """

    pattern_id: str
    version: str
    status: Status
    confidence: float
    role: Role
    newline: Newline
    source: str
    schema: dict[str, Any]
    edits: tuple[EditOffer, ...] = ()
    writes: bool = True
    built_in: bool = False


def best(path: str, offers: Iterable[Offer]) -> Offer | None:
    """The pattern that fits a path best: of the repository, in force, specific, sure."""
    fitting = [one for one in offers if one.writes and one.role.match(path) is not None]
    if not fitting:
        return None
    return max(fitting, key=rank)


def rank(offer: Offer) -> tuple[bool, int, tuple[int, int], float, str]:
    """What decides between patterns that fit the same path; larger comes first.

    What a repository has was learned there or chosen; what is built in knows nothing of it.
    """
    return (
        not offer.built_in and offer.status in _RANK,
        _RANK.get(offer.status, 0),
        offer.role.specificity,
        offer.confidence,
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


def preview(use: gaps.Use, unfilled: Sequence[str]) -> Preview:
    """The text with its gaps marked, and the lines of it that are not the same in every file."""
    text = gaps.shown(use, unfilled)
    fixed = {line.rstrip() for line in use.source.splitlines()}
    lines = enumerate(text.splitlines())
    return Preview(text, tuple(number for number, line in lines if line.rstrip() not in fixed))


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


def surest(said: Iterable[Prediction]) -> list[Prediction]:
    """Each path once, as it is said most surely; the surest first."""
    found: dict[str, Prediction] = {}
    for one in said:
        known = found.get(one.path)
        if known is None or known.confidence < one.confidence:
            found[one.path] = one
    return sorted(found.values(), key=lambda one: (-one.confidence, one.path))


def entries(
    path: str, offers: Sequence[Offer], texts: Texts, render: Renderer
) -> dict[str, Companion]:
    """The files that lack an entry which belongs to a path, and what it is; `texts` have it then.

    It is what the best pattern that writes the path puts there, and all that wait for the path.
    """
    fitting = [one for one in offers if not one.writes and one.role.match(path) is not None]
    writing = best(path, offers)
    found: dict[str, Companion] = {}
    for offer in sorted([*fitting, *([writing] if writing else [])], key=rank, reverse=True):
        if offer.status not in _RANK:
            continue
        values = known_values(offer, path)
        known = Known(values, offer.schema)
        for target, new in insertions(offer.pattern_id, offer.edits, known, texts, render=render):
            old = found.get(target)
            found[target] = Companion(
                path=target,
                action="edit",
                confidence=old.confidence if old else offer.confidence,
                reason=old.reason if old else messages.entry_reason(offer.pattern_id),
                edits=(*(old.edits if old else ()), new),
            )
    return found


def _companions(
    predicted: Iterable[Prediction],
    going: Mapping[str, Companion],
    *,
    exists: bool,
    known: Callable[[str], bool],
) -> tuple[Companion, ...]:
    """The likeliest paths that come along, and the files that lack an entry for a new one."""
    named = [
        Companion(
            path=one.path,
            action="edit" if known(one.path) else "add",
            confidence=one.confidence,
            reason=messages.companion_reason(one.rule),
            edits=going[one.path].edits if one.path in going else (),
        )
        for one in predicted
    ]
    if not exists:  # whoever edits an old file has reasons of his own not to list it anywhere
        named += [one for one in going.values() if one.path not in {one.path for one in named}]
        named.sort(key=lambda one: -one.confidence)
    return tuple(named[:MAX_COMPANIONS])


def suggest(
    path: str,
    *,
    exists: bool,
    offers: Sequence[Offer],
    rules: Companions,
    known: Callable[[str], bool],
    render: Renderer,
    read: Callable[[str], str | None] = lambda _: None,
    brought: Mapping[str, Record] | None = None,
    show_preview: bool = False,
) -> Suggestion:
    """Everything that is said about one path; `known` tells whether a path exists.

    `read` gives the text of a file that entries could go into, None for what is no text. `brought`
    is what the history says of a new file, by path.
    With `show_preview` also the text with a mark where a value is left to its author.
    """
    predicted = come_along(path, exists=exists, rules=rules, known=known)
    predicted = surest([*predicted, *habitual(brought or {})])
    going = entries(path, offers, Texts(read), render)
    companions = _companions(predicted, going, exists=exists, known=known)
    offer = best(path, offers)
    if offer is None:
        return Suggestion(
            path=path, exists=exists, pattern_id=None, pattern_version=None, confidence=0.0,
            variables={}, unfilled=(), text=None, companions=companions,
        )  # fmt: skip
    values = known_values(offer, path)
    use = gaps.Use(offer.source, values, offer.newline, offer.schema, render)
    unfilled = gaps.left(use)
    return Suggestion(
        path=path,
        exists=exists,
        pattern_id=offer.pattern_id,
        pattern_version=offer.version,
        confidence=offer.confidence,
        variables=values,
        unfilled=unfilled,
        text=use.text(),
        preview=preview(use, unfilled) if show_preview else None,
        companions=companions,
    )
