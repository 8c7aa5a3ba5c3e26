"""A repository with a library of its own, and an engine over it whose events are kept in memory."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pattern_ci import yaml
from pattern_ci.engine.breakers import Breakers
from pattern_ci.engine.context import Place
from pattern_ci.engine.planning import read_plan
from pattern_ci.engine.router import PatternRouter
from pattern_ci.engine.running import Engine
from pattern_ci.engine.steps import Chances
from testing.repos import build_repo, commit
from testing.sample_pattern import sample_spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pattern_ci.model.event import Event
    from pattern_ci.model.plan import Plan
    from pattern_ci.telemetry.recording import Made

KIND = "OPK-DOCS-VALIDATE"  # listed, and without a pattern of ours
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "properties": {"text": {"type": "string", "default": "x"}},
}


class Events:
    """A recorder that keeps events in memory."""

    def __init__(self) -> None:
        self.kept: list[Event] = []

    def record(self, event: Event, *, once: bool = False) -> None:
        """Keep an event."""
        assert not once
        self.kept.append(event)

    def lines(self, events: Iterable[Event]) -> list[Made]:
        """Keep them; there is no line that would have to be kept elsewhere."""
        self.kept += events
        return []

    def add(self, made: Sequence[Made]) -> None:
        """No line was made."""
        assert not made

    def sync(self) -> None:
        """Memory has no disk."""

    def restore(self, kept: Iterable[bytes]) -> int:
        """No line was told, so none is missing."""
        assert not list(kept)
        return 0


def executor_pattern(
    executor: str | None = None,
    *,
    number: int = 1,
    kind: str = KIND,
    version: str = "1.0.0",
    status: str = "active",
    ground_truth: tuple[Mapping[str, Any], ...] = (),
) -> dict[str, str]:
    """The files of a pattern that runs `executor` (Python source) or, without one, a command."""
    name = f"own_{number}"
    spec = replace(
        sample_spec(),
        pattern_id=f"PAT-OWN-{number:03d}",
        name=name,
        version=version,
        operation_kind=kind,
        slots=(),
        inputs=f"schemas/{name}.schema.json",
        executor=f"executors/{name}_executor.py" if executor else "builtin:command",
        ground_truth=tuple(dict(truth) for truth in ground_truth),
        identity=f"{number:016x}",
        history=(),
    )
    data = spec.to_dict() | {"status": status}
    files = {
        f"patterns/specs/{name}.pattern.yaml": yaml.dump(data),
        f"patterns/schemas/{name}.schema.json": json.dumps(SCHEMA),
    }
    return files | ({f"patterns/{spec.executor}": executor} if executor else {})


def answering(**answer: Any) -> str:
    """The source of an executor that prints this answer."""
    text = json.dumps({"schema_version": 1, **answer})
    return f"print({text!r})\n"


def engine_at(
    path: Path,
    files: Mapping[str, str] | None = None,
    *,
    now: datetime | None = None,
    events: Events | None = None,
) -> Engine:
    """An engine over a new repository with these files, committed; it never sleeps."""
    if not (path / ".git").exists():
        build_repo(path, {"README.md": "# demo\n"})
    if files:
        commit(path, dict(files))
    state = path / ".git" / "pattern-ci"
    chances = Chances(sleep=lambda _: None)
    if now is not None:
        chances = replace(chances, now=lambda: now)
    return Engine(
        root=path,
        state_dir=state,
        router=PatternRouter.load(path / "patterns", shown="patterns"),
        recorder=events or Events(),
        breakers=Breakers(state),
        chances=chances,
    )


def place_of(engine: Engine) -> Place:
    """Where the executions of an engine happen."""
    return Place(engine.root, engine.state_dir, threading.RLock())


def plan_of(engine: Engine, *steps: Mapping[str, Any], **more: Any) -> Plan:
    """A plan of these steps, read from a file as `pattern-ci run` reads it."""
    data = {"schema_version": 1, "name": "test", "steps": [step_data(step) for step in steps]}
    path = engine.root / ".git" / "plan.yaml"
    path.write_text(yaml.dump(data | more), "utf-8")
    library = engine.router.library
    ids = frozenset(entry.pattern.spec.pattern_id for entry in library.entries)
    plan, findings = read_plan(path, shown="plan.yaml", kinds=library.kinds, patterns=ids)
    assert plan is not None, findings
    return plan


def step_data(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step as a plan writes it; `kind` and `pattern` stand for its metadata."""
    data = dict(step)
    metadata = {"operation_kind": data.pop("kind", KIND)}
    if "pattern" in data:
        metadata["pattern_id"] = data.pop("pattern")
    return {"id": data.pop("id", "one"), "metadata": metadata, **data}
