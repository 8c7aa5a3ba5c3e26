"""What is really sent: GitHub's documented operations, and no author anywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.model.github import FileChange
from pattern_ci.model.safe import Markdown, Message, Title

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository
    from testing.fault_proxy import FaultProxy, Seen


class Operation(NamedTuple):
    """An operation of GitHub's REST API: path, and which keys its body must and may have."""

    path: str
    required: Mapping[str, type] = {}
    optional: Mapping[str, type] = {}
    query: frozenset[str] = frozenset()


_PAGES = frozenset({"per_page", "page"})
_ANY_PULL = {"title": str, "body": str}
# From GitHub's OpenAPI description of API version 2022-11-28.
OPERATIONS: dict[str, tuple[Operation, ...]] = {
    "GET": (
        Operation("/user"),
        Operation("/repos/{o}/{r}"),
        Operation("/repos/{o}/{r}/git/ref/{ref}"),
        Operation("/repos/{o}/{r}/git/matching-refs/{ref}", query=_PAGES),
        Operation("/repos/{o}/{r}/git/commits/{x}"),
        Operation("/repos/{o}/{r}/commits/{x}", query=_PAGES),
        Operation("/repos/{o}/{r}/contents/{ref}", query=frozenset({"ref"})),
        Operation(
            "/repos/{o}/{r}/pulls", query=_PAGES | {"state", "head", "base", "sort", "direction"}
        ),
        Operation("/repos/{o}/{r}/issues/{n}/comments", query=_PAGES | {"since"}),
    ),
    "POST": (
        Operation("/graphql", {"query": str}, {"variables": dict}),
        Operation("/repos/{o}/{r}/git/blobs", {"content": str}, {"encoding": str}),
        Operation("/repos/{o}/{r}/git/trees", {"tree": list}, {"base_tree": str}),
        Operation("/repos/{o}/{r}/git/commits", {"message": str, "tree": str}, {"parents": list}),
        Operation("/repos/{o}/{r}/git/refs", {"ref": str, "sha": str}),
        Operation("/repos/{o}/{r}/pulls", {"head": str, "base": str}, _ANY_PULL),
        Operation("/repos/{o}/{r}/issues/{n}/labels", {}, {"labels": list}),
        Operation("/repos/{o}/{r}/issues/{n}/comments", {"body": str}),
    ),
    "PATCH": (
        Operation("/repos/{o}/{r}/git/refs/{ref}", {"sha": str}, {"force": bool}),
        Operation("/repos/{o}/{r}/pulls/{n}", {}, {**_ANY_PULL, "state": str}),
        Operation("/repos/{o}/{r}/issues/comments/{n}", {"body": str}),
    ),
}
_PARTS = {"{ref}": ".+", "{n}": "[0-9]+"}


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[a-z]+\})", path)
    return re.compile("".join(_PARTS.get(part, "[^/]+") if "{" in part else part for part in parts))


def _operation(seen: Seen) -> Operation | None:
    known = OPERATIONS.get(seen.method, ())
    return next((one for one in known if _pattern(one.path).fullmatch(seen.path)), None)


def _everything(port: GitHubPort, repository: Repository) -> None:
    """Use every verb once."""
    base = port.branch_sha("main")
    assert base is not None
    port.identity()
    port.repository()
    port.branches("bot/")
    port.commit(base)
    port.file_text("src/a.py", ref="main")
    changes = [
        FileChange(path="run", text="1", executable=True),
        FileChange(path="src/a.py", text=None),
    ]
    first = port.commit_files(base_sha=base, message=Message("one"), changes=changes)
    port.create_branch("bot/x", first)
    pull = port.create_pull_request(
        title=Title("t"), body=Markdown("b"), head="bot/x", base="main", labels=("pattern",)
    )
    second = port.commit_files(
        base_sha=first, message=Message("two"), changes=[FileChange(path="new", text="2")]
    )
    port.update_branch("bot/x", second, expected=first)
    port.update_pull_request(pull.number, title=Title("u"), body=Markdown("c"), state="closed")
    comment = port.create_comment(pull.number, Markdown("hello"))
    port.update_comment(comment.id, Markdown("again"))
    port.comments(pull.number)
    port.pull_requests(state="all")
    port.delete_branch("bot/x", expected=second)


def test_every_request_is_documented(
    port: GitHubPort, repository: Repository, proxy: FaultProxy
) -> None:
    """Method, path, query and body keys are those of GitHub's description; all of it is used."""
    _everything(port, repository)

    used = set()
    for seen in proxy.seen:
        operation = _operation(seen)
        assert operation is not None, f"{seen.method} {seen.path}"
        used.add((seen.method, operation.path))
        assert set(seen.query) <= operation.query, seen
        _check_body(seen.body, operation)
    described = {(method, one.path) for method, all_ in OPERATIONS.items() for one in all_}
    assert described == used


def _check_body(body: Any, operation: Operation) -> None:
    keys: dict[str, Any] = body or {}
    known = {**operation.required, **operation.optional}
    assert set(operation.required) <= set(keys), (operation.path, keys)
    assert set(keys) <= set(known), (operation.path, keys)
    assert all(isinstance(value, known[key]) for key, value in keys.items()), keys


def test_no_commit_names_an_author(
    port: GitHubPort, repository: Repository, proxy: FaultProxy
) -> None:
    """GitHub verifies only commits that leave author and committer to it."""
    _everything(port, repository)

    commits = [seen.body for seen in proxy.writes if seen.path.endswith("/git/commits")]
    assert len(commits) == 2
    for seen in proxy.writes:
        assert not {"author", "committer", "signature"} & set(seen.body or {}), seen


def test_modes_are_kept(port: GitHubPort, repository: Repository, proxy: FaultProxy) -> None:
    """An executable file is one; a deletion is a null, not an empty file."""
    _everything(port, repository)

    tree = next(seen.body for seen in proxy.writes if seen.path.endswith("/git/trees"))
    found = {entry["path"]: (entry["mode"], entry["sha"] is None) for entry in tree["tree"]}
    assert found == {"run": ("100755", False), "src/a.py": ("100644", True)}


def test_moves_are_never_forced(
    port: GitHubPort, repository: Repository, proxy: FaultProxy
) -> None:
    """GitHub itself refuses to drop commits."""
    _everything(port, repository)

    (moved,) = [seen.body for seen in proxy.writes if seen.method == "PATCH" and "sha" in seen.body]
    assert moved["force"] is False


def test_a_branch_name_is_quoted(
    port: GitHubPort, repository: Repository, proxy: FaultProxy
) -> None:
    """A name with signs that mean something in an address stays a name."""
    tip = repository.human_pushes("bot/x", {"x": "1"})
    name = "bot/#1?x=ü&y%20"
    port.create_branch(name, tip)

    assert port.branch_sha(name) == tip
    assert (name, tip) in port.branches("bot/#")
    port.delete_branch(name, expected=tip)
    assert port.branch_sha(name) is None
    assert port.branch_sha("bot/x") == tip
