"""Plans the update of all uses of one pattern: which are due, with which values, what they get."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.errors import FatalError, UsageError, VariablesError
from pattern_ci.messages import apply as apply_messages
from pattern_ci.messages import apply_update as messages
from pattern_ci.model.role import Role
from pattern_ci.registry.applied import Written, as_text, is_ahead, is_behind, recording
from pattern_ci.registry.instances import outputs
from pattern_ci.registry.updating import Fate, Plan, Update, plan
from pattern_ci.registry.variables import variable_problems, with_defaults
from pattern_ci.render import instance
from pattern_ci.render.merge import Labels
from pattern_ci.render.survey import Change, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pattern_ci.registry.applied import Applied
    from pattern_ci.registry.library import Pattern
    from pattern_ci.registry.tree import Tree


class Use(NamedTuple):
    """One use of the pattern; `record` is its file, None for a file it was learnt from."""

    record: str | None
    applied: Applied


class Due(NamedTuple):
    """A use to bring to the present version, with the values that it will be rendered with."""

    use: Use
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What becomes of a use."""

    due: Due
    plan: Plan


def in_scope(uses: Sequence[Use], names: Iterable[str], tree: Tree) -> list[Use]:
    """The uses that wrote one of these paths, or a file that was renamed to it since."""
    wanted = set(names)
    found = [use for use in uses if use.applied.files & wanted]
    return found or [use for use in uses if wanted & _moved(use.applied, tree)]


def _moved(applied: Applied, tree: Tree) -> set[str]:
    gone = [path for path in applied.files if tree.read(path) is None]
    return {found for path in gone if (found := tree.moved(path))}


def due(
    pattern: Pattern, uses: Sequence[Use], explicit: instance.Given, *, schema: str
) -> list[Due]:
    """The uses of an older version, and with values given also those that get another one.

    Raises VariablesError with everything that is missing or wrong in any of them, UsageError for a
    value that would lead to another path.
    """
    made = [
        (use, _values(pattern, use, explicit))
        for use in uses
        if _is_due(pattern, use.applied, explicit.values)
    ]
    missing = list(dict.fromkeys(name for _, one in made for name in one.missing))
    said = [apply_messages.missing(missing)] if missing else []
    said += explicit.problems.values() if made else ()
    said += [
        messages.of_use(_shown(use.applied), problem)
        for use, one in made
        for problem in one.problems
        if problem not in said
    ]
    if said:
        raise VariablesError(
            apply_messages.refused(pattern.spec.pattern_id, said),
            next_step=apply_messages.variables_next(missing, schema),
        )
    return [Due(use, one.values) for use, one in made]


def _is_due(pattern: Pattern, applied: Applied, given: Mapping[str, Any]) -> bool:
    """Only a higher version, or a value that somebody gives now, is a reason to touch a file."""
    if is_ahead(applied, pattern.spec):
        return False
    return is_behind(applied, pattern.spec) or any(
        applied.variables.get(name) != value for name, value in given.items()
    )


def _values(pattern: Pattern, use: Use, explicit: instance.Given) -> instance.Instance:
    """What was recorded, without variables that are gone, below what is given."""
    schema, slots, recorded = pattern.schema, pattern.spec.slots, use.applied.variables
    holes = {hole for slot in slots for hole in Role(slot.role).holes}
    for name in holes & explicit.values.keys() & recorded.keys():
        if explicit.values[name] != recorded[name]:
            raise UsageError(messages.moves(name), next_step=messages.HOLES_NEXT)
    kept = {name: recorded[name] for name in recorded if name in schema.get("properties", {})}
    return instance.instance(
        slots,
        explicit._replace(values={**kept, **explicit.values}),
        None,
        required=schema.get("required", ()),
        defaults=with_defaults(schema, {}),
        check=lambda values: variable_problems(schema, values),
    )


def plan_all(pattern: Pattern, wanted: Sequence[Due], tree: Tree, root: Path) -> list[Planned]:
    """Plan each use on what the ones before it leave; the changes stand in `tree`."""
    planned = []
    for one in wanted:
        result = _checked(_plan(pattern, one, tree), root)
        tree.take(result)
        planned.append(Planned(due=one, plan=result))
    return planned


def _plan(pattern: Pattern, one: Due, tree: Tree) -> Plan:
    applied, spec = one.use.applied, pattern.spec
    labels = Labels(
        messages.YOURS,
        messages.theirs(applied.pattern_version),
        messages.theirs(spec.version),
    )
    try:
        made = outputs(pattern, one.values)
    except FatalError as error:
        return Plan((), error.what)
    slots = {slot.id: slot for slot in spec.slots}
    return plan(Update(applied=applied, made=made, slots=slots, labels=labels), tree)


def _checked(planned: Plan, root: Path) -> Plan:
    """A plan that the tree does not take is none."""
    changes = [Change(one.path, one.data) for one in planned.pieces if one.data is not None]
    try:
        survey(root, changes)
    except FatalError as error:
        return Plan((), error.what)
    return planned


def put_records(
    pattern: Pattern, planned: Sequence[Planned], tree: Tree, known: Mapping[str, Applied],
    library: str,
) -> None:  # fmt: skip
    """Plan the records: the new version for what was updated, none for what people deleted."""
    for one in planned:
        if one.plan.left:
            continue
        record, after = one.due.use.record, _after(pattern, one)
        if record is not None:
            tree.put(record, as_text(after).encode() if after else None)
        elif after is not None:
            changes = recording(known, after, library=library, name=pattern.spec.name)
            for path, text in changes.items():
                tree.put(path, None if text is None else text.encode())


def _after(pattern: Pattern, one: Planned) -> Applied | None:
    """The use as it is now; None when nothing of it is left."""
    pieces = [piece for piece in one.plan.pieces if piece.fate is not Fate.DROPPED]
    if all(piece.sha256 is None for piece in pieces):
        return None
    modes = {slot.id: slot.mode for slot in pattern.spec.slots}
    return replace(
        one.due.use.applied,
        pattern_version=pattern.spec.version,
        content_digest=pattern.spec.content_digest,
        variables=one.due.values,
        written=tuple(
            Written(piece.slot, piece.path, piece.sha256, modes[piece.slot]) for piece in pieces
        ),
    )


def left_alone(pattern: Pattern, uses: Sequence[Use], planned: Sequence[Planned]) -> list[str]:
    """Why uses stay as they are, a sentence each."""
    ahead = [use.applied for use in uses if is_ahead(use.applied, pattern.spec)]
    return [
        *(messages.ahead(_shown(one), one.pattern_version, pattern.spec.version) for one in ahead),
        *(one.plan.left for one in planned if one.plan.left),
    ]


def _shown(applied: Applied) -> str:
    return min(applied.files, default="")
