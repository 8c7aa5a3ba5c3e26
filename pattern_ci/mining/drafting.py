"""Write a candidate out as a doc suite: spec, schema, template, examples and docs page."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import __version__
from pattern_ci.messages import pattern_page
from pattern_ci.mining import schema as schemas
from pattern_ci.model.candidate import Draft
from pattern_ci.model.digests import content_digest, text_digest
from pattern_ci.model.pattern import STATUS_FOLDER, Newline, Slot, Spec, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.mining.roles import RoleGroup
    from pattern_ci.mining.template import Template
    from pattern_ci.model.candidate import HeldOut
    from pattern_ci.model.pattern import Confidence, Evidence

OPERATION_KIND = "OPK-FILE-ADD"
SLOT = "file"
MAX_POSITIVE = 3
MAX_NAME = 60


class Naming(NamedTuple):
    """The names under which a pattern lives."""

    name: str
    pattern_id: str
    identity: str


def slug(glob: str) -> str:
    """Snake-case name for a role: its literal parts, the last ones when they are too long."""
    parts = re.findall(r"[a-z0-9]+", glob.lower())
    while len("_".join(parts)) > MAX_NAME and len(parts) > 1:
        parts = parts[1:]
    name = "_".join(parts)[:MAX_NAME].strip("_") or "files"
    return name if name[0].isalpha() else f"p_{name}"


def naming(slugs: Mapping[str, tuple[str, str]]) -> dict[str, Naming]:
    """Names by role text, from each role's slug and identity; a slug of two carries a digest."""
    taken = Counter(one for one, _ in slugs.values())
    made = {}
    for role, (plain, identity) in slugs.items():
        name = f"{plain}_x{identity[:6]}" if taken[plain] > 1 else plain
        made[role] = Naming(name, f"PAT-{name.upper().replace('_', '-')}-001", identity)
    return made


class Suite(NamedTuple):
    """Everything a draft is made from."""

    naming: Naming
    group: RoleGroup
    template: Template
    newline: Newline
    confidence: Confidence
    evidence: Evidence
    minutes: float
    held_out: HeldOut | None


class About(NamedTuple):
    """What a pattern is for and how well it is founded; `minutes` are saved by each use."""

    operation_kind: str
    summary: str
    intent: str
    slots: tuple[Slot, ...]
    confidence: Confidence
    evidence: Evidence
    minutes: float


def first_spec(naming: Naming, about: About, content: object) -> Spec:
    """The spec of a draft; `content` is all that makes a later draft of it another one."""
    return Spec(
        pattern_id=naming.pattern_id,
        name=naming.name,
        version="1.0.0",
        status=Status.DRAFT,
        operation_kind=about.operation_kind,
        summary=about.summary,
        intent=about.intent,
        inputs=f"schemas/{naming.name}.schema.json",
        slots=about.slots,
        confidence=about.confidence,
        evidence=about.evidence,
        time_saved_per_use=about.minutes,
        identity=naming.identity,
        content_digest=content_digest(content),
        created_by=f"pattern-ci {__version__}",
        history=({"version": "1.0.0", "change": "drafted from history"},),
    )


def laid_out(bare: Draft) -> Draft:
    """A draft with its spec among its files, each where drafts lie."""
    return replace(bare, files=files_for(bare, Status.DRAFT))


def write(suite: Suite) -> Draft:
    """The draft: its spec with status draft, and the text of every file below the library."""
    name, role = suite.naming.name, suite.group.role
    members = [sample.path for sample in suite.template.members]
    schema = schemas.build(
        title=suite.naming.pattern_id,
        role=role,
        hole_values=[sample.values[0] for sample in suite.template.members],
        variables=suite.template.variables,
    )
    spec = _spec(suite, schema, len(members))
    bare = {
        spec.inputs: as_json(schema),
        spec.slots[0].template: suite.template.source,
        f"docs/{name}.md": pattern_page.page(spec, members, schema),
        **_examples(suite, spec),
    }
    return laid_out(Draft(spec=spec, files=bare, members=tuple(members), held_out=suite.held_out))


def _spec(suite: Suite, schema: dict[str, Any], members: int) -> Spec:
    name, role = suite.naming.name, suite.group.role
    template = f"templates/{name}/{SLOT}.j2"
    about = About(
        operation_kind=OPERATION_KIND,
        summary=pattern_page.summary(role.glob, members),
        intent=pattern_page.intent(role.glob),
        slots=(Slot(id=SLOT, role=role.text, template=template, newline=suite.newline),),
        confidence=suite.confidence,
        evidence=suite.evidence,
        minutes=suite.minutes,
    )
    content = {
        "role": role.text,
        "newline": suite.newline.value,
        "template": suite.template.source,
        "schema": schema,
    }
    truths = (
        {"check": "file_exists", "slot": SLOT, "expected": True},
        {"check": "renders", "slot": SLOT, "expected": True},
    )
    return replace(first_spec(suite.naming, about, content), ground_truth=truths)


def as_json(data: Any) -> str:
    """The text of a JSON file of a suite."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _examples(suite: Suite, spec: Spec) -> dict[str, str]:
    template, role = suite.template, suite.group.role
    made = {}
    newest = range(len(template.members))[-MAX_POSITIVE:]
    by_path = {member.path: member for member in suite.group.members}
    for number, index in enumerate(newest, 1):
        sample = template.members[index]
        text = sample.text.replace("\n", "\r\n") if spec.slots[0].newline == "crlf" else sample.text
        sha = by_path[sample.path].addition.sha
        made[f"examples/{spec.name}/positive/{number}.json"] = as_json(
            {
                "schema_version": 1,
                "pattern_id": spec.pattern_id,
                "variables": template.values(index, role.holes),
                "outputs": {SLOT: {"path": sample.path, "sha256": text_digest(text)}},
                "commit": sha or None,
            }
        )
    good = template.values(len(template.members) - 1, role.holes)
    missing = {key: value for key, value in good.items() if key != role.holes[0]}
    outside = {**good, role.holes[0]: "../outside"}
    refused = (
        ("missing_name", missing, f"{role.holes[0]} is missing"),
        ("outside", outside, "the path would leave the repository"),
    )
    for name, variables, reason in refused:
        made[f"examples/{spec.name}/negative/{name}.json"] = as_json(
            {
                "schema_version": 1,
                "pattern_id": spec.pattern_id,
                "variables": variables,
                "reason": reason,
            }
        )
    return made


def files_for(draft: Draft, status: Status) -> dict[str, str]:
    """Every file of a draft for `status`, by path relative to the library folder."""
    from pattern_ci import yaml

    folder = STATUS_FOLDER.get(status)
    prefix = f"{folder}/" if folder else ""
    spec = draft.spec.to_dict() | {"status": status.value}
    made = {f"{prefix}specs/{draft.spec.name}.pattern.yaml": yaml.dump(spec)}
    drafts = f"{STATUS_FOLDER[Status.DRAFT]}/"
    for path, text in draft.files.items():
        bare = path.removeprefix(drafts)
        if not bare.startswith("specs/"):
            made[prefix + bare] = text
    return made
