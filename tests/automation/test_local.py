"""Drafts in the tree: written once, kept up to date, and a person's own once touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import files
from pattern_ci.automation.train import local
from pattern_ci.automation.train.known import in_work_tree
from pattern_ci.automation.train.policy import Policy
from pattern_ci.errors import UnsafePathError
from tests.automation.drafts import draft
from tests.automation.worlds import said

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.candidate import Draft


def _run(
    root: Path,
    *drafts: Draft,
    invalid: dict[str, str] | None = None,
    policy: Policy = local.ANYTHING,
) -> list[local.Step]:
    """Decide and write as `train --apply` does, without the transaction."""
    state = root / ".git" / "pattern-ci"
    shelf = local.read_shelf(root, state, drafts, in_work_tree(root).drafts)
    known = in_work_tree(root).patterns
    steps = local.decide_local(drafts, shelf, known=known, invalid=invalid or {}, policy=policy)
    for step in steps:
        for path, text in step.changes.items():
            if text is None:
                files.remove(root / path)
            else:
                files.write_if_changed(root / path, text)
    local.write_record(state, shelf.record, steps)
    return steps


def _texts(root: Path) -> dict[str, str]:
    found = sorted((root / "patterns").rglob("*"))
    return {path.relative_to(root).as_posix(): path.read_text() for path in found if path.is_file()}


def test_a_new_draft_is_written_once(tmp_path: Path) -> None:
    """All its files, below `patterns/`; a second run has nothing to write."""
    one = draft()

    first = _run(tmp_path, one)
    second = _run(tmp_path, one)

    assert [said(step.action) for step in first] == [("draft", "new")]
    assert _texts(tmp_path) == local.paths(one)
    assert [said(step.action) for step in second] == [("none", "up_to_date")]
    assert not second[0].changes


def test_newer_content_replaces_what_nobody_touched(tmp_path: Path) -> None:
    """Files that the newer draft does not have any more go away."""
    _run(tmp_path, draft(content="one"))
    newer = draft(content="two")

    steps = _run(tmp_path, newer)

    assert [said(step.action) for step in steps] == [("update", "changed")]
    assert _texts(tmp_path) == local.paths(newer)


@pytest.mark.parametrize("what", ["edit", "delete", "no record"])
def test_what_a_person_touched_is_left_alone(tmp_path: Path, what: str) -> None:
    """An edited file, a deleted file, or a clone that does not remember writing it."""
    _run(tmp_path, draft(content="one"))
    template = tmp_path / "patterns/drafts/templates/rules/one.j2"
    if what == "edit":
        template.write_text("better\n")
    elif what == "delete":
        template.unlink()
    else:
        (tmp_path / ".git/pattern-ci/train.json").unlink()
    before = _texts(tmp_path)

    steps = _run(tmp_path, draft(content="two"))

    assert [said(step.action) for step in steps] == [("skip", "edited")]
    assert _texts(tmp_path) == before


def test_an_edit_is_said_when_there_is_nothing_newer(tmp_path: Path) -> None:
    """The same content as before, edited by somebody since: that is not "up to date"."""
    _run(tmp_path, draft())
    (tmp_path / "patterns/drafts/templates/rules/one.j2").write_text("better\n")

    steps = _run(tmp_path, draft())

    assert [said(step.action) for step in steps] == [("skip", "edited")]
    assert not steps[0].changes


@pytest.mark.parametrize("named", ["identity", "pat-rules-001", "Rules"])
def test_what_was_refused_is_never_drafted(tmp_path: Path, named: str) -> None:
    """By its identity, its id or its name; the others are drafted."""
    one, other = draft("rules"), draft("other")
    policy = Policy(reject=(one.spec.identity if named == "identity" else named,))

    steps = _run(tmp_path, one, other, policy=policy)

    assert sorted(said(step.action) for step in steps) == [("draft", "new"), ("skip", "refused")]
    assert not (tmp_path / "patterns/drafts/specs/rules.pattern.yaml").exists()


@pytest.mark.parametrize(
    ("policy", "why"),
    [(Policy(min_confidence=0.8), "confidence 0.785, 0.800 is needed"),
     (Policy(min_saving=0.5), "it saves 43.0%, 50.0% is needed")],
)  # fmt: skip
def test_what_is_too_weak_is_not_drafted(tmp_path: Path, policy: Policy, why: str) -> None:
    """Unless it is there already: then it is kept up to date like any other."""
    steps = _run(tmp_path, draft(), policy=policy)

    assert [said(step.action) for step in steps] == [("skip", "too_little")]
    assert steps[0].action.detail == why
    assert not (tmp_path / "patterns").exists()
    _run(tmp_path, draft())
    newer = _run(tmp_path, draft(content="two"), policy=policy)
    assert [said(step.action) for step in newer] == [("update", "changed")]


def test_another_file_is_never_overwritten(tmp_path: Path) -> None:
    """A file that is not ours stands where the draft would go."""
    stranger = tmp_path / "patterns/drafts/templates/rules/one.j2"
    files.write_if_changed(stranger, "mine\n")

    steps = _run(tmp_path, draft())

    assert [said(step.action) for step in steps] == [("skip", "in_the_way")]
    assert steps[0].action.detail == "patterns/drafts/templates/rules/one.j2"
    assert _texts(tmp_path) == {"patterns/drafts/templates/rules/one.j2": "mine\n"}


def test_a_pattern_that_is_there_is_not_drafted(tmp_path: Path) -> None:
    """Whatever its status, its identity is known; an invalid one and a twin are left out too."""
    known, broken, twin = draft("rules"), draft("other"), draft("third")
    spec = tmp_path / "patterns/quarantined/specs/x.pattern.yaml"
    files.write_if_changed(spec, f"identity: '{known.spec.identity}'\n")

    steps = _run(tmp_path, known, broken, twin, twin, invalid={broken.spec.identity: "broken"})

    assert sorted(said(step.action) for step in steps) == [
        ("draft", "new"), ("none", "known"), ("skip", "duplicate"), ("skip", "invalid"),
    ]  # fmt: skip
    assert not (tmp_path / "patterns/drafts/specs/other.pattern.yaml").exists()


def test_a_symlink_in_the_way_is_refused(tmp_path: Path) -> None:
    """Nothing is read or written through it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "repo"
    root.mkdir()
    (root / "patterns").symlink_to(outside)

    with pytest.raises(UnsafePathError):
        _run(root, draft())

    assert not list(outside.iterdir())


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"schema_version": 9, "drafts": {}}'])
def test_a_record_that_cannot_be_read_counts_as_none(tmp_path: Path, text: str) -> None:
    """That is the cautious side: everything there then looks like a person's work."""
    (tmp_path / "train.json").write_text(text)

    assert local.read_record(tmp_path) == {}


def test_rules_of_another_revision_are_the_same_rules() -> None:
    """The revision in `companions.json` alone is no reason to write it again."""
    old = '{"schema_version": 1, "rev": "a", "rules": [{"when": "x"}]}'

    assert local.same_rules(old, old.replace('"a"', '"b"'))
    assert not local.same_rules(old, old.replace('"x"', '"y"'))
    assert not local.same_rules(None, old)
    assert not local.same_rules("broken", old)
