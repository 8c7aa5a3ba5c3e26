"""What `telemetry` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping.lines import one_line, short

if TYPE_CHECKING:
    from collections.abc import Sequence

RESTORE = "take the file back from git (`git checkout` or `git log` of that path)."
NAME_A_CLONE = "name a clone with a work tree."
ASK = "see `pattern-ci telemetry --help`."
BAD_LIMIT = "--limit takes a number from 1 on."
NOTHING_WAITS = "Nothing waits in the spool.\n"
NOTHING_TO_COMPACT = "No month with single events lies more than 90 days back.\n"
NO_EVENTS = "No event fits.\n"
REQUESTS_SPENT = "the requests for it are used up; the next run goes on from there."
_WIDEST = 60


class HasName(Protocol):
    """A shard."""

    @property
    def name(self) -> str:
        """`<yyyy-mm>/<writer>.jsonl`."""
        ...


class Moved(Protocol):
    """A shard of the spool that moves, or of a branch that comes."""

    @property
    def shard(self) -> HasName:
        """Which."""
        ...

    @property
    def events(self) -> int:
        """How many events."""
        ...

    @property
    def bad(self) -> int:
        """How many lines that are none."""
        ...


class Compacted(Protocol):
    """A shard that becomes counts."""

    @property
    def shard(self) -> HasName:
        """Which."""
        ...

    @property
    def counted(self) -> int:
        """Events that become counts."""
        ...

    @property
    def kept(self) -> int:
        """Lines that stay."""
        ...

    @property
    def set_aside(self) -> int:
        """Lines that are no events."""
        ...


class Held(Protocol):
    """What lies below one root."""

    @property
    def shards(self) -> int:
        """Files."""
        ...

    @property
    def events(self) -> int:
        """Whole events."""
        ...

    @property
    def refused(self) -> int:
        """Lines that are none."""
        ...

    @property
    def torn(self) -> int:
        """Bytes of lines without an end."""
        ...

    @property
    def newer(self) -> int:
        """Lines of a later version."""
        ...


class State(Protocol):
    """All that is here."""

    @property
    def spool(self) -> Held:
        """Of this clone, not in the tree yet."""
        ...

    @property
    def tree(self) -> Held:
        """Below `patterns/telemetry`."""
        ...

    @property
    def compacted(self) -> int:
        """Events that are counts now."""
        ...

    @property
    def set_aside(self) -> Sequence[str]:
        """Names of files."""
        ...


class Answer(Protocol):
    """Columns and rows."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names."""
        ...

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """Values."""
        ...


def no_day(text: str) -> str:
    """What was to be a day."""
    return f"{text} is no day of the form 2026-05-31"


def bad_metrics(path: str, problem: str | None) -> str:
    """Counts that cannot be read."""
    return f"{path} holds no monthly metrics: {problem}."


def no_work_tree(path: str) -> str:
    """Nowhere to write."""
    return f"{path} has no work tree."


def question_without_query(action: str) -> str:
    """A word too many."""
    return f"`telemetry {action}` takes no question; only `telemetry query` does."


def not_recorded(line: str) -> str:
    """The hook gives way."""
    return f"pattern-ci: this commit is not recorded: {line}"


def not_staged(line: str) -> str:
    """The hook gives way."""
    return f"pattern-ci: telemetry waits for the next commit: {line}"


def staged(count: int) -> str:
    """What goes into the commit."""
    return f"staged {plural(count, 'event')} of telemetry"


def collected(count: int, stopped: str) -> str:
    """What was collected of workflows."""
    said = f"telemetry: collected {plural(count, 'event')} of workflow runs"
    return f"{said}; stopped early: {stopped}" if stopped else f"{said}."


def not_collected(line: str) -> str:
    """GitHub refuses; the rest of the run is done."""
    return f"telemetry: no workflow runs were collected: {line}"


def commit_title(count: int) -> str:
    """The commit on the branch of telemetry."""
    return f"Record {plural(count, 'event')} of workflow runs"


def flushed(moved: Sequence[Moved], *, applied: bool, attributes: bool) -> str:
    """What moves into the tree."""
    if not moved:
        return NOTHING_WAITS
    said = [
        f"{'moved' if applied else 'would move'} {plural(one.events, 'event')} to "
        f"patterns/telemetry/{one.shard.name}{_set_aside(one.bad)}"
        for one in moved
    ]
    if attributes:
        said.append(f"{'added' if applied else 'would add'} a line to .gitattributes")
    said.append(
        "Next: commit patterns/telemetry."
        if applied
        else "Next: `pattern-ci telemetry flush --apply` does this."
    )
    return "\n".join(said) + "\n"


def compacted(steps: Sequence[Compacted], *, applied: bool) -> str:
    """What becomes counts."""
    if not steps:
        return NOTHING_TO_COMPACT
    said = [
        f"{'counted' if applied else 'would count'} {plural(step.counted, 'event')} of "
        f"patterns/telemetry/{step.shard.name}"
        + (f", {plural(step.kept, 'line')} stay" if step.kept else "")
        + _set_aside(step.set_aside)
        for step in steps
    ]
    said.append(
        "Next: commit patterns/telemetry."
        if applied
        else "Next: `pattern-ci telemetry compact --apply` does this."
    )
    return "\n".join(said) + "\n"


def status(state: State, *, enabled: bool, recording: bool) -> str:
    """Whether anything is recorded, and where how much is."""
    if recording:
        first = "recording: on; events stay in this repository, nothing is sent anywhere"
    elif enabled:
        first = "recording: off, DISABLE_PATTERN_AUTOMATION is set"
    else:
        first = "recording: off; `telemetry: {enabled: true}` in .github/pattern-ci.yml turns it on"
    return "\n".join(
        [first, f"spool: {_held(state.spool)}", f"patterns/telemetry: {_held(state.tree)}", ""]
    )


def status_rest(state: State, aside: str, index_size: int) -> str:
    """Counts, what is broken and the index."""
    said = []
    if state.compacted:
        said.append(f"compacted: {plural(state.compacted, 'event')}")
    if state.set_aside:
        names = plural(len(state.set_aside), "file")
        said.append(f"set aside: {names} with what was no event, in {aside}")
    said.append(f"index: {index_size / 2**20:.1f} MiB" if index_size else "index: not made yet")
    return "\n".join(said) + "\n"


def answer(found: Answer, *, refused: int) -> str:
    """A table."""
    said = [*_table(found)] if found.rows else [NO_EVENTS.rstrip("\n")]
    if refused:
        said.append(f"(left out: {plural(refused, 'line')} that can be read as no event)")
    return "\n".join(said) + "\n"


def _table(found: Answer) -> list[str]:
    rows = [tuple(name.replace("_", " ") for name in found.columns)]
    rows += [tuple(_cell(value) for value in row) for row in found.rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(found.columns))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    return short(one_line(f"{value:g}" if isinstance(value, float) else str(value)), _WIDEST)


def _held(held: Held) -> str:
    said = f"{plural(held.events, 'event')} in {plural(held.shards, 'shard')}"
    if held.refused:
        said += f", {plural(held.refused, 'line')} that are no events"
    if held.torn:
        said += f", {plural(held.torn, 'byte')} of a line that was not finished"
    if held.newer:
        said += f", {plural(held.newer, 'line')} of a later pattern-ci"
    return said


def _set_aside(count: int) -> str:
    return f", {plural(count, 'line')} set aside" if count else ""
