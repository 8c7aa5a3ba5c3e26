"""Ids stay with their pattern, and one active pattern answers for a thing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pattern_ci.model.pattern import Slot, Status
from pattern_ci.registry.derive import ROUTING, derived_files
from pattern_ci.registry.facts import gather
from testing.repos import commit, git
from tests.automation.guard.worlds import World, build, text_of
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

RULES = ("guard/id-reused", "guard/identity-reused", "guard/still-routed", "guard/two-routes")


@pytest.fixture
def world(repo_path: Path) -> World:
    """The sound library."""
    return build(repo_path)


def _said(world: World) -> list[tuple[str, str]]:
    """Rule and the line that it stands at."""
    found = [one for one in world.said() if one[0] in RULES]
    return [
        (rule, (world.path / "patterns" / path).read_text().splitlines()[line - 1].strip())
        for rule, path, line in found
    ]


def _other(world: World, name: str, **changes: object) -> None:
    """A second pattern beside the first, made from the same files under another name."""
    fields: dict[str, object] = {
        "name": name,
        "pattern_id": f"PAT-{name.upper()}-001",
        "identity": "f" * 16,
        "slots": (Slot(id="page", role="pages/{name.snake}.md", template=f"templates/{name}.j2"),),
    }
    spec = world.spec(**{**fields, **changes}, ground_truth=())
    commit(
        world.path,
        {
            f"patterns/specs/{name}.pattern.yaml": text_of(spec).encode(),
            f"patterns/templates/{name}.j2": b"# {{ subject }}\n",
        },
    )


def _route(world: World) -> None:
    library = world.path / "patterns"
    text = derived_files(gather(library, shown="patterns").located)[ROUTING]
    commit(world.path, {f"patterns/{ROUTING}": text.encode()})


def test_an_id_does_not_become_another_pattern(world: World) -> None:
    """Its events and rejections would speak of something else."""
    world.write(SPEC=world.release("2.0.0", identity="f" * 16))

    assert _said(world) == [("guard/id-reused", "pattern_id: PAT-PLUGINS-001")]


def test_an_identity_keeps_its_id(world: World) -> None:
    """The same pattern under another id would be proposed and counted twice."""
    world.write(SPEC=text_of(world.spec(pattern_id="PAT-OTHER-001")))

    assert [rule for rule, _ in _said(world)] == ["guard/identity-reused"]


def test_a_new_pattern_with_ids_of_its_own_is_fine(world: World) -> None:
    """Nothing of the kind is said."""
    _other(world, "pages")

    assert _said(world) == []


def test_a_pattern_that_is_gone_is_no_longer_routed(world: World) -> None:
    """The route that was left stands out; with it gone all is well."""
    _route(world)
    git(world.path, "branch", "--force", "main", "topic")
    for name in samples.library(world.spec()):
        (world.path / "patterns" / name).unlink()
    commit(world.path, {})

    assert _said(world) == [("guard/still-routed", "pattern_id: PAT-PLUGINS-001")]

    commit(world.path, {f"patterns/{ROUTING}": None})
    assert _said(world) == []


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"slots": samples.spec().slots[:1]}, ["guard/two-routes"]),
        ({"slots": samples.spec().slots[:1], "status": Status.DEPRECATED}, []),
        ({"slots": samples.spec().slots[:1], "operation_kind": "OPK-FILE-EDIT"}, []),
        ({"slots": (replace(samples.spec().slots[0], role="plugins/{name}.py"),)}, []),
    ],
    ids=["the same role and kind", "no longer active", "another kind", "a wider role"],
)
def test_one_active_pattern_answers_for_a_role(
    world: World, changes: dict[str, object], rules: list[str]
) -> None:
    """Of two routes to the same files only the first would ever be taken."""
    _other(world, "more", **changes)

    assert [rule for rule, _ in _said(world)] == rules
