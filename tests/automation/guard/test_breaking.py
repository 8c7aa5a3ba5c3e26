"""What a broken guarantee costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.model.config import CONFIG_PATH, OnBreak
from testing.repos import commit, git
from tests.automation.guard.worlds import World, build
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

EDITED = samples.TEST_TEXT + "\n"
LENIENT = "version: 1\nregistry:\n  on_break: quarantine\n"


@pytest.fixture
def world(repo_path: Path) -> World:
    """A library whose branch breaks a guarantee."""
    made = build(repo_path)
    made.write(TEST_TEMPLATE=EDITED)
    return made


def test_it_fails_by_default(world: World) -> None:
    """Errors stay errors and nothing is quarantined."""
    assert world.said()
    assert world.guard().quarantine == ()


def test_under_quarantine_findings_warn_and_name_the_pattern(world: World) -> None:
    """The same findings at the same places."""
    strict = world.guard()
    lenient = world.guard(on_break=OnBreak.QUARANTINE)

    assert lenient.quarantine == ("PAT-PLUGINS-001",)
    assert [one[:5] for one in lenient.findings] == [one[:5] for one in strict.findings]
    assert "error" not in {one.severity.value for one in lenient.findings}


def test_a_spec_that_cannot_be_read_has_the_id_of_before(world: World) -> None:
    """It is that pattern which is broken."""
    world.write(SPEC="name: [\n")

    assert world.guard(on_break=OnBreak.QUARANTINE).quarantine == ("PAT-PLUGINS-001",)


def test_what_belongs_to_no_pattern_fails_all_the_same(world: World) -> None:
    """There is nothing that could be quarantined for it."""
    commit(world.path, {CONFIG_PATH: "version: 1\nno_such_option: 1\n"})

    assert world.said(on_break=OnBreak.QUARANTINE) == [("config-unknown-key", CONFIG_PATH, 2)]


def test_the_policy_is_that_of_the_fork_point(world: World) -> None:
    """A change cannot forgive itself; once merged the setting counts."""
    commit(world.path, {CONFIG_PATH: LENIENT})
    assert world.guard().quarantine == ()
    assert world.said()

    git(world.path, "switch", "--quiet", "main")
    commit(world.path, {CONFIG_PATH: LENIENT})
    git(world.path, "switch", "--quiet", "topic")
    git(world.path, "merge", "--quiet", "--no-edit", "main")

    assert world.guard().quarantine == ("PAT-PLUGINS-001",)
