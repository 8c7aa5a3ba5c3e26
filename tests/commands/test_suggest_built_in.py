"""`suggest` and what ships with the package: after the repository's own, read when it fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.mining import offering
from pattern_ci.mining.suggesting import best
from pattern_ci.model.pattern import Mode, Status
from pattern_ci.model.role import Role
from pattern_ci.registry.built_in_roles import ROLES
from pattern_ci.registry.facts import builtin_root
from pattern_ci.registry.library import load_library
from testing.repos import build_repo
from tests.mining.worlds import cli

if TYPE_CHECKING:
    from pathlib import Path

RECORD = "PAT-DECISION-RECORD-001"
PAGE = "docs/decisions/0007-one-store.md"


@pytest.fixture(name="repo", scope="module")
def _repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_repo(tmp_path_factory.mktemp("plain") / "repo", {"a.txt": "a\n"})


def test_a_built_in_pattern_that_fits_is_suggested(repo: Path) -> None:
    """With the same keys as any other, and with a command that writes it; nothing is written."""
    ran = cli("suggest", PAGE, "--repo", repo, "--format", "json")
    shown = cli("suggest", PAGE, "--repo", repo).out

    found = ran.json
    assert (found["pattern_id"], found["confidence"]) == (RECORD, 0.0)
    assert found["variables"]["number"] == "0007"
    assert found["text"].startswith("# 0007 ")
    assert set(found) == {
        "path", "exists", "pattern_id", "pattern_version", "confidence", "variables", "unfilled",
        "text", "companions",
    }  # fmt: skip
    assert f"write it: pattern-ci apply {RECORD} --repo={repo} --path={PAGE}" in shown
    assert not (repo / "docs").exists()


def test_specs_that_ship_are_not_read_for_a_path_of_none_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That is every path of most repositories."""

    def read(root: Path) -> None:
        raise AssertionError(root)

    monkeypatch.setattr(offering, "load_library", read)

    assert offering.built_in_offers(["src/new.py", "docs/decisions/README.md"], ()) == []
    with pytest.raises(AssertionError):
        offering.built_in_offers([PAGE], ())


def test_a_copy_of_the_repository_takes_the_place_of_the_built_in_one() -> None:
    """By id, whatever its status: that is how a repository turns one off."""
    assert offering.built_in_offers([PAGE], {RECORD}) == []


def test_what_a_repository_has_comes_before_what_is_built_in() -> None:
    """Also a draft, which was learned there; not one that was withdrawn."""
    shipped = offering.built_in_offers([PAGE], ())
    own = shipped[0]._replace(
        pattern_id="PAT-OWN-001", role=Role("docs/{any}/{name}.md"), built_in=False
    )

    draft, retired = (own._replace(status=one) for one in (Status.DRAFT, Status.RETIRED))

    assert best(PAGE, [*shipped, draft]) == draft
    assert best(PAGE, [*shipped, retired]) == shipped[0]


def test_the_list_of_roles_is_that_of_the_specs() -> None:
    """Every active pattern that writes a file; `python3 scripts/generate.py` writes the list."""
    specs = [one.spec for one in load_library(builtin_root()).patterns]
    adding = [
        (spec.pattern_id, slot.role)
        for spec in specs
        for slot in spec.slots
        if slot.mode is Mode.ADD and spec.status is Status.ACTIVE
    ]

    assert adding
    assert set(adding) <= set(ROLES)
