"""A pattern explained: what it writes, who has it, how well it was measured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.mining.explaining.lines import measure
from pattern_ci.mining.explaining.studied import held_out_files, members, studied
from pattern_ci.mining.family import better_than_copies, standing
from pattern_ci.mining.schema import derivable
from pattern_ci.model.explanation import (
    Member,
    Near,
    Part,
    PatternExplained,
    Slot,
    Source,
    Use,
    Variable,
)
from pattern_ci.model.pattern import Mode
from pattern_ci.model.role import Role
from pattern_ci.render.gaps import FRAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pattern_ci.mining.explaining.lines import Measured
    from pattern_ci.mining.explaining.studied import Studied
    from pattern_ci.mining.explaining.world import Known, World
    from pattern_ci.mining.family import Material
    from pattern_ci.mining.holdout import Memory
    from pattern_ci.model.pattern import Spec

# Weights of the confidence (design, 6.6).
WEIGHTS = {
    "similarity": 0.4,
    "success_rate": 0.3,
    "test_coverage": 0.2,
    "schema_completeness": 0.1,
}
MAX_NEAR = 3
MIN_LIKENESS = 0.6


class Looked(NamedTuple):
    """A slot of a pattern whose role the history knows."""

    material: Material
    studied: Studied | None
    measured: Measured
    same: bool


def pattern(
    known: Known, world: World, materials: Mapping[str, Material], memory: Memory
) -> PatternExplained:
    """Everything that is known of a pattern; `materials` are the history's roles by their text."""
    spec = known.spec
    slots = []
    main: Looked | None = None
    for slot in spec.slots:
        role = Role(slot.role)
        material = materials.get(role.text) if slot.mode is Mode.ADD else None
        source = known.templates[slot.id]
        samples = material.samples if material else ()
        measured = measure(source, role.holes, blocks(known.schema), samples)
        slots.append(
            Slot(
                id=slot.id,
                role=slot.role,
                mode=slot.mode.value,
                lines=measured.lines,
                anchor=slot.anchor,
            )
        )
        if material is not None and main is None:
            made = studied(material, memory)
            same = bool(made and made.template and made.template.source == source)
            main = Looked(material, made, measured, same)
    made = main.studied if main else None
    learned = set(spec.evidence.files)
    held = spec.evidence.holdout
    return PatternExplained(
        pattern_id=spec.pattern_id,
        version=spec.version,
        status=spec.status.value,
        origin=known.origin,
        summary=spec.summary,
        confidence=spec.confidence.total,
        parts=tuple(_parts(spec, made)),
        recorded=held.to_dict() if held else None,
        same_as_history=_same(spec, world),
        left_alone=next((o.reason for o in world.mined.abstained if o.role in _texts(known)), ""),
        way=made.way if made else None,
        slots=tuple(slots),
        rewrite=spec.rewrite,
        members=members(main.material, learned, _has(main)) if main else _named(spec),
        variables=() if spec.rewrite else tuple(_variables(known, main)),
        held_out=held_out_files(made.predictions, made.tried.copy) if made and made.way else (),
        nearest=nearest(_texts(known), world, leave_out=spec.pattern_id),
    )


def _has(main: Looked) -> dict[str, float]:
    """As mining measures it where this is the template that it made."""
    return main.studied.shares() if main.studied and main.same else main.measured.has


def blocks(schema: Mapping[str, Any]) -> set[str]:
    """Variables that may hold several lines: nothing says how their texts look."""
    declared = schema.get("properties", {})
    limits = {"pattern", "enum", "const"}
    return {
        name
        for name, one in declared.items()
        if isinstance(one, dict) and one.get("type") == "string" and not limits & set(one)
    }


def _texts(known: Known) -> list[str]:
    return [role.text for _, role in known.writes]


def _named(spec: Spec) -> tuple[Member, ...]:
    """Members as the spec lists them, where the history knows no such role."""
    edited = {slot.role for slot in spec.slots if slot.mode is Mode.EDIT}
    return tuple(
        Member(path=path, commit=None, added=None, use=Use.LEARNED, has=None)
        for path in reversed(spec.evidence.files)
        if path not in edited
    )


