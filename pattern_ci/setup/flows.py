"""The workflows of a repository: when each starts, and which of their jobs call ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pattern_ci import files, yaml
from pattern_ci.catalog import WORKFLOWS
from pattern_ci.errors import SpecError
from pattern_ci.setup.records import Caller, Flow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_OUR_WORKFLOW = re.compile(
    r"(?:.*/)?\.github/workflows/(" + "|".join(re.escape(f.file) for f in WORKFLOWS) + r")(?:@.*)?"
)


def read_flows(root: Path) -> tuple[tuple[Flow, ...], tuple[Caller, ...]]:
    """Every workflow below `.github/workflows` that can be read, and every job that calls ours."""
    folder = root / ".github" / "workflows"
    flows: list[Flow] = []
    callers: list[Caller] = []
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        name = path.relative_to(root).as_posix()
        try:
            data = yaml.load(files.read_text(path) or "", source=name).data
        except SpecError:
            continue  # GitHub does not run it either
        if isinstance(data, dict) and isinstance(data.get("jobs"), dict):
            flows.append(_flow(name, _triggers(data)))
            callers.extend(_callers(name, data))
    return tuple(flows), tuple(callers)


def _triggers(data: Mapping[str, Any]) -> dict[str, Any]:
    on = data.get("on")
    if isinstance(on, str):
        return {on: None}
    if isinstance(on, list):
        return {name: None for name in on if isinstance(name, str)}
    return on if isinstance(on, dict) else {}


def _flow(path: str, triggers: Mapping[str, Any]) -> Flow:
    entries = triggers.get("schedule")
    return Flow(
        path=path,
        crons=tuple(
            str(entry.get("cron", ""))
            for entry in (entries if isinstance(entries, list) else [])
            if isinstance(entry, dict)
        ),
        by_hand="workflow_dispatch" in triggers,
        on_pull_requests="pull_request" in triggers,
        starts=bool(triggers),
    )


def _callers(path: str, flow: Mapping[str, Any]) -> Iterator[Caller]:
    for name, job in flow["jobs"].items():
        uses = job.get("uses") if isinstance(job, dict) else None
        found = _OUR_WORKFLOW.fullmatch(uses) if isinstance(uses, str) else None
        if found:
            yield Caller(
                path=path,
                job=str(name),
                workflow=found[1],
                grants=_grants(job.get("permissions", flow.get("permissions", "default"))),
                own_token=_hands_over(job),
            )


def _hands_over(job: Mapping[str, Any]) -> bool:
    given, secrets = job.get("with"), job.get("secrets")
    app = isinstance(given, dict) and bool(given.get("app-client-id"))
    return app or (isinstance(secrets, dict) and "token" in secrets) or secrets == "inherit"


def _grants(permissions: Any) -> Mapping[str, str] | None:
    if permissions == "default":
        return None
    if permissions in ("read-all", "write-all"):
        access = permissions.removesuffix("-all")
        return {grant.scope: access for flow in WORKFLOWS for grant in flow.permissions}
    return {k: str(v) for k, v in permissions.items()} if isinstance(permissions, dict) else {}
