"""The one entry to all of this: what a run says is wrong, and what made it go away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.diagnosis.classifier import ANYONE, ErrorClassifier, diagnoses
from pattern_ci.diagnosis.difference import GreenLogs, explains, ranked, silent, unexplained
from pattern_ci.diagnosis.drain import TemplateTree
from pattern_ci.diagnosis.format_log import listed
from pattern_ci.diagnosis.registry import ErrorRegistry
from pattern_ci.model.diagnosis import UNKNOWN_TOOL, signature
from pattern_ci.model.event import ErrorRef, Event, EventType, Resolution, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pattern_ci.diagnosis.forms import Form
    from pattern_ci.diagnosis.found import Found, Reading
    from pattern_ci.model.diagnosis import Diagnosis, ErrorStatistics

    Output = str | Iterable[str]


class ErrorEngine:
    """Observes runs one after another and remembers what it learned of each error.

    `root` is the folder of the project as logs name it, `forms` how its own tools speak. `now`
    gives the time (RFC 3339, UTC) and `record` takes events to be kept; without them nothing is
    dated and nothing leaves.
    """

    def __init__(
        self,
        registry: ErrorRegistry | None = None,
        *,
        root: str = "",
        forms: Sequence[Form] = (),
        now: Callable[[], str] = str,
        record: Callable[[Event], object] | None = None,
        source: Source = Source.EXECUTOR,
    ) -> None:
        self.registry = ErrorRegistry() if registry is None else registry
        self._root = root
        self._classifier = ErrorClassifier(root=root, forms=forms)
        self._tree = TemplateTree()
        self._green = GreenLogs()
        self._renamed: dict[str, str] = {}
        self._now, self._record, self._source = now, record, source

    def learn_green(self, output: Output, *, tool: str | None = None) -> None:
        """Take in the output of a run that ended well: what it says is no reason for a failure."""
        reading = self._classifier.read(output, tool=tool or "", keep_all=True)
        said = diagnoses(reading.found, self._tree)
        self._generalise()
        self._green.learn(said, reading.lines)

    def observe(
        self, output: Output, *, tool: str | None = None, exit_code: int | None = None
    ) -> list[Diagnosis]:
        """What is wrong, the most likely reason first; an output is a text or pieces of one.

        Of a failed run something is always said, if only its last lines or that it said nothing; of
        one that ended well (`exit_code` 0) or of unknown end, what was found. Everything is counted
        in the registry.
        """
        reading = self._classifier.read(output, tool=tool or "")
        if exit_code and (tool or UNKNOWN_TOOL) in ANYONE:
            reading.found[:0] = self._names(reading)
        said = diagnoses(reading.found, self._tree)
        self._generalise()
        found = ranked(said, self._green)
        if exit_code and not explains(found):
            found = unexplained(list(reading.lines), self._green, reading.tool) + found
        if exit_code and not explains(found):
            empty = not any(line.text for line in reading.lines)
            found = [silent(exit_code, tool or "", empty=empty), *found]
        self.registry.saw(found, at=self._now())
        return found

    def resolve(
        self,
        before: Sequence[Diagnosis],
        after: Sequence[Diagnosis],
        *,
        passed: bool,
        method: str,
        verified_by: str,
        commit: str | None = None,
    ) -> list[Event]:
        """What a change did about the errors of a check, as events, one for each signature.

        `before` and `after` are what the same check said, `passed` how it ended the second time;
        `method` names what was done: a commit or the rule of a fix. An error that is still there
        was not resolved. One that is gone was, if the check passed or says nothing new: a new error
        may only hide it, and then nothing is recorded of it.
        """
        causes = [one for one in before if not one.consequence and not one.in_green]
        old = {self._current(one.signature): one for one in causes}
        left = {self._current(one.signature) for one in after}
        known = {self._current(one.signature) for one in before}
        hidden = not passed and bool(left - known)
        events = []
        for name, one in old.items():
            if name not in left and hidden:
                continue
            done = Resolution(method=method, success=name not in left, verified_by=verified_by)
            self.registry.attempted(name, method, helped=done.success)
            events.append(self._event(name, one, done, commit))
        if self._record is not None:
            for event in events:
                self._record(event)
        return events

    def statistics(self) -> list[ErrorStatistics]:
        """What is known of each error, the most frequent first."""
        return self.registry.statistics()

    def _names(self, reading: Reading) -> list[Found]:
        """What a formatter lists, when a log says nothing else but what follows from it."""
        if not all(one.consequence for one in reading.found):
            return []
        taken = {one.log_line for one in reading.found}
        new = (line for line in reading.lines if line.number not in taken)
        return listed((line for line in new if not self._green.says(line)), self._root)

    def _generalise(self) -> None:
        """What was known of a template is known of the more general one that took its place."""
        for (tool, rule), old, new in self._tree.generalised():
            before, after = signature(tool, rule, old), signature(tool, rule, new)
            self._renamed[before] = after
            self.registry.renamed(before, after)
            self._green.renamed(before, after)

    def _current(self, name: str) -> str:
        """The signature that an error has by now. A template only loses words, so this ends."""
        while name in self._renamed:
            name = self._renamed[name]
        return name

    def _event(self, name: str, one: Diagnosis, done: Resolution, commit: str | None) -> Event:
        return Event(
            type=EventType.RESOLUTION,
            source=self._source,
            tools_used=(one.tool,),
            parameters={"rule": one.rule, "template": one.template},
            success=done.success,
            error=ErrorRef(signature=name, kind=one.kind.value),
            resolution=done,
            commit=commit,
        )


def error_ref(one: Diagnosis) -> ErrorRef:
    """How an event names the error of an operation that failed."""
    return ErrorRef(signature=one.signature, kind=one.kind.value)
