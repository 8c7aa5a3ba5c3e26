"""What there is to explain: patterns of a library and of the history, roles left alone, paths."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.errors import TargetError
from pattern_ci.messages import explain as messages
from pattern_ci.mining.suggesting import Offer
from pattern_ci.model.operation_explained import Origin
from pattern_ci.model.pattern import STATUS_FOLDER, Mode, Status
from pattern_ci.model.role import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pattern_ci.model.candidate import Abstention, Draft, MineResult
    from pattern_ci.model.pattern import Slot, Spec
    from pattern_ci.registry.library import Pattern

_ID = re.compile(r"PAT-[A-Z0-9-]+", re.IGNORECASE)
# Names that look less alike than this (0..100) are no help to who mistyped one.
MIN_LIKENESS = 50
MIN_SLIP = 90  # all ids begin and end alike
MAX_NAMED = 3


class Known(NamedTuple):
    """A pattern with its schema and the template of each slot by the slot's id."""

    spec: Spec
    origin: Origin
    schema: dict[str, Any]
    templates: Mapping[str, str]

    @property
    def writes(self) -> list[tuple[Slot, Role]]:
        """The slots that add a file, with their roles."""
        return [(one, Role(one.role)) for one in self.spec.slots if one.mode is Mode.ADD]

    def offers(self) -> Iterator[Offer]:
        """What suggesting knows of it."""
        for slot, role in self.writes:
            yield Offer(
                pattern_id=self.spec.pattern_id,
                version=self.spec.version,
                status=self.spec.status,
                confidence=self.spec.confidence.total,
                role=role,
                newline=slot.newline,
                source=self.templates[slot.id],
                schema=self.schema,
                built_in=self.origin is Origin.BUILT_IN,
            )


class World(NamedTuple):
    """Everything that can be asked about; `live` maps the paths at the revision to blobs."""

    patterns: tuple[Known, ...]
    mined: MineResult
    live: Mapping[str, str]


def of_library(pattern: Pattern, origin: Origin = Origin.LIBRARY) -> Known:
    """A pattern on disk."""
    return Known(pattern.spec, origin, pattern.schema, pattern.templates)


def of_draft(draft: Draft) -> Known:
    """A candidate of the history."""
    folder, spec = STATUS_FOLDER[Status.DRAFT], draft.spec
    schema = json.loads(draft.files[f"{folder}/{spec.inputs}"])
    texts = {slot.id: draft.files[f"{folder}/{slot.template}"] for slot in spec.slots}
    return Known(spec, Origin.HISTORY, schema, texts)


def gather(library: Iterable[Known], mined: MineResult, live: Mapping[str, str]) -> World:
    """The library's patterns, and those of the history that the library does not have."""
    ours = tuple(library)
    ids = {one.spec.pattern_id for one in ours} | {one.spec.identity for one in ours}
    rest = (of_draft(draft) for draft in mined.drafts)
    new = [one for one in rest if not {one.spec.pattern_id, one.spec.identity} & ids]
    return World((*ours, *new), mined, live)


def find(target: str, world: World) -> Known | Abstention | str:
    """What is meant: a pattern, a role that was left alone, or (as text) a path.

    A pattern is meant by its id, its name, its role, or a part of its id that no other has. Raises
    TargetError for what is several of these, or none.
    """
    exact = [one for one in world.patterns if target in (one.spec.pattern_id, one.spec.name)]
    found: list[Known | Abstention] = [*(_own(exact) or _by_role(target, world))]
    if not found and target in world.live:
        return target
    found = found or [*exact]
    if not found and _is_word(target):
        alike = [one for one in world.patterns if target.upper() in one.spec.pattern_id]
        found = [*(_own(alike) or alike)]
    if len(found) == 1:
        return found[0]
    if found:
        msg = messages.ambiguous(target)
        raise TargetError(msg, next_step=messages.name_one([_name(one) for one in found]))
    if _is_path(target, world):
        return target
    raise TargetError(
        messages.unknown(target), next_step=messages.name_one(_nearest(target, world))
    )


def _own(found: Sequence[Known]) -> list[Known]:
    """Those of the repository, which a short name means first."""
    return [one for one in found if one.origin is not Origin.BUILT_IN]


def _by_role(target: str, world: World) -> list[Known | Abstention]:
    """Those whose role is this text, or has this text as its glob.

    A pattern of a role that the history leaves alone by now stands for both; one that is built in
    stands for a role only where nobody else does.
    """
    fitting = [
        one
        for one in world.patterns
        if any(target in (role.text, role.glob) for _, role in one.writes)
    ]
    patterns = _own(fitting)
    written = {role.text for one in patterns for _, role in one.writes}
    left = [
        one
        for one in world.mined.abstained
        if target in (one.role, Role(one.role).glob) and one.role not in written
    ]
    return [*patterns, *left] or [*fitting]


def _is_word(target: str) -> bool:
    """Whether this can be a part of an id; all else with a slash or a dot is a path."""
    return len(target) > 2 and re.fullmatch(r"[A-Za-z0-9-]+", target) is not None


def _is_path(target: str, world: World) -> bool:
    if _ID.fullmatch(target) or "{" in target or "*" in target:
        return False
    return any(sign in target for sign in "/.") or any(
        role.match(target) is not None for one in world.patterns for _, role in one.writes
    )


def _name(one: Known | Abstention) -> str:
    return one.spec.pattern_id if isinstance(one, Known) else one.role


def _nearest(target: str, world: World) -> list[str]:
    """The ids, names and roles that look most like what was asked for.

    One that is built in only where it is the same but for a slip of the pen.
    """
    own = _own(world.patterns)
    shipped = [one for one in world.patterns if one.origin is Origin.BUILT_IN]
    names = [one.spec.pattern_id for one in own]
    built_in = [one.spec.pattern_id for one in shipped]
    if not _ID.fullmatch(target):
        names += [role.text for one in own for _, role in one.writes]
        names += [one.role for one in world.mined.abstained]
        names += [one.spec.name for one in own]
        built_in += [one.spec.name for one in shipped]
    found = [*_alike(target, names, MIN_LIKENESS), *_alike(target, built_in, MIN_SLIP)]
    found.sort(key=lambda one: -one[0])
    return list(dict.fromkeys(name for _, name in found))[:MAX_NAMED]


def _alike(target: str, names: Sequence[str], least: int) -> list[tuple[float, str]]:
    """The names that look most like it, each with how much (0..100)."""
    from rapidfuzz import fuzz, process

    distinct = list(dict.fromkeys(names))
    choices = {number: name.lower() for number, name in enumerate(distinct)}
    near = process.extract(
        target.lower(), choices, scorer=fuzz.WRatio, limit=MAX_NAMED, score_cutoff=least
    )
    return [(score, distinct[number]) for _, score, number in near]
