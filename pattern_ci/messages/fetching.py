"""What `telemetry fetch` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.counting import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.messages.telemetry import Moved

NAME_A_REMOTE = "name one with --remote; `git remote -v` lists them."


def no_remote(name: str, known: Sequence[str]) -> str:
    """Nowhere to fetch from."""
    here = f"the remotes are {', '.join(known)}" if known else "this clone has no remote"
    return f"there is no remote {name!r}: {here}."


def fetched(found: Sequence[Moved], where: str, *, there: bool, applied: bool) -> str:
    """What came, or would come."""
    if not there:
        return f"There is no {where}: no workflow run was collected there yet.\n"
    said = [
        f"{'added' if applied else 'would add'} {plural(one.events, 'event')} to "
        f"patterns/telemetry/{one.shard.name}"
        for one in found
        if one.events
    ]
    if said:
        said.append(
            "Next: commit patterns/telemetry."
            if applied
            else "Next: `pattern-ci telemetry fetch --apply` does this."
        )
    else:
        said.append(f"Everything on {where} is here.")
    if refused := sum(one.bad for one in found):
        said.append(f"(left out: {plural(refused, 'line')} that can be read as no event)")
    return "\n".join(said) + "\n"
