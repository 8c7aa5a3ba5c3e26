"""The label of a pull request whose patterns are to be quarantined."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages import guard as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.github.port import GitHubPort

LABEL = "pattern-quarantine"


class Labelled(NamedTuple):
    """What was done to the labels, as a line."""

    added: bool
    removed: bool
    line: str


def label(port: GitHubPort, number: int, quarantine: Sequence[str]) -> Labelled:
    """Set or take off the label of an open pull request; nothing when it is right already.

    Raises a GitHubError when the labels cannot be read or changed.
    """
    pulls = port.pull_requests(state="open")
    pull = next((one for one in pulls if one.number == number), None)
    if pull is None:
        return Labelled(added=False, removed=False, line=messages.not_open(number))
    wanted, held = bool(quarantine), LABEL in pull.labels
    if wanted and not held:
        port.add_labels(number, [LABEL])
    elif held and not wanted:
        port.remove_label(number, LABEL)
    return Labelled(
        added=wanted and not held,
        removed=held and not wanted,
        line=messages.labelled(number, LABEL, wanted=wanted, changed=wanted is not held),
    )
