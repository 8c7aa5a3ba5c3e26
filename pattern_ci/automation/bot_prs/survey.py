"""The reads before anything is written: facts, questions, and what stays unknown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.cleanup import leftovers
from pattern_ci.automation.bot_prs.decide import decide
from pattern_ci.automation.bot_prs.facts import (
    Ask,
    Decision,
    Facts,
    InBase,
    Limit,
    Tip,
    candidate,
)
from pattern_ci.automation.bot_prs.outcome import ranked
from pattern_ci.errors import (
    FatalError,
    GitHubAuthError,
    GitHubError,
    GitHubNotFoundError,
    GitHubPermissionError,
    GitHubRateLimitError,
    RequestBudgetError,
)
from pattern_ci.model.bot_change import files_digest
from pattern_ci.model.digests import text_digest
from pattern_ci.model.proposal import Verdict
from pattern_ci.registry.reading import spec_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from pattern_ci.automation.bot_prs.facts import Candidate, Question, Wishes
    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.bot_change import BotChange, ChangeKind
    from pattern_ci.model.github import Commit, PullRequest

    Texts = Mapping[str, str | None]
    ReadHere = Callable[[str, Sequence[str]], Texts | None]

# After one of these the next request would meet the same answer.
STOPPING = (GitHubAuthError, GitHubPermissionError, GitHubRateLimitError, RequestBudgetError)
# A doc suite has about twenty files; a commit of ours never comes near this.
_MOST_PATHS = 300
# Each update deletes what it leaves behind, so that older commits have nothing to add.
_MOST_COMMITS = 20
_TRAILERS = frozenset({"identity", "digest", "files", "changes"})
_SPEC = ".pattern.yaml"


class Settings(NamedTuple):
    """Limits and names from the configuration; an empty base means the default branch.

    `limit` counts the pull requests of all kinds together, `limits` are what single kinds see in
    its place. `checks_workflow` is started on branches whose checks would not start by themselves.
    """

    limit: Limit
    prefix: str
    base: str
    label: str
    limits: Mapping[ChangeKind, Limit] = {}
    min_rank: float = 0.0
    min_saving: float = 0.0
    dashboard: bool = False
    checks_workflow: str = ""


class Place(NamedTuple):
    """Where pull requests go: the login that we write as, and the base branch."""

    login: str
    base: str


def find_place(port: GitHubPort, settings: Settings) -> Place:
    """Find out who we are and which branch is the base. Raises a GitHubError when that fails."""
    login = port.identity()
    if settings.base:
        if port.branch_sha(settings.base) is None:
            raise _no_base(port, settings.base)
        return Place(login, settings.base)
    return Place(login, port.repository().default_branch)


def _no_base(port: GitHubPort, base: str) -> GitHubError:
    msg = f"there is no branch {base!r} in {port.slug}."
    return GitHubNotFoundError(
        msg, next_step="name one with --base, or as `train: {base: …}` in the configuration."
    )


@dataclass(kw_only=True)
class Survey:
    """One look at a repository; `known` and `invalid` say which changes are out, and why.

    `web` is the address of the repository for people, `rev` the commit whose history the changes
    rest on, `read_here` the texts of a commit that the clone at hand has (None for one that it
    lacks), which saves requests.
    """

    port: GitHubPort
    settings: Settings
    place: Place
    changes: Sequence[BotChange]
    now: datetime
    web: str = ""
    rev: str = ""
    read_here: ReadHere | None = None
    kinds: frozenset[ChangeKind] = frozenset()
    wishes: Wishes = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    invalid: Mapping[str, str] = field(default_factory=dict)
    errors: list[FatalError] = field(default_factory=list)
    stopped: FatalError | None = None
    _base_sha: str | None = None

    @property
    def base_sha(self) -> str:
        """The tip of the base branch, asked once. Raises a GitHubError when it cannot be read."""
        if self._base_sha is None:
            self._base_sha = self.port.branch_sha(self.place.base)
        if self._base_sha is None:
            raise _no_base(self.port, self.place.base)
        return self._base_sha

    def decide(self) -> tuple[Facts, Decision]:
        """Read until no question is open. Raises a GitHubError when what all items need fails."""
        facts = self._facts()
        while True:
            over = leftovers(facts)
            first = decide(facts)
            closing = frozenset(
                action.pull_request
                for action in (*over.actions, *first.actions)
                if action.verdict is Verdict.CLOSE and action.pull_request is not None
            )
            decision = decide(facts, closing) if closing else first
            questions = (*over.questions, *decision.questions)
            if not questions:
                return facts, Decision((*decision.actions, *over.actions), ())
            for question in dict.fromkeys(questions):
                facts = self._answer(question, facts)

    def change(self, identity: str) -> BotChange:
        """The change that an action is about: of several alike the one that ranks first."""
        return self._best[identity]

    @cached_property
    def _best(self) -> Mapping[str, BotChange]:
        """Of each identity the change with files that ranks first."""
        found: dict[Candidate, BotChange] = {}
        for change in self.changes:
            if change.files:
                found.setdefault(candidate(change), change)
        return {one.identity: found[one] for one in reversed(ranked(found))}

    def _facts(self) -> Facts:
        prefix = self.settings.prefix
        # One listing serves both: ours, and the open ones that may rest on a branch of ours.
        pulls = self.port.pull_requests(state="all")
        return Facts(
            candidates=tuple(candidate(change) for change in self.changes if change.files),
            pull_requests=tuple(pull for pull in pulls if self._is_here(pull)),
            stacked=frozenset(pull.base_ref for pull in pulls if pull.state == "open"),
            tips=dict(self.port.branches(prefix)),
            login=self.place.login,
            base=self.place.base,
            prefix=prefix,
            limit=self.settings.limit,
            limits=self.settings.limits,
            now=self.now,
            kinds=self.kinds,
            wishes=self.wishes,
            min_rank=self.settings.min_rank,
            min_saving=self.settings.min_saving,
            merged=self.merged,
            known=self.known,
            invalid=self.invalid,
        )

    def _is_here(self, pull: PullRequest) -> bool:
        here = (pull.head_repo or "").lower() == self.port.slug.lower()
        return here and pull.head_ref.startswith(self.settings.prefix)

    # -- questions -----------------------------------------------------------------------------

    def _answer(self, question: Question, facts: Facts) -> Facts:
        if self.stopped is not None:
            return _unanswered(facts, question, self.stopped)
        try:
            return self._answered(question, facts)
        except GitHubError as error:
            self.errors.append(error)
            self.stopped = error if isinstance(error, STOPPING) else None
            return _unanswered(facts, question, error)

    def _answered(self, question: Question, facts: Facts) -> Facts:
        match question.about:
            case Ask.TIP:
                tip = self._tip(question.key)
                return replace(facts, commits={**facts.commits, question.key: tip})
            case Ask.CONFLICT:
                number = int(question.key)
                conflict = self._conflicts(number, facts, self.change(question.identity))
                return replace(facts, conflicts={**facts.conflicts, number: conflict})
            case Ask.AT_BASE:
                return replace(facts, at_base=self.rev == self.base_sha)
            case Ask.BASE:
                found = self._in_base(question.identity)
                return replace(facts, in_base={**facts.in_base, question.identity: found})

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
            parent=commit.parents[0] if commit.parents else "",
        )

    def _is_intact(self, commit: Commit, digest: str) -> bool:
        """Whether the commit changes exactly what its trailer speaks of."""
        if not 0 < len(commit.paths) <= _MOST_PATHS or len(commit.parents) != 1:
            return False
        texts = {path: self.port.file_text(path, ref=commit.sha) for path in commit.paths}
        return files_digest(texts) == digest

    def _conflicts(self, number: int, facts: Facts, change: BotChange) -> bool:
        """Whether the base branch has taken another way since the branch was made.

        Where the clone at hand shows that no path of the change was touched, nothing is asked;
        while GitHub is still computing, nothing is said.
        """
        pull = next(pull for pull in facts.pull_requests if pull.number == number)
        marker = markers.read(pull.body)
        before = self._here(marker.base, change.files) if marker and marker.base else None
        after = self._here(self.rev, change.files) if self.rev else None
        if before is not None and before == after:
            return False
        if self.port.mergeable(number) is not False:
            return False
        # What starts at the tip of the base branch conflicts with nothing; GitHub is behind.
        return marker is None or marker.base != self.base_sha

    def _here(self, sha: str, paths: Iterable[str]) -> Texts | None:
        return self.read_here(sha, sorted(paths)) if self.read_here else None

    def _in_base(self, identity: str) -> InBase | None:
        """What the base branch has of an identity: it itself, or something in its way."""
        change = self._best.get(identity)
        if change is None:
            path = self.merged[identity]
            return InBase(path, same=self._is_spec(self._texts([path])[path], identity))
        texts = self._texts(change.files)
        paths = sorted(texts, key=lambda path: (not path.endswith(_SPEC), path))
        if texts == dict(change.files):
            return InBase(paths[0], same=True)
        for path in paths:
            if not _fits(change, path, texts[path]):
                return InBase(path, same=self._is_spec(texts[path], identity))
        return None

    def _texts(self, paths: Iterable[str]) -> Texts:
        wanted = sorted(paths)
        here = self._here(self.base_sha, wanted)
        if here is not None:
            return here
        return {path: self.port.file_text(path, ref=self.base_sha) for path in wanted}

    def _is_spec(self, text: str | None, identity: str) -> bool:
        return text is not None and spec_field(text, "identity") == identity

    def suite_at(self, tip: str, change: BotChange) -> dict[str, str]:
        """The files of a change as they stand on its branch: those wanted and those of before.

        What belongs to the branch is what our commits on it have changed; the first commit that is
        not ours is the base.
        """
        paths, sha = set(change.files), tip
        for _ in range(_MOST_COMMITS):
            commit = self.port.commit(sha)
            said = markers.trailers(commit.message) if commit else {}
            if commit is None or not commit.parents or said.get("identity") != change.identity:
                break
            paths.update(commit.paths)
            sha = commit.parents[0]
        texts = {path: self.port.file_text(path, ref=tip) for path in sorted(paths)}
        return {path: text for path, text in texts.items() if text is not None}


def _fits(change: BotChange, path: str, text: str | None) -> bool:
    """Whether a path of the base branch is as the change found it."""
    if text is None:
        return path not in change.before
    return path in change.before and text_digest(text) == change.before[path]


def _unanswered(facts: Facts, question: Question, error: FatalError) -> Facts:
    return replace(facts, unknown={**facts.unknown, question.identity: error.line})
