"""The record, its schema, the quick checks and the limit of a line agree."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pattern_ci.model.event import MAX_BYTES, ErrorRef, Event, EventType, Resolution, Source
from pattern_ci.telemetry import fitting
from pattern_ci.telemetry.checking import METRICS, event_problem, problem, schema
from pattern_ci.telemetry.metrics import Metrics
from pattern_ci.telemetry.recording import clean
from pattern_ci.telemetry.redaction import Redactor
from tests.telemetry.worlds import event

SCHEMA = jsonschema.Draft202012Validator(schema())
WORDS = st.text(max_size=400)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | WORDS | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(WORDS, inner, max_size=9),
    max_leaves=40,
)
EVENTS = st.builds(
    Event,
    type=st.sampled_from(EventType),
    source=st.sampled_from(Source),
    operation_kind=st.none() | st.just("OPK-A") | WORDS,
    pattern_id=st.none() | WORDS,
    pattern_version=st.none() | WORDS,
    used_pattern=st.booleans(),
    file_types=st.lists(WORDS, max_size=9).map(tuple),
    tools_used=st.lists(WORDS, max_size=90).map(tuple),
    input_signature=st.none() | WORDS,
    verification=st.none() | WORDS,
    parameters=st.dictionaries(WORDS, JSON, max_size=9),
    success=st.none() | st.booleans(),
    duration_s=st.none() | st.floats(),
    error=st.none() | st.builds(ErrorRef, signature=WORDS, kind=st.none() | WORDS),
    resolution=st.none() | st.builds(Resolution, method=WORDS, success=st.booleans()),
    reason=st.none() | WORDS,
    commit=st.none() | st.just("a" * 40) | WORDS,
    run=st.none() | WORDS,
)


@given(EVENTS)
def test_any_event_becomes_a_line_that_fits(given_event: Event) -> None:
    """Whatever its fields hold: at most 4 KiB, ASCII, one line, valid by a schema library."""
    data = clean(given_event, Redactor({}))
    data |= {name: getattr(event(), name) for name in ("id", "ts", "writer")}
    raw = fitting.line(data)

    assert len(raw) <= MAX_BYTES
    assert raw.endswith(b"\n")
    assert raw.count(b"\n") == 1
    assert raw.isascii()
    SCHEMA.validate(json.loads(raw))
    assert Event.from_dict(json.loads(raw)).to_dict() == json.loads(raw)


def test_what_is_too_long_is_cut_with_a_mark_and_the_rest_stays() -> None:
    """A log of a mebibyte, a list without end and a deep tree cost parameters only."""
    deep: Any = 1
    for _ in range(100):
        deep = [deep]
    long = event(
        parameters={"log": "word " * 200_000, "list": list(range(10_000)), "deep": deep, "n": 7},
        reason="why " * 1000, tools_used=("tool",) * 3,
    )  # fmt: skip

    data = json.loads(fitting.line(clean(long, Redactor({}))))

    assert data["parameters"]["log"].endswith(fitting.CUT)
    assert data["parameters"]["list"][-1] == fitting.CUT
    assert fitting.CUT in json.dumps(data["parameters"]["deep"])
    assert data["parameters"]["n"] == 7
    assert data["reason"].endswith(fitting.CUT)
    assert len(data["reason"]) == 300
    assert data["tools_used"] == ["tool"] * 3


def test_a_word_of_another_form_becomes_a_parameter() -> None:
    """A kind that is no kind is not lost and does not make the event invalid."""
    data = clean(event(operation_kind="my kind"), Redactor({}))

    assert data["operation_kind"] is None
    assert data["parameters"] == {"operation_kind": "my kind"}


_WRONG = [
    ("id", "x"), ("id", 5), ("ts", "2026-13-01T00:00:00.000Z"), ("ts", "2026-05-01T00:00:00Z"),
    ("type", "odd"), ("type", ["operation"]), ("source", None), ("operation_kind", "opk-x"),
    ("pattern_version", "1" * 41), ("used_pattern", 1),
    ("success", 0), ("success", "yes"), ("duration_s", -1), ("duration_s", True),
    ("file_types", "py"), ("file_types", [1]), ("file_types", ["x" * 41]), ("parameters", []),
    ("error", {}), ("error", {"signature": ""}), ("error", {"signature": "a", "odd": 1}),
    ("resolution", {"method": "a"}), ("commit", "abc"), ("writer", "me"), ("schema_version", True),
    ("schema_version", 2), ("extra", 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), _WRONG)
def test_the_quick_checks_refuse_what_the_schema_refuses(name: str, value: object) -> None:
    """One wrong field, twice, so that nothing is taken for known by mistake."""
    data = event().to_dict()
    assert event_problem(data) is None
    wrong = data | {name: value}

    assert not SCHEMA.is_valid(wrong)
    assert event_problem(wrong) is not None
    assert event_problem(wrong) is not None
    assert event_problem(data) is None


@pytest.mark.parametrize("name", sorted(event().to_dict()))
def test_the_quick_checks_know_what_may_be_absent(name: str) -> None:
    """The same verdict as the schema's on an event without a field, or with null in it."""
    data = event().to_dict()
    without = {key: value for key, value in data.items() if key != name}
    for changed in (without, data | {name: None}):
        assert (event_problem(changed) is None) == SCHEMA.is_valid(changed)


def test_metrics_fit_their_schema() -> None:
    """What is counted validates, and reads back as the same counts."""
    failed = event(2, success=False, error=ErrorRef(signature="E 1"))
    metrics = Metrics(month="2026-05", writer="0" * 16).with_events(
        [event(1).to_dict(), failed.to_dict()]
    )

    jsonschema.validate(metrics.to_dict(), schema(METRICS))
    assert problem(metrics.to_dict(), METRICS) is None
    assert problem({**metrics.to_dict(), "events": -1}, METRICS) is not None
    assert Metrics.from_dict(metrics.to_dict()) == metrics
