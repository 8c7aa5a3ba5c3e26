"""The patterns of one folder, ready to use; what is broken becomes a finding and stays out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci.errors import PatternNotFoundError
from pattern_ci.messages import validate as messages
from pattern_ci.model.pattern import Spec, Status
from pattern_ci.registry.suites import SPEC_SUFFIX, Suite, load_suites

if TYPE_CHECKING:
    from pattern_ci.model.finding import Finding

_PREFERRED = (Status.ACTIVE, Status.DRAFT, Status.DEPRECATED, Status.QUARANTINED, Status.RETIRED)


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A spec with what it names. `base` holds `specs/`; texts of templates end lines with LF."""

    spec: Spec
    base: Path
    spec_path: Path
    schema: dict[str, Any]
    templates: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Library:
    """The patterns of every status below `root`, in order of folder and file name."""

    root: Path
    patterns: tuple[Pattern, ...]
    findings: tuple[Finding, ...] = ()

    def find(self, wanted: str) -> Pattern:
        """The pattern of this id, name or spec path; an active one before a draft of it.

        Raises PatternNotFoundError with the nearest names.
        """
        found = [pattern for pattern in self.patterns if self._answers(pattern, wanted)]
        if found:
            return min(found, key=lambda pattern: _PREFERRED.index(pattern.spec.status))
        broken = next((finding for finding in self.findings if wanted in finding.path), None)
        raise PatternNotFoundError(
            messages.pattern_not_found(wanted, self.root),
            why=messages.broken_spec(broken) if broken else "",
            next_step=messages.nearest(wanted, self._names()),
        )

    def _answers(self, pattern: Pattern, wanted: str) -> bool:
        spec = pattern.spec
        if wanted in (spec.pattern_id, spec.name, str(pattern.spec_path)):
            return True
        if not wanted.endswith(SPEC_SUFFIX):
            return False
        path = Path(wanted)
        return pattern.spec_path in (self.root / path, path) or (
            path.exists() and pattern.spec_path.exists() and path.samefile(pattern.spec_path)
        )

    def _names(self) -> list[str]:
        return [
            name
            for pattern in self.patterns
            for name in (pattern.spec.pattern_id, pattern.spec.name)
        ]


def load_library(root: Path, *, shown: str | None = None) -> Library:
    """Read every pattern below `root`; `shown` stands for `root` in the paths of findings."""
    patterns: list[Pattern] = []
    findings: list[Finding] = []
    for suite in load_suites(root, shown=root.as_posix() if shown is None else shown):
        found = unusable(suite)
        findings.extend(found)
        if not found:
            patterns.append(usable(suite))
    return Library(root=root, patterns=tuple(patterns), findings=tuple(findings))


def unusable(suite: Suite) -> list[Finding]:
    """Why the pattern of this suite cannot be used; empty when it can."""
    if suite.spec is None:
        return list(suite.problems)
    assert suite.schema is not None, "a suite with a spec has read its schema"
    read = [suite.schema.finding, *(file.finding for file in suite.templates)]
    found = [finding for finding in read if finding]
    if suite.schema.document and not isinstance(suite.schema.data, dict):
        found.append(suite.schema.at((), "schema-shape", messages.NOT_A_SCHEMA))
    return found


def usable(suite: Suite) -> Pattern:
    """The pattern of a suite for which `unusable` says nothing."""
    assert suite.spec is not None
    assert suite.schema is not None
    return Pattern(
        spec=suite.spec,
        base=suite.base,
        spec_path=suite.path,
        schema=suite.schema.data,
        # The slot says which newline is written; a checkout may have changed those on disk.
        templates={
            slot.id: (file.text or "").replace("\r\n", "\n")
            for slot, file in zip(suite.spec.slots, suite.templates, strict=True)
        },
    )
