"""A plan is what a run on the same state writes, and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubConflictError, GitHubNotFoundError
from pattern_ci.github.plan import PlanRecorder
from pattern_ci.github.port import GitHubWrites
from pattern_ci.github.recorder import WriteRecorder
from pattern_ci.github.write_log import WriteLog
from pattern_ci.model.digests import text_digest
from pattern_ci.model.github import FileChange
from pattern_ci.model.safe import Markdown, Message, Title
from testing.fake_github import FakeGitHub
from tests.github.conftest import FILES

if TYPE_CHECKING:
    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository
    from testing.fault_proxy import FaultProxy

WORKFLOW = "pattern-validate.yml"
WRITES = {name for name in vars(GitHubWrites) if not name.startswith("_")}


def _work(port: GitHubPort) -> None:
    """Every write, each resting on what was written before it."""
    base = port.branch_sha("main")
    assert base is not None
    new = FileChange(path="new", text="1", executable=True)
    first = port.commit_files(base_sha=base, message=Message("one"), changes=[new])
    port.create_branch("bot/one", first)
    opened = port.create_pull_request(
        title=Title("One"),
        body=Markdown(f"at {first}"),
        head="bot/one",
        base="main",
        labels=("pattern",),
    )
    gone = FileChange(path="src/a.py", text=None)
    second = port.commit_files(base_sha=first, message=Message(f"after {first}"), changes=[gone])
    port.update_branch("bot/one", second, expected=first)
    port.update_pull_request(opened.number, body=Markdown(f"at {second}"))
    comment = port.create_comment(opened.number, Markdown("hello"))
    port.update_comment(comment.id, Markdown(f"hello again, {second}"))
    for pull in port.pull_requests(state="open", head_prefix="old/"):
        port.update_pull_request(pull.number, title=Title("Done"), state="closed")
        port.delete_branch(pull.head_ref, expected=pull.head_sha)

    issue = port.create_issue(title=Title("Open"), body=Markdown(f"#{opened.number} and #12"))
    port.update_issue(issue.number, body=Markdown(f"#{opened.number} at {second}"))
    port.add_labels(issue.number, ["one", "two"])
    port.remove_label(opened.number, "pattern")
    port.react(comment.id, "eyes")
    given = {"number": str(opened.number), "sha": second}
    port.dispatch_workflow(WORKFLOW, ref="bot/one", inputs=given)
    third = port.commit_files(base_sha=base, message=Message("beside"), changes=[new])
    port.replace_branch("bot/one", third, expected=second)
    merged = port.merge_pull_request(
        opened.number, expected=third, title=Title(f"One (#{opened.number})")
    )
    assert port.branch_sha("main") == merged
    assert port.file_text("new", ref="main") == "1"
    assert port.file_text("src/a.py", ref="main") == FILES["src/a.py"]
    assert {pull.state for pull in port.pull_requests(state="all")} == {"closed"}
    (found,) = port.issues(author=port.identity())
    assert set(found.labels) == {"one", "two"}


def test_the_plan_is_what_the_run_writes(fake: FakeGitHub) -> None:
    """Plan, record of the run, and the fake's own record agree word for word."""
    plan = PlanRecorder(fake)
    _work(plan)
    assert len(fake.writes) == 0
    assert fake.usage()["writes"] == 0

    run = WriteRecorder(fake)
    _work(run)
    planned = list(plan.writes)
    assert planned == list(run.writes) == list(fake.writes)
    assert [record["verb"] for record in planned] == [
        "commit_files", "create_branch", "create_pull_request", "commit_files", "update_branch",
        "update_pull_request", "create_comment", "update_comment", "update_pull_request",
        "delete_branch", "create_issue", "update_issue", "add_labels", "remove_label", "react",
        "dispatch_workflow", "commit_files", "replace_branch", "merge_pull_request",
    ]  # fmt: skip
    assert {record["verb"] for record in planned} == WRITES


