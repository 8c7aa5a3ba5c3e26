"""What is really sent: no author anywhere, no forced move, and names that stay names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.model.github import FileChange
from pattern_ci.model.safe import Markdown, Message, Title

if TYPE_CHECKING:
    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository
    from testing.fault_proxy import FaultProxy


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
    found = {entry["path"]: entry for entry in tree["tree"]}
    assert {path: entry["mode"] for path, entry in found.items()} == {
        "run": "100755", "src/a.py": "100644",
    }  # fmt: skip
    assert found["src/a.py"]["sha"] is None
    assert "sha" not in found["run"]


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