def _same(spec: Spec, world: World) -> bool | None:
    """Whether the history gives this content today; None when it gives no such pattern."""
    given = [one.spec for one in world.mined.drafts if one.spec.identity == spec.identity]
    return given[0].content_digest == spec.content_digest if given else None


def _parts(spec: Spec, made: Studied | None) -> Iterator[Part]:
    """The parts of a confidence; with counts where they are those that give this very score."""
    counts = _counts(made) if made else {}
    scores = spec.confidence.to_dict()
    for name, weight in WEIGHTS.items():
        hits, of, score = counts.get(name, (None, None, None))
        told = score is not None and abs(score - scores[name]) < 1e-4
        yield Part(
            name=name,
            weight=weight,
            score=scores[name],
            hits=hits if told else None,
            of=of if told else None,
        )


def _counts(made: Studied) -> dict[str, tuple[int | None, int, float]]:
    """What each part counts: hits (None for a mean), of how many, and the score it gives."""
    predictions = made.predictions
    if not predictions or made.template is None:
        return {}
    likeness = [
        2 * one.score.kept / (2 * one.score.kept + one.score.deleted + one.score.typed or 1)
        for one in predictions
    ]
    better = better_than_copies(predictions, made.tried)
    counted = {
        "success_rate": standing(made.material.group),
        "test_coverage": (sum(better), len(better)),
        "schema_completeness": derivable(
            made.template.variables,
            len(made.template.members),
            len(made.material.group.role.holes),
        ),
    }
    found: dict[str, tuple[int | None, int, float]] = {
        name: (hits, of, hits / of) for name, (hits, of) in counted.items() if of
    }
    found["similarity"] = (None, len(likeness), sum(likeness) / len(likeness))
    return found


def source_of(name: str, schema: Mapping[str, Any], holes: Collection[str]) -> Source:
    """Where the value of a variable comes from when nothing is known but a path."""
    declared = schema.get("properties", {}).get(name, {})
    if name in holes:
        return Source.PATH
    if isinstance(declared.get("default"), bool):
        return Source.SWITCH
    if declared.get(FRAME):
        return Source.FRAME
    if "const" in declared or declared.get("default") not in (None, ""):
        return Source.CONSTANT
    return Source.ENUMERATED if "enum" in declared else Source.UNFILLED


def _variables(known: Known, main: Looked | None) -> Iterator[Variable]:
    """The variables of the schema; with counts where the members' values are known."""
    holes = {hole for _, role in known.writes for hole in role.holes}
    template = main.studied.template if main and main.studied and main.same else None
    values = {one.name: one.values for one in template.variables} if template else {}
    for name, declared in known.schema.get("properties", {}).items():
        said = declared if isinstance(declared, dict) else {}
        default = said.get("const", said.get("default"))
        seen = values.get(name)
        yield Variable(
            name=name,
            source=source_of(name, known.schema, holes),
            says=str(said.get("description", "")),
            default=None if default in (None, "") else _text(default),
            choices=tuple(_text(one) for one in said.get("enum", ()) if one not in (None, "")),
            examples=tuple(map(_text, said.get("examples", ()))),
            filled=sum(bool(one) for one in seen) if seen else None,
            different=len({one for one in seen if one}) if seen else None,
            of=len(seen) if seen else None,
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def nearest(roles: Collection[str], world: World, *, leave_out: str = "") -> tuple[Near, ...]:
    """Other patterns whose role reads alike or that would write the same files, nearest first."""
    from rapidfuzz import fuzz

    own = [Role(role) for role in roles]
    ours = [path for path in world.live if any(role.match(path) is not None for role in own)]
    found = []
    for one in world.patterns:
        for _, role in one.writes if one.spec.pattern_id != leave_out else ():
            alike = max((fuzz.ratio(role.text, text) / 100 for text in roles), default=0.0)
            shared = sum(role.match(path) is not None for path in ours)
            if shared or alike >= MIN_LIKENESS:
                found.append(
                    Near(
                        pattern_id=one.spec.pattern_id,
                        role=role.text,
                        likeness=alike,
                        shared=shared,
                    )
                )
    found.sort(key=lambda near: (-near.shared, -near.likeness, near.pattern_id))
    return tuple(found[:MAX_NEAR])
