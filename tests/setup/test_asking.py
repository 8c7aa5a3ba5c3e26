"""What `doctor --online` asks, of a repository in memory: whose answers fail one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pattern_ci.automation.bot_prs import marker
from pattern_ci.automation.bot_prs.marker import Members
from pattern_ci.errors import GitHubPermissionError, GitHubUnavailableError
from pattern_ci.messages.dashboard import TITLE
from pattern_ci.model.github import CheckRun, WorkflowRun
from pattern_ci.model.safe import Markdown
from pattern_ci.setup.asking import MOST_PULLS, ask_github
from pattern_ci.setup.records import BotPull, Caller, Facts, Flow, History, Saved
from testing.fake_github import FakeGitHub

FACTS = Facts(
    git_version=(2, 40),
    python_version=(3, 11),
    where="here",
    branch_prefix="pattern-ci/",
    dashboard=True,
    flows=(
        Flow(path=".github/workflows/patterns.yml", crons=("17 */6 * * *",), by_hand=True),
        Flow(path=".github/workflows/nightly.yml", crons=("7 3 * * *",)),
    ),
    callers=(
        Caller(
            path=".github/workflows/patterns.yml",
            job="train",
            workflow="pattern-train.yml",
            grants=None,
        ),
    ),
)
DOWN = GitHubUnavailableError("it is down.", why="503.", next_step="wait.")
RUN = WorkflowRun(
    id=1,
    event="schedule",
    status="completed",
    conclusion="success",
    head_sha="a" * 40,
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
)


def _propose(github: FakeGitHub, identity: str) -> int:
    """A pull request as the bot opens it."""
    branch = f"pattern-ci/{identity}"
    sha = github.commit_files(base_sha=github.tip("main"), message=identity, changes=())
    github.create_branch(branch, sha)
    body = marker.write(
        identity=identity, digest="d", head=sha, members=Members.of(["a"]), text=Markdown("text")
    )
    return github.create_pull_request(title=identity, body=body, head=branch, base="main").number


@pytest.fixture
def github() -> FakeGitHub:
    """Two pull requests of the bot, two of a person on branches with our prefix."""
    made = FakeGitHub({"README.md": "# demo\n"}, login="github-actions[bot]")
    for identity in ("a" * 16, "b" * 16):
        _propose(made, identity)
    for branch in ("pattern-ci/mine", f"pattern-ci/{'c' * 16}"):
        made.human_pushes(branch, {"a": "1\n"})
        made.human_opens(branch)
    made.checks[made.tip(f"pattern-ci/{'a' * 16}")] = [
        CheckRun(name="test", status="completed", conclusion="success")
    ]
    made.workflows["patterns.yml"] = "active"
    made.runs["patterns.yml"] = [RUN]
    return made


def test_only_what_is_ours_is_asked_about(github: FakeGitHub) -> None:
    """Pull requests with prefix and marker and the schedules of callers; a person's are theirs."""
    seen = ask_github(github, FACTS)

    author = "github-actions[bot]"
    assert seen.pulls == (
        BotPull(2, f"pattern-ci/{'b' * 16}", author, 0),
        BotPull(1, f"pattern-ci/{'a' * 16}", author, 1),
    )
    assert seen.histories == (History(".github/workflows/patterns.yml", "active", (RUN,)),)
    assert seen.unread == ()


def test_a_copied_marker_makes_no_branch_ours(github: FakeGitHub) -> None:
    """A branch is ours by the form of its name too: nothing else is shown in a command to copy."""
    body = github.pull(1).body
    github.human_pushes("pattern-ci/$(id)", {"a": "1\n"})
    number = github.human_opens("pattern-ci/$(id)")
    github.human_edits(number, body=body)

    assert [pull.number for pull in ask_github(github, FACTS).pulls] == [2, 1]


def test_asking_writes_nothing_and_takes_few_requests(github: FakeGitHub) -> None:
    """Repository, login, settings, list, two checks, state, runs and issues: nine in all."""
    before = github.usage()
    written = len(github.writes)

    ask_github(github, FACTS)

    assert github.usage()["reads"] - before["reads"] == 9
    assert len(github.writes) == written


