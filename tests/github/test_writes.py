"""A write meets each fault: it is sent once, and a missing answer is looked up."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubPermissionError, GitHubUnavailableError
from pattern_ci.model.github import FileChange
from pattern_ci.model.safe import Markdown, Message, Title
from testing import fault_proxy as faults
from tests.github.scenes import WORKFLOW, WRITES, Scene, build

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository
    from testing.fault_proxy import Fault, FaultProxy
    from tests.github.conftest import Clock


@pytest.fixture
def scene(port: GitHubPort, repository: Repository, proxy: FaultProxy) -> Scene:
    """The scene, with nothing seen yet."""
    return build(port, repository, proxy)


EVERY_WRITE = pytest.mark.parametrize("verb", WRITES)
NO_ANSWER = {
    "5xx": faults.server_error(502), "dropped": faults.dropped(), "empty": faults.answered(None),
}  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "kind"),
    # An empty answer is the right one to a start.
    [pair for pair in product(WRITES, NO_ANSWER) if pair != ("dispatch_workflow", "empty")],
)
def test_a_write_that_did_not_happen_is_not_sent_again(
    scene: Scene, proxy: FaultProxy, clock: Clock, verb: str, kind: str
) -> None:
    """Without an answer and without effect the error stands, and nothing was tried twice."""
    method, path, write = WRITES[verb]
    before = scene.state()
    proxy.reset()
    proxy.inject(NO_ANSWER[kind], method=method, path=path)

    with pytest.raises(GitHubUnavailableError) as caught:
        write(scene)
    assert caught.value.return_code == 46
    assert "Next: run this again" in caught.value.line
    assert len(proxy.writes) == 1
    assert clock.slept == []
    assert scene.state() == before


@EVERY_WRITE
@pytest.mark.parametrize(
    "fault",
    [
        faults.lost(faults.server_error(502)),
        faults.lost(faults.dropped()),
        faults.truncated(),
        faults.cut_off(),
    ],
    ids=["5xx", "dropped", "truncated", "cut off"],
)
def test_a_write_that_happened_is_recognised(
    scene: Scene, proxy: FaultProxy, verb: str, fault: Fault
) -> None:
    """When only the answer was lost, the verb succeeds, and what it made is there once."""
    method, path, write = WRITES[verb]
    before = scene.state()
    proxy.reset()
    proxy.inject(fault, method=method, path=path)

    write(scene)
    assert len(proxy.writes) == 1
    assert scene.state() != before
    assert len(proxy.writes) == 1


@EVERY_WRITE
def test_a_write_that_cannot_be_looked_up_is_uncertain(
    scene: Scene, proxy: FaultProxy, verb: str
) -> None:
    """When GitHub stays silent after a lost answer, the line says that nobody knows."""
    method, path, write = WRITES[verb]
    # The read that comes before a move is answered: the tip, or the id of the repository.
    first = 1 if verb in ("update_branch", "replace_branch", "delete_branch") else 0
    proxy.inject(faults.lost(faults.dropped()), method=method, path=path)
    proxy.inject(faults.server_error(503), method="GET", skip=first, times=99)

    with pytest.raises(GitHubUnavailableError) as caught:
        write(scene)
    assert caught.value.why == "Whether it happened is not known."
    assert len(proxy.writes) == 1


def test_an_old_answer_of_the_same_shape_is_no_proof(scene: Scene, proxy: FaultProxy) -> None:
    """A person's comment with the same words, or a branch elsewhere, is not our write."""
    scene.people.human_comments(scene.number, "hello")
    proxy.inject(faults.dropped(), method="POST", path=r"/comments\Z")
    with pytest.raises(GitHubUnavailableError):
        scene.port.create_comment(scene.number, Markdown("hello"))

    proxy.inject(faults.dropped(), method="POST", path=r"/git/refs\Z")
    with pytest.raises(GitHubUnavailableError):
        scene.port.create_branch("bot/old", scene.base)


def test_a_run_of_another_commit_is_no_proof(scene: Scene, proxy: FaultProxy) -> None:
    """Whether a workflow started is told by a run at the branch's tip, not by any run."""
    scene.port.dispatch_workflow(WORKFLOW, ref="main")
    proxy.inject(faults.dropped(), method="POST", path=r"/dispatches\Z")

    with pytest.raises(GitHubUnavailableError):
        scene.port.dispatch_workflow(WORKFLOW, ref="bot/old")
    assert len(scene.port.workflow_runs(WORKFLOW, limit=9)) == 1


@pytest.mark.parametrize("part", ["blobs", "trees", "commits"])
def test_a_commit_that_breaks_off_is_on_no_branch(
    scene: Scene, proxy: FaultProxy, part: str
) -> None:
    """A commit is made of several writes; none is repeated, and no branch knows of them."""
    before = scene.state()
    proxy.reset()
    proxy.inject(faults.server_error(500), method="POST", path=rf"/git/{part}\Z")

    with pytest.raises(GitHubUnavailableError, match="could not write a commit"):
        # A byte that is no UTF-8 needs a blob of its own.
        scene.port.commit_files(
            base_sha=scene.base, message=Message("m"), changes=[FileChange(path="z", text="\udce9")]
        )
    assert sum(seen.path.endswith(f"/git/{part}") for seen in proxy.writes) == 1
    assert scene.state() == before


def test_a_label_that_fails_leaves_the_pull_request(scene: Scene, proxy: FaultProxy) -> None:
    """The line says that the pull request is open, and the class says why the label is not."""
    proxy.inject(faults.forbidden(), method="POST", path="/labels")

    with pytest.raises(GitHubPermissionError) as caught:
        scene.port.create_pull_request(
            title=Title("t"), body=Markdown("b"), head="bot/new", base="main", labels=("pattern",)
        )
    assert caught.value.what == (
        f"pull request #{scene.issue + 1} is open, but without the label pattern: "
        "could not add labels: the token may not do that."
    )
    assert len(scene.port.pull_requests(state="open", head_prefix="bot/new")) == 1


def test_a_slow_write_is_sent_once(
    connected: Callable[..., GitHubPort], scene: Scene, proxy: FaultProxy
) -> None:
    """A timeout leaves open whether the write happened; it is looked up, not sent again."""
    port = connected(timeout_s=1)
    proxy.inject(faults.lost(faults.slow(3)), method="POST", path=r"/pulls\Z")

    made = port.create_pull_request(
        title=Title("t"), body=Markdown("b"), head="bot/new", base="main"
    )
    assert len(proxy.writes) == 1
    assert made in port.pull_requests(state="open")
