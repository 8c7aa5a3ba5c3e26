"""Names of drafts, and the files of their doc suites for every status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci import git, yaml
from pattern_ci.mining.drafting import MAX_NAME, files_for, naming, slug
from pattern_ci.mining.engine import mine
from pattern_ci.model.pattern import Spec, Status
from tests.mining.worlds import NAMES, family, imported

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.candidate import Draft


@pytest.mark.parametrize(
    ("glob", "name"),
    [
        ("rules/*.py", "rules_py"),
        ("src/deep/*/plugin.json", "src_deep_plugin_json"),
        ("3d/*.obj", "p_3d_obj"),
        ("*", "files"),
        ("日本/*", "files"),
        ("a b/*.py", "a_b_py"),
    ],
)
def test_a_name_says_where_its_files_lie(glob: str, name: str) -> None:
    """The literal parts of the role, in snake case."""
    assert slug(glob) == name


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_a_name_is_always_a_name(glob: str) -> None:
    """Short, lower-case, never empty, whatever the folder is called."""
    made = slug(glob)

    assert 0 < len(made) <= MAX_NAME + 2
    assert made[0].isalpha()
    assert made.replace("_", "a").isalnum()
    assert made == made.lower()
    assert made.isascii()


def test_roles_of_one_name_are_told_apart() -> None:
    """A digest of the identity is added to both; the others keep their plain names."""
    made = naming(
        {
            "a-b/{name}.py": ("a_b_py", "1" * 16),
            "a_b/{name}.py": ("a_b_py", "2" * 16),
            "c/{name}.py": ("c_py", "3" * 16),
        }
    )

    assert [one.name for one in made.values()] == ["a_b_py_x111111", "a_b_py_x222222", "c_py"]
    assert made["c/{name}.py"].pattern_id == "PAT-C-PY-001"
    assert made["a-b/{name}.py"].pattern_id == "PAT-A-B-PY-X111111-001"


@pytest.fixture
def draft(repo_path: Path) -> Draft:
    """The one draft of a family of eight."""
    imported(repo_path, *family())
    (made,) = mine(git.open_repo(repo_path), "HEAD").drafts
    return made


def test_a_draft_is_a_whole_doc_suite(draft: Draft) -> None:
    """Spec, schema, template, page, and examples of both kinds, below `drafts/`."""
    assert sorted(draft.files) == [
        "drafts/docs/checks_py.md",
        "drafts/examples/checks_py/negative/missing_name.json",
        "drafts/examples/checks_py/negative/outside.json",
        *(f"drafts/examples/checks_py/positive/{n}.json" for n in (1, 2, 3)),
        "drafts/schemas/checks_py.schema.json",
        "drafts/specs/checks_py.pattern.yaml",
        "drafts/templates/checks_py/file.j2",
    ]
    assert draft.members == tuple(f"checks/{name}.py" for name in NAMES)
    assert draft.spec.evidence.files == draft.members
    assert draft.spec.evidence.holdout is not None
    assert draft.spec.evidence.holdout.n >= 3


@pytest.mark.parametrize(
    ("status", "folder"),
    [
        (Status.DRAFT, "drafts/"),
        (Status.ACTIVE, ""),
        (Status.QUARANTINED, "quarantined/"),
        (Status.RETIRED, ""),
    ],
)
def test_a_status_moves_every_file(draft: Draft, status: Status, folder: str) -> None:
    """The same texts below the folder of the status; only the spec says another status."""
    made = files_for(draft, status)
    spec = f"{folder}specs/checks_py.pattern.yaml"

    assert len(made) == len(draft.files)
    assert all(path.startswith(folder) for path in made)
    assert Spec.from_dict(yaml.load(made[spec], source=spec).data).status is status
    others = {path.removeprefix(folder): text for path, text in made.items() if path != spec}
    assert others == {
        path.removeprefix("drafts/"): text
        for path, text in draft.files.items()
        if "/specs/" not in path
    }


def test_examples_are_the_newest_members(draft: Draft) -> None:
    """Each names its commit; the negative ones lack the name or leave the folder."""
    found = [
        json.loads(draft.files[f"drafts/examples/checks_py/positive/{n}.json"]) for n in (1, 2, 3)
    ]

    assert [one["variables"]["name"] for one in found] == list(NAMES[-3:])
    assert [one["commit"] for one in found] == list(draft.spec.evidence.commits[-3:])
    outside = json.loads(draft.files["drafts/examples/checks_py/negative/outside.json"])
    assert outside["variables"]["name"] == "../outside"


def test_the_held_out_member_was_not_seen(draft: Draft) -> None:
    """The newest member beside what earlier ones would have written for it."""
    assert draft.held_out is not None
    assert draft.held_out.path == "checks/theta_role.py"
    assert "ThetaRoleCheck" in draft.held_out.predicted
    assert draft.held_out.predicted != draft.held_out.actual


def test_new_members_do_not_change_the_identity(draft: Draft, repo_path: Path) -> None:
    """Identity decides what was rejected; it is about the place alone."""
    (older,) = mine(git.open_repo(repo_path), "HEAD~2").drafts

    assert older.spec.identity == draft.spec.identity
    assert older.spec.content_digest.startswith("sha256:")
    assert set(older.members) < set(draft.members)
