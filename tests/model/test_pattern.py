"""A pattern spec as records and as plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.model.anchor import Anchor, Key, Place
from pattern_ci.model.pattern import (
    STATUS_FOLDER,
    Confidence,
    Evidence,
    Holdout,
    Kind,
    Mode,
    Newline,
    Slot,
    Spec,
    Status,
)

QUICK = settings(max_examples=60, deadline=None)
SHARE = st.floats(0, 1)
PARTS = st.builds(
    Confidence, similarity=SHARE, success_rate=SHARE, test_coverage=SHARE, schema_completeness=SHARE
)
SPEC = Spec(
    pattern_id="PAT-A-001",
    name="a",
    version="1.0.0",
    status=Status.ACTIVE,
    operation_kind="OPK-FILE-ADD",
    summary="Adds a file.",
    intent="Files are added alike.",
    inputs="schemas/a.schema.json",
    trigger="a/{name.snake}.py",
    slots=(
        Slot(id="file", role="a/{name.snake}.py", template="templates/a/file.j2"),
        Slot(id="x", role="x", template="t", newline=Newline.CRLF, mode=Mode.EDIT, when="has_x",
             anchor=Anchor(place=Place.SORTED, like="- {*}", section="# All", key=Key.WILD)),
    ),
    confidence=Confidence(
        similarity=0.5, success_rate=1.0, test_coverage=0.25, schema_completeness=0.75
    ),
    evidence=Evidence(
        commits=("a" * 40,), pull_requests=(7,), files=("a/b.py",),
        holdout=Holdout(n=5, net_saving=0.4, draft_precision=0.9, copy_newest=0.1),
    ),
    identity="0123456789abcdef",
    content_digest="sha256:" + "0" * 64,
    rewrite={"rule": "x"},
    steps=("one",),
    preconditions=("two",),
    ground_truth=({"check": "renders"},),
    policy_ref="p",
    time_saved_per_use=2.5,
    created_by="us",
    approved_by="them",
    history=({"version": "1.0.0", "change": "first"},),
)  # fmt: skip


def test_a_spec_survives_plain_data() -> None:
    """Every field comes back."""
    assert Spec.from_dict(SPEC.to_dict()) == SPEC


def test_what_is_optional_may_be_left_out() -> None:
    """An old spec without the newer fields is read with their defaults."""
    data = SPEC.to_dict()
    for key in ("rewrite", "steps", "preconditions", "ground_truth", "policy_ref", "history",
                "time_saved_per_use", "created_by", "approved_by"):  # fmt: skip
        del data[key]
    for slot in data["slots"]:
        for key in ("newline", "mode", "anchor", "when"):
            del slot[key]
    data["evidence"] = {}

    made = Spec.from_dict(data)

    assert made.slots[1] == Slot(id="x", role="x", template="t")
    assert (made.evidence, made.steps, made.history) == (Evidence(), (), ())


def test_the_keys_stand_in_the_order_of_the_reader() -> None:
    """What it is before what it does, and how it came about last."""
    keys = list(SPEC.to_dict())

    assert keys[:6] == ["schema_version", "doc_id", "pattern_id", "name", "version", "status"]
    assert keys[-1] == "history"
    assert SPEC.to_dict()["doc_id"] == "DOC-PAT-A-001"


@QUICK
@given(PARTS)
def test_the_total_weighs_four_parts(parts: Confidence) -> None:
    """0.4, 0.3, 0.2 and 0.1; never outside of 0 and 1, and never read from a file."""
    data: dict[str, Any] = parts.to_dict()

    assert 0 <= parts.total <= 1
    assert parts.total == pytest.approx(
        0.4 * parts.similarity + 0.3 * parts.success_rate
        + 0.2 * parts.test_coverage + 0.1 * parts.schema_completeness, abs=1e-4,
    )  # fmt: skip
    assert Confidence.from_dict(data | {"total": 99}).total == pytest.approx(parts.total, abs=1e-3)


def test_each_part_counts() -> None:
    """Raising one raises the total by its weight."""
    none = Confidence(similarity=0, success_rate=0, test_coverage=0, schema_completeness=0)

    assert replace(none, similarity=1.0).total == 0.4
    assert replace(none, success_rate=1.0).total == 0.3
    assert replace(none, test_coverage=1.0).total == 0.2
    assert replace(none, schema_completeness=1.0).total == 0.1


def test_words_in_files_do_not_move() -> None:
    """Libraries on disk hold them."""
    assert [status.value for status in Status] == [
        "draft", "active", "quarantined", "deprecated", "retired",
    ]  # fmt: skip
    assert [kind.value for kind in Kind] == ["family", "recipe", "execution", "rewrite", "recovery"]
    assert STATUS_FOLDER == {Status.DRAFT: "drafts", Status.QUARANTINED: "quarantined"}


@pytest.mark.parametrize("key", ["pattern_id", "name", "slots", "confidence", "identity"])
def test_what_is_needed_must_be_there(key: str) -> None:
    """The schema refuses such a file before; here it is at least no silent default."""
    data = SPEC.to_dict()
    del data[key]

    with pytest.raises(KeyError):
        Spec.from_dict(data)
