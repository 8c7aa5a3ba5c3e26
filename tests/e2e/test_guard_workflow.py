"""A pull request changes the library, and `pattern-guard.yml` says what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.automation.guard.labels import LABEL
from pattern_ci.catalog import REPOSITORY
from testing.repos import commit, git
from tests.automation.guard import worlds as guard_worlds
from tests.e2e.world import CALLED_AT, GUARD, World
from tests.registry import samples

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from testing.act import Run
    from testing.emulate import Emulate
    from testing.fault_proxy import FaultProxy

_NUMBERS = count(1)
POWERLESS = "a-token-that-nobody-knows"
CALLER = f"""\
name: guard
on: pull_request
permissions: {{}}
jobs:
  guard:
    name: Guard
    permissions:
      contents: read
      pull-requests: write
    uses: {REPOSITORY}/{GUARD}@{CALLED_AT}
"""
EDITED = samples.TEST_TEXT + "\n"
SPEC = f"patterns/{samples.SPEC}"


@dataclass(kw_only=True)
class Guarded:
    """A caller's repository with a branch, and the pull request for it."""

    world: World
    library: guard_worlds.World
    number: int

    def run(self, *, fork: bool = False, token: str | None = None) -> Run:
        """The pull request was opened or pushed to."""
        given = {} if token is None else {"token": token}
        return self.world.run("pull_request", payload=self.payload(fork=fork), **given)

    def payload(self, *, fork: bool) -> Mapping[str, Any]:
        """What GitHub says of it, as far as anybody looks."""
        slug = self.world.repository.slug
        clone = self.library.path
        return {
            "action": "synchronize",
            "number": self.number,
            "pull_request": {
                "number": self.number,
                "user": {"login": "maintainer", "type": "User"},
                "body": None,
                "merged": False,
                "head": {
                    "ref": "topic",
                    "sha": git(clone, "rev-parse", "topic").strip(),
                    "repo": {"full_name": "stranger/fork" if fork else slug},
                },
                "base": {"ref": "main", "sha": git(clone, "rev-parse", "main").strip()},
            },
            "repository": {"full_name": slug, "default_branch": "main"},
        }

    def labels(self) -> list[str]:
        """What the pull request carries now."""
        (pull,) = (one for one in self.world.pulls() if one["number"] == self.number)
        return [label["name"] for label in pull["labels"]]


@pytest.fixture
def guarded(
    tmp_path: Path, emulate: Emulate, proxy: FaultProxy, actions: Mapping[str, Path]
) -> Callable[..., Guarded]:
    """A caller with these lines below `uses`."""

    def make(options: str = "") -> Guarded:
        library = guard_worlds.build(tmp_path / "clone")
        clone = library.path
        git(clone, "switch", "--quiet", "main")
        commit(clone, {".github/workflows/guard.yml": (CALLER + options).encode()})
        git(clone, "switch", "--quiet", "--force-create", "topic", "main")
        repository = emulate.new_repository(f"guard-{next(_NUMBERS)}", {"README.md": "# demo\n"})
        git(clone, "remote", "add", "origin", f"https://github.com/{repository.slug}.git")
        repository.human_pushes("topic", {"patterns/x.txt": "x\n"})
        world = World(
            clone=clone, repository=repository, proxy=proxy, actions=actions,
            runner=tmp_path / "runner",
        )  # fmt: skip
        return Guarded(world=world, library=library, number=repository.human_opens("topic"))

    return make


def test_a_template_that_changes_without_its_version_is_red_at_the_line(
    guarded: Callable[..., Guarded],
) -> None:
    """The job fails, says where and what next, and sets no label."""
    case = guarded()
    case.library.write(TEST_TEMPLATE=EDITED)

    run = case.run()

    assert run.code == 1
    assert run.steps["Guard"] == "failure"
    assert f"file={SPEC},line=5,col=10" in run.log
    assert "guard/version-not-raised" in run.log
    assert f"file=patterns/{samples.TEST_TEMPLATE},line=2" in run.log
    assert "raise the version" in run.summary
    assert case.labels() == []
    assert case.world.proxy.writes == []


def test_a_sound_change_is_green_and_detectors_ran_dry(guarded: Callable[..., Guarded]) -> None:
    """Without a token for it; the summary shows what the detectors would do."""
    case = guarded()
    case.library.write(SPEC=case.library.release("1.3.0", preconditions=("Clean.",)))

    run = case.run()

    assert run.code == 0, run.log
    assert "1 pattern changed, 1 example replayed" in run.log
    assert run.steps["Detect patterns, writing nothing"] == "success"
    assert "guard/" not in run.log
    assert case.world.proxy.writes == []


def test_quarantine_labels_and_takes_the_label_off_again(
    guarded: Callable[..., Guarded],
) -> None:
    """Green with warnings and a label; once it is repaired the label goes; again, no write."""
    case = guarded("    with:\n      on-break: quarantine\n")
    case.library.write(TEST_TEMPLATE=EDITED)

    broken = case.run()

    assert broken.code == 0, broken.log
    assert "PAT-PLUGINS-001" in broken.log
    assert case.labels() == [LABEL]

    case.run()
    assert case.world.proxy.writes == []

    case.library.write(TEST_TEMPLATE=samples.TEST_TEXT)
    repaired = case.run()

    assert repaired.code == 0, repaired.log
    assert case.labels() == []


def test_a_fork_gets_its_annotations_and_the_same_exit_code(
    guarded: Callable[..., Guarded],
) -> None:
    """With a token that may do nothing, and no job that would label."""
    case = guarded()
    case.library.write(TEST_TEMPLATE=EDITED)
    own = case.run()

    fork = case.run(fork=True, token=POWERLESS)

    assert (fork.code, fork.steps["Guard"]) == (own.code, own.steps["Guard"]) == (1, "failure")
    assert f"file={SPEC},line=5,col=10" in fork.log
    assert "Label" not in fork.steps
    assert case.world.proxy.seen == []


def test_findings_are_handed_over_as_sarif_when_asked_for(
    guarded: Callable[..., Guarded],
) -> None:
    """The artifact is uploaded though the job is red."""
    case = guarded("    with:\n      sarif: true\n")
    case.library.write(TEST_TEMPLATE=EDITED)

    run = case.run()

    assert run.code == 1
    assert run.steps["Upload the findings"] == "success"
    assert '"name":"pattern-ci-sarif"' in run.log
    assert list(case.world.runner.glob("*/tmp/pattern-ci.sarif"))
