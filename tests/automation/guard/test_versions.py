"""A pattern that does something else has a higher version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.model.pattern import Status
from pattern_ci.model.semver import precedence
from testing.repos import git
from tests.automation.guard.worlds import World, build, text_of
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

OTHER_TEST = samples.TEST_TEXT + "\n"
RULES = {"guard/version-not-raised", "guard/version-lowered", "guard/history-entry"}


@pytest.fixture
def world(repo_path: Path) -> World:
    """The sound library."""
    return build(repo_path)


def _about_versions(world: World) -> list[tuple[str, str]]:
    text = (world.path / "patterns" / samples.SPEC).read_text().splitlines()
    return [(rule, text[line - 1].strip()) for rule, _, line in world.said() if rule in RULES]


def test_an_edited_template_needs_a_higher_version(world: World) -> None:
    """The error stands at the version that claims to be the old content."""
    world.write(TEST_TEMPLATE=OTHER_TEST)

    assert _about_versions(world) == [("guard/version-not-raised", "version: 1.2.0")]


@pytest.mark.parametrize(
    "changes",
    [
        {"preconditions": ("The tree is clean.",)},
        {"ground_truth": ({"check": "renders", "expected": True},)},
        {"slots": samples.spec().slots[:1]},
    ],
    ids=["preconditions", "ground truth", "slots"],
)
def test_what_decides_behaviour_is_content(world: World, changes: dict[str, object]) -> None:
    """Each part of the spec that changes what a pattern does needs a version."""
    world.write(SPEC=text_of(world.spec(**changes)))

    assert ("guard/version-not-raised", "version: 1.2.0") in _about_versions(world)


def test_the_schema_is_content_and_its_layout_is_not(world: World) -> None:
    """Another default is another pattern; other white space is not."""
    world.write(SCHEMA=samples.as_json(samples.schema()).replace("  ", "    "))
    assert _about_versions(world) == []

    world.write(SCHEMA=samples.as_json(samples.schema()).replace('"things"', '"stuff"'))
    assert _about_versions(world) == [("guard/version-not-raised", "version: 1.2.0")]


def test_words_and_evidence_are_not_content(world: World) -> None:
    """A better summary, the docs page and another status change nothing that is done."""
    world.write(
        SPEC=text_of(world.spec(summary="Better.", approved_by="someone")), PAGE="# Better\n"
    )

    assert world.said() == []


def test_a_higher_version_with_an_entry_is_fine(world: World) -> None:
    """The way it is meant."""
    world.write(SPEC=world.release("1.3.0", preconditions=("The tree is clean.",)))

    assert _about_versions(world) == []


def test_a_version_without_an_entry_is_refused(world: World) -> None:
    """The history says what changed."""
    spec = world.spec(version="1.3.0", preconditions=("The tree is clean.",))
    world.write(SPEC=text_of(spec))

    found = _about_versions(world)

    assert [rule for rule, _ in found] == ["guard/history-entry"]


def test_a_lower_version_is_refused(world: World) -> None:
    """Also when it has an entry."""
    world.write(SPEC=world.release("1.1.9", preconditions=("The tree is clean.",)))

    assert _about_versions(world) == [("guard/version-lowered", "version: 1.1.9")]


def test_build_data_does_not_raise_a_version(world: World) -> None:
    """It orders nothing, so two contents would be one version."""
    world.write(SPEC=world.release("1.2.0+two", preconditions=("The tree is clean.",)))

    assert [rule for rule, _ in _about_versions(world)] == ["guard/version-not-raised"]


def test_a_pattern_may_move_to_another_folder_as_it_is(world: World) -> None:
    """Quarantine is no new version."""
    spec = world.spec(status=Status.QUARANTINED)
    files = samples.library(spec, POSITIVE=world.example())
    for name in samples.library(world.spec()):
        (world.path / "patterns" / name).unlink()
    samples.write(world.path / "patterns", files)

    assert world.said(rev=None) == []


def test_an_earlier_spec_that_was_broken_is_not_compared(world: World) -> None:
    """That is said, and no version is asked for."""
    world.write(SPEC="name: [\n")
    _merge(world)
    world.write(SPEC=text_of(world.spec()))

    assert world.said() == []
    assert len(world.notes("guard/not-compared")) == 1


def _merge(world: World) -> None:
    git(world.path, "branch", "--force", "main", "topic")


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.2.3", "1.2.10"),
        ("1.9.0", "2.0.0"),
        ("1.0.0-alpha", "1.0.0"),
        ("1.0.0-alpha", "1.0.0-alpha.1"),
        ("1.0.0-alpha.1", "1.0.0-alpha.beta"),
        ("1.0.0-beta.2", "1.0.0-beta.11"),
        ("1.0.0-beta.11", "1.0.0-rc.1"),
    ],
)
def test_versions_are_ordered_as_the_standard_says(lower: str, higher: str) -> None:
    """The order of section 11, with its own examples."""
    assert precedence(lower) < precedence(higher)
    assert precedence(f"{lower}+a") == precedence(f"{lower}+b")
