"""The pattern that is applied: found by what people call it, refused where it cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci.errors import SpecError, TemplateError, UsageError
from pattern_ci.messages import apply as messages
from pattern_ci.model.pattern import STATUS_FOLDER, Status
from pattern_ci.registry import overlay
from pattern_ci.registry.library import load_library
from pattern_ci.registry.suites import SPEC_SUFFIX
from pattern_ci.registry.variables import schema_problems
from pattern_ci.render import language

if TYPE_CHECKING:
    from pattern_ci.registry.library import Pattern

BUILTIN = "builtin:render"


def find(wanted: str, root: Path, patterns: Path | None) -> Pattern:
    """The pattern of this id, name or spec file. Raises PatternNotFoundError, UsageError."""
    if patterns is not None and not patterns.is_dir():
        raise UsageError(messages.no_folder(str(patterns)), next_step=messages.NO_FOLDER_NEXT)
    if wanted.endswith(SPEC_SUFFIX):
        for spec in (Path(wanted), root / wanted):
            if patterns is None and spec.is_file():
                base = spec.absolute().parent.parent
                library = base.parent if base.name in STATUS_FOLDER.values() else base
                return load_library(library).find(str(spec.absolute()))
    return overlay.find(patterns or root / "patterns", wanted)


def refuse_unusable(pattern: Pattern, root: Path) -> None:
    """Raise the error for a pattern that may not be applied, or cannot be."""
    spec = pattern.spec
    if spec.status in (Status.QUARANTINED, Status.RETIRED):
        what = messages.withdrawn(spec.pattern_id, spec.status.value)
        raise UsageError(what, next_step=messages.IN_FORCE_NEXT)
    if spec.executor != BUILTIN or spec.rewrite is not None:
        what = messages.other_executor(spec.pattern_id, spec.executor)
        raise SpecError(what, next_step=messages.OTHER_EXECUTOR_NEXT)
    for problem in schema_problems(pattern.schema):
        what = messages.bad_schema(shown_in(pattern, spec.inputs, root), problem.message)
        raise SpecError(what, next_step=messages.VALIDATE_NEXT)
    for slot in spec.slots:
        for line, column, message in language.check(pattern.templates[slot.id]):
            template = shown_in(pattern, slot.template, root)
            what = messages.bad_template(template, line, column, message)
            raise TemplateError(what, next_step=messages.VALIDATE_NEXT)


def shown_in(pattern: Pattern, name: str, root: Path) -> str:
    """A file of the pattern, as seen from the top of the repository where it is inside."""
    path = (pattern.base / name).absolute()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def notices(pattern: Pattern) -> list[str]:
    """What a person should know about a pattern that may be used all the same."""
    spec = pattern.spec
    if spec.status is Status.DRAFT:
        return [messages.draft(spec.pattern_id)]
    return [messages.deprecated(spec.pattern_id)] if spec.status is Status.DEPRECATED else []