def test_the_bot_is_known_whoever_asks(github: FakeGitHub) -> None:
    """A maintainer with a token of their own sees the same pull requests."""
    github.login = "maintainer"

    seen = ask_github(github, FACTS)

    assert (seen.login, [pull.number for pull in seen.pulls]) == ("maintainer", [2, 1])


@pytest.mark.parametrize(
    ("verb", "unread"),
    [
        ("actions_settings", 1), ("pull_requests", 1), ("check_runs", 2), ("workflow_state", 1),
        ("workflow_runs", 1), ("issues", 1),
    ],
)  # fmt: skip
def test_an_answer_that_fails_leaves_its_part_out(
    github: FakeGitHub, verb: str, unread: int
) -> None:
    """It is named with its reason and next step; the rest is there, and nothing is claimed."""
    whole = ask_github(github, FACTS)
    github.fail(verb, DOWN, times=10)

    seen = ask_github(github, FACTS)

    assert len(seen.unread) == unread
    assert {(item.why.split()[0], item.next_step) for item in seen.unread} == {("it", "wait.")}
    assert seen.problem == ""
    assert seen.login == whole.login
    if verb == "pull_requests":
        assert (seen.pulls, seen.saved) == ((), None)
    if verb == "check_runs":
        assert [pull.checks for pull in seen.pulls] == [None, None]
    if verb == "issues":
        assert seen.saved is None


def test_a_token_that_may_not_ask_for_settings_is_no_fault(github: FakeGitHub) -> None:
    """The usual token is not an administrator's: it is noted with what to look at."""
    github.fail("actions_settings", GitHubPermissionError("403."))

    seen = ask_github(github, FACTS)

    assert seen.settings is None
    assert [item.about for item in seen.unread] == [
        "whether GitHub Actions may open pull requests here"
    ]
    assert "as an administrator" in seen.unread[0].next_step


def test_a_workflow_that_github_does_not_know_has_no_runs_asked(github: FakeGitHub) -> None:
    """Its state is None, and that is no error."""
    github.workflows.clear()

    seen = ask_github(github, FACTS)

    assert seen.histories == (History(".github/workflows/patterns.yml", None),)


def test_the_workflow_for_checks_is_asked_for(github: FakeGitHub) -> None:
    """Only when the configuration names one."""
    github.workflows["ci.yml"] = "disabled_manually"

    assert ask_github(github, FACTS).checks_state is None
    assert ask_github(github, replace(FACTS, checks_workflow="ci.yml")).checks_state == (
        "disabled_manually"
    )


def test_more_pull_requests_than_usual_do_not_use_up_the_requests() -> None:
    """At most so many are looked at."""
    github = FakeGitHub({"README.md": "# demo\n"})
    for number in range(MOST_PULLS + 3):
        _propose(github, f"{number:016x}")
    before = github.usage()["reads"]

    seen = ask_github(github, FACTS)

    assert len(seen.pulls) == MOST_PULLS
    assert github.usage()["reads"] - before < MOST_PULLS + 10


@pytest.mark.parametrize(
    ("issues", "saved"),
    [
        ([], Saved.MISSING),
        ([("dashboard", "open")], Saved.THERE),
        ([("dashboard", "closed")], Saved.CLOSED),
        ([("dashboard", "closed"), ("dashboard", "open")], Saved.THERE),
        ([("", "open")], Saved.DAMAGED),
        ([("report", "closed")], Saved.MISSING),
    ],
)
def test_the_issue_of_the_bot_is_found_by_its_marker(
    github: FakeGitHub, issues: list[tuple[str, str]], saved: Saved
) -> None:
    """By the marker; without it, an open issue with our title is a damaged one."""
    for handler, state in issues:
        head = marker.line({"handler": handler}) if handler else ""
        made = github.create_issue(title=TITLE, body=f"{head}text")
        if state == "closed":
            github.human_closes_issue(made.number)

    assert ask_github(github, FACTS).saved is saved


def test_without_open_pull_requests_or_with_the_dashboard_off_no_issue_is_asked_for(
    github: FakeGitHub,
) -> None:
    """There is nothing that should have been saved."""
    assert ask_github(github, replace(FACTS, dashboard=False)).saved is None
    assert ask_github(FakeGitHub({"README.md": "# demo\n"}), FACTS).saved is None
