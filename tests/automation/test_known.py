"""Which patterns are there: committed, or only on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import git
from pattern_ci.automation.train.known import in_commit, in_work_tree
from pattern_ci.registry.reading import spec_field
from testing.repos import build_repo, commit

if TYPE_CHECKING:
    from pathlib import Path


def test_every_status_counts_and_drafts_stand_apart(repo_path: Path) -> None:
    """Specs, drafts and quarantined ones; broken specs and other files say nothing."""
    build_repo(
        repo_path,
        {
            "patterns/specs/a.pattern.yaml": "identity: aaaaaaaaaaaaaaaa\n",
            "patterns/quarantined/specs/b.pattern.yaml": "identity: bbbbbbbbbbbbbbbb\n",
            "patterns/drafts/specs/c.pattern.yaml": "identity: cccccccccccccccc\n",
            "patterns/specs/broken.pattern.yaml": "identity: [\n",
            "patterns/specs/number.pattern.yaml": "identity: 12\n",
            "patterns/specs/README.md": "identity: dddddddddddddddd\n",
            "other/specs/e.pattern.yaml": "identity: eeeeeeeeeeeeeeee\n",
        },
    )

    for known in (in_commit(git.open_repo(repo_path), "HEAD"), in_work_tree(repo_path)):
        assert known.patterns == {
            "aaaaaaaaaaaaaaaa": "patterns/specs/a.pattern.yaml",
            "bbbbbbbbbbbbbbbb": "patterns/quarantined/specs/b.pattern.yaml",
        }
        assert known.drafts == {"cccccccccccccccc": "patterns/drafts/specs/c.pattern.yaml"}


def test_a_revision_is_asked_for_itself(repo_path: Path) -> None:
    """What is committed later, or not at all, is not there at an older revision."""
    build_repo(repo_path, {"README.md": "x\n"})
    first = git.resolve(git.open_repo(repo_path), "HEAD")
    commit(repo_path, {"patterns/specs/a.pattern.yaml": "identity: aaaaaaaaaaaaaaaa\n"})
    (repo_path / "patterns/specs/b.pattern.yaml").write_text("identity: bbbbbbbbbbbbbbbb\n")
    repo = git.open_repo(repo_path)

    assert in_commit(repo, first).patterns == {}
    assert list(in_commit(repo, "HEAD").patterns) == ["aaaaaaaaaaaaaaaa"]
    assert list(in_work_tree(repo_path).patterns) == ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"]


def test_a_field_of_a_broken_spec_is_none() -> None:
    """Neither bad syntax nor another shape raises."""
    assert spec_field("identity: a\n", "identity") == "a"
    for text in ("", "[a]", "identity: [", "other: a", "identity: {a: b}"):
        assert spec_field(text, "identity") is None
