"""A write meets each fault: it is sent once, and a missing answer is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import (
    GitHubAuthError,
    GitHubConflictError,
    GitHubError,
    GitHubNotFoundError,
    GitHubPermissionError,
    GitHubUnavailableError,
)
from pattern_ci.model.github import FileChange
from pattern_ci.model.safe import Markdown, Message, Title
from testing import fault_proxy as faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository
    from testing.fault_proxy import Fault, FaultProxy
    from tests.github.conftest import Clock


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A repository with a branch of ours, a pull request of a person and two comments."""

    port: GitHubPort
    people: Repository
    base: str
    ready: str
    tip: str
    number: int
    comment: int

    def state(self) -> object:
        """Everything that a write could have changed."""
        port = self.port
        return (
            tuple(port.branches("")),
            tuple(port.pull_requests(state="all")),
            tuple(port.comments(self.number)),
        )


@pytest.fixture
def scene(port: GitHubPort, repository: Repository, proxy: FaultProxy) -> Scene:
    """The scene, with nothing seen yet."""
    base = repository.tip("main")
    tip = repository.human_pushes("bot/old", {"x": "1"})
    ready = port.commit_files(
        base_sha=tip, message=Message("add"), changes=[FileChange(path="x", text="2")]
    )
    repository.human_pushes("bot/new", {"y": "1"})
    number = repository.human_opens("bot/old")
    comment = port.create_comment(number, Markdown("first")).id
    repository.human_comments(number, "second")
    proxy.reset()
    return Scene(
        port=port, people=repository, base=base, ready=ready, tip=tip,
        number=number, comment=comment,
    )  # fmt: skip


WRITES: dict[str, tuple[str, str, Callable[[Scene], object]]] = {
    "create_branch": (
        "POST", r"/git/refs\Z", lambda it: it.port.create_branch("bot/x", it.base),
    ),
    "update_branch": (
        "PATCH", r"/git/refs/",
        lambda it: it.port.update_branch("bot/old", it.ready, expected=it.tip),
    ),
    "delete_branch": (
        "POST", r"/graphql\Z", lambda it: it.port.delete_branch("bot/old", expected=it.tip),
    ),
    "create_pull_request": (
        "POST", r"/pulls\Z",
        lambda it: it.port.create_pull_request(
            title=Title("t"), body=Markdown("b"), head="bot/new", base="main"
        ),
    ),
    "update_pull_request": (
        "PATCH", r"/pulls/",
        lambda it: it.port.update_pull_request(
            it.number, title=Title("new"), body=Markdown("new\r\ntext")
        ),
    ),
    "create_comment": (
        "POST", r"/comments\Z", lambda it: it.port.create_comment(it.number, Markdown("hello")),
    ),
    "update_comment": (
        "PATCH", r"/comments/", lambda it: it.port.update_comment(it.comment, Markdown("again")),
    ),
}  # fmt: skip
EVERY_WRITE = pytest.mark.parametrize("verb", WRITES)
NO_ANSWER = {
    "5xx": faults.server_error(502), "dropped": faults.dropped(), "empty": faults.answered(None),
}  # fmt: skip


@pytest.mark.parametrize(("verb", "kind"), list(product(WRITES, NO_ANSWER)))
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
    # The read that comes before a move or deletion is answered.
    first = 1 if verb in ("update_branch", "delete_branch") else 0
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


@pytest.mark.parametrize("part", ["blobs", "trees", "commits"])
def test_a_commit_that_breaks_off_is_on_no_branch(
    scene: Scene, proxy: FaultProxy, part: str
) -> None:
    """A commit is made of several writes; none is repeated, and no branch knows of them."""
    before = scene.state()
    proxy.reset()
    proxy.inject(faults.server_error(500), method="POST", path=rf"/git/{part}\Z")

    with pytest.raises(GitHubUnavailableError, match="could not write a commit"):
        scene.port.commit_files(
            base_sha=scene.base, message=Message("m"), changes=[FileChange(path="z", text="1")]
        )
    assert sum(seen.path.endswith(f"/git/{part}") for seen in proxy.writes) == 1
    assert scene.state() == before


