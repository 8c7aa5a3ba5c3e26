"""One role from members to a draft or an abstention: pure, so that it can be cached by content."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages.mine import REASONS
from pattern_ci.mining import drafting, generated, narrowing, schema
from pattern_ci.mining.holdout import (
    FEW_HELD_OUT,
    HELD_OUT,
    MIN_TRAINING,
    WINDOW,
    Around,
    Memory,
    Prediction,
    Sample,
    Trial,
    draft_text,
    held_out,
    prediction_key,
    trial,
)
from pattern_ci.mining.judging import Verdict, judge, net_saving, precision, surety
from pattern_ci.mining.stems import liftable
from pattern_ci.mining.template import MAX_TRAINING_MEMBERS, Template, induce
from pattern_ci.mining.tokens import count_tokens
from pattern_ci.mining.versions import MIN_MEMBERS
from pattern_ci.model.candidate import Abstention, Draft, HeldOut
from pattern_ci.model.pattern import Confidence, Evidence, Holdout, Newline
from pattern_ci.render.language import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.mining.roles import Member, RoleGroup

MAX_MEMBER_BYTES = 64 * 1024
MAX_MEMBER_TOKENS = 3_000
MIN_FIXED = 20
MAX_COMMITS = 30
# Forty words a minute of five characters: the usual figure for copy typing.
CHARACTERS_A_MINUTE = 200.0


class Readable(NamedTuple):
    """A member whose text a template can hold."""

    member: Member
    text: str
    newline: Newline


def readable(member: Member, raw: bytes) -> Readable | None:
    """The member's text, or None when it is binary, not UTF-8, of mixed line ends, or too large."""
    if len(raw) > MAX_MEMBER_BYTES or not raw or b"\0" in raw:
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not liftable(text):
        return None
    crlf = text.count("\r\n")
    if "\r" in text and (crlf != text.count("\n") or crlf != text.count("\r")):
        return None
    return Readable(member, text.replace("\r\n", "\n"), Newline.CRLF if crlf else Newline.LF)


def wanted(group: RoleGroup) -> Sequence[Member]:
    """The newest members: as many as training and hold-out can use."""
    return group.members[-max(MAX_TRAINING_MEMBERS, WINDOW + HELD_OUT) :]


class Material(NamedTuple):
    """A role with the members to learn from, and their line ends (None when none is text).

    `narrower` are the roles within it that may stand in its place.
    """

    group: RoleGroup
    samples: list[Sample]
    newline: Newline | None
    narrower: tuple[Material, ...] = ()

    def predictions(self) -> list[str]:
        """Keys of every prediction that studying this can ask for."""
        pairs = held_out(self.samples)
        own = [prediction_key(*pair, around) for pair in pairs for around in Around]
        return own + [key for one in self.narrower for key in one.predictions()]


def material(
    group: RoleGroup, contents: Mapping[str, bytes], *, min_members: int = MIN_MEMBERS
) -> Material:
    """Read the newest members; `contents` holds bytes by blob id.

    A narrower role needs `min_members` that can be learned from.
    """
    found = [
        one
        for member in wanted(group)
        if (raw := contents.get(member.blob)) is not None
        and (one := readable(member, raw)) is not None
    ]
    if not found:
        return Material(group, [], None)
    newline = found[-1].newline
    samples = [
        _sample(one)
        for one in found
        if one.newline is newline and count_tokens(one.text) <= MAX_MEMBER_TOKENS
    ]
    whole = Material(group, samples, newline)
    read = [one.member for one in found]
    return whole._replace(narrower=tuple(_narrower(whole, read, min_members)))


def _narrower(whole: Material, read: Sequence[Member], min_members: int) -> Iterator[Material]:
    """The narrower roles of which several members can be held out.

    Of many words one is bound to fit a member or two by chance.
    """
    by_path = {one.path: one for one in whole.samples}
    alike = [one for one in read if one.path in by_path]
    for part in narrowing.narrower(whole.group, alike, min_members=min_members):
        own = [replace(by_path[one.path], values=one.values) for one in part.members]
        if len(held_out(own)) >= FEW_HELD_OUT:
            yield Material(part, own, whole.newline)


def outcomes(
    of: Material, naming: drafting.Naming, memory: Memory
) -> tuple[Draft | Abstention, ...]:
    """The draft of a role; or why there is none, and then drafts of narrower ones."""
    whole = study(of, naming, memory)
    if isinstance(whole, Draft):
        return (whole,)
    by_role = {one.group.role: one for one in of.narrower}
    tried = ((_utility(one, memory), one.group) for one in of.narrower)
    chosen = narrowing.chosen((gain, one) for gain, one in tried if gain is not None)
    made = (study(by_role[one.role], narrowing.naming(one.role), memory) for one in chosen)
    return (whole, *(one for one in made if isinstance(one, Draft)))


def _utility(of: Material, memory: Memory) -> float | None:
    """What a template of a narrower role is worth; None where it is no ground for one."""
    verdict = try_out(of.samples, memory)[2]
    return None if verdict.threshold is None else verdict.utility


