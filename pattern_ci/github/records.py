"""PyGithub's objects as the records of the port; only fields that every answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.model.github import Comment, Commit, PullRequest, Repository

if TYPE_CHECKING:
    from collections.abc import Sequence

    from github.Commit import Commit as PyCommit  # noqa: TID251  # part of the PyGithub adapter
    from github.File import File  # noqa: TID251  # same
    from github.IssueComment import IssueComment  # noqa: TID251  # same
    from github.NamedUser import NamedUser  # noqa: TID251  # same
    from github.Organization import Organization  # noqa: TID251  # same
    from github.Permissions import Permissions  # noqa: TID251  # same
    from github.PullRequest import PullRequest as PyPullRequest  # noqa: TID251  # same
    from github.Repository import Repository as PyRepository  # noqa: TID251  # same

# What GitHub shows for an account that was deleted.
GHOST = "ghost"


def repository(repo: PyRepository) -> Repository:
    """A repository; the permissions are those of the token."""
    # PyGithub types it as always there; an installation token gets none.
    held: Permissions | None = repo.permissions
    names = ("admin", "maintain", "push", "triage", "pull")
    return Repository(
        full_name=repo.full_name,
        default_branch=repo.default_branch,
        private=repo.private,
        permissions=frozenset(name for name in names if held is not None and getattr(held, name)),
    )


def pull_request(pull: PyPullRequest) -> PullRequest:
    """A pull request as lists and single answers alike hold it."""
    # Typed as always there as well; None when the fork is gone.
    head_repo: PyRepository | None = pull.head.repo
    return PullRequest(
        number=pull.number,
        title=pull.title,
        body=pull.body or "",
        state=pull.state,
        # Lists have no `merged`; asking for it would cost a request a pull request.
        merged=pull.merged_at is not None,
        author=_login(pull.user),
        head_ref=pull.head.ref,
        head_sha=pull.head.sha,
        head_repo=None if head_repo is None else head_repo.full_name,
        base_ref=pull.base.ref,
        labels=tuple(label.name for label in pull.labels),
        url=pull.html_url,
    )


def comment(found: IssueComment) -> Comment:
    """A comment."""
    return Comment(id=found.id, author=_login(found.user), body=found.body or "")


def commit(found: PyCommit, files: Sequence[File]) -> Commit:
    """A commit; a renamed file counts under both names."""
    paths = {file.filename for file in files}
    paths |= {file.previous_filename for file in files if file.previous_filename}
    return Commit(
        sha=found.sha,
        message=found.commit.message,
        parents=tuple(parent.sha for parent in found.parents),
        paths=tuple(sorted(paths)),
    )


def login(user: Any) -> str | None:
    """The login in an answer of `GET /user`."""
    found = user.get("login") if isinstance(user, dict) else None
    return found if isinstance(found, str) and found else None


def viewer(answer: Any) -> str | None:
    """The login in an answer to the GraphQL question who asks."""
    data = answer.get("data") if isinstance(answer, dict) else None
    return login(data.get("viewer") if isinstance(data, dict) else None)


def _login(user: NamedUser | Organization | None) -> str:
    return GHOST if user is None else user.login
