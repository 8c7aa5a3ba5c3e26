"""Only drafts that hold as patterns get any further."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci import git
from pattern_ci.automation.train.soundness import unsound
from pattern_ci.mining.drafting import files_for
from pattern_ci.mining.engine import mine
from pattern_ci.model.pattern import Status
from testing.repos import plugin_repo

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.candidate import Draft


@pytest.fixture(name="drafts")
def _drafts(repo_path: Path) -> list[Draft]:
    return list(mine(git.open_repo(plugin_repo(repo_path)), "HEAD", cache=False).drafts)


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.DRAFT])
def test_what_was_mined_is_sound(drafts: list[Draft], status: Status) -> None:
    """Every draft of a real history validates, at its final place and as a draft."""
    suites = {draft.spec.identity: files_for(draft, status) for draft in drafts}

    assert len(suites) >= 2
    assert unsound(suites) == {}


def test_a_fault_is_found_and_named_and_spares_the_others(drafts: list[Draft]) -> None:
    """A template outside the whitelist and an example that does not render are both caught."""
    suites = {draft.spec.identity: files_for(draft, Status.ACTIVE) for draft in drafts}
    first, second, *_ = suites
    template = next(path for path in suites[first] if path.endswith(".j2"))
    suites[first][template] += "{{ name.__class__ }}\n"
    example = next(path for path in suites[second] if "/positive/" in path)
    changed = json.loads(suites[second][example])
    changed["variables"] = {**changed["variables"], "name": "something_else"}
    suites[second][example] = json.dumps(changed)

    found = unsound(suites)

    assert set(found) == {first, second}
    assert template in found[first]
    assert example in found[second]
    suites[first] = files_for(drafts[0], Status.ACTIVE)
    assert set(unsound(suites)) == {second}
