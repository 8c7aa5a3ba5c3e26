"""The workflow that `init` writes, started as GitHub starts it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pattern_ci.catalog import REPOSITORY
from pattern_ci.main import main
from testing import act
from testing.repos import build_repo, commit, write_tree

if TYPE_CHECKING:
    from pathlib import Path

PIN = "0123456789abcdef0123456789abcdef01234567"
# Takes the place of ours and says what it was asked for.
CALLED = """\
on:
  workflow_call:
    inputs:
      apply:
        description: Whether to write.
        type: boolean
        default: false
jobs:
  train:
    runs-on: ubuntu-24.04
    steps:
      - name: Say
        env:
          APPLY: ${{ inputs.apply }}
        run: echo "apply is <$APPLY>"
"""


@pytest.mark.parametrize(("event", "apply"), [("schedule", "true"), ("workflow_dispatch", "false")])
def test_the_schedule_writes_and_a_start_by_hand_asks(
    tmp_path: Path, event: str, apply: str
) -> None:
    """By its schedule the run applies; started by hand with the box left empty it plans."""
    caller = build_repo(tmp_path / "caller", {"README.md": "# demo\n"})
    assert main(["init", str(caller), "--apply", "--ref", PIN]) == 0
    commit(caller, {}, "pattern-ci")
    tool = tmp_path / "tool"
    write_tree(tool, {".github/workflows/pattern-train.yml": CALLED})

    done = act.run(
        event,
        caller=caller,
        actions={f"{REPOSITORY}@{PIN}": tool},
        work=tmp_path / "runner",
        env={"PATH": os.environ["PATH"]},
        secrets={},
        variables={},
    )

    assert done.code == 0, done.log
    assert f"apply is <{apply}>" in done.log
