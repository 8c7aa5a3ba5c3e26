"""A sound library of one pattern as literals; a test changes one thing in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pattern_ci import yaml
from pattern_ci.model.digests import text_digest
from pattern_ci.model.pattern import (
    STATUS_FOLDER,
    Confidence,
    Evidence,
    Holdout,
    Slot,
    Spec,
    Status,
)
from pattern_ci.registry.facts import gather
from pattern_ci.registry.validation import library_findings

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.finding import Finding

Files = dict[str, str]

SPEC = "specs/plugins.pattern.yaml"
SCHEMA = "schemas/plugins.schema.json"
TEMPLATE = "templates/plugins/plugin.j2"
TEST_TEMPLATE = "templates/plugins/test.j2"
POSITIVE = "examples/plugins/positive/alpha.json"
NEGATIVE = "examples/plugins/negative/no_name.json"
PAGE = "docs/plugins.md"

PLUGIN_TEXT = 'class {{ name|pascal }}Plugin:\n    """Handles {{ subject }}."""\n'
TEST_TEXT = "from plugins.{{ name|snake }} import {{ name|pascal }}Plugin\n"


def spec(**changes: Any) -> Spec:
    """An active pattern that writes a plugin and, when asked for, its test."""
    fields: dict[str, Any] = {
        "pattern_id": "PAT-PLUGINS-001",
        "name": "plugins",
        "version": "1.2.0",
        "status": Status.ACTIVE,
        "operation_kind": "OPK-FILE-ADD",
        "summary": "A plugin with its test.",
        "intent": "Plugins are added alike.",
        "inputs": SCHEMA,
        "slots": (
            Slot(id="plugin", role="plugins/{name.snake}.py", template=TEMPLATE),
            Slot(
                id="test",
                role="tests/test_{name.snake}.py",
                template=TEST_TEMPLATE,
                when="has_test",
            ),
        ),
        "confidence": Confidence(
            similarity=0.91234, success_rate=1.0, test_coverage=0.8, schema_completeness=0.77777
        ),
        "evidence": Evidence(
            commits=("a" * 40,),
            pull_requests=(7,),
            files=("plugins/alpha.py",),
            holdout=Holdout(n=5, net_saving=0.4, draft_precision=0.9),
        ),
        "identity": "0123456789abcdef",
        "content_digest": text_digest("content"),
        "history": ({"version": "1.2.0", "change": "first"},),
    }
    return Spec(**(fields | changes))


def schema(**changes: Any) -> dict[str, Any]:
    """The schema of its variables."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z_]+$"},
            "subject": {"type": "string", "default": "things"},
            "has_test": {"type": "boolean", "default": False},
        },
    } | changes


def positive(**changes: Any) -> dict[str, Any]:
    """A member that was really added."""
    return {
        "schema_version": 1,
        "pattern_id": "PAT-PLUGINS-001",
        "variables": {"name": "beta_ray", "subject": "rays", "has_test": True},
        "outputs": {
            "plugin": {
                "path": "plugins/beta_ray.py",
                "sha256": text_digest('class BetaRayPlugin:\n    """Handles rays."""\n'),
            },
            "test": {
                "path": "tests/test_beta_ray.py",
                "sha256": text_digest("from plugins.beta_ray import BetaRayPlugin\n"),
            },
        },
        "commit": "a" * 40,
    } | changes


def negative(**changes: Any) -> dict[str, Any]:
    """Values that must be refused."""
    return {
        "schema_version": 1,
        "pattern_id": "PAT-PLUGINS-001",
        "variables": {"subject": "rays"},
        "reason": "a plugin needs a name",
    } | changes


def library(one: Spec | None = None, /, **changes: str) -> Files:
    """All files of the library, by path below its folder; `changes` names constants of above."""
    one = one or spec()
    files = {
        SPEC: yaml.dump(one.to_dict()),
        SCHEMA: as_json(schema()),
        TEMPLATE: PLUGIN_TEXT,
        TEST_TEMPLATE: TEST_TEXT,
        POSITIVE: as_json(positive()),
        NEGATIVE: as_json(negative()),
        PAGE: "# Plugins\n",
    }
    for name, text in changes.items():
        files[globals()[name]] = text
    folder = STATUS_FOLDER.get(one.status, "")
    return {f"{folder}/{path}" if folder else path: text for path, text in files.items()}


def as_json(data: Any) -> str:
    """JSON as people commit it."""
    return json.dumps(data, indent=2) + "\n"


def write(root: Path, files: Files) -> Path:
    """Write the files exactly as given and return the folder."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return root


def check(root: Path, files: Files, *, registry_only: bool = False) -> list[Finding]:
    """What all rules say about a library of these files, shown as `patterns/`."""
    facts = gather(write(root, files), shown="patterns")
    return library_findings(facts, registry_only=registry_only)


def said(findings: list[Finding]) -> list[tuple[str, str, int]]:
    """Rule, file and line of each finding."""
    return [
        (finding.rule, finding.path.removeprefix("patterns/"), finding.line) for finding in findings
    ]


def line_of(text: str, part: str) -> int:
    """The line, from 1, on which `part` last stands."""
    return text[: text.rindex(part)].count("\n") + 1
