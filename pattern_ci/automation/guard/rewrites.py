"""What a rewrite rule makes of its examples still is what their commits made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages import rewrites as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pattern_ci.automation.guard.records import Example, Past
    from pattern_ci.model.finding import Finding


def known(past: Past, shown: Example) -> bool:
    """Whether the commit of an example, and each of its files, can be seen."""
    return shown.commit in past.commits and all(
        (shown.commit, made.path) in past.at for made in shown.made
    )


def differences(past: Past, shown: Example, rule: str) -> Iterator[Finding]:
    """Examples whose lines, once rewritten, do not stand in the file of their commit."""
    assert shown.commit is not None
    for made in shown.made:
        data = past.at.get((shown.commit, made.path))
        text = (data or b"").decode("utf-8", "surrogateescape")
        if not stands(made.text.split("\n"), text.split("\n")):
            said = messages.not_committed(made.path, shown.commit)
            yield shown.file.at(("variables", "before"), rule, said)


def stands(lines: Iterable[str], there: Iterable[str]) -> bool:
    """Whether lines stand one after the other, whatever their indentation and line ends."""
    wanted = [line.strip() for line in lines]
    while wanted and not wanted[-1]:
        wanted.pop()
    found = [line.strip() for line in there]
    return any(found[at : at + len(wanted)] == wanted for at in range(len(found)))
