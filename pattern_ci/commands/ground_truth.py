"""`pattern-ci validate --ground-truth`: whether patterns do what their specs say."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from pattern_ci import output
from pattern_ci.commands.exec import read_instance
from pattern_ci.engine.context import Place
from pattern_ci.engine.opening import open_engine
from pattern_ci.engine.proving import Example, asked, executed
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, SpecError, UsageError
from pattern_ci.messages import engine as messages
from pattern_ci.registry import report
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import read_data
from pattern_ci.registry.shape import problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pattern_ci.engine.proving import Proof
    from pattern_ci.model.finding import Finding
    from pattern_ci.registry.library import Pattern
    from pattern_ci.registry.reading import DataFile

SCHEMA_VERSION = 1
REFUSED = "negative"  # the folder of examples that have to be refused


def prove(
    wanted: str,
    *,
    repo: Path,
    patterns: Path | None = None,
    instance: Path | None = None,
    form: str = "text",
) -> int:
    """Ask for the ground truth of one instance, or execute every example and ask then.

    Negative examples have to be refused. 1 when a check does not hold. Raises UsageError for a
    pattern that has no examples.
    """
    engine, _ = open_engine(repo, patterns)
    pattern = engine.router.library.in_force(wanted).pattern
    if instance is not None:
        inputs = read_instance(instance, pattern.spec)
        place = Place(engine.root, engine.state_dir, threading.RLock())
        proofs = [asked(pattern, instance.as_posix(), inputs, place)]
    else:
        proofs = list(executed(pattern, examples_of(pattern), engine.root))
    if form == "json":
        output.json_pretty(as_data(pattern, proofs))
    else:
        name = f"{pattern.spec.pattern_id} {pattern.spec.version}"
        output.write(messages.proofs(name, proofs, executed=instance is None))
    return EXIT_OK if all(proof.holds for proof in proofs) else EXIT_FINDINGS


def examples_of(pattern: Pattern) -> list[Example]:
    """Every example that can be read, the positive ones first.

    Raises UsageError when there is no positive one, SpecError for one without its shape.
    """
    folder = pattern.base / "examples" / pattern.spec.name
    found = [_example(file) for file in _read(folder / "positive", "positive_example")]
    if not found:
        raise UsageError(messages.no_examples(pattern.spec.pattern_id))
    refused = [_example(file) for file in _read(folder / "negative", "negative_example")]
    return [*found, *(one._replace(name=f"{REFUSED}/{one.name}", refused=True) for one in refused)]


def _read(folder: Path, schema: str) -> Iterator[DataFile]:
    for path in sorted(folder.glob("*.json")):
        file = read_data(folder, path, f"{folder.name}/{path.name}")
        found = [file.finding] if file.finding else _faults(file, schema)
        if found:
            raise SpecError("; ".join(report.as_text(found)))
        yield file


def _faults(file: DataFile, schema: str) -> list[Finding]:
    return [
        file.at(problem.key, "example-shape", problem.message)
        for problem in problems(file.data, published(schema))
    ]


def _example(file: DataFile) -> Example:
    return Example(
        name=file.path.rpartition("/")[2],
        variables=file.data["variables"],
        world=file.data.get("world"),
        truths=tuple(file.data.get("ground_truth", ())),
    )


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
                "skipped": proof.skipped,
                "checks": [check.to_dict() for check in proof.checks],
            }
            for proof in proofs
        ],
    }
