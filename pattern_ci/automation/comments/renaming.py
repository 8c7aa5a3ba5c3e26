"""Give the pattern of an open pull request another name: one commit on its branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.comments import branch
from pattern_ci.automation.comments.branch import LIBRARY
from pattern_ci.automation.comments.records import Reason, Refusal
from pattern_ci.automation.comments.rename import Renamed, rename
from pattern_ci.automation.train.soundness import unsound
from pattern_ci.messages import comments as messages
from pattern_ci.model.github import FileChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.github import PullRequest
    from pattern_ci.model.safe import Markdown

_FOLDERS = ("", "drafts/", "quarantined/")


def rename_on_branch(
    port: GitHubPort, pull: PullRequest, name: str, *, identity: str, comment: int
) -> Markdown | Refusal:
    """Commit the renamed files on top of the branch as it was looked at, or say why not.

    The tip is then a commit that our marker does not name, which makes the pull request theirs.
    """
    texts = branch.suite(port, identity, pull.head_sha, at=pull.head_sha)
    spec = branch.spec_in(texts)
    if spec is None:
        return Refusal(Reason.NO_PATTERN)
    if spec.name == name:
        return Refusal(Reason.SAME_NAME)
    if _is_taken(port, name, pull.base_ref):
        return Refusal(Reason.NAME_TAKEN, name)
    inside = {path.removeprefix(f"{LIBRARY}/"): text for path, text in texts.items()}
    done = rename(inside, name)
    broken = _broken_by_it(inside, done)
    if broken:
        return Refusal(Reason.BREAKS, broken)
    head = port.commit_files(
        base_sha=pull.head_sha,
        message=messages.rename_message(done.old_name, name, comment),
        changes=_changes(texts, done),
    )
    port.update_branch(pull.head_ref, head, expected=pull.head_sha)
    return _tell(port, pull, name, done.new_id, head)


def finish(port: GitHubPort, pull: PullRequest, *, comment: int) -> Markdown | None:
    """What is left to do when the commit for this comment stands at the tip; None when not."""
    commit = port.commit(pull.head_sha)
    said = markers.trailers(commit.message) if commit else {}
    if commit is None or said.get("comment") != str(comment):
        return None
    texts = {path: port.file_text(path, ref=commit.sha) for path in commit.paths}
    spec = branch.spec_in({path: text for path, text in texts.items() if text is not None})
    return _tell(port, pull, spec.name, spec.pattern_id, commit.sha) if spec else None


def _tell(port: GitHubPort, pull: PullRequest, name: str, pattern_id: str, head: str) -> Markdown:
    title = messages.rename_title(pattern_id, name)
    if pull.title != title:
        port.update_pull_request(pull.number, title=title)
    return messages.renamed(name, pattern_id, head)


def _is_taken(port: GitHubPort, name: str, base: str) -> bool:
    paths = (f"{LIBRARY}/{folder}specs/{name}.pattern.yaml" for folder in _FOLDERS)
    return any(port.file_text(path, ref=base) is not None for path in paths)


def _broken_by_it(before: Mapping[str, str], done: Renamed) -> str:
    """The first error of the renamed suite, unless it had one before."""
    found = unsound({"renamed": done.files})
    return "" if unsound({"before": before}) else found.get("renamed", "")


def _changes(texts: Mapping[str, str], done: Renamed) -> list[FileChange]:
    made: dict[str, str | None] = dict.fromkeys(texts)
    made |= {f"{LIBRARY}/{path}": text for path, text in done.files.items()}
    return [
        FileChange(path=path, text=made[path])
        for path in sorted(made)
        if texts.get(path) != made[path]
    ]
