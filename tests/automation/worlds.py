"""Valid candidates, pull requests and facts, of which a test changes one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.facts import Candidate, Facts, InBase, Limit
from pattern_ci.automation.bot_prs.marker import Members
from pattern_ci.automation.bot_prs.publish import Published, publish
from pattern_ci.automation.bot_prs.survey import Settings, Survey, find_place
from pattern_ci.model.bot_change import BotChange, ChangeKind, files_digest
from pattern_ci.model.github import PullRequest
from pattern_ci.model.safe import Markdown, Title

if TYPE_CHECKING:
    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.proposal import Action

PREFIX = "pattern-ci/"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LOGIN = "pattern-bot[bot]"
TIP = "a" * 40
PATHS = ("rules/one.py", "rules/two.py", "rules/three.py", "rules/four.py")


def name(number: int) -> str:
    """An identity."""
    return f"{number:016x}"


def candidate(number: int = 1, **changes: Any) -> Candidate:
    """A candidate with an identity, a content and members of its own."""
    made = Candidate(
        identity=name(number),
        name=f"PAT-RULES-{number:03d}",
        digest=f"sha256:{number:064x}",
        files=f"sha256:{number + 1000:064x}",
        rank=0.8,
        members=Members.of(f"{number}/{path}" for path in PATHS),
    )
    return replace(made, **changes)


def pull(of: Candidate, number: int = 7, *, head: str = TIP, **changes: Any) -> PullRequest:
    """The open pull request that we made for a candidate."""
    made = PullRequest(
        number=number,
        title="Add a pattern",
        body=markers.write(
            identity=of.identity,
            digest=of.digest,
            head=head,
            members=of.members,
            text=Markdown("Text.\n"),
        ),
        state="open",
        merged=False,
        author=LOGIN,
        head_ref=PREFIX + of.identity,
        head_sha=head,
        head_repo="o/r",
        base_ref="main",
        labels=(),
        url=f"https://github.invalid/o/r/pull/{number}",
    )
    return replace(made, **changes)


def facts(*candidates: Candidate, **changes: Any) -> Facts:
    """A repository in which nothing has happened yet; no path of anything is in the base."""
    absent: dict[str, InBase | None] = {one.identity: None for one in candidates}
    made = Facts(
        candidates=candidates,
        pull_requests=(),
        tips={},
        login=LOGIN,
        base="main",
        prefix=PREFIX,
        limit=Limit(3, 2),
        now=NOW,
        in_base=absent,
    )
    found = replace(made, **changes)
    if "conflicts" in changes:
        return found
    return replace(found, conflicts={pull.number: False for pull in found.pull_requests})


def proposal(number: int = 1, content: str = "one", **changes: Any) -> BotChange:
    """A change of three files, the last of which only some contents have."""
    base = f"patterns/specs/p{number}.pattern.yaml"
    files: dict[str, str | None] = {
        base: f"identity: '{name(number)}'\ncontent: {content}\n",
        f"patterns/docs/p{number}.md": f"# {number}\n",
    }
    if content != "one":
        files[f"patterns/examples/p{number}/{content}.json"] = "{}\n"
    made = BotChange(
        kind=ChangeKind.PATTERN,
        identity=name(number),
        digest=files_digest({"content": content}),
        name=f"PAT-P-{number:03d}",
        title=Title(f"Add pattern PAT-P-{number:03d}"),
        text=Markdown(f"Text about {number}, {content}.\n"),
        rank=1 - number / 100,
        files=files,
        saving=0.5,
        members=tuple(f"{number}/{path}" for path in PATHS),
    )
    return replace(made, **changes)


def settings(**changes: Any) -> Settings:
    """The default limits."""
    made = Settings(limit=Limit(3, 2), prefix=PREFIX, base="", label="")
    return made._replace(**changes)


def publish_all(
    port: GitHubPort, *proposals: BotChange, limits: Settings | None = None, **facts: Any
) -> Published:
    """One run."""
    chosen = limits or settings()
    facts.setdefault("now", NOW)
    survey = Survey(
        port=port,
        settings=chosen,
        place=find_place(port, chosen),
        changes=proposals,
        **facts,
    )
    return publish(survey)


def said(action: Action) -> tuple[str, str]:
    """Verdict and reason as text, for short assertions."""
    return action.verdict.value, action.reason.value
