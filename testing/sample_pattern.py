"""A small, sound pattern as a doc suite on disk: a plugin, and its test when that is asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pattern_ci import yaml
from pattern_ci.model.digests import content_digest, text_digest
from pattern_ci.model.pattern import (
    STATUS_FOLDER,
    Confidence,
    Evidence,
    Holdout,
    Slot,
    Spec,
    Status,
)

if TYPE_CHECKING:
    from pathlib import Path

PATTERN_ID = "PAT-SAMPLE-PLUGIN-001"
NAME = "sample_plugin"
ROLES = ("plugins/{name.snake}.py", "tests/test_{name.snake}.py")
SCHEMA_PATH = f"schemas/{NAME}.schema.json"
TEMPLATES = {
    "plugin": """\
from base import Plugin{% if has_register %}, register{% endif %}


class {{ name | pascal }}Plugin(Plugin):
    name = "{{ name | kebab }}"
    limit = {{ limit }}
    braces = "{{ "{{" }} {{ note }} }}"
{% for tag in tags %}    # {{ tag }}
{% endfor %}""",
    "test": "from plugins.{{ name | snake }} import {{ name | pascal }}Plugin\n",
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": PATTERN_ID,
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {
            "type": "string",
            "description": "The name in the path.",
            "pattern": r"^(?!\.{1,2}$)[^/\\\x00-\x1f]+$",
            "examples": ["alpha", "beta_ray"],
        },
        "has_register": {"type": "boolean", "default": True, "description": "Imports register."},
        "has_test": {"type": "boolean", "default": True, "description": "Writes the test."},
        "limit": {"type": "integer", "default": 5, "description": "The limit.", "minimum": 0},
        "note": {"type": "string", "default": "", "description": "What stands in the braces."},
        "tags": {
            "type": "array",
            "items": {"type": "string"},
            "default": [],
            "description": "Comments below.",
        },
    },
}
VALUES: dict[str, Any] = {"name": "beta_ray", "limit": 7, "note": "n", "tags": ["one", "two"]}
PLUGIN_TEXT = """\
from base import Plugin, register


class BetaRayPlugin(Plugin):
    name = "beta-ray"
    limit = 7
    braces = "{{ n }}"
    # one
    # two
"""
OUTPUTS = {
    "plugin": ("plugins/beta_ray.py", PLUGIN_TEXT),
    "test": ("tests/test_beta_ray.py", "from plugins.beta_ray import BetaRayPlugin\n"),
}


def write_sample_pattern(patterns_dir: Path, *, status: str = "active") -> str:
    """Write the doc suite below `patterns_dir` where this status belongs; return the pattern id."""
    folder = patterns_dir / STATUS_FOLDER.get(Status(status), "")
    for name, text in sample_files(status).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    return PATTERN_ID


def sample_files(status: str = "active") -> dict[str, str]:
    """Every file of the suite, by path relative to the folder that holds `specs/`."""
    spec = sample_spec(Status(status))
    files = {slot.template: TEMPLATES[slot.id] for slot in spec.slots}
    files[f"specs/{NAME}.pattern.yaml"] = yaml.dump(spec.to_dict())
    files[SCHEMA_PATH] = _json(SCHEMA)
    files[f"docs/{NAME}.md"] = f"# {PATTERN_ID}\n\n{spec.summary}\n"
    files[f"examples/{NAME}/positive/beta_ray.json"] = _example(
        variables=VALUES,
        outputs={
            slot: {"path": path, "sha256": text_digest(text)}
            for slot, (path, text) in OUTPUTS.items()
        },
        commit=None,
    )
    files[f"examples/{NAME}/negative/no_name.json"] = _example(
        variables={"limit": 1}, reason="the name is missing"
    )
    return files


def sample_spec(status: Status = Status.ACTIVE) -> Spec:
    """The spec: two slots, the second guarded by `has_test`."""
    slots = (
        Slot(id="plugin", role=ROLES[0], template=f"templates/{NAME}/plugin.j2"),
        Slot(id="test", role=ROLES[1], template=f"templates/{NAME}/test.j2", when="has_test"),
    )
    return Spec(
        pattern_id=PATTERN_ID,
        name=NAME,
        version="1.0.0",
        status=status,
        operation_kind="OPK-FILE-ADD",
        summary="A plugin and its test.",
        intent="Plugins are added alike.",
        inputs=SCHEMA_PATH,
        slots=slots,
        confidence=Confidence(
            similarity=0.9, success_rate=1.0, test_coverage=0.8, schema_completeness=0.7
        ),
        evidence=Evidence(
            commits=("a" * 40,),
            files=("plugins/alpha.py", "plugins/beta_ray.py"),
            holdout=Holdout(n=4, net_saving=0.5, draft_precision=0.9),
        ),
        identity="0123456789abcdef",
        content_digest=content_digest([TEMPLATES, SCHEMA]),
        created_by="pattern-ci",
        history=({"version": "1.0.0", "change": "first"},),
    )


def _example(**parts: Any) -> str:
    return _json({"schema_version": 1, "pattern_id": PATTERN_ID, **parts})


def _json(data: Any) -> str:
    return json.dumps(data, indent=2) + "\n"
