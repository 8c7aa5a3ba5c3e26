"""Write a recipe out as a doc suite: spec, schema, templates, examples and docs page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages import recipes as messages
from pattern_ci.mining.drafting import About, Naming, as_json, first_spec, laid_out
from pattern_ci.mining.family import CHARACTERS_A_MINUTE
from pattern_ci.mining.recipes import gaps, gate
from pattern_ci.mining.recipes.entries import filled
from pattern_ci.mining.recipes.filling import Gap, completeness, named
from pattern_ci.mining.recipes.parts import NAME
from pattern_ci.mining.schema import MAX_EXAMPLES, hole_pattern
from pattern_ci.mining.stems import meaning
from pattern_ci.model.candidate import Draft
from pattern_ci.model.digests import text_digest
from pattern_ci.model.pattern import (
    Confidence,
    Evidence,
    Holdout,
    Kind,
    Mode,
    Newline,
    Slot,
    Spec,
)
from pattern_ci.model.role import Role
from pattern_ci.render.language import escape, render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.mining.recipes.compose import Edits, Recipe
    from pattern_ci.mining.recipes.roles import Added

    # For each entry what people fill in there.
    Filling = Sequence[tuple[Gap, ...]]

OPERATION_KIND = "OPK-FILE-RECIPE"
_NOT_SLOT = re.compile(r"[^a-z0-9]+")


class _Made(NamedTuple):
    """A slot with the source of its template, and what people fill in there."""

    slot: Slot
    source: str
    gaps: tuple[Gap, ...] = ()


def write(recipe: Recipe, naming: Naming) -> Draft | None:
    """The draft; None when an addition that it shows would not come out as it was."""
    filling = named(
        recipe.edits, (NAME, *(one for part in recipe.parts for one in part.properties))
    )
    made = _slots(recipe, filling, naming.name)
    schema = _schema(recipe, filling, naming.pattern_id)
    spec = _spec(recipe, naming, made, schema)
    examples = _examples(recipe, made, spec)
    if examples is None:
        return None
    members = [one.path for one in recipe.operation.added]
    files = {
        spec.inputs: as_json(schema),
        **{one.slot.template: one.source for one in made},
        f"docs/{spec.name}.md": messages.page(spec, members, schema),
        **examples,
    }
    return laid_out(
        Draft(spec=spec, files=files, members=tuple(members), held_out=None, kind=Kind.RECIPE)
    )


def _spec(recipe: Recipe, naming: Naming, made: Sequence[_Made], schema: dict[str, Any]) -> Spec:
    role = recipe.operation.role
    about = About(
        operation_kind=OPERATION_KIND,
        summary=messages.summary(role.glob, len(recipe.parts), len(recipe.edits)),
        intent=messages.intent(role.glob, len(recipe.operation.added)),
        slots=tuple(one.slot for one in made),
        confidence=_confidence(recipe, made),
        evidence=_evidence(recipe),
        minutes=_minutes(recipe),
    )
    content = {
        "slots": [one.slot.to_dict() for one in made],
        "templates": [one.source for one in made],
        "schema": schema,
        "left": [recipe.to_write, recipe.to_edit],
    }
    steps = [
        *map(messages.write_step, recipe.to_write),
        *map(messages.edit_step, recipe.to_edit),
    ]
    truths = [{"check": "renders", "slot": one.slot.id, "expected": True} for one in made]
    return replace(
        first_spec(naming, about, content),
        trigger=role.text if role.text in recipe.to_write else None,
        steps=tuple(steps),
        ground_truth=tuple(truths),
    )


def _slots(recipe: Recipe, filling: Filling, name: str) -> list[_Made]:
    ids: set[str] = set()
    made = []
    for part in recipe.parts:
        slot = _slot_id(part.role, ids)
        template = f"templates/{name}/{slot}.j2"
        own = Slot(id=slot, role=part.role, template=template, newline=part.slot.newline)
        made.append(_Made(own, part.source))
    for edit, asked in zip(recipe.edits, filling, strict=True):
        slot = _slot_id(edit.path, ids)
        own = Slot(
            id=slot,
            role=edit.path,
            template=f"templates/{name}/{slot}.j2",
            newline=Newline.LF,
            mode=Mode.EDIT,
            anchor=edit.judged.entry.anchor,
        )
        made.append(_Made(own, _source(edit, asked), asked))
    return made


def _slot_id(role: str, taken: set[str]) -> str:
    """A name for a slot by the last parts of its path that say something, numbered if taken."""
    words = [word for word in _NOT_SLOT.split(re.sub(r"\{[^}]*\}", "", role).lower()) if word]
    wish = "_".join(words[-2:]) or "file"
    wish = wish if wish[0].isalpha() else f"file_{wish}"
    found, number = wish, 2
    while found in taken:
        found, number = f"{wish}_{number}", number + 1
    taken.add(found)
    return found


def _source(edit: Edits, asked: Sequence[Gap]) -> str:
    """The entry as template source."""
    names = (NAME, *(one.name for one in asked))
    lifted = edit.judged.entry.lines
    lines = ("".join(_expression(part, names) for part in _parted(line)) for line in lifted)
    return "\n".join(lines) + "\n"


def _parted(line: str) -> list[str]:
    """Literal stretches and placeholders of a lifted line."""
    parts: list[str] = []
    for character in line:
        if parts and meaning(character) is None and meaning(parts[-1][-1]) is None:
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def _expression(part: str, names: Sequence[str]) -> str:
    lifted = meaning(part)
    if lifted is None:
        return escape(part)
    hole, case = lifted
    return f"{{{{ {names[hole]} | {case} }}}}" if case else f"{{{{ {names[hole]} }}}}"


def _schema(recipe: Recipe, filling: Filling, title: str) -> dict[str, Any]:
    names = dict.fromkeys(one.name for one in recipe.operation.added)
    properties: dict[str, Any] = {
        NAME: {
            "type": "string",
            "pattern": hole_pattern(recipe.operation.role, NAME),
            "description": "The name in the path.",
            "examples": list(names)[-MAX_EXAMPLES:],
        }
    }
    for part in recipe.parts:
        properties.update(part.properties)
    asked = [gap for of_one in filling for gap in of_one]
    properties.update((gap.name, gap.to_property()) for gap in asked)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": properties,
        "required": [NAME, *(gap.name for gap in asked if not gap.optional)],
        "additionalProperties": False,
    }


def _examples(recipe: Recipe, made: Sequence[_Made], spec: Spec) -> dict[str, str] | None:
    """The examples by path; None when one would not come out as history has it."""
    files = {}
    for number, one in enumerate(recipe.shown, 1):
        values = _values(recipe, made, one)
        outputs = {each.slot.id: _output(each, values) for each in made}
        for edit, each in zip(recipe.edits, made[len(recipe.parts) :], strict=True):
            outputs[each.slot.id]["edit"] = edit.judged.again[one.sha]
        if not _as_it_was(recipe, made, one, outputs):
            return None
        shown = {"variables": values, "outputs": outputs, "commit": one.sha}
        files[f"examples/{spec.name}/positive/{number}.json"] = _example(spec, shown)
    good = _values(recipe, made, recipe.shown[-1])
    missing = {key: value for key, value in good.items() if key != NAME}
    refused = (
        ("missing_name", missing, f"{NAME} is missing"),
        ("outside", {**good, NAME: "../outside"}, "the path would leave the repository"),
    )
    for name, values, reason in refused:
        shown = {"variables": values, "reason": reason}
        files[f"examples/{spec.name}/negative/{name}.json"] = _example(spec, shown)
    return files


def _example(spec: Spec, shown: Mapping[str, Any]) -> str:
    return as_json({"schema_version": 1, "pattern_id": spec.pattern_id, **shown})


def _values(recipe: Recipe, made: Sequence[_Made], one: Added) -> dict[str, Any]:
    values: dict[str, Any] = {NAME: one.name}
    for part in recipe.parts:
        for example in part.examples:
            if example.path in (one.path, *one.others):
                values.update(example.variables)
    values.update((gap.name, gap.value(one.sha)) for each in made for gap in each.gaps)
    return values


def _output(made: _Made, values: Mapping[str, Any]) -> dict[str, Any]:
    path = Role(made.slot.role).path({NAME: values[NAME]})
    text = render(made.source, values, newline=made.slot.newline).text
    return {"path": path, "sha256": text_digest(text)}


def _as_it_was(
    recipe: Recipe, made: Sequence[_Made], one: Added, outputs: Mapping[str, Mapping[str, Any]]
) -> bool:
    """Whether each file is the member itself, and each entry what was learned for the name."""
    slots = [each.slot for each in made]
    for part, slot in zip(recipe.parts, slots, strict=False):
        shown = {example.path: example.sha256 for example in part.examples}
        if shown.get(outputs[slot.id]["path"]) != outputs[slot.id]["sha256"]:
            return False
    for edit, slot in zip(recipe.edits, slots[len(recipe.parts) :], strict=True):
        judged = edit.judged
        entry = "\n".join(filled(judged.entry.lines, one.name, judged.values[one.sha])) + "\n"
        if outputs[slot.id]["sha256"] != text_digest(entry):
            return False
    return True


def told(recipe: Recipe) -> tuple[int, int]:
    """How many held-out entries were right, and of how many."""
    records = [gate.record(edit.judged) for edit in recipe.edits]
    return sum(one.right for one in records), sum(one.total for one in records)


def _confidence(recipe: Recipe, made: Sequence[_Made]) -> Confidence:
    """The four parts, measured on history (design, section 6.6).

    Similar is an entry that was right to the letter, or what the family of a file says; tested is
    an addition of which every entry was right, and what the family of a file says.
    """
    shares = [one.right / one.total for one in map(gate.record, (e.judged for e in recipe.edits))]
    whole: dict[str, bool] = {}
    for edit in recipe.edits:
        for sha, right in edit.judged.tried:
            whole[sha] = whole.get(sha, True) and right
    similar = [*shares, *(part.similarity for part in recipe.parts)]
    tested = [sum(whole.values()) / len(whole)] if whole else []
    tested += [part.coverage for part in recipe.parts]
    asked = [one.gaps for one in made[len(recipe.parts) :]]
    complete = [*map(completeness, recipe.edits, asked)]
    complete += [part.completeness for part in recipe.parts]
    return Confidence(
        similarity=sum(similar) / len(similar),
        success_rate=recipe.operation.stood / len(recipe.operation.added),
        test_coverage=sum(tested) / len(tested),
        schema_completeness=sum(complete) / len(complete),
    )


def _evidence(recipe: Recipe) -> Evidence:
    right, total = told(recipe)
    share = right / total if total else 0.0
    files = (*(one.path for one in recipe.operation.added), *(one.path for one in recipe.edits))
    return Evidence(
        commits=tuple(one.sha for one in recipe.operation.added),
        files=tuple(dict.fromkeys(files)),
        holdout=Holdout(n=total, net_saving=share, draft_precision=share) if total else None,
    )


def _minutes(recipe: Recipe) -> float:
    name = recipe.shown[-1].name
    typed = sum(_typed(one.judged.entry.lines, name) for one in recipe.edits)
    return round(typed / CHARACTERS_A_MINUTE + sum(part.minutes for part in recipe.parts), 1)


def _typed(lines: Sequence[str], name: str) -> int:
    """How many characters an entry says without being told."""
    return len("\n".join(filled(lines, name, ("",) * gaps.count(lines))))
