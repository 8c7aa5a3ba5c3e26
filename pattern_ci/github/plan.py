"""A port that plans: reads pass through, writes are recorded and answered, nothing is sent.

What was planned is seen by later reads, and what GitHub would refuse is refused here too, so that
the records are those of a real run on the same state. What does not exist yet has no id: planned
commits have made-up ones, planned pull requests, issues and comments count down from -1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pattern_ci import clock
from pattern_ci.github.planned_git import PlannedGit
from pattern_ci.messages import github as messages
from pattern_ci.model.github import Comment, Issue, PullRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.github import CheckRun

Thread = TypeVar("Thread", PullRequest, Issue)


class PlanRecorder(PlannedGit):
    """Answers writes as GitHub would, without making them."""

    def __init__(self, port: GitHubPort, *, now: Callable[[], datetime] = clock.now) -> None:
        super().__init__(port)
        self._now = now
        self._pulls: dict[int, PullRequest] = {}
        self._issues: dict[int, Issue] = {}
        self._seen: dict[int, PullRequest] = {}
        self._seen_issues: dict[int, Issue] = {}
        self._labels: dict[int, dict[str, bool]] = {}
        self._comments: dict[int, list[Comment]] = {}
        self._bodies: dict[int, str] = {}
        self._last_id = 0

    # -- reads, with what was planned laid over them -------------------------------------------

    def pull_requests(self, *, state: str, head_prefix: str = "") -> Sequence[PullRequest]:
        """Planned pull requests first, then the real ones as they would be."""
        # A plan may have closed one that is open, so that the state is looked at afterwards.
        asked = "all" if self._pulls or self._tips else state
        real = self._port.pull_requests(state=asked, head_prefix=head_prefix)
        self._seen.update((pull.number, pull) for pull in real)
        new = [
            pull
            for number, pull in sorted(self._pulls.items())
            if number < 0 and pull.head_ref.startswith(head_prefix)
        ]
        found = [self._as_planned(self._pulls.get(pull.number, pull)) for pull in (*new, *real)]
        return tuple(pull for pull in found if state in ("all", pull.state))

    def issues(self, *, author: str, state: str = "open") -> Sequence[Issue]:
        """Planned issues first, then the real ones as they would be."""
        asked = "all" if self._issues else state
        real = self._port.issues(author=author, state=asked)
        self._seen_issues.update((issue.number, issue) for issue in real)
        planned = sorted(self._issues.items())
        new = [it for number, it in planned if number < 0 and it.author == author]
        found = [self._labelled(self._issues.get(issue.number, issue)) for issue in (*new, *real)]
        return tuple(issue for issue in found if state in ("all", issue.state))

    def mergeable(self, number: int) -> bool | None:
        """Unknown for what is planned, as it is at first for what is new."""
        pull = self._pulls.get(number) or self._seen.get(number)
        moved = pull is not None and not self._tips.keys().isdisjoint(
            (pull.head_ref, pull.base_ref)
        )
        return None if number < 0 or moved else self._port.mergeable(number)

    def comments(self, number: int) -> Sequence[Comment]:
        """Real comments, with planned bodies, then planned ones."""
        real = self._port.comments(number) if number > 0 else ()
        found = (*real, *self._comments.get(number, []))
        return tuple(
            replace(comment, body=self._bodies.get(comment.id, comment.body)) for comment in found
        )

    def check_runs(self, sha: str) -> Sequence[CheckRun]:
        """None yet for a planned commit."""
        return () if sha in self._commits else self._port.check_runs(sha)

    # -- pull requests -------------------------------------------------------------------------

    def create_pull_request(
        self, *, title: str, body: str, head: str, base: str, labels: Sequence[str] = ()
    ) -> PullRequest:
        """Plan a pull request."""
        tip = self._assert_new_pull(head, base)
        made = PullRequest(
            number=self._next_id(),
            title=title,
            body=body,
            state="open",
            merged=False,
            author=self.identity(),
            head_ref=head,
            head_sha=tip,
            head_repo=self.slug,
            base_ref=base,
            labels=tuple(labels),
            url="",
        )
        self._pulls[made.number] = made
        self._log.create_pull_request(
            made.number, title=title, body=body, head=head, base=base, labels=labels
        )
        return made

    def _assert_new_pull(self, head: str, base: str) -> str:
        doing = messages.OPEN_PULL
        tip, below = self.branch_sha(head), self.branch_sha(base)
        if tip is None or below is None:
            which = "head" if tip is None else "base"
            raise messages.invalid(doing, f"Validation Failed; PullRequest {which} invalid")
        for pull in self.pull_requests(state="open", head_prefix=head):
            if pull.head_ref == head and pull.base_ref == base:
                raise messages.exists_already(doing, "A pull request already exists")
        if tip == below:
            raise messages.invalid(doing, f"No commits between {base} and {head}")
        return tip

    def update_pull_request(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
    ) -> PullRequest:
        """Plan to change a pull request."""
        pull = self._pull(number, doing=messages.CHANGE_PULL)
        if state == "open" and pull.state != "open":
            pull = self._reopened(pull)
        elif state == "closed" and pull.state != "closed":
            pull = replace(pull, state="closed", closed_at=self._now())
        self._pulls[number] = changed = _edited(pull, title=title, body=body, state=None)
        self._log.update_pull_request(number, title=title, body=body, state=state)
        return changed

    def _reopened(self, pull: PullRequest) -> PullRequest:
        tip = self.branch_sha(pull.head_ref)
        if pull.merged or tip is None or not self._descends(tip, pull.head_sha):
            said = f"state cannot be changed. The {pull.head_ref} branch was deleted or replaced"
            raise messages.invalid(messages.CHANGE_PULL, said)
        self._assert_new_pull(pull.head_ref, pull.base_ref)
        return replace(pull, state="open", closed_at=None, head_sha=tip)

    def merge_pull_request(self, number: int, *, expected: str, title: str) -> str:
        """Plan to squash-merge a pull request."""
        doing = messages.MERGE_PULL
        pull = self._pull(number, doing=doing)
        base = self.branch_sha(pull.base_ref)
        if pull.head_sha != expected:
            raise messages.branch_moved(doing)
        if base is None or pull.state != "open" or self.mergeable(number) is False:
            raise messages.not_mergeable(doing, "Pull Request is not mergeable")
        made = self._plan_commit(base, title, self._changed_since_parting(expected, base))
        self._tips[pull.base_ref] = made
        self._pulls[number] = replace(pull, state="closed", merged=True, closed_at=self._now())
        self._log.merge_pull_request(made, number=number, expected=expected, title=title)
        return made

    def _pull(self, number: int, *, doing: str) -> PullRequest:
        if number not in self._pulls and number not in self._seen:
            self.pull_requests(state="all")
        known = self._pulls.get(number) or self._seen.get(number)
        if known is None:
            raise messages.not_found(doing)
        return self._as_planned(known)

    def _as_planned(self, pull: PullRequest) -> PullRequest:
        pull = self._labelled(pull)
        if pull.state != "open" or pull.head_ref not in self._tips or pull.head_repo != self.slug:
            return pull
        tip = self._tips[pull.head_ref]
        # GitHub closes a pull request whose branch is deleted.
        if tip is None:
            return replace(pull, state="closed", closed_at=self._now())
        return replace(pull, head_sha=tip)

    # -- issues, labels and comments -----------------------------------------------------------

    def create_issue(self, *, title: str, body: str, labels: Sequence[str] = ()) -> Issue:
        """Plan an issue; whether issues are switched on shows only when it is opened."""
        made = Issue(
            number=self._next_id(),
            title=title,
            body=body,
            state="open",
            author=self.identity(),
            labels=tuple(labels),
            url="",
        )
        self._issues[made.number] = made
        self._log.create_issue(made.number, title=title, body=body, labels=labels)
        return made

    def update_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
    ) -> Issue:
        """Plan to change an issue of our own."""
        if number not in self._issues and number not in self._seen_issues:
            self.issues(author=self.identity(), state="all")
        known = self._issues.get(number) or self._seen_issues.get(number)
        if known is None:
            raise messages.not_found(messages.CHANGE_ISSUE)
        self._issues[number] = _edited(known, title=title, body=body, state=state)
        self._log.update_issue(number, title=title, body=body, state=state)
        return self._labelled(self._issues[number])

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Plan to add labels."""
        self._assert_thread(number)
        self._labels.setdefault(number, {}).update(dict.fromkeys(labels, True))
        self._log.add_labels(number, labels)

    def remove_label(self, number: int, label: str) -> None:
        """Plan to take a label off."""
        self._assert_thread(number)
        self._labels.setdefault(number, {})[label] = False
        self._log.remove_label(number, label)

    def create_comment(self, number: int, body: str) -> Comment:
        """Plan a comment."""
        self._assert_thread(number)
        made = Comment(id=self._next_id(), author=self.identity(), body=body)
        self._comments.setdefault(number, []).append(made)
        self._log.create_comment(made.id, number=number, body=body)
        return made

    def update_comment(self, comment_id: int, body: str) -> Comment:
        """Plan to change a comment."""
        self._bodies[comment_id] = body
        self._log.update_comment(comment_id, body)
        return Comment(id=comment_id, author=self.identity(), body=body)

    def react(self, comment_id: int, content: str) -> None:
        """Plan a reaction."""
        self._log.react(comment_id, content)

    def _assert_thread(self, number: int) -> None:
        if number not in self._pulls and number not in self._issues:
            self.comments(number)  # not there: this says so

    def _labelled(self, thread: Thread) -> Thread:
        labels = {**dict.fromkeys(thread.labels, True), **self._labels.get(thread.number, {})}
        return replace(thread, labels=tuple(name for name, there in labels.items() if there))

    # -- workflows -----------------------------------------------------------------------------

    def dispatch_workflow(
        self, workflow: str, *, ref: str, inputs: Mapping[str, str] | None = None
    ) -> None:
        """Plan to start a workflow."""
        doing = messages.START_WORKFLOW
        state = self.workflow_state(workflow)
        if state is None:
            raise messages.not_found(doing)
        if self.branch_sha(ref) is None:
            raise messages.invalid(doing, f"No ref found for: {ref}")
        if state != "active":
            raise messages.invalid(doing, f"the workflow is {state}")
        self._log.dispatch_workflow(workflow, ref=ref, inputs=inputs or {})

    def _next_id(self) -> int:
        self._last_id -= 1
        return self._last_id


def _edited(thread: Thread, *, title: str | None, body: str | None, state: str | None) -> Thread:
    return replace(
        thread,
        title=thread.title if title is None else title,
        body=thread.body if body is None else body,
        state=thread.state if state is None else state,
    )
