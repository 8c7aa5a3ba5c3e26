"""Whether a command may be carried out, decided on plain facts."""

from __future__ import annotations

import re

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.comments.parse import Verb
from pattern_ci.automation.comments.records import Facts, Ignored, Reaction, Reason, Refusal
from pattern_ci.registry.published import published

# The roles of GitHub that may push; whoever may push could do all of this by hand.
WRITERS = frozenset({"admin", "maintain", "write"})


def ignored(
    *, action: str, is_pull_request: bool, author: str, is_bot: bool, has_command: bool
) -> Ignored | None:
    """Why an event is left alone, by what it says itself: nothing is asked for that."""
    if action != "created":
        return Ignored.NOT_NEW
    if not is_pull_request:
        return Ignored.NO_PULL_REQUEST
    # A bot that answers a bot never ends.
    if is_bot or author.endswith("[bot]"):
        return Ignored.A_BOT
    return None if has_command else Ignored.NO_COMMAND


def refusal(facts: Facts) -> Refusal | None:
    """Why a command is not carried out; None when it may be tried."""
    if facts.role not in WRITERS:
        return Refusal(Reason.NO_PERMISSION, facts.role)
    if facts.pull is None or not _is_ours(facts):
        return Refusal(Reason.NOT_OURS)
    return _by_verb(facts) if facts.pull.state == "open" else Refusal(Reason.NOT_OPEN)


def settled(facts: Facts) -> bool:
    """Whether a pull request that is not open is what the command asks for.

    So it is when a run ended between the act and the answer.
    """
    if facts.pull is None or facts.pull.state == "open":
        return False
    wanted = Verb.APPROVE if facts.pull.merged else Verb.REJECT
    return facts.request.verb is wanted


def _by_verb(facts: Facts) -> Refusal | None:
    match facts.request.verb:
        case None:
            return Refusal(Reason.UNKNOWN_WORD, facts.request.word)
        case Verb.APPROVE:
            return _moved(facts)
        case Verb.RENAME:
            return _bad_name(facts.request.rest) or _moved(facts)
        case Verb.REJECT | Verb.EXPLAIN:
            return None


def _is_ours(facts: Facts) -> bool:
    """Marker, author, branch prefix and identity must all say so."""
    pull = facts.pull
    return (
        pull is not None
        and bool(facts.identity)
        and pull.author == facts.login
        and (pull.head_repo or "").lower() == facts.slug.lower()
        and markers.branch_identity(pull.head_ref, facts.prefix) == facts.identity
    )


def _moved(facts: Facts) -> Refusal | None:
    """The branch must be as we left it, and as it was when the comment was written."""
    assert facts.pull is not None
    if facts.pull.head_sha != facts.left:
        return Refusal(Reason.CHANGED)
    if facts.seen != facts.left:
        return Refusal(Reason.UPDATED_SINCE)
    return None


def _bad_name(name: str) -> Refusal | None:
    rule = published("spec")["properties"]["name"]
    fits = re.fullmatch(rule["pattern"], name) and len(name) <= rule["maxLength"]
    return None if fits else Refusal(Reason.BAD_NAME, name)


def reaction(found: Refusal) -> Reaction:
    """A thumb down for who may not; for anything else something has to be looked at first."""
    return Reaction.DENIED if found.reason is Reason.NO_PERMISSION else Reaction.REFUSED
