"""The index and the routing as text, derived from the specs: same specs, same bytes."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import yaml
from pattern_ci.model.pattern import SCHEMA_VERSION, Spec, Status
from pattern_ci.model.role import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

INDEX = "registry/PATTERN_INDEX.yaml"
ROUTING = "registry/PATTERN_ROUTING.yaml"
KINDS = "registry/OPERATION_KIND_REGISTRY.yaml"
# A derived file that does not start so was written by somebody, and is not ours to overwrite.
MARKER = "# Derived from the specs."
HEADER = f"{MARKER} `pattern-ci validate --fix` writes this file; edit the specs instead.\n"


class Located(NamedTuple):
    """A spec and where it stands, relative to the library folder."""

    path: str
    spec: Spec


def derived_files(specs: Iterable[Located]) -> dict[str, str]:
    """Path and text of every derived file of a library that holds these specs."""
    ordered = sorted(specs, key=lambda located: (located.spec.pattern_id, located.path))
    return {INDEX: index_text(ordered), ROUTING: routing_text(ordered)}


def index_text(specs: Iterable[Located]) -> str:
    """`PATTERN_INDEX.yaml`: one entry a spec, in the order given."""
    entries = [index_entry(located) for located in specs]
    return HEADER + yaml.dump({"schema_version": SCHEMA_VERSION, "patterns": entries})


def index_entry(located: Located) -> dict[str, Any]:
    """What the index says about one spec."""
    spec = located.spec
    return {
        "pattern_id": spec.pattern_id,
        "name": spec.name,
        "version": spec.version,
        "status": spec.status.value,
        "operation_kind": spec.operation_kind,
        "spec": located.path,
        "schema": _beside(located.path, spec.inputs),
        "executor": executor_path(located.path, spec.executor),
        "roles": list(spec.roles),
        "confidence": spec.confidence.total,
        "identity": spec.identity,
        "content_digest": spec.content_digest,
    }


def routing_text(specs: Iterable[Located]) -> str:
    """`PATTERN_ROUTING.yaml`: active patterns by kind, the most specific path first."""
    active = [located.spec for located in specs if located.spec.status is Status.ACTIVE]
    routes = [
        {
            "operation_kind": spec.operation_kind,
            "pattern_id": spec.pattern_id,
            "roles": list(spec.roles),
        }
        for spec in sorted(active, key=route_order)
    ]
    return HEADER + yaml.dump({"schema_version": SCHEMA_VERSION, "routes": routes})


def route_order(spec: Spec) -> tuple[str, tuple[int, int], str]:
    """By kind, and inside a kind the most specific path first."""
    literal, holes = max((Role(role).specificity for role in spec.roles), default=(0, 0))
    return spec.operation_kind, (-literal, -holes), spec.pattern_id


def executor_path(spec_path: str, executor: str) -> str:
    """An executor relative to the library folder; built-in ones have no file."""
    return executor if executor.startswith("builtin:") else _beside(spec_path, executor)


def _beside(spec_path: str, name: str) -> str:
    """A path relative to the folder that holds `specs/`, as one relative to the library."""
    return (PurePosixPath(spec_path).parent.parent / name).as_posix()
