"""The files that a recipe adds: drafted families of its roles, under one name and one schema."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.model.role import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pattern_ci.mining.recipes.roles import Added
    from pattern_ci.model.candidate import Draft
    from pattern_ci.model.pattern import Slot

NAME = "name"
# A member of a family has to be known in so many of the newest additions.
MATCHED = 3
_USED = re.compile(r"(\{\{-? *|\{%-? *if +(?:not +)?)([a-z][a-z0-9_]*)")
_RAW_NAME = re.compile(r"\{\{ name \}\}")


class Example(NamedTuple):
    """A member of a family as its draft shows it: path, digest of its text, values."""

    path: str
    sha256: str
    variables: dict[str, Any]


class Part(NamedTuple):
    """A file to add: its role in terms of the recipe's name, and what its family's draft has."""

    role: str
    slot: Slot
    source: str
    properties: dict[str, Any]
    examples: tuple[Example, ...]
    similarity: float
    coverage: float
    completeness: float
    minutes: float


class Families:
    """Drafted families, found by the paths of their members."""

    def __init__(self, drafts: Iterable[Draft]) -> None:
        self._below: dict[str, list[tuple[Role, Draft]]] = defaultdict(list)
        for draft in drafts:
            role = Role(draft.spec.slots[0].role)
            folder = role.text.partition("{")[0].rpartition("/")[0]
            self._below[folder].append((role, draft))

    def of(self, role: str, added: Sequence[Added]) -> Draft | None:
        """The family that the newest members of a role belong to; None when there is none."""
        paths = _newest(role, added)
        if not paths:
            return None
        above = paths[0].split("/")[:-1]
        folders = ("/".join(above[:depth]) for depth in range(len(above) + 1))
        near = sorted(
            (each for folder in folders for each in self._below.get(folder, ())),
            key=lambda each: each[0].text,
        )
        found = (draft for one, draft in near if all(one.match(path) for path in paths))
        return next(found, None)


def part_for(role: str, added: Sequence[Added], families: Families) -> Part | None:
    """What a drafted family adds for a role; None when its newest members belong to none."""
    draft = families.of(role, added)
    if draft is None:
        return None
    own = _newest(role, added) == [one.path for one in added][-MATCHED:]
    return _part(role, draft, own=own)


def _newest(role: str, added: Sequence[Added]) -> list[str]:
    return [path for one in added if (path := _path(role, one)) is not None][-MATCHED:]


def _path(role: str, one: Added) -> str | None:
    path = Role(role).path({NAME: one.name})
    return path if path in (one.path, *one.others) else None


def _part(role: str, draft: Draft, *, own: bool) -> Part:
    """A family as part of a recipe; with its `own` name, or one that is given in another case."""
    spec, slot = draft.spec, draft.spec.slots[0]
    schema = json.loads(_file(draft.files, spec.inputs))
    source = _file(draft.files, slot.template)
    if not own and (case := Role(role).case(NAME)):
        source = _RAW_NAME.sub(f"{{{{ name | {case} }}}}", source)
    folder = f"examples/{spec.name}/positive/"
    shown = [json.loads(text) for path, text in sorted(draft.files.items()) if folder in path]
    return Part(
        role=role,
        slot=slot,
        source=source,
        properties={key: of for key, of in schema["properties"].items() if key != NAME},
        examples=tuple(
            Example(one["outputs"][slot.id]["path"], one["outputs"][slot.id]["sha256"], _rest(one))
            for one in shown
        ),
        similarity=spec.confidence.similarity,
        coverage=spec.confidence.test_coverage,
        completeness=spec.confidence.schema_completeness,
        minutes=spec.time_saved_per_use,
    )


def _rest(example: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in example["variables"].items() if key != NAME}


def _file(files: Mapping[str, str], name: str) -> str:
    """A file of a suite, whichever status folder it lies in."""
    return next(text for path, text in files.items() if path in (name, f"drafts/{name}"))


def renamed(part: Part, taken: Iterable[str]) -> Part:
    """The part with other names for its variables where those are taken."""
    used = {NAME, *taken}
    names = {}
    for old in part.properties:
        new, number = old, 2
        while new in used:
            new, number = f"{old}_{number}", number + 1
        used.add(new)
        names[old] = new

    def put(found: re.Match[str]) -> str:
        return found.group(1) + names.get(found.group(2), found.group(2))

    return part._replace(
        source=_USED.sub(put, part.source),
        properties={names[key]: of for key, of in part.properties.items()},
        examples=tuple(
            one._replace(variables={names[key]: value for key, value in one.variables.items()})
            for one in part.examples
        ),
    )
