"""Explanations in which everything that comes from a repository holds one text."""

from __future__ import annotations

from pattern_ci.model.explanation import (
    AbstentionExplained,
    Along,
    Compared,
    Contender,
    Edits,
    Explanation,
    HeldOutFile,
    Line,
    Member,
    Near,
    Outcome,
    Part,
    PathExplained,
    PatternExplained,
    RoleOfPath,
    Rule,
    Slot,
    Source,
    Stretch,
    Tried,
    Use,
    Variable,
    Way,
)
from pattern_ci.model.operation_explained import Origin

REV = "ab" * 20
EDITS = Edits(kept=7, deleted=2, typed=3)
WAY = Way(around="medoid", threshold=0.5)


def _lines(value: str) -> tuple[Line, ...]:
    one = Line(text=value, variables=(value,), guards=(value,), have=2, of=3)
    return (one, Line(text=f"a{value}", variables=(), guards=(), have=None, of=None))


def _members(value: str) -> tuple[Member, ...]:
    return tuple(
        Member(path=value, commit=REV, added="2026-01-02", use=use, has=0.5) for use in Use
    )


def _held_out(value: str) -> tuple[HeldOutFile, ...]:
    return (HeldOutFile(path=value, commit=REV, size=10, draft=EDITS, copy=EDITS),)


def _near(value: str) -> tuple[Near, ...]:
    return (Near(pattern_id=f"P{value}", role=value, likeness=0.7, shared=1),)


def of_pattern(value: str) -> Explanation:
    """A pattern of a library."""
    variables = tuple(
        Variable(
            name=value, source=source, says=value, default=value, choices=(), examples=(value,),
            filled=1, different=1, of=2,
        )
        for source in Source
    )  # fmt: skip
    found = PatternExplained(
        pattern_id=f"P{value}", version=value, status="draft", origin=Origin.LIBRARY,
        summary=value, confidence=0.5,
        parts=(Part(name="success_rate", weight=0.3, score=0.5, hits=1, of=2),
               Part(name="similarity", weight=0.4, score=0.5, hits=None, of=None)),
        recorded={"n": 1}, same_as_history=False, left_alone=value, way=WAY,
        slots=(Slot(id=value, role=value, mode="add", lines=_lines(value)),),
            rewrite={"kind": "line", "files": [value], "rule": {"before": value, "after": value}},
        members=_members(value), variables=variables, held_out=_held_out(value),
        nearest=_near(value),
    )  # fmt: skip
    return Explanation(rev=REV, target=value, limits=(value,), pattern=found)


def of_abstention(value: str) -> Explanation:
    """A role that was left alone."""
    found = AbstentionExplained(
        role=value, rule="copy", reason=f"a{value}", nearest=WAY, copy_newest=0.3,
        tried=(Tried(way=WAY, utility=0.1, net_saving=0.2, precision=0.3, objection="copy"),),
        rules=(Rule(name="copy", measured=0.1, asked=0.2, holds=False),),
        lines=_lines(value), members=_members(value), held_out=_held_out(value), near=_near(value),
    )  # fmt: skip
    return Explanation(rev=REV, target=value, limits=(), abstention=found)


def of_path(value: str) -> Explanation:
    """A path that exists."""
    contenders = tuple(
        Contender(
            pattern_id=f"P{value}", version=value, status="draft", origin=origin,
            confidence=0.5, role=value, lost_by="confidence",
        )
        for origin in Origin
    )  # fmt: skip
    found = PathExplained(
        path=value, exists=True, excluded=True,
        roles=tuple(RoleOfPath(role=value, members=3, outcome=outcome, pattern_id=f"P{value}",
                               reason=value) for outcome in Outcome),
        contenders=contenders,
        stretches=tuple(Stretch(text=value, block=block, source=source, variable=value,
                                filters=(value,), line=1)
                        for source in Source for block in (True, False)),
        unfilled=(value,),
        companions=(Along(path=value, action="add", confidence=0.5, support=1, seen=2,
                          reason=f"a{value}"),),
        compared=Compared(edits=EDITS, held_out=True, learned=True, diff=f"-{value}\n+{value}\n"),
    )  # fmt: skip
    return Explanation(rev=REV, target=value, limits=(), path=found)
