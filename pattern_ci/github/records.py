"""GitHub's answers as the records of the port; only fields that every answer carries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pattern_ci.github.settle import same
from pattern_ci.model.github import (
    ActionsSettings,
    CheckRun,
    Comment,
    Commit,
    Issue,
    PullRequest,
    Repository,
    WorkflowRun,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from github.Commit import Commit as PyCommit  # noqa: TID251  # part of the PyGithub adapter
    from github.File import File  # noqa: TID251  # same
    from github.IssueComment import IssueComment  # noqa: TID251  # same
    from github.NamedUser import NamedUser  # noqa: TID251  # same
    from github.Organization import Organization  # noqa: TID251  # same
    from github.Permissions import Permissions  # noqa: TID251  # same
    from github.PullRequest import PullRequest as PyPullRequest  # noqa: TID251  # same
    from github.Repository import Repository as PyRepository  # noqa: TID251  # same

T = TypeVar("T")

# What GitHub shows for an account that was deleted.
GHOST = "ghost"
_ROLES = ("admin", "maintain", "write", "triage", "read", "none")


class ShapeError(ValueError):
    """An answer lacks a field that GitHub documents, or holds something else there."""


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
        closed_at=pull.closed_at,
        draft=bool(pull.draft),
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


def branch(data: Any) -> tuple[str, str]:
    """Name and tip of a branch."""
    return text(data, "ref").removeprefix("refs/heads/"), text(field(data, "object", dict), "sha")


def issue(data: Any) -> Issue:
    """An issue."""
    labels = [mapping(label) for label in field(data, "labels", list)]
    return Issue(
        number=field(data, "number", int),
        title=text(data, "title"),
        body=optional(data, "body") or "",
        state=text(data, "state"),
        author=author(data),
        labels=tuple(text(label, "name") for label in labels),
        url=text(data, "html_url"),
    )


def mergeable(data: Any) -> bool | None:
    """Whether a single pull request merges without conflict."""
    return None if mapping(data).get("mergeable", "") is None else field(data, "mergeable", bool)


def merged(data: Any) -> str:
    """The commit that a merge made."""
    return text(data, "sha")


def merge_commit(data: Any, *, head: str) -> str | None:
    """The commit by which a pull request with this head was merged; None if it was not."""
    was = field(data, "merged", bool) and text(field(data, "head", dict), "sha") == head
    return text(data, "merge_commit_sha") if was else None


def check_run(data: Any) -> CheckRun:
    """A check of a commit."""
    return CheckRun(
        name=text(data, "name"),
        status=text(data, "status"),
        conclusion=optional(data, "conclusion"),
        started_at=_moment(data, "started_at"),
        completed_at=_moment(data, "completed_at"),
    )


def workflow_runs(data: Any) -> tuple[WorkflowRun, ...]:
    """A page of runs, newest first."""
    return tuple(_workflow_run(entry) for entry in field(data, "workflow_runs", list))


def _workflow_run(data: Any) -> WorkflowRun:
    return WorkflowRun(
        id=field(data, "id", int),
        event=text(data, "event"),
        status=text(data, "status"),
        conclusion=optional(data, "conclusion"),
        head_sha=text(data, "head_sha"),
        created_at=_time(text(data, "created_at")),
        started_at=_moment(data, "run_started_at"),
        updated_at=_moment(data, "updated_at"),
    )


def role(data: Any) -> str:
    """The role of a user; for a role of the organization's own making, what it amounts to."""
    named = optional(data, "role_name")
    return named if named in _ROLES else text(data, "permission")


def actions_settings(data: Any) -> ActionsSettings:
    """What workflows may do."""
    return ActionsSettings(
        default_access=text(data, "default_workflow_permissions"),
        may_open_pull_requests=field(data, "can_approve_pull_request_reviews", bool),
    )


def author(data: Any) -> str:
    """The login of the user of an issue or a reaction."""
    user = mapping(data).get("user")
    return GHOST if user is None else text(user, "login")


def holds(thread: PullRequest | Issue, given: Mapping[str, str]) -> bool:
    """Whether a pull request or issue has these texts."""
    return all(same(getattr(thread, name), wanted) for name, wanted in given.items())


def login(user: Any) -> str | None:
    """The login in an answer of `GET /user`."""
    found = user.get("login") if isinstance(user, dict) else None
    return found if isinstance(found, str) and found else None


def viewer(answer: Any) -> str | None:
    """The login in an answer to the GraphQL question who asks."""
    data = answer.get("data") if isinstance(answer, dict) else None
    return login(data.get("viewer") if isinstance(data, dict) else None)


def entries(data: Any, item: str) -> list[Mapping[str, Any]]:
    """The entries of one page, plain or below the field `item`."""
    found = field(data, item, list) if item else data
    return [mapping(entry) for entry in found]


def mapping(data: Any) -> Mapping[str, Any]:
    """An object; ShapeError for anything else."""
    if not isinstance(data, dict):
        raise ShapeError
    return data


def field(data: Any, name: str, kind: type[T]) -> T:
    """A field of an object; ShapeError when it is not there or of another kind."""
    found = mapping(data).get(name)
    if not isinstance(found, kind):
        raise ShapeError(name)
    return found


def text(data: Any, name: str) -> str:
    """A field that holds text."""
    return field(data, name, str)


def optional(data: Any, name: str) -> str | None:
    """A field that holds text or null."""
    return None if mapping(data).get(name) is None else text(data, name)


def _moment(data: Any, name: str) -> datetime | None:
    """A time that may be null, or not there."""
    stamp = optional(data, name)
    return None if stamp is None else _time(stamp)


def _time(stamp: str) -> datetime:
    try:
        return datetime.fromisoformat(stamp)
    except ValueError as error:
        raise ShapeError(stamp) from error


def _login(user: NamedUser | Organization | None) -> str:
    return GHOST if user is None else user.login
