"""The reads before any pull request is written: facts, questions, and what stays unknown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.decide import decide, ranked
from pattern_ci.automation.bot_prs.facts import Ask, Facts, InBase, Tip
from pattern_ci.automation.train.known import spec_field
from pattern_ci.errors import (
    FatalError,
    GitHubAuthError,
    GitHubError,
    GitHubNotFoundError,
    GitHubPermissionError,
    GitHubRateLimitError,
    RequestBudgetError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.automation.bot_prs.facts import Decision, Question
    from pattern_ci.automation.train.proposals import Proposal
    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.github import Commit

# After one of these the next request would meet the same answer.
STOPPING = (GitHubAuthError, GitHubPermissionError, GitHubRateLimitError, RequestBudgetError)
# A doc suite has about twenty files; a commit of ours never comes near this.
_MOST_PATHS = 300
# Each update deletes what it leaves behind, so that older commits have nothing to add.
_MOST_COMMITS = 20
_TRAILERS = frozenset({"identity", "digest", "files", "changes"})


class Settings(NamedTuple):
    """Limits and names from the configuration; an empty base means the default branch."""

    open_limit: int
    new_per_run: int
    prefix: str
    base: str
    label: str
    min_confidence: float = 0.0
    min_saving: float = 0.0


class Place(NamedTuple):
    """Where pull requests go: the login that we write as, the base branch and its tip."""

    login: str
    base: str
    base_sha: str


def find_place(port: GitHubPort, settings: Settings) -> Place:
    """Find out who we are and where the base stands. Raises a GitHubError when that fails."""
    login = port.identity()
    base = settings.base or port.repository().default_branch
    sha = port.branch_sha(base)
    if sha is None:
        msg = f"there is no branch {base!r} in {port.slug}."
        raise GitHubNotFoundError(
            msg, next_step="name one with --base, or as `train: {base: …}` in the configuration."
        )
    return Place(login, base, sha)


@dataclass(kw_only=True)
class Survey:
    """One look at a repository; `known` and `invalid` say which proposals are out, and why."""

    port: GitHubPort
    settings: Settings
    place: Place
    proposals: Sequence[Proposal]
    known: Mapping[str, str] = field(default_factory=dict)
    invalid: Mapping[str, str] = field(default_factory=dict)
    errors: list[FatalError] = field(default_factory=list)
    stopped: FatalError | None = None

    def decide(self) -> Decision:
        """Read until no question is open. Raises a GitHubError when what all items need fails."""
        facts = self._facts()
        while True:
            decision = decide(facts)
            if not decision.questions:
                return decision
            for question in decision.questions:
                facts = self._answer(question, facts)

    def proposal(self, identity: str) -> Proposal:
        """The proposal that an action is about: of several alike the one that ranks first."""
        best = next(
            item
            for item in ranked([proposal.candidate for proposal in self.proposals])
            if item.identity == identity
        )
        return next(item for item in self.proposals if item.candidate == best)

    def _facts(self) -> Facts:
        prefix = self.settings.prefix
        return Facts(
            candidates=tuple(proposal.candidate for proposal in self.proposals),
            pull_requests=tuple(self.port.pull_requests(state="all", head_prefix=prefix)),
            tips=dict(self.port.branches(prefix)),
            login=self.place.login,
            base=self.place.base,
            prefix=prefix,
            open_limit=self.settings.open_limit,
            new_per_run=self.settings.new_per_run,
            min_confidence=self.settings.min_confidence,
            min_saving=self.settings.min_saving,
            known=self.known,
            invalid=self.invalid,
        )

    def _answer(self, question: Question, facts: Facts) -> Facts:
        if self.stopped is not None:
            return _unanswered(facts, question, self.stopped)
        try:
            if question.about is Ask.TIP:
                tip = self._tip(question.key)
                return replace(facts, commits={**facts.commits, question.key: tip})
            found = self._in_base(self.proposal(question.identity))
            return replace(facts, in_base={**facts.in_base, question.identity: found})
        except GitHubError as error:
            self.errors.append(error)
            self.stopped = error if isinstance(error, STOPPING) else None
            return _unanswered(facts, question, error)

    def _tip(self, sha: str) -> Tip | None:
        commit = self.port.commit(sha)
        said = markers.trailers(commit.message) if commit else {}
        if commit is None or not said.keys() >= _TRAILERS:
            return None
        return Tip(
            identity=said["identity"],
            digest=said["digest"],
            files=said["files"],
            replaces=said.get("replaces"),
            intact=self._is_intact(commit, said["changes"]),
        )

    def _is_intact(self, commit: Commit, digest: str) -> bool:
        """Whether the commit changes exactly what its trailer speaks of."""
        if not 0 < len(commit.paths) <= _MOST_PATHS or len(commit.parents) != 1:
            return False
        texts = {path: self.port.file_text(path, ref=commit.sha) for path in commit.paths}
        return markers.files_digest(texts) == digest

    def suite_at(self, tip: str, proposal: Proposal) -> dict[str, str]:
        """The files of a proposal as they stand on its branch: those wanted and those of before.

        What belongs to the branch is what our commits on it have changed; the first commit that is
        not ours is the base.
        """
        paths, sha = set(proposal.files), tip
        for _ in range(_MOST_COMMITS):
            commit = self.port.commit(sha)
            said = markers.trailers(commit.message) if commit else {}
            if commit is None or not commit.parents or said.get("identity") != proposal.identity:
                break
            paths.update(commit.paths)
            sha = commit.parents[0]
        texts = {path: self.port.file_text(path, ref=tip) for path in sorted(paths)}
        return {path: text for path, text in texts.items() if text is not None}

    def _in_base(self, proposal: Proposal) -> InBase | None:
        """The first of the proposal's paths that the base branch has already; the spec first."""
        for path in sorted(proposal.files, key=lambda path: (path != proposal.spec_path, path)):
            text = self.port.file_text(path, ref=self.place.base_sha)
            if text is not None:
                same = (
                    path == proposal.spec_path and spec_field(text, "identity") == proposal.identity
                )
                return InBase(path, same)
        return None


def _unanswered(facts: Facts, question: Question, error: FatalError) -> Facts:
    return replace(facts, unknown={**facts.unknown, question.identity: error.line})
