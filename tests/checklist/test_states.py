"""Items 14 and 31: repositories in every state, and an hour's allowance of requests."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pattern_ci.commands.train import REQUEST_BUDGET, Options, train
from pattern_ci.errors import GitHubError, RevisionError
from pattern_ci.github.answers import Answer
from pattern_ci.github.budget import RequestBudget
from pattern_ci.github.delivery import RESERVE, Delivery, Request
from pattern_ci.main import main
from testing.fake_github import FakeGitHub
from testing.repos import build_repo, commit, git, plugin_repo

if TYPE_CHECKING:
    from pathlib import Path

HOURLY = 1_000  # what GitHub grants the token of a workflow
STATES = ("one commit", "shallow", "detached", "bare", "worktree", "no patterns folder")
ENVIRON = {"GITHUB_TOKEN": "ghs_x", "GITHUB_REPOSITORY": "octo/demo"}


def _in_state(state: str, tmp_path: Path) -> Path:
    full = plugin_repo(tmp_path / "full")
    target = tmp_path / "target"
    match state:
        case "one commit":
            return build_repo(target, {"README.md": "# demo\n"})
        case "shallow":
            git(tmp_path, "clone", "--quiet", "--depth=2", full.as_uri(), str(target))
        case "detached":
            git(full, "checkout", "--quiet", "--detach", "HEAD~1")
            return full
        case "bare":
            git(tmp_path, "clone", "--quiet", "--bare", full.as_uri(), str(target))
        case "worktree":
            git(full, "worktree", "add", "--quiet", str(target))
        case _:
            git(full, "rm", "-r", "--quiet", "--ignore-unmatch", "patterns")
            return full
    return target


@pytest.mark.parametrize("state", STATES)
def test_14_the_main_job_works_in_every_state(
    tmp_path: Path, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Planned here and planned for GitHub it ends well; nothing is written anywhere."""
    repo = _in_state(state, tmp_path)
    before = git(repo, "for-each-ref"), (repo / "patterns").exists()
    github = FakeGitHub({"README.md": "# demo\n"})

    assert main(["train", str(repo), "--format", "json"]) == 0
    here = json.loads(capsys.readouterr().out)
    options = Options(repo=repo, pull_request=True, plan=True, form="json")
    assert train(options, environ=ENVIRON, connect=lambda *_a, **_o: github) == 0
    there = json.loads(capsys.readouterr().out)

    assert here.keys() == there.keys()
    assert github.writes == ()
    assert (git(repo, "for-each-ref"), (repo / "patterns").exists()) == before


@pytest.mark.parametrize("verb", ["train", "mine"])
def test_14_without_a_commit_there_is_one_clear_line(
    tmp_path: Path, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The repository is empty: the category says so, and what to do."""
    git(tmp_path, "init", "--quiet", "empty")

    assert main([verb, str(tmp_path / "empty")]) == RevisionError.return_code

    said = capsys.readouterr()
    assert said.out == ""
    assert "Next: " in said.err


class _Hour:
    """A server that counts the requests of an hour and says how many are left."""

    def __init__(self) -> None:
        self.served = 0
        self.now = datetime(2026, 3, 1, 12, 1, tzinfo=UTC)
        self._reset = int((self.now + timedelta(minutes=58)).timestamp())

    def answer(self) -> Answer:
        self.served += 1
        left = {
            "x-ratelimit-remaining": str(max(0, HOURLY - self.served)),
            "x-ratelimit-reset": str(self._reset),
        }
        return Answer(status=200, headers=left, text="{}")

    def run(self, wanted: int) -> type[Exception] | None:
        """One run that would like so many requests; what ended it."""
        delivery = Delivery(
            RequestBudget(REQUEST_BUDGET),
            max_wait_s=120,
            sleep=lambda _seconds: None,
            now=lambda: self.now,
        )
        try:
            for _ in range(wanted):
                delivery.send(Request(read=True, doing="read a branch"), self.answer)
        except GitHubError as error:
            return type(error)
        return None


def test_31_one_run_stays_below_its_own_bound() -> None:
    """It could not use up the hour even if it wanted to."""
    hour = _Hour()

    ended = hour.run(10_000)

    assert ended is not None
    assert hour.served == REQUEST_BUDGET < HOURLY - RESERVE


@pytest.mark.parametrize("runs", [3, 10, 40])
def test_31_all_runs_of_an_hour_leave_the_reserve(runs: int) -> None:
    """Started again and again, a run learns from its first answer that the others used it up."""
    hour = _Hour()

    endings = [hour.run(REQUEST_BUDGET) for _ in range(runs)]

    assert endings[0] is endings[1] is None
    assert endings[-1] is not None
    assert HOURLY - RESERVE <= hour.served <= HOURLY - RESERVE + runs <= HOURLY


def test_31_a_longer_history_is_read_without_a_request(tmp_path: Path) -> None:
    """What is mined comes from the clone: more history is not more requests."""
    counts = []
    for size in (1, 30):
        repo = plugin_repo(tmp_path / f"repo-{size}")
        for number in range(size):
            commit(repo, {f"notes/{number}.txt": f"{number}\n"}, f"note {number}")
        github = FakeGitHub({"README.md": "# demo\n"})
        options = Options(repo=repo, pull_request=True, plan=True, form="json")
        assert train(options, environ=ENVIRON, connect=lambda *_a, g=github, **_o: g) == 0
        counts.append(github.usage()["reads"])

    assert counts[0] == counts[1] < 50
