"""`pattern-ci validate --ground-truth`: whether patterns do what their specs say."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from pattern_ci import output
from pattern_ci.commands.exec import read_instance
from pattern_ci.engine.context import Place
from pattern_ci.engine.opening import open_engine
from pattern_ci.engine.proving import asked, executed
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, UsageError
from pattern_ci.messages import engine as messages
from pattern_ci.registry.reading import read_data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pattern_ci.engine.proving import Proof
    from pattern_ci.registry.library import Pattern

SCHEMA_VERSION = 1


def prove(
    wanted: str,
    *,
    repo: Path,
    patterns: Path | None = None,
    instance: Path | None = None,
    form: str = "text",
) -> int:
    """Ask for the ground truth of one instance, or execute every positive example and ask then.

    1 when a check does not hold. Raises UsageError for a pattern that has no examples.
    """
    engine, _ = open_engine(repo, patterns)
    pattern = engine.router.library.in_force(wanted).pattern
    if instance is not None:
        inputs = read_instance(instance, pattern.spec)
        place = Place(engine.root, engine.state_dir, threading.RLock())
        proofs = [asked(pattern, instance.as_posix(), inputs, place)]
    else:
        proofs = list(executed(pattern, _examples(pattern), engine.root))
    if form == "json":
        output.json_pretty(as_data(pattern, proofs))
    else:
        name = f"{pattern.spec.pattern_id} {pattern.spec.version}"
        output.write(messages.proofs(name, proofs, executed=instance is None))
    return EXIT_OK if all(proof.holds for proof in proofs) else EXIT_FINDINGS


def _examples(pattern: Pattern) -> dict[str, dict[str, Any]]:
    """The variables of every positive example that can be read, by name."""
    folder = pattern.base / "examples" / pattern.spec.name / "positive"
    found = {}
    for path in sorted(folder.glob("*.json")):
        data = read_data(folder, path, path.name).data
        if isinstance(data, dict) and isinstance(data.get("variables"), dict):
            found[path.name] = data["variables"]
    if not found:
        raise UsageError(messages.no_examples(pattern.spec.pattern_id))
    return found


def as_data(pattern: Pattern, proofs: Sequence[Proof]) -> dict[str, Any]:
    """For programs."""
    return {
        "schema_version": SCHEMA_VERSION,
        "pattern_id": pattern.spec.pattern_id,
        "pattern_version": pattern.spec.version,
        "holds": all(proof.holds for proof in proofs),
        "instances": [
            {
                "instance": proof.instance,
                "holds": proof.holds,
                "error": proof.error,
                "checks": [check.to_dict() for check in proof.checks],
            }
            for proof in proofs
        ],
    }
