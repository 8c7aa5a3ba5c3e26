"""A write that GitHub refuses: its class, code and line; it is sent once and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import (
    GitHubAuthError,
    GitHubConflictError,
    GitHubError,
    GitHubNotFoundError,
    GitHubPermissionError,
    GitHubRateLimitError,
)
from testing import fault_proxy as faults
from tests.github.scenes import WRITES, Scene, build

if TYPE_CHECKING:
    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository
    from testing.fault_proxy import Fault, FaultProxy
    from tests.github.conftest import Clock


@pytest.fixture
def scene(port: GitHubPort, repository: Repository, proxy: FaultProxy) -> Scene:
    """The scene, with nothing seen yet."""
    return build(port, repository, proxy)


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
            "replace_branch",
            faults.answered({"errors": [{"type": "UNPROCESSABLE", "message": "No such thing."}]}),
            GitHubError, 40,
            ("could not replace a branch: GitHub does not take the request. GitHub says: No such "
            "thing."),
        ),
        (
            "replace_branch",
            faults.answered({"errors": [{"type": "FORBIDDEN", "message": "Not for integrations"}]}),
            GitHubPermissionError, 42,
            ("could not replace a branch: the token may not do that. GitHub says: Not for "
            "integrations. Next: give it `contents: write`."),
        ),
        (
            "replace_branch",
            faults.answered({"errors": [
                {"message": "Field 'updateRefs' doesn't exist on type 'Mutation'",
                 "extensions": {"code": "undefinedField", "typeName": "Mutation",
                                "fieldName": "updateRefs"}},
            ]}),
            GitHubError, 40,
            ("could not replace a branch: this GitHub server cannot compare and move a branch in "
            "one request. Without that, a push of somebody else could be lost. Next: update the "
            "server, or merge the base branch into this one by hand."),
        ),
        (
            "merge_pull_request", faults.refused(405, "At least 1 approving review is required."),
            GitHubConflictError, 44,
            ("could not merge a pull request: GitHub does not let it be merged. GitHub says: At "
            "least 1 approving review is required. Next: look at what its page says about "
            "merging."),
        ),
        (
            "merge_pull_request",
            faults.refused(409, "Head branch was modified. Review and try the merge again."),
            GitHubConflictError, 44,
            ("could not merge a pull request: it is not where it was. Somebody else moved or "
            "deleted it meanwhile. Next: run this again; what was done already is recognised."),
        ),
        (
            "create_issue", faults.refused(410, "Issues are disabled for this repo"),
            GitHubNotFoundError, 43,
            ("could not open an issue: GitHub does not find it. GitHub says: Issues are disabled "
            "for this repo. Next: check the name and that the token reaches this repository."),
        ),
        (
            "create_issue", faults.forbidden(), GitHubPermissionError, 42,
            ("could not open an issue: the token may not do that. GitHub says: Resource not "
            "accessible by integration. Next: give it `issues: write`."),
        ),
        (
            "dispatch_workflow", faults.forbidden(), GitHubPermissionError, 42,
            ("could not start a workflow: the token may not do that. GitHub says: Resource not "
            "accessible by integration. Next: give it `actions: write`."),
        ),
        (
            "dispatch_workflow",
            faults.refused(422, "Workflow does not have 'workflow_dispatch' trigger"),
            GitHubError, 40,
            ("could not start a workflow: GitHub does not take the request. GitHub says: Workflow "
            "does not have 'workflow_dispatch' trigger."),
        ),
        (
            "dispatch_workflow", faults.refused(404, "Not Found"), GitHubNotFoundError, 43,
            ("could not start a workflow: GitHub does not find it. It does not exist, or this "
            "token may not see it. Next: correct `bot_prs: checks_workflow`, or merge that "
            "workflow into the default branch."),
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
    """What a person reads, and what a workflow's exit code says."""
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


REFUSALS: dict[str, tuple[Fault, type[GitHubError]]] = {
    "401": (faults.bad_credentials(), GitHubAuthError),
    "403": (faults.forbidden(), GitHubPermissionError),
    "404": (faults.refused(404, "Not Found"), GitHubNotFoundError),
    "409": (faults.refused(409, "Something else"), GitHubConflictError),
    "422": (faults.refused(422, "Validation Failed"), GitHubError),
    "403, limit": (faults.secondary_limit(9999), GitHubRateLimitError),
    "429": (faults.too_many(9999), GitHubRateLimitError),
}


@pytest.mark.parametrize("verb", WRITES)
def test_every_refusal_of_every_write_is_final(
    scene: Scene, proxy: FaultProxy, clock: Clock, verb: str
) -> None:
    """It is sent once, nobody waits for what takes too long, and nothing changed."""
    method, path, write = WRITES[verb]
    before = scene.state()
    for status, (fault, kind) in REFUSALS.items():
        proxy.reset()
        proxy.inject(fault, method=method, path=path, times=9)

        with pytest.raises(GitHubError) as caught:
            write(scene)
        assert type(caught.value) is kind, status
        assert len(proxy.writes) == 1, status
        assert clock.slept == [], status
    proxy.reset()
    assert scene.state() == before


@pytest.mark.parametrize("verb", WRITES)
def test_a_write_follows_a_short_limit(
    scene: Scene, proxy: FaultProxy, clock: Clock, verb: str
) -> None:
    """A refusal by rate limit says that nothing was done; after the wait it is."""
    method, path, write = WRITES[verb]
    before = scene.state()
    proxy.reset()
    proxy.inject(faults.secondary_limit(2), method=method, path=path)
    proxy.inject(faults.too_many(3), method=method, path=path)

    write(scene)
    assert len(proxy.writes) == 3
    assert clock.slept == [2, 3]
    assert scene.state() != before
