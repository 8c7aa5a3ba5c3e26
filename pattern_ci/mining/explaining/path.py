"""A path explained: the roles it falls into, the pattern that would write it, and the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages.suggest import companion_reason
from pattern_ci.mining import places
from pattern_ci.mining.explaining.pattern import blocks, source_of
from pattern_ci.mining.explaining.studied import edits, studied
from pattern_ci.mining.family import readable
from pattern_ci.mining.holdout import aligned_around, draft_text, held_out
from pattern_ci.mining.roles import AFFIX_SHARE, Addition, Member
from pattern_ci.mining.suggesting import MAX_COMPANIONS, come_along, known_values, rank
from pattern_ci.mining.tokens import score, tokenize
from pattern_ci.model.explanation import (
    Along,
    Compared,
    Contender,
    Outcome,
    PathExplained,
    RoleOfPath,
    Source,
    Stretch,
)
from pattern_ci.model.lifting import role_texts
from pattern_ci.model.role import Role
from pattern_ci.render.diff import unified
from pattern_ci.render.outline import trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pattern_ci.mining.companions import Companions
    from pattern_ci.mining.explaining.world import Known, World
    from pattern_ci.mining.family import Material
    from pattern_ci.mining.holdout import Memory
    from pattern_ci.mining.suggesting import Offer

# What comes first between patterns that fit one path, in the order of `rank`.
_DECIDES = ("layer", "status", "specificity", "confidence", "id")


class Asked(NamedTuple):
    """A path, what the file there holds (None for no file), and what is left out of what.

    `ignored`: by the configuration, so that nothing is suggested. `excluded` says it of any path
    that mining looks at.
    """

    path: str
    content: bytes | None
    ignored: bool
    excluded: Callable[[str], bool]
    min_members: int


class Fitting(NamedTuple):
    """A pattern that would write a path."""

    known: Known
    offer: Offer


def fitting(path: str, world: World) -> list[Fitting]:
    """The patterns that would write a path, the one that would first."""
    found = [
        Fitting(known, offer)
        for known in world.patterns
        for offer in known.offers()
        if offer.role.match(path) is not None
    ]
    return sorted(found, key=lambda one: rank(one.offer), reverse=True)


def path(
    asked: Asked,
    world: World,
    rules: Companions,
    materials: Mapping[str, Material],
    memory: Memory,
) -> PathExplained:
    """Everything that is known of a path."""
    exists = asked.path in world.live
    choices = [] if asked.ignored else fitting(asked.path, world)
    stretches = tuple(_stretches(choices[0].offer, asked.path)) if choices else ()
    return PathExplained(
        path=asked.path,
        exists=exists,
        excluded=asked.excluded(asked.path),
        roles=tuple(_roles(asked, world)),
        contenders=tuple(_contenders(choices)),
        stretches=stretches,
        unfilled=_left_open(stretches),
        companions=() if asked.ignored else tuple(_along(asked.path, exists, world, rules)),
        compared=_compared(asked, choices[0], stretches, materials, memory) if choices else None,
    )


def _left_open(stretches: Sequence[Stretch]) -> tuple[str, ...]:
    """Variables of which nothing is known, or only the marks that belong there."""
    opened = (one for one in stretches if not one.text or one.source is Source.FRAME)
    return tuple(dict.fromkeys(one.variable for one in opened if one.variable))


def _roles(asked: Asked, world: World) -> Iterator[RoleOfPath]:
    by_role: dict[str, tuple[Outcome, str | None, str]] = {
        one.role: (Outcome.LEFT_ALONE, None, one.reason) for one in world.mined.abstained
    }
    for known in reversed(world.patterns):
        for _, role in known.writes:
            by_role[role.text] = (Outcome.PATTERN, known.spec.pattern_id, "")
    live = [one for one in world.live if not asked.excluded(one)]
    for text, (outcome, pattern_id, reason) in sorted(by_role.items()):
        role = Role(text)
        if role.match(asked.path) is not None:
            size = sum(role.match(one) is not None for one in live)
            yield RoleOfPath(
                role=text, members=size, outcome=outcome, pattern_id=pattern_id, reason=reason
            )
    yield from _places(asked, live, [Role(text) for text in by_role])


def _places(asked: Asked, live: Sequence[str], known: Sequence[Role]) -> Iterator[RoleOfPath]:
    """The places of a path that are no role: too few files, or files that are named otherwise."""
    keys = set(places.of(asked.path))
    for text, _ in role_texts(asked.path):
        place = Role(text)
        beside = [one for one in live if place.match(one) is not None and keys & {*places.of(one)}]
        outcome, reason = Outcome.TOO_FEW, ""
        if len(beside) >= asked.min_members:
            theirs = [role for role in known if _role_of(role, beside)]
            if not theirs or any(role.match(asked.path) is not None for role in theirs):
                continue
            outcome, reason = Outcome.NAMED_OTHERWISE, theirs[0].text
        yield RoleOfPath(
            role=text, members=len(beside), outcome=outcome, pattern_id=None, reason=reason
        )


def _role_of(role: Role, paths: Sequence[str]) -> bool:
    """Whether these paths make the role what it is."""
    return sum(role.match(one) is not None for one in paths) >= AFFIX_SHARE * len(paths)


def _contenders(choices: Sequence[Fitting]) -> Iterator[Contender]:
    for known, offer in choices:
        pairs = zip(rank(choices[0].offer), rank(offer), _DECIDES, strict=True)
        yield Contender(
            pattern_id=offer.pattern_id,
            version=offer.version,
            status=offer.status.value,
            origin=known.origin,
            confidence=offer.confidence,
            role=offer.role.text,
            lost_by=next((name for first, own, name in pairs if first != own), ""),
        )


def _stretches(offer: Offer, wanted: str) -> Iterator[Stretch]:
    """The text, piece by piece; a place that is left open is a piece without text."""
    values: dict[str, Any] = known_values(offer, wanted)
    several = blocks(offer.schema)
    for told in trace(offer.source, values):
        name = told.piece.name
        source = Source.FIXED if name is None else source_of(name, offer.schema, offer.role.holes)
        if told.text or name is not None:
            yield Stretch(
                text=told.text,
                block=name in several,
                source=source if told.text else Source.UNFILLED,
                variable=name,
                filters=told.piece.filters,
                line=told.piece.line,
            )


def _along(wanted: str, exists: bool, world: World, rules: Companions) -> Iterator[Along]:
    known = world.live.__contains__
    for one in come_along(wanted, exists=exists, rules=rules, known=known)[:MAX_COMPANIONS]:
        yield Along(
            path=one.path,
            action="edit" if known(one.path) else "add",
            confidence=one.confidence,
            support=int(one.rule["support"]),
            seen=int(one.rule["seen"]),
            reason=companion_reason(one.rule),
        )


def _compared(
    asked: Asked,
    first: Fitting,
    stretches: Sequence[Stretch],
    materials: Mapping[str, Material],
    memory: Memory,
) -> Compared | None:
    """What is there beside what would have been written; None where no text is there."""
    actual = _actual(asked)
    if actual is None:
        return None
    before = _before(asked.path, first, materials, memory)
    made = "".join(one.text for one in stretches) if before is None else before
    return Compared(
        edits=edits(score(tokenize(made), tokenize(actual))),
        held_out=before is not None,
        learned=asked.path in first.known.spec.evidence.files,
        diff=unified(asked.path, made.encode(), actual.encode()),
    )


def _actual(asked: Asked) -> str | None:
    nobody = Addition(asked.path, 0, 0, "", moved=False, stood=True, alone=False)
    found = readable(Member(asked.path, "", (), nobody), asked.content or b"")
    return found.text if found else None


def _before(
    wanted: str, first: Fitting, materials: Mapping[str, Material], memory: Memory
) -> str | None:
    """What this very template would have written before the file was there, if it was held out."""
    material = materials.get(first.offer.role.text)
    made = studied(material, memory) if material else None
    if material is None or made is None or made.verdict.threshold is None:
        return None
    if made.template is None or made.template.source != first.offer.source:
        return None
    for held, earlier in held_out(material.samples):
        if held.path == wanted:
            aligned = aligned_around(earlier, made.around)
            return draft_text(aligned, made.verdict.threshold, held.values)
    return None
