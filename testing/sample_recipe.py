"""A small recipe on disk: a rule, and its lines in the registry and in the table of the docs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pattern_ci import yaml
from pattern_ci.model.anchor import Anchor, Place
from pattern_ci.model.digests import text_digest
from pattern_ci.model.pattern import Mode, Slot, Spec
from testing.sample_pattern import sample_spec

if TYPE_CHECKING:
    from testing.repos import Tree

PATTERN_ID = "PAT-SAMPLE-RULE-001"
NAME = "sample_rule"
RULE = "rules/{name.snake}.py"
REGISTRY = "rules/registry.py"
TABLE = "docs/rules.md"
FILES = {
    REGISTRY: """\
from rules.alpha import Alpha
from rules.gamma import Gamma

RULES = [
    Alpha,
    Gamma,
]
""",
    TABLE: """\
# Rules

| rule | since |
| --- | --- |
| gamma | 1.0 |
| alpha | 1.1 |
""",
}
TEMPLATES = {
    "rule": "class {{ name | pascal }}:\n    pass\n",
    "import": "from rules.{{ name | snake }} import {{ name | pascal }}\n",
    "entry": "    {{ name | pascal }},\n",
    "row": "| {{ name | kebab }} | {{ since }} |\n",
}
ANCHORS = {
    "import": Anchor(place=Place.SORTED, like="from rules.{*} import {*}"),
    "entry": Anchor(place=Place.SORTED, like="    {*},", section="RULES = ["),
    "row": Anchor(place=Place.LAST, like="| {*} | {*} |"),
}
# What a use with the name beta_ray makes of the files.
AFTER = {
    "rules/beta_ray.py": "class BetaRay:\n    pass\n",
    REGISTRY: """\
from rules.alpha import Alpha
from rules.beta_ray import BetaRay
from rules.gamma import Gamma

RULES = [
    Alpha,
    BetaRay,
    Gamma,
]
""",
    TABLE: FILES[TABLE] + "| beta-ray | 1.2 |\n",
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": PATTERN_ID,
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "description": "The rule.", "pattern": "^[a-z][a-z_]*$"},
        "since": {"type": "string", "description": "A version.", "default": "1.2"},
    },
}
EDITS: dict[str, tuple[str, dict[str, Any]]] = {
    "import": (
        REGISTRY,
        {
            "line": 2,
            "text": ["from rules.beta_ray import BetaRay"],
            "above": ["from rules.alpha import Alpha"],
            "below": ["from rules.gamma import Gamma"],
        },
    ),
    "entry": (
        REGISTRY,
        {"line": 7, "text": ["    BetaRay,"], "above": ["    Alpha,"], "below": ["    Gamma,"]},
    ),
    "row": (
        TABLE,
        {"line": 7, "text": ["| beta-ray | 1.2 |"], "above": ["| alpha | 1.1 |"], "below": []},
    ),
}


def recipe_spec() -> Spec:
    """One slot that adds the rule, and three that edit."""
    paths = {"rule": RULE, "row": TABLE}
    slots = tuple(
        Slot(
            id=one,
            role=paths.get(one, REGISTRY),
            template=f"templates/{NAME}/{one}.j2",
            mode=Mode.EDIT if one in ANCHORS else Mode.ADD,
            anchor=ANCHORS.get(one),
        )
        for one in TEMPLATES
    )
    return replace(
        sample_spec(),
        pattern_id=PATTERN_ID,
        name=NAME,
        summary="A rule, registered and in the docs.",
        inputs=f"schemas/{NAME}.schema.json",
        slots=slots,
        identity="fedcba9876543210",
    )


def edit_only_spec() -> Spec:
    """The same for a rule that people write by hand."""
    spec = recipe_spec()
    return replace(spec, slots=spec.slots[1:], trigger=RULE)


def recipe_files(spec: Spec) -> dict[str, str]:
    """Every file of the suite, by path relative to the folder that holds `specs/`."""
    files = {slot.template: TEMPLATES[slot.id] for slot in spec.slots}
    files[f"specs/{NAME}.pattern.yaml"] = yaml.dump(spec.to_dict())
    files[spec.inputs] = _json(SCHEMA)
    files[f"docs/{NAME}.md"] = f"# {PATTERN_ID}\n"
    files[f"examples/{NAME}/positive/beta_ray.json"] = _example(
        variables={"name": "beta_ray"},
        outputs={slot.id: _output(slot.id) for slot in spec.slots},
        commit=None,
    )
    files[f"examples/{NAME}/negative/no_name.json"] = _example(
        variables={}, reason="the name is missing"
    )
    return files


def recipe_world(spec: Spec | None = None) -> Tree:
    """A whole tree: the suite below `patterns/`, and the files that it edits."""
    suite = recipe_files(spec or recipe_spec())
    files = {**{f"patterns/{name}": text for name, text in suite.items()}, **FILES}
    return {path: text.encode() for path, text in files.items()}


def _output(slot: str) -> dict[str, Any]:
    if slot not in EDITS:
        path = "rules/beta_ray.py"
        return {"path": path, "sha256": text_digest(AFTER[path])}
    path, edit = EDITS[slot]
    text = "\n".join(edit["text"]) + "\n"
    return {"path": path, "sha256": text_digest(text), "edit": edit}


def _example(**parts: Any) -> str:
    return _json({"schema_version": 1, "pattern_id": PATTERN_ID, **parts})


def _json(data: Any) -> str:
    return json.dumps(data, indent=2) + "\n"
