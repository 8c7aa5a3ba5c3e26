"""What `train` leaves out: what was refused for good, what is too weak, what cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import EXIT_USAGE
from pattern_ci.main import main
from testing.fake_github import FakeGitHub
from tests.commands.training import Say, on_github, printed
from tests.mining.worlds import cli

if TYPE_CHECKING:
    from pathlib import Path

TESTS = "PAT-TESTS-TEST-PY-001"
DRAFT = "patterns/drafts/specs/tests_test_py.pattern.yaml"
RULES = "patterns/companions.json"


def configure(clone: Path, line: str) -> None:
    """One option of `train`."""
    (clone / ".github").mkdir(exist_ok=True)
    (clone / ".github/pattern-ci.yml").write_text(f"version: 1\ntrain:\n  {line}\n")


def action(data: dict[str, Any], name: str = TESTS) -> tuple[str, str]:
    """What happens to a candidate, and why."""
    (found,) = (one for one in data["actions"] if one["pattern_id"] == name)
    return found["action"], found["reason"]


def test_a_refused_pattern_is_not_drafted_and_its_rules_stay(clone: Path, capsys: Say) -> None:
    """The other drafts and `companions.json` are as they would be."""
    main(["train", str(clone), "--apply"])
    rules, others = (clone / RULES).read_text(), len(list((clone / DRAFT).parent.iterdir()))
    for path in sorted((clone / "patterns/drafts").rglob("tests_test_py*"), reverse=True):
        if path.is_file():
            path.unlink()
    configure(clone, f"reject: [{TESTS}]")
    capsys.readouterr()

    main(["train", str(clone), "--apply", "--format", "json"])

    assert action(printed(capsys)) == (
        "skip", "refused by `train.reject` in .github/pattern-ci.yml",
    )  # fmt: skip
    assert not (clone / DRAFT).exists()
    assert len(list((clone / DRAFT).parent.iterdir())) == others - 1
    assert (clone / RULES).read_text() == rules


def test_a_draft_that_was_refused_is_not_suggested(clone: Path) -> None:
    """While it still lies there; what usually comes along is named all the same."""
    main(["train", str(clone), "--apply"])
    path = "tests/test_lambda_calc.py"
    before = cli("suggest", "--repo", clone, "--format", "json", path).lines[0]
    configure(clone, "reject: [tests_test_py, PAT-PLUGINS-PY-RECIPE-001]")

    after = cli("suggest", "--repo", clone, "--format", "json", path).lines[0]

    assert (before["pattern_id"], after["pattern_id"]) == (TESTS, None)
    assert after["companions"] == before["companions"]


def test_a_refused_pattern_is_not_proposed(clone: Path, capsys: Say) -> None:
    """No branch and no pull request, and the run says why; `--all` is for drafts."""
    configure(clone, f"reject: [{TESTS}]")
    world = FakeGitHub()

    assert on_github(clone, world) == 0

    assert action(printed(capsys))[0] == "skip"
    assert not any(TESTS in pull.title for pull in world.pull_requests(state="all"))
    ran = cli("train", clone, "--pull-request", "--all")
    assert (ran.code, ran.out) == (EXIT_USAGE, "")


def test_what_is_too_weak_is_drafted_when_all_is_asked_for(clone: Path, capsys: Say) -> None:
    """Without `--all` one line each, and nothing is written for it."""
    configure(clone, "min_saving: 1")

    main(["train", str(clone), "--apply"])
    said = capsys.readouterr().out
    assert not (clone / DRAFT).exists()
    main(["train", str(clone), "--apply", "--all", "--format", "json"])

    assert "candidates are too weak to be drafted (`--all` drafts them too):\n" in said
    assert f"\n  {TESTS}: it saves 99." in said
    assert action(printed(capsys))[0] == "draft"
    assert (clone / DRAFT).exists()


@pytest.mark.parametrize("again", [False, True])
def test_a_draft_that_cannot_be_read_is_said(clone: Path, capsys: Say, again: bool) -> None:
    """Also in a clone that does not remember writing it; it is left as it is."""
    main(["train", str(clone), "--apply"])
    with (clone / DRAFT).open("a") as handle:
        handle.write(": : bad\n")
    before = (clone / DRAFT).read_bytes()
    if again:
        (record,) = (clone / ".git").rglob("train.json")
        record.unlink()
    capsys.readouterr()

    assert main(["train", str(clone), "--apply", "--format", "json"]) == 0

    verdict, why = action(printed(capsys))
    assert verdict == "skip"
    assert why.startswith(f"left as it is, and cannot be read: {DRAFT}:")
    assert (clone / DRAFT).read_bytes() == before
