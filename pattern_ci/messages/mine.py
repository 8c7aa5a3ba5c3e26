"""What mining says: reasons for abstaining, limits of what it could see, the result as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping.lines import log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.candidate import Abstention, Draft, MineResult

REASONS = {
    "too_little": "the members share too little to save any typing",
    "mixed": "what it would save on some members it would cost on others",
    "imprecise": "too much of what it would write has to be deleted again",
    "copy": "copying the newest sibling saves as much",
    "copy_often": "copying the newest sibling saves more too often",
    "brief": "a copy and its edits describe the members more briefly",
    "no_holdout": "too few members to hold one out",
    "no_holdout_nearest": "no member could be predicted",
    "unreadable": "no member is text that a template can hold",
    "few": "too few members are alike in line ends and small enough to learn from",
    "few_nearest": "{} can be read; 3 are needed",
    "generated": "most of the members say that a program writes them",
    "no_template": "what the members share does not render all of them back",
}
SHALLOW = "the clone is shallow: history before its horizon could not be seen"
MISSING = "{} file contents that were needed are missing from the repository"
UNCACHED = "nothing could be cached: the folder of the repository cannot be written"
NEAREST = 5


def nearest_miss(threshold: float, saved: float, stayed: float, copied: float) -> str:
    """How near a role came to being drafted."""
    return (
        f"at threshold {threshold:g} it would have saved {saved:.0%} with {stayed:.0%} of its text "
        f"staying (copying the newest sibling: {copied:.0%})"
    )


def instead(reason: str, pattern_ids: Sequence[str]) -> str:
    """Why a role was left alone, and what was drafted in its place; begins with the reason."""
    return f"{reason}; narrower roles are drafted: {', '.join(pattern_ids)}"


def cached(known: int, todo: int) -> str:
    """How much of a run was known already, for debugging."""
    return f"{known} results known, {todo} roles to study"


def text(result: MineResult) -> str:
    """The result for people, but for what to do next."""
    # What prints JSON, and what only needs a reason, never gets here.
    from pattern_ci.messages.pattern_page import holdout_sentence

    drafted, left = len(result.drafts), len(result.abstained)
    head = (
        f"{plural(result.commits, 'commit')} and {plural(result.files, 'file')} up to "
        f"{result.rev[:12]}: {plural(drafted, 'pattern')} drafted, "
        f"{plural(left, 'role')} left alone."
    )
    lines = [head]
    lines += [f"note: {limit}" for limit in result.limits]
    for draft in sorted(result.drafts, key=lambda one: -one.spec.confidence.total):
        spec = draft.spec
        lines += [
            "",
            f"{spec.pattern_id}  confidence {spec.confidence.total:.2f}",
            f"  {_does(draft)}",
        ]
        if spec.evidence.holdout:
            lines.append(f"  {holdout_sentence(spec)}")
    lines += _nearest("Came nearest without qualifying:", result.abstained)
    entries = [one for one in result.without_recipe if one.nearest_miss]
    lines += _nearest("Nearest to a recipe for what comes along:", entries)
    return "\n".join(lines)


def _nearest(head: str, left: Sequence[Abstention]) -> list[str]:
    nearest = sorted(left, key=lambda one: (-one.score, one.role))[:NEAREST]
    lines = ["", head] if nearest else []
    for miss in nearest:
        lines.append(f"  {log(miss.role)} ({plural(miss.members, 'file')}): {miss.reason}")
        if miss.nearest_miss:
            lines.append(f"    {miss.nearest_miss}")
    return lines


def _does(draft: Draft) -> str:
    """What a draft is for, in one line."""
    from pattern_ci.model.pattern import Kind

    spec = draft.spec
    if draft.kind is Kind.RECIPE:
        return log(spec.summary)
    if not spec.slots:
        return f"{log(spec.summary)} Seen in {plural(len(spec.evidence.commits), 'commit')}."
    return f"writes {log(spec.slots[0].role)}, made from {len(draft.members)} files"


def next_step(commits: int, drafts: int, output: str | None) -> str:
    """What to do after a run that read so many commits and drafted so many patterns."""
    if not commits:
        return "Next: commit something first."
    if not drafts:
        return "Next: nothing recurs here yet that a template would serve; run this again later."
    if output is None:
        return "Next: `pattern-ci mine REPO --output DIR` writes the drafts; `train` proposes them."
    return f"Next: read {output}/drafts, or `pattern-ci suggest --patterns {output} PATH`."