@pytest.mark.parametrize(
    ("verb", "fault", "kind", "code", "line"),
    [
        (
            "create_pull_request", faults.bad_credentials(), GitHubAuthError, 41,
            ("could not open a pull request: GitHub does not accept the token. It is wrong, "
            "expired or revoked. Next: put a valid token into GITHUB_TOKEN."),
        ),
        (
            "create_pull_request", faults.forbidden(), GitHubPermissionError, 42,
            ("could not open a pull request: the token may not do that. GitHub says: Resource not "
            "accessible by integration. Next: give it `pull-requests: write`."),
        ),
        (
            "create_pull_request",
            faults.forbidden(
                "GitHub Actions is not permitted to create or approve pull requests."
            ),
            GitHubPermissionError, 42,
            ("could not open a pull request: this repository does not let GitHub Actions do that. "
            "Next: turn on `Allow GitHub Actions to create and approve pull requests` under "
            "Settings > Actions > General > Workflow permissions, or use the token of a GitHub "
            "App."),
        ),
        (
            "create_pull_request", faults.refused(404, "Not Found"), GitHubNotFoundError, 43,
            ("could not open a pull request: GitHub does not find it. It does not exist, or this "
            "token may not see it. Next: check the name and that the token reaches this "
            "repository."),
        ),
        (
            "create_pull_request", faults.refused(409, "Something else"), GitHubConflictError, 44,
            ("could not open a pull request: it conflicts with what is there. GitHub says: "
            "Something else. Next: run this again; what was done already is recognised."),
        ),
        (
            "create_pull_request",
            faults.refused(
                422, "Validation Failed",
                {"resource": "PullRequest", "message": "A pull request already exists for o:b."},
            ),
            GitHubConflictError, 44,
            ("could not open a pull request: it exists already. GitHub says: Validation Failed; A "
            "pull request already exists for o:b. Next: run this again; what was done already is "
            "recognised."),
        ),
        (
            "create_pull_request",
            faults.refused(
                422, "Validation Failed",
                {"resource": "PullRequest", "field": "head", "code": "invalid"},
            ),
            GitHubError, 40,
            ("could not open a pull request: GitHub does not take the request. GitHub says: "
            "Validation Failed; PullRequest head invalid."),
        ),
        (
            "update_branch", faults.refused(422, "Update is not a fast forward"),
            GitHubConflictError, 44,
            ("could not move a branch: it is not where it was. Somebody else moved or deleted it "
            "meanwhile. Next: run this again; what was done already is recognised."),
        ),
        (
            "update_branch", faults.refused(422, "Protected branch update failed."),
            GitHubConflictError, 44,
            ("could not move a branch: a protection rule forbids it. GitHub says: Protected branch "
            "update failed. Next: let the rule except this token, or choose a branch prefix that "
            "no rule covers."),
        ),
        (
            "create_branch", faults.refused(409, "Repository rule violations found"),
            GitHubConflictError, 44,
            ("could not create a branch: a protection rule forbids it. GitHub says: Repository "
            "rule violations found. Next: let the rule except this token, or choose a branch "
            "prefix that no rule covers."),
        ),
        (
            "delete_branch", faults.refused(422, "Reference does not exist"),
            GitHubConflictError, 44,
            ("could not delete a branch: it is not where it was. Somebody else moved or deleted it "
            "meanwhile. Next: run this again; what was done already is recognised."),
        ),
        (
            "create_comment", faults.answered({"message": "moved"}, 307, Location="/elsewhere"),
            GitHubError, 40,
            ("could not write a comment: the repository has moved to another name or owner. "
            "Next: set the remote to its new address."),
        ),
    ],
)  # fmt: skip
def test_a_refused_write_is_final(
    scene: Scene,
    proxy: FaultProxy,
    clock: Clock,
    verb: str,
    fault: Fault,
    kind: type[GitHubError],
    code: int,
    line: str,
) -> None:
    """Each refusal has its class, code and line; it is sent once and changes nothing."""
    method, path, write = WRITES[verb]
    before = scene.state()
    proxy.reset()
    proxy.inject(fault, method=method, path=path, times=9)

    with pytest.raises(GitHubError) as caught:
        write(scene)
    assert type(caught.value) is kind
    assert caught.value.return_code == code
    assert caught.value.line == line
    assert len(proxy.writes) == 1
    assert clock.slept == []
    proxy.reset()
    assert scene.state() == before


def test_a_label_that_fails_leaves_the_pull_request(scene: Scene, proxy: FaultProxy) -> None:
    """The line says that the pull request is open, and the class says why the label is not."""
    proxy.inject(faults.forbidden(), method="POST", path="/labels")

    with pytest.raises(GitHubPermissionError) as caught:
        scene.port.create_pull_request(
            title=Title("t"), body=Markdown("b"), head="bot/new", base="main", labels=("pattern",)
        )
    assert caught.value.what == (
        f"pull request #{scene.number + 1} is open, but without the label pattern: "
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
