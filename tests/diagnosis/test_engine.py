"""What a run says after good runs, what made an error go away, and what is known of it then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pattern_ci.diagnosis.engine import ErrorEngine, error_ref
from pattern_ci.diagnosis.registry import ErrorRegistry
from pattern_ci.model.diagnosis import Diagnosis, ErrorClass
from pattern_ci.model.event import Event, EventType, Source
from pattern_ci.telemetry.checking import event_problem
from pattern_ci.telemetry.recording import clean
from pattern_ci.telemetry.redaction import Redactor

UNUSED = "a.py:3:8: F401 `os` imported but unused\n"
LONG = "b.py:9:89: E501 Line too long (120 > 88)\n"


def engine(*, record: list[Event] | None = None) -> ErrorEngine:
    """One whose clock goes on by a day each time it is asked."""
    days = iter(f"2024-05-{day:02}T00:00:00.000Z" for day in range(1, 32))
    return ErrorEngine(
        now=lambda: next(days), record=None if record is None else record.append, root="/work"
    )


def names(found: list[Diagnosis]) -> list[str]:
    """Rules, in the order in which they are told."""
    return [one.rule or one.message for one in found]


def test_what_good_runs_say_ranks_last() -> None:
    """The same rule in a good log is noise, wherever it was; what is new comes first."""
    here = engine()
    here.learn_green("z.py:1:1: F401 `re` imported but unused\nAll done\n")

    found = here.observe(UNUSED + LONG, exit_code=1)

    assert names(found) == ["E501", "F401"]
    assert [one.in_green for one in found] == [False, True]


def test_without_good_runs_the_order_of_the_log_stays() -> None:
    """Errors before warnings, causes before consequences, else as they came."""
    log = (
        "make: *** [Makefile:2: all] Error 1\n"
        "a.c:1:1: warning: unused variable ‘x’ [-Wunused-variable]\n"
        "a.c:2:1: error: expected expression before ‘;’ token\n"
    )

    assert [one.log_line for one in engine().observe(log)] == [3, 1, 2]


def test_a_failure_that_nothing_explains_shows_what_is_new() -> None:
    """Of a failed run its last lines are told, but none that a good run has as well."""
    here = engine()
    here.learn_green("step 1 took 3 s\nbye\n")

    found = here.observe("step 1 took 9 s\nthe moon is full\nbye\n", exit_code=7)

    assert names(found) == ["the moon is full"]
    assert engine().observe("the moon is full\nbye\n", exit_code=0) == []


def test_an_error_that_is_gone_was_resolved() -> None:
    """One event for each error, with what was done, by which check it is known, and its class."""
    events: list[Event] = []
    here = engine(record=events)
    before = here.observe(UNUSED + LONG, exit_code=1)

    made = here.resolve(
        before, here.observe(LONG, exit_code=1), passed=False, method="ruff --fix",
        verified_by="ruff check", commit="f" * 40,
    )  # fmt: skip

    assert events == made
    told = {event.error.signature: event for event in made if event.error}
    assert {event.type for event in made} == {EventType.RESOLUTION}
    assert [told[one.signature].success for one in before] == [True, False]
    gone = told[before[0].signature]
    assert gone.resolution is not None
    assert gone.resolution.to_dict() == {
        "method": "ruff --fix", "success": True, "verified_by": "ruff check"
    }  # fmt: skip
    assert gone.commit == "f" * 40


def test_an_error_that_may_only_be_hidden_is_not_counted() -> None:
    """A new error in a failed check may keep the old one from being seen."""
    here = engine()
    before = here.observe(UNUSED, exit_code=1)
    after = here.observe("a.py:1:1: invalid-syntax: Expected `:`\n", exit_code=1)

    assert here.resolve(before, after, passed=False, method="m", verified_by="c") == []
    assert here.statistics()[0].attempted_resolutions == 0


def test_what_follows_from_an_error_is_not_resolved_by_itself() -> None:
    """Only the cause is credited."""
    here = engine()
    before = here.observe(
        "a.c:1:1: error: expected ‘;’ before ‘}’ token\nmake: *** [Makefile:2: a.o] Error 1\n",
        exit_code=2,
    )

    made = here.resolve(before, [], passed=True, method="m", verified_by="make")

    assert [event.tools_used for event in made] == [("gcc",)]


def test_statistics_have_the_columns_of_error_patterns() -> None:
    """Counts, first and last time, success rate and the way that helped most."""
    here = engine()
    before = here.observe(UNUSED, exit_code=1)
    for method, after in (("guess", before), ("ruff --fix", []), ("ruff --fix", [])):
        here.resolve(before, after, passed=not after, method=method, verified_by="ruff")
    here.observe(UNUSED + UNUSED.replace("a.py", "c.py"), exit_code=1)

    (row,) = here.statistics()

    assert row.to_dict() == {
        "class": "style",
        "error_signature": before[0].signature,
        "occurrences": 3,
        "first_seen": "2024-05-01T00:00:00.000Z",
        "last_seen": "2024-05-02T00:00:00.000Z",
        "attempted_resolutions": 3,
        "successful_resolutions": 2,
        "success_rate": pytest.approx(2 / 3),
        "recovery_method": "ruff --fix",
    }


def test_events_are_enough_to_rebuild_the_registry() -> None:
    """Occurrences come from failed operations, attempts from resolutions."""
    events: list[Event] = []
    here = engine(record=events)
    before = here.observe(UNUSED, exit_code=1)
    failed = Event(
        type=EventType.OPERATION, source=Source.CI, ts="2024-05-01T00:00:00.000Z",
        success=False, error=error_ref(before[0]),
    )  # fmt: skip
    here.resolve(before, [], passed=True, method="ruff --fix", verified_by="ruff")

    rebuilt = ErrorRegistry.from_events([failed, *events])

    assert rebuilt.statistics() == here.statistics()


def test_a_template_that_becomes_general_keeps_its_past() -> None:
    """A second name shows that the first was one: both are one error with one history."""
    here = engine()
    before = here.observe("error: queue alpha is gone\n", tool="frob", exit_code=1)
    assert before[0].template == "queue alpha is gone"

    here.observe("error: queue beta is gone\n", tool="frob", exit_code=1)
    here.resolve(before, [], passed=True, method="restart", verified_by="frob")

    (row,) = here.statistics()
    assert (row.occurrences, row.recovery_method) == (2, "restart")
    assert here.observe("error: queue gamma is gone\n", tool="frob")[0].template == (
        "queue <*> is gone"
    )


def test_an_event_of_a_resolution_fits_the_published_schema() -> None:
    """Stamped with id, time and writer it is an event like any other."""
    here = engine()
    (event,) = here.resolve(
        here.observe(UNUSED, exit_code=1), [], passed=True, method="m", verified_by="ruff"
    )

    stamped = replace(event, id="0" * 32, ts="2024-05-01T00:00:00.000Z", writer="0" * 16)
    assert event.error is not None
    assert event.error.kind == ErrorClass.STYLE.value
    assert event_problem(stamped.to_dict()) is None
    kept = clean(stamped, Redactor({}))
    assert kept["error"] == event.error.to_dict()
    assert kept["parameters"]["template"] == event.parameters["template"]
