"""Reads the records of what was applied; one that cannot be read is a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.errors import SpecError
from pattern_ci.files import walk
from pattern_ci.messages import findings as messages
from pattern_ci.messages.apply import DAMAGED_NEXT
from pattern_ci.registry.applied import FOLDER, Applied, library_of, record, recording
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import read_data
from pattern_ci.registry.shape import problems
from pattern_ci.registry.suites import shown_path
from pattern_ci.render.survey import Change

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from pattern_ci.model.finding import Finding
    from pattern_ci.registry.instances import Output
    from pattern_ci.registry.library import Pattern
    from pattern_ci.registry.reading import DataFile

SUFFIX = ".json"


class Records(NamedTuple):
    """Records by path as shown, and what is wrong with the others."""

    known: dict[str, Applied]
    findings: tuple[Finding, ...]


def read_records(library: Path, *, shown: str) -> Records:
    """Every record below `library`; `shown` stands for it in paths."""
    names, _ = walk(library / FOLDER)
    known: dict[str, Applied] = {}
    findings: list[Finding] = []
    for file in record_files(library, [f"{FOLDER}/{name}" for name in names], shown=shown):
        found = list(record_problems(file))
        findings += found
        if not found:
            known[file.path] = Applied.from_dict(file.data)
    return Records(known, tuple(findings))


def record_files(library: Path, names: Iterable[str], *, shown: str) -> Iterator[DataFile]:
    """Those of these files of a library, relative to it, that are records."""
    for name in sorted(names):
        if name.startswith(f"{FOLDER}/") and name.endswith(SUFFIX):
            yield read_data(library, library / name, shown_path(shown, name))


def record_problems(file: DataFile) -> Iterator[Finding]:
    """Why a file is no record."""
    if file.document is None:
        if file.finding:
            yield file.finding
        return
    for problem in problems(file.data, published("applied")):
        yield file.at(problem.key, "applied-shape", problem.message)


def record_changes(
    pattern: Pattern,
    root: Path,
    variables: Mapping[str, Any],
    made: Iterable[Output],
    *,
    kept: Collection[str] = (),
) -> list[Change]:
    """What records a use that is written in the same change, below the work tree `root`.

    `kept` are slots that were left alone. Nothing when nothing is written. Raises SpecError where a
    record is damaged that would be written over: it may hold what somebody else recorded.
    """
    new = record(pattern.spec, variables, made)
    if not new.written:
        return []
    library = library_of(pattern, root)
    known, findings = read_records(root / library, shown=library)
    wanted = recording(known, new, library=library, name=pattern.spec.name, kept=kept)
    for finding in findings:
        if finding.path in wanted:
            raise SpecError(messages.line(finding), next_step=DAMAGED_NEXT)
    return [Change(path, None if text is None else text.encode()) for path, text in wanted.items()]
