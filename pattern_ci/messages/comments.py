"""What the bot answers to commands in comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pattern_ci.messages.escaping import lines
from pattern_ci.messages.escaping import markdown as md
from pattern_ci.messages.pattern_page import holdout_sentence
from pattern_ci.messages.pull_request import confidence_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.model.pattern import Spec
    from pattern_ci.model.safe import Markdown, Message, Title

DISABLED = "DISABLE_PATTERN_AUTOMATION is set, so that no comment is answered."
DISABLED_NEXT = "unset it (a variable of the repository or of the shell) to let commands work."
DOING = "read and answer comments"
_LISTED = 15
# GitHub takes 65,536 characters.
_LIMIT = 60_000

_USAGE = md.ours("""\
| command | does |
| --- | --- |
| `/pattern approve` | merges this pull request as it is |
| `/pattern reject` | closes it, and what it proposes is not proposed again |
| `/pattern rename NAME` | gives the pattern another name; the pull request is yours afterwards |
| `/pattern explain` | says what the pattern rests on |""")
_TEXTS: Final[Mapping[str, str]] = {
    "unknown_word": "There is no such command. These are:",
    "no_permission": "Only people who may push to this repository can do that.",
    "not_open": "This pull request is not open.",
    "not_ours": (
        "This is no pull request of pattern-ci (or its first line was edited), so that it is "
        "not touched."
    ),
    "updated_since": (
        "The pull request was brought up to date after you wrote; look at it again, then "
        "comment again."
    ),
    "bad_name": "A name is in snake case: lower-case letters, digits and single underscores.",
    "same_name": "The pattern has that name already.",
    "name_taken": "Another pattern has that name.",
    "breaks": "The renamed pattern would not be valid:",
    "no_pattern": "There is no pattern in this pull request, or it cannot be read.",
    "github": "GitHub refused:",
}
_IGNORED: Final[Mapping[str, str]] = {
    "not_new": "the comment is not new",
    "no_pull_request": "this is no pull request",
    "a_bot": "a bot wrote it",
    "no_command": "there is no /pattern command in it",
    "answered": "it was answered before",
}
_CUT = md.ours("_The rest is left out here._")


def refused(reason: str, detail: str) -> Markdown:
    """Why a command was not carried out."""
    said = md.text(_TEXTS[reason])
    if reason == "unknown_word":
        return md.paragraphs([said, _USAGE])
    if reason in ("breaks", "github"):
        return md.ours("{} {}", said, md.text(detail))
    if reason in ("bad_name", "name_taken") and detail:
        return md.ours("{} You wrote {}.", said, md.code(lines.short(detail, 100)))
    return said


def changed(paths: Sequence[str], *, replaced: bool) -> Markdown:
    """The branch is not as we left it."""
    if replaced:
        what = md.ours("the branch was replaced")
    else:
        names = md.listed(md.code(lines.short(path, 200)) for path in paths[:_LISTED])
        hidden = len(paths) - _LISTED
        more = md.ours(" and {} more", hidden) if hidden > 0 else md.ours("")
        what = md.ours("commits were added that change {}{}", names, more)
    return md.ours(
        "This is not the branch as pattern-ci left it: {}. Look at it, then merge it yourself.",
        what,
    )


def approved(head: str, merged: str) -> Markdown:
    """Done."""
    return md.ours(
        "Approved: {} was merged as {}. The pattern is in force.",
        md.code(head[:10]),
        md.code(merged[:10]),
    )


def already(*, merged: bool) -> Markdown:
    """Done before, by whomever."""
    if merged:
        return md.ours("This pull request is merged. The pattern is in force.")
    return md.ours("This pull request is closed: what it proposes is not proposed again.")


def rejected(why: str) -> Markdown:
    """Done."""
    said = md.ours(
        "Rejected: closing is final. What this proposes is not proposed again, also when more "
        "files like these come."
    )
    reason = md.text(lines.short(why, 400))
    return md.paragraphs([said, md.ours("Reason: {}", reason)]) if why else said


def renamed(name: str, pattern_id: str, commit: str) -> Markdown:
    """Done."""
    return md.ours(
        "Renamed to {} ({}) in {}. From here on this pull request is yours: pattern-ci does not "
        "write to it again.",
        md.code(name),
        md.code(pattern_id),
        md.code(commit[:10]),
    )


def rename_title(pattern_id: str, name: str) -> Title:
    """Title of the pull request, and subject of the commit, after a new name."""
    return lines.title(f"Add pattern {pattern_id}: {name.replace('_', ' ')}", 120)


def rename_message(old: str, name: str, comment: int) -> Message:
    """The commit; its trailer tells a second delivery that the work is done."""
    subject = lines.title(f"Rename the pattern {old} to {name}", 120)
    return lines.message(subject, {"Pattern-CI-Comment": str(comment)})


def explained(spec: Spec) -> Markdown:
    """What a pattern rests on, from its spec."""
    evidence = spec.evidence
    holdout = [md.text(holdout_sentence(spec))] if evidence.holdout else []
    sections = [
        md.ours("### {}: {}", md.text(spec.pattern_id), md.text(spec.summary)),
        md.ours("Confidence {:.2f}:", spec.confidence.total),
        confidence_table(spec),
        *holdout,
        md.ours("Learned from {} files:", len(evidence.files)),
        _list(evidence.files),
        md.ours("They came with {} commits:", len(evidence.commits)),
        _list([commit[:10] for commit in evidence.commits]),
    ]
    return md.fit(sections, _LIMIT, _CUT)


def _list(values: Sequence[str]) -> Markdown:
    """The newest first; the oldest come first in a spec."""
    shown = [md.ours("- {}", md.code(lines.short(one, 200))) for one in values[::-1][:_LISTED]]
    hidden = len(values) - _LISTED
    return md.lines([*shown, *([md.ours("- and {} earlier ones", hidden)] if hidden > 0 else [])])


def ignored(comment: int, why: str) -> str:
    """The line of a run that left a comment alone."""
    return f"comment {comment} is left alone: {_IGNORED[why]}."


def outcome(number: int, command: str, reason: str, *, planned: bool) -> str:
    """The line of a run that answered."""
    verb = "would be" if planned else "was"
    done = f"refused ({reason.replace('_', ' ')})" if reason else "carried out"
    return f"#{number}: `/pattern {command}` {verb} {done}."