def study(of: Material, naming: drafting.Naming, memory: Memory) -> Draft | Abstention:
    """Draft a pattern for a role itself, or say why not."""
    group, samples, newline, _ = of
    if newline is None:
        return _abstain(group, REASONS["unreadable"], "")
    if generated.mostly([one.text for one in samples]):
        return _abstain(group, REASONS["generated"], "")
    if len(samples) <= MIN_TRAINING:
        return _abstain(group, REASONS["few"], REASONS["few_nearest"].format(len(samples)))
    around, tried, verdict = try_out(samples, memory)
    if verdict.threshold is None:
        return _abstain(group, verdict.reason, verdict.nearest, verdict.utility)
    template = induce(samples, verdict.threshold, group.role.holes, around)
    if template is not None:
        template = _round_trips(template, group)
    if template is None or template.fixed_length < MIN_FIXED:
        return _abstain(group, REASONS["no_template"], verdict.nearest, verdict.utility)
    predictions = tried.by_threshold[verdict.threshold]
    draft = drafting.write(
        drafting.Suite(
            naming=naming,
            group=group,
            template=template,
            newline=newline,
            confidence=_confidence(group, template, predictions, tried),
            evidence=_evidence(template, predictions, tried),
            minutes=_minutes(predictions),
            held_out=_held_out(samples, (around, verdict.threshold), predictions, memory),
        )
    )
    return replace(draft, surety=surety(verdict.threshold, predictions))


def try_out(samples: list[Sample], memory: Memory) -> tuple[Around, Trial, Verdict]:
    """Around the medoid; where that is no ground for a template, around the newest member."""
    tried = trial(samples, memory)
    verdict = judge(tried)
    # What is written around the newest member is a part of its copy.
    if verdict.threshold is None and any(one.score.kept for one in tried.copy_renamed):
        other = trial(samples, memory, Around.NEWEST)
        second = judge(other)
        if second.threshold is not None:
            return Around.NEWEST, other, second
    return Around.MEDOID, tried, verdict


def _sample(one: Readable) -> Sample:
    addition = one.member.addition
    return Sample(
        path=one.member.path,
        values=one.member.values,
        blob=one.member.blob,
        text=one.text,
        sha=addition.sha,
        order=addition.order,
    )


def _abstain(group: RoleGroup, reason: str, nearest: str, score: float = 0.0) -> Abstention:
    return Abstention(
        role=group.role.text,
        members=len(group.members),
        reason=reason,
        nearest_miss=nearest,
        score=score,
    )


def _round_trips(template: Template, group: RoleGroup) -> Template | None:
    """The template if every training member renders back byte for byte, else None."""
    for index, one in enumerate(template.members):
        values = template.values(index, group.role.holes)
        back = render(template.source, values, newline=Newline.LF)
        hole_values = {hole: str(values[hole]) for hole in group.role.holes}
        if back.text != one.text or group.role.path(hole_values) != one.path:
            return None
    return template


def _confidence(
    group: RoleGroup, template: Template, predictions: Sequence[Prediction], tried: Trial
) -> Confidence:
    """The four parts, each measured on history (design, section 6.6)."""
    similar = [
        2 * one.score.kept / (2 * one.score.kept + one.score.deleted + one.score.typed or 1)
        for one in predictions
    ]
    stood, added = standing(group)
    better = better_than_copies(predictions, tried)
    return Confidence(
        similarity=sum(similar) / len(similar),
        success_rate=stood / added if added else 1.0,
        test_coverage=sum(better) / len(better),
        schema_completeness=schema.completeness(
            template.variables, len(template.members), len(group.role.holes)
        ),
    )


def standing(group: RoleGroup) -> tuple[int, int]:
    """How many of the additions that are no moves stood long enough, and of how many."""
    added = [one.stood for one in group.additions if not one.moved]
    return sum(added), len(added)


def better_than_copies(predictions: Sequence[Prediction], tried: Trial) -> list[bool]:
    """For each held-out member whether its prediction beats the newest sibling renamed."""
    return [
        one.edits < copied.edits and one.score.kept > 0
        for one, copied in zip(predictions, tried.copy_renamed, strict=True)
    ]


def _evidence(template: Template, predictions: Sequence[Prediction], tried: Trial) -> Evidence:
    commits = dict.fromkeys(one.sha for one in template.members if one.sha)
    return Evidence(
        commits=tuple(commits)[-MAX_COMMITS:],
        files=tuple(one.path for one in template.members),
        holdout=Holdout(
            n=len(predictions),
            net_saving=net_saving(predictions),
            draft_precision=precision(predictions),
            copy_newest=net_saving(tried.copy),
        ),
    )


def _minutes(predictions: Sequence[Prediction]) -> float:
    saved = sum(one.score.saved for one in predictions) / len(predictions)
    return round(saved / CHARACTERS_A_MINUTE, 1)


def _held_out(
    samples: list[Sample],
    way: tuple[Around, float],
    predictions: Sequence[Prediction],
    memory: Memory,
) -> HeldOut:
    """The newest held-out member beside what would have been written just before it."""
    last = predictions[-1]
    held, earlier = held_out(samples)[-1]
    around, threshold = way
    aligned = memory.star(prediction_key(held, earlier, around), earlier, around)
    return HeldOut(
        path=last.sample.path,
        commit=last.sample.sha,
        actual=last.sample.text,
        predicted=draft_text(aligned, threshold, last.sample.values),
        net_saving=last.score.net_saving,
        draft_precision=last.score.precision,
    )
