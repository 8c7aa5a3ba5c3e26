"""The labelled logs: how well errors are grouped and read, held to the figures of decision 0021."""

from __future__ import annotations

import json

import pytest

from bench import signatures


@pytest.fixture(scope="module")
def told() -> dict[str, signatures.Score]:
    """Every fold, where it is known which tool wrote a log."""
    return {name: signatures.score(lines) for name, lines in signatures.folds(told=True).items()}


def test_held_out_logs_are_grouped(told: dict[str, signatures.Score]) -> None:
    """The floor of the project: 0.90, for tools with rows and for tools without."""
    for fold in ("held-out", "held-out, tools with rows", "held-out, unknown tools"):
        assert told[fold].group_accuracy >= 0.90, fold
        assert told[fold].apart >= 0.90, fold


def test_nothing_that_was_labelled_is_missed(told: dict[str, signatures.Score]) -> None:
    """Every labelled line is reported, and little else."""
    assert told["held-out"].reported >= 0.98
    assert told["held-out"].precision >= 0.90


def test_fields_of_tools_with_rows(told: dict[str, signatures.Score]) -> None:
    """Rule, class and place of held-out logs of known tools are read as labelled."""
    fields = told["held-out, tools with rows"].fields

    assert min(fields.values()) >= 0.98, fields


def test_nobody_has_to_say_who_wrote_a_log() -> None:
    """The same floor without help, and tools with rows are recognised."""
    folds = signatures.folds(told=False)

    assert signatures.score(folds["held-out"]).group_accuracy >= 0.90
    assert signatures.score(folds["held-out, tools with rows"]).fields["tool"] >= 0.98


def test_the_logs_are_what_is_promised() -> None:
    """At least 12 tools, in both folds, with every label at a line that says something."""
    tools = {path.parent.name for path in signatures.logs("held")}
    known = {path.parent.name for path in signatures.logs("dev")}

    assert len(tools) >= 12
    assert len(known) >= 12
    assert tools >= signatures.UNSEEN
    assert not known & signatures.UNSEEN
    for path in (*signatures.logs("dev"), *signatures.logs("held")):
        labels = json.loads(path.with_name(f"{path.stem}.labels.json").read_text("utf-8"))
        lines = path.read_bytes().decode().split("\n")
        assert labels["lines"], path
        assert all(lines[int(number) - 1].strip() for number in labels["lines"]), path


def test_a_group_that_swallows_another_is_wrong() -> None:
    """The measure itself: one foreign line spoils the whole group, a missing one as well."""
    lines = signatures.read([signatures.LOGS / "ruff" / "held-concise.log"], told=True)
    assert len(signatures.correct(lines)) == len(lines)
    first, *rest = lines
    assert first.label is not None
    assert first.said is not None

    moved = first._replace(said=first.said._replace(rule="E501"))
    lost = first._replace(said=None)

    for changed in (moved, lost):
        right = signatures.correct([changed, *rest])
        same = {one.where for one in lines if one.label and one.label["group"] == "ruff/F401"}
        assert not right & same
        assert right < {one.where for one in lines}
