"""What one run of `pattern-ci apply` did or would do, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pattern_ci import files
from pattern_ci.messages import apply as messages
from pattern_ci.messages.gaps import holds_mark
from pattern_ci.registry.instances import use_of
from pattern_ci.render import diff, gaps
from pattern_ci.render.survey import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pattern_ci.registry.edits import Edit
    from pattern_ci.registry.instances import Output
    from pattern_ci.registry.library import Pattern
    from pattern_ci.render.survey import Step

SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Report:
    """All that is said at the end: steps and diffs by path, edits by slot.

    What has no step is kept as it is.
    """

    pattern: Pattern
    notices: Sequence[str]
    variables: Mapping[str, Any]
    made: Sequence[Output]
    edits: Mapping[str, Edit]
    steps: Mapping[str, Step]
    diffs: Mapping[str, str]
    recovered: str | None
    planned: bool


def diffs(root: Path, steps: Iterable[Step]) -> dict[str, str]:
    """What each step changes, as a patch."""
    return {
        step.change.path: diff.unified(
            step.change.path, files.read_bytes(root / step.change.path), step.change.data
        )
        for step in steps
    }


def unfilled(report: Report) -> list[str]:
    """Variables that had no value where one was wanted, in order."""
    return list(dict.fromkeys(name for one in _written(report) for name in one.unfilled))


def _written(report: Report) -> list[Output]:
    return [one for one in report.made if one.path in report.steps]


def _gaps(report: Report) -> Iterator[tuple[str, int, str]]:
    """Path, line and text of each line that is left open, its gaps marked."""
    slots = {slot.id: slot for slot in report.pattern.spec.slots}
    values = dict(report.variables)
    for one in _written(report):
        if one.unfilled and one.slot in slots:
            edit = report.edits.get(one.slot)
            text = gaps.shown(use_of(report.pattern, slots[one.slot], values), one.unfilled)
            for number, line in enumerate(text.splitlines(), edit.line if edit else 1):
                if holds_mark(line):
                    yield one.path, number, line


def as_text(report: Report) -> str:
    """For people; a plan begins with its diff."""
    spec = report.pattern.spec
    actions = [step.action for step in report.steps.values()]
    said = messages.report(
        f"{spec.pattern_id} {spec.version}",
        report.notices,
        [_line(report, one) for one in report.made],
        changing=sum(action is not Action.KEEP for action in actions),
        unfilled=unfilled(report),
        gaps=list(_gaps(report)),
        planned=report.planned,
        in_the_way=any(action is Action.OVERWRITE for action in actions),
    )
    return "".join(report.diffs.values() if report.planned else ()) + said


def _action(report: Report, one: Output) -> str:
    """What happens for a slot; a file may be edited for another one only."""
    if one.path not in report.steps:
        return messages.KEPT
    edit = report.edits.get(one.slot)
    changes = edit is None or edit.added
    return (report.steps[one.path].action if changes else Action.KEEP).value


def _line(report: Report, one: Output) -> tuple[str, str, int | None]:
    edit = report.edits.get(one.slot)
    return _action(report, one), one.path, edit.line if edit else None


def as_data(report: Report) -> dict[str, Any]:
    """The same for programs; `diff` is there in a plan only, once for each file."""
    spec = report.pattern.spec
    return {
        "schema_version": SCHEMA_VERSION,
        "pattern_id": spec.pattern_id,
        "pattern_version": spec.version,
        "status": spec.status.value,
        "written": not report.planned,
        "recovered": report.recovered,
        "notices": list(report.notices),
        "variables": dict(report.variables),
        "unfilled": unfilled(report),
        "files": _rows(report),
    }


def _rows(report: Report) -> list[dict[str, Any]]:
    left, rows = dict(report.diffs), []
    for one in report.made:
        row: dict[str, Any] = {"path": one.path, "slot": one.slot}
        step = report.steps.get(one.path)
        row |= {"action": _action(report, one), "sha256": step.after if step else None}
        row["unfilled"] = list(one.unfilled)
        edit = report.edits.get(one.slot)
        row |= {"edit": {"line": edit.line, "text": edit.text}} if edit else {}
        rows.append(row | ({"diff": left.pop(one.path, "")} if report.planned else {}))
    return rows
