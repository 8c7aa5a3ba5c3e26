"""What the training workflow promises its callers, and what its page says of that."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pattern_ci import yaml
from pattern_ci.catalog import RELEASE
from tests.e2e.world import APP_TOKEN, CHECKOUT, ROOT, WORKFLOW

FLOW: dict[str, Any] = yaml.load((ROOT / WORKFLOW).read_text("utf-8"), source=WORKFLOW).data
CALL, BY_HAND = FLOW["on"]["workflow_call"], FLOW["on"]["workflow_dispatch"]
JOB = FLOW["jobs"]["train"]
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in JOB["steps"]}
PAGE = (ROOT / "docs" / "workflows.md").read_text("utf-8")


def test_a_call_and_a_start_by_hand_take_the_same_inputs() -> None:
    """Nothing can be asked for in one way only, and neither way writes unless asked."""
    assert CALL["inputs"] == BY_HAND["inputs"]
    assert CALL["inputs"]["apply"]["default"] is False


def test_the_tool_falls_back_to_this_release() -> None:
    """Where the server does not name the commit, the version that this file belongs to is taken."""
    assert CALL["inputs"]["tool-ref"]["default"] == RELEASE


@pytest.mark.parametrize("kind", ["inputs", "secrets", "outputs"])
def test_the_page_lists_what_a_caller_can_give_and_get(kind: str) -> None:
    """Each name has a row with its default, if it has one, and its description; no row is left."""
    row = "| `{name}` | {default}{description} |"
    rows = []
    for name, entry in CALL[kind].items():
        shown = str(entry.get("default", "")).replace("False", "false")
        default = "" if kind != "inputs" else f"`{shown}` | " if shown else "| "
        rows.append(row.format(name=name, default=default, description=entry["description"]))
    table = re.search(rf"^\| {kind[:-1]} \|.*\n\| ---.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)

    assert table is not None
    assert table[1].splitlines() == rows


def test_an_output_of_the_workflow_is_one_of_the_job() -> None:
    """The job hands on every output that is promised, and no other."""
    assert set(CALL["outputs"]) == set(JOB["outputs"])
    for name, entry in CALL["outputs"].items():
        assert entry["value"] == f"${{{{ jobs.train.outputs.{name} }}}}"


def test_only_the_step_that_trains_sees_a_token() -> None:
    """Secrets go to the action that asks for the App's token and to training, nowhere else."""
    told = {
        (name, key)
        for name, step in STEPS.items()
        for key, value in {**step.get("with", {}), **step.get("env", {})}.items()
        if re.search(r"secrets\.|github\.token|\.outputs\.token", str(value))
    }

    # The login tells only whether a token was given.
    assert "secrets.token" not in str(STEPS["Train"]["env"]["PATTERN_CI_LOGIN"]).replace(
        "!secrets.token &&", ""
    )
    told.discard(("Train", "PATTERN_CI_LOGIN"))
    assert told == {("Get a token of the App", "private-key"), ("Train", "GITHUB_TOKEN")}
    assert "env" not in JOB
    assert "env" not in FLOW


def test_the_stand_ins_are_for_the_actions_that_are_used() -> None:
    """The runs of the other tests meet the very commits that a caller meets."""
    used = {step["uses"] for step in STEPS.values() if "uses" in step}

    assert used == {CHECKOUT, APP_TOKEN}


def test_the_whole_history_is_checked_out() -> None:
    """A shallow clone would hide what recurs."""
    assert STEPS["Check out the history"]["with"]["fetch-depth"] == 0