def test_what_does_not_exist_yet_is_named(fake: FakeGitHub) -> None:
    """Numbers and ids that only the run knows appear under a name, in texts and inputs too."""
    plan = PlanRecorder(fake)
    _work(plan)

    records = {record["verb"]: record for record in plan.writes}
    assert records["create_issue"]["makes"] == "issue 1"
    assert records["create_issue"]["body"] == text_digest("pull request 1 and #12")
    assert records["add_labels"]["number"] == "issue 1"
    assert records["react"]["comment"] == "comment 1"
    assert records["dispatch_workflow"]["inputs"] == {
        "number": "pull request 1", "sha": "commit 2",
    }  # fmt: skip
    assert records["merge_pull_request"] == {
        "verb": "merge_pull_request", "number": "pull request 1", "expected": "commit 3",
        "title": text_digest("One (pull request 1)"), "makes": "commit 4",
    }  # fmt: skip


def test_the_plan_is_what_the_run_writes_for_real(
    port: GitHubPort, repository: Repository, proxy: FaultProxy
) -> None:
    """The same through PyGithub; planning sends no write."""
    repository.human_pushes("old/one", {"x": "1"})
    repository.human_opens("old/one")
    repository.human_adds_workflow(WORKFLOW)
    plan = PlanRecorder(port)
    _work(plan)
    assert proxy.writes == []
    before = repository.tree("main")

    run = WriteRecorder(port)
    _work(run)
    assert plan.writes == run.writes
    assert len(proxy.writes) > len(run.writes)
    assert repository.tree("main") == {**before, "new": "1"}


@pytest.fixture
def fake() -> FakeGitHub:
    """A repository with a pull request of a person."""
    fake = FakeGitHub(FILES)
    fake.human_pushes("old/one", {"x": "1"})
    fake.human_opens("old/one")
    fake.human_adds_workflow(WORKFLOW)
    return fake


def test_a_record_holds_no_file(fake: FakeGitHub) -> None:
    """Paths and digests are kept, not texts; what the run makes has a name instead of an id."""
    plan = PlanRecorder(fake)
    base = fake.tip("main")
    change = FileChange(path="a", text="secret text")
    sha = plan.commit_files(base_sha=base, message="m", changes=[change])
    plan.create_branch("bot/x", sha)

    assert plan.writes == (
        {
            "verb": "commit_files",
            "base": base,
            "message": text_digest("m"),
            "files": [{"path": "a", "digest": text_digest("secret text"), "executable": False}],
            "makes": "commit 1",
        },
        {"verb": "create_branch", "branch": "bot/x", "sha": "commit 1"},
    )


def test_what_is_planned_has_no_number_yet(fake: FakeGitHub) -> None:
    """Planned pull requests and comments count down, so that none is taken for a real one."""
    plan = PlanRecorder(fake)
    _work(plan)

    newest, *_ = plan.pull_requests(state="all")
    assert (newest.number, newest.url) == (-1, "")
    assert [comment.id for comment in plan.comments(-1)] == [-2]
    assert {pull.number for pull in fake.pull_requests(state="all")} == {1}


def test_a_plan_sees_its_own_closing(fake: FakeGitHub) -> None:
    """What a plan closes is closed for the rest of the plan and open on GitHub."""
    plan = PlanRecorder(fake)
    plan.update_pull_request(1, state="closed")

    assert plan.pull_requests(state="open") == ()
    assert [pull.number for pull in plan.pull_requests(state="closed")] == [1]
    assert fake.pull(1).state == "open"


def test_a_plan_refuses_what_github_would(fake: FakeGitHub) -> None:
    """Refused writes are not in the records."""
    plan = PlanRecorder(fake)
    with pytest.raises(GitHubConflictError):
        plan.create_branch("old/one", fake.tip("main"))
    with pytest.raises(GitHubConflictError):
        plan.create_pull_request(title="t", body="b", head="old/one", base="main")
    with pytest.raises(GitHubNotFoundError):
        plan.create_comment(7, "hello?")

    assert plan.writes == ()


def test_a_failed_write_leaves_no_record(fake: FakeGitHub) -> None:
    """The record of a run holds what happened, not what was tried."""
    run = WriteRecorder(fake)
    with pytest.raises(GitHubConflictError):
        run.create_branch("old/one", fake.tip("main"))

    assert run.writes == ()


def test_a_longer_number_is_another_one() -> None:
    """Pull request 1 is not meant where 12 is."""
    log = WriteLog()
    log.create_pull_request(1, title="t", body="b", head="h", base="main", labels=())
    log.create_comment(7, number=12, body="#1, #12, #1")

    assert log.records[-1]["number"] == 12
    assert log.records[-1]["body"] == text_digest("pull request 1, #12, pull request 1")
