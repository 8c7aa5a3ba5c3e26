"""What `init` writes and says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.catalog import CONFIG_SCHEMA_ID, REPOSITORY, WORKFLOWS
from pattern_ci.messages.config import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

CONFIG_TEXT = f"""\
# yaml-language-server: $schema={CONFIG_SCHEMA_ID}
# What is not named here has its default; every option:
# {OPTIONS}
version: 1
train:
  # How many pull requests may be open at one time, and how many one run may open.
  open_limit: 3
  new_per_run: 2
"""

_WORKFLOW_TEXT = """\
# Written by `pattern-ci init`; `pattern-ci uninstall` removes it while it is unchanged.
name: pattern-ci

on:
  schedule:
    - cron: "{minute} */6 * * *" # every six hours, at a minute of this repository's own
  workflow_dispatch:
    inputs:
      apply:
        description: Opens and updates pull requests; without it the run only shows its plan.
        type: boolean
        default: false

permissions: {{}}

concurrency:
  group: pattern-ci-patterns
  # A run that is stopped half-way leaves work for the next one; better that it ends.
  cancel-in-progress: false

jobs:
  train:
    name: Train patterns
    permissions:
{permissions}
    uses: {repository}/.github/workflows/{file}@{ref}
    with:
      # The schedule writes; a run that is started by hand does what its box says.
      apply: ${{{{ github.event_name == 'schedule' || inputs.apply }}}}
"""

SAME = "is there already"
OTHER_CONTENT = "exists with other content and is left alone"
HOOKS_THERE = "names our hooks already"
UNREADABLE = "cannot be read as YAML; add these lines by hand"
NO_SAFE_PLACE = "cannot be edited without touching other lines; add these lines by hand"

NO_WORK_TREE = "this repository is bare: there is no work tree to write files to."
NO_WORK_TREE_NEXT = "run this in a clone with a work tree."

NEXT_PLAN = "Next: `pattern-ci init --apply` writes this."
NEXT_APPLIED = (
    "Next: `pre-commit install`, commit and push these files, then `pattern-ci doctor --online`."
)
NEXT_NOTHING = "Nothing to write. Next: `pattern-ci doctor`."


def workflow_text(ref: str, minute: int) -> str:
    """The workflow of a user that calls ours, every six hours at that minute."""
    train = WORKFLOWS[0]
    grants = [f"      {p.scope}: {p.access} # {p.why}" for p in train.permissions]
    return _WORKFLOW_TEXT.format(
        permissions="\n".join(grants),
        repository=REPOSITORY,
        file=train.file,
        ref=ref,
        minute=minute,
    )


def bad_ref(ref: str) -> str:
    """`--ref` is no name of a tag, branch or commit."""
    return f"{ref!r} cannot be the name of a tag, branch or commit."


def step_line(verb: str, path: str, reason: str) -> str:
    """One line of the plan."""
    return f"{verb:<9} {path}" + (f"  ({reason})" if reason else "")


def indented(lines: Iterable[str]) -> str:
    """Text of a file, as the plan shows it."""
    return "".join(f"    {line}".rstrip() + "\n" for line in lines)
