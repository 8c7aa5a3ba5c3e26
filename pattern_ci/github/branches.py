"""Commits and branches through PyGithub: nothing moves from where it was not seen last."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from github.GitRef import GitRef  # noqa: TID251  # this module is part of the PyGithub adapter
from github.InputGitTreeElement import InputGitTreeElement  # noqa: TID251  # same

from pattern_ci.errors import GitHubError, GitHubNotFoundError
from pattern_ci.github.reading import Reader
from pattern_ci.github.settle import carry_out
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.github import FileChange

# https://docs.github.com/en/graphql/reference/mutations#updaterefs: `beforeOid` is what the branch
# has to be at, `afterOid` where it goes, and an id of zeros stands for no branch.
_UPDATE_REFS = (
    "mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"
)
_NOTHING = "0" * 40
# Bytes that are no UTF-8 are surrogates here; JSON could carry them, a server could not keep them.
_UNENCODABLE = re.compile("[\ud800-\udfff]")


class Branches(Reader):
    """Verbs that make commits and move branches."""

    def commit_files(self, *, base_sha: str, message: str, changes: Sequence[FileChange]) -> str:
        """A tree on top of `base_sha` and a commit, without author or committer.

        Text goes into the tree itself, which is one write however many files there are: GitHub
        counts what makes content, 80 a minute. Other bytes need a blob each.
        """
        base = self._repo.get_git_commit(base_sha)
        elements = [self._tree_element(change) for change in changes]
        tree = self._repo.create_git_tree(elements, base.tree)
        return self._repo.create_git_commit(message, tree, [base]).sha

    def _tree_element(self, change: FileChange) -> InputGitTreeElement:
        mode = "100755" if change.executable else "100644"
        if change.text is None:
            return InputGitTreeElement(change.path, mode, "blob", sha=None)
        if change.text and not _UNENCODABLE.search(change.text):
            return InputGitTreeElement(change.path, mode, "blob", content=change.text)
        data = change.text.encode("utf-8", "surrogateescape")
        blob = self._repo.create_git_blob(base64.b64encode(data).decode("ascii"), "base64")
        return InputGitTreeElement(change.path, mode, "blob", sha=blob.sha)

    def create_branch(self, branch: str, sha: str) -> None:
        """Create `branch` at `sha`."""
        carry_out(
            messages.CREATE_BRANCH,
            lambda: self._repo.create_git_ref(f"refs/heads/{branch}", sha),
            lambda: self.branch_sha(branch) == sha,
        )

    def update_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Move `branch` to `sha` if its tip still is `expected`, and only forward."""
        found = self._expect(branch, expected, doing=messages.MOVE_BRANCH)
        carry_out(
            messages.MOVE_BRANCH,
            lambda: found.edit(sha, force=False),
            lambda: self.branch_sha(branch) == sha,
        )

    def replace_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Compare and move in one request; refused where the server cannot do that."""
        doing = messages.REPLACE_BRANCH
        if sha == _NOTHING:
            raise messages.not_found(doing)

        def write() -> None:
            if not self._swap(branch, sha, expected=expected, doing=doing):
                raise messages.no_lease(doing)

        carry_out(doing, write, lambda: self.branch_sha(branch) == sha)

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Compare and delete in one request, or in two where the server cannot do that."""
        doing = messages.DELETE_BRANCH

        def write() -> None:
            if not self._swap(branch, _NOTHING, expected=expected, doing=doing):
                self._expect(branch, expected, doing=doing).delete()

        carry_out(doing, write, lambda: self.branch_sha(branch) is None)

    def _swap(self, branch: str, sha: str, *, expected: str, doing: str) -> bool:
        """Move the branch if it is at `expected`; False where the server has no such request."""
        update = {
            "name": f"refs/heads/{branch}", "beforeOid": expected, "afterOid": sha, "force": True,
        }  # fmt: skip
        given = {"repositoryId": self._node_id(), "refUpdates": [update]}
        try:
            return self._requester.mutate(_UPDATE_REFS, "updateRefs", given, doing=doing)
        except GitHubError as error:
            # GitHub does not document its words for a lease that failed; the branch tells.
            unclear = type(error) in (GitHubError, GitHubNotFoundError)
            if unclear and self.branch_sha(branch) != expected:
                raise messages.branch_moved(doing) from error
            raise

    def _expect(self, branch: str, expected: str, *, doing: str) -> GitRef:
        found = self._ref(branch)
        if found is None or found.object.sha != expected:
            raise messages.branch_moved(doing)
        address = f"{self._repo.url}/git/refs/heads/{quote(branch)}"
        return GitRef(self._requester, url=address)
