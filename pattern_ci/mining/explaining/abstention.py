"""A role that was left alone: the rule that said no, and how near it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.mine import REASONS
from pattern_ci.mining.explaining.lines import shared
from pattern_ci.mining.explaining.pattern import nearest as nearest_patterns
from pattern_ci.mining.explaining.studied import held_out_files, members, studied
from pattern_ci.mining.holdout import WINDOW, Around, aligned_around, trial
from pattern_ci.mining.judging import checks, mean_precision, nearest, net_saving, objection, rows
from pattern_ci.model.explanation import AbstentionExplained, HeldOutFile, Line, Rule, Tried, Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.mining.explaining.studied import Studied
    from pattern_ci.mining.explaining.world import World
    from pattern_ci.mining.family import Material
    from pattern_ci.mining.holdout import Memory, Trial
    from pattern_ci.mining.judging import Row
    from pattern_ci.model.candidate import Abstention


def abstention(
    about: Abstention, world: World, material: Material, memory: Memory
) -> AbstentionExplained:
    """Why a role was left alone, and what would have to be different."""
    made = studied(material, memory)
    row = _chosen(made) if made else None
    lines: tuple[Line, ...] = ()
    held: tuple[HeldOutFile, ...] = ()
    if made and row:
        aligned = aligned_around(material.samples[-WINDOW:], made.around)
        lines = shared(aligned, row.threshold, material.group.role.holes)
        held = held_out_files(row.predictions, made.tried.copy)
    return AbstentionExplained(
        role=about.role,
        rule=next((key for key, text in REASONS.items() if about.reason.startswith(text)), ""),
        reason=about.reason,
        nearest=_way(made.around, row) if made and row else None,
        copy_newest=net_saving(made.tried.copy) if made and row else None,
        tried=tuple(_every_way(made, memory)) if made else (),
        rules=tuple(Rule(name=c.reason, measured=c.measured, asked=c.asked, holds=c.holds)
                    for c in checks(row, made.tried)) if made and row else (),
        lines=lines,
        members=members(material, None, {}),
        held_out=held,
        near=nearest_patterns([about.role], world),
    )  # fmt: skip


def _chosen(made: Studied) -> Row | None:
    """The threshold that was chosen, or that came nearest."""
    choices = rows(made.tried)
    if not choices:
        return None
    taken = [row for row in choices if row.threshold == made.verdict.threshold]
    return taken[0] if taken else nearest(choices)


def _way(around: Around, row: Row) -> Way:
    return Way(around=around.value, threshold=row.threshold)


def _every_way(made: Studied, memory: Memory) -> Iterator[Tried]:
    """All that mining tried of it, in the order of trying."""
    yield from _tried(made.around, made.tried)
    # As in `try_out`, which went on to the newest member for no other reason.
    again = any(one.score.kept for one in made.tried.copy_renamed)
    if made.around is Around.MEDOID and made.verdict.threshold is None and again:
        yield from _tried(Around.NEWEST, trial(made.material.samples, memory, Around.NEWEST))


def _tried(around: Around, tried: Trial) -> Iterator[Tried]:
    for row in rows(tried):
        yield Tried(
            way=_way(around, row),
            utility=row.utility,
            net_saving=net_saving(row.predictions),
            precision=mean_precision(row.predictions),
            objection=objection(row, tried),
        )
