"""The window: what the newest commits touched, whichever way they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.mining.association import RECENT, Touch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pattern_ci.mining.history import Commit


class Window(NamedTuple):
    """Names of files, numbers of those not there any more, and the newest commits in order."""

    names: list[str]
    dead: set[int]
    touches: list[Touch]


EMPTY = Window([], set(), [])


def add(old: Window, commits: Collection[Commit], excluded: Callable[[str], bool]) -> Window:
    """The window after more commits, of whatever time; which files are dead is left open."""
    newest = sorted(commits, key=lambda one: (one.order, one.sha))[-RECENT:]
    numbers = {name: number for number, name in enumerate(old.names)}
    touches = list(old.touches)
    for one in newest:
        files = [
            numbers.setdefault(change.path, len(numbers))
            for change in one.changes
            if not excluded(change.path)
        ]
        touches.append(Touch(one.order, one.sha, len(one.changes), files))
    touches.sort(key=lambda touch: touch[:2])
    return _used(list(numbers), touches[-RECENT:])


def _used(names: list[str], touches: list[Touch]) -> Window:
    """Without the names that no commit touches any more."""
    numbers: dict[int, int] = {}
    kept = [
        touch._replace(files=[numbers.setdefault(n, len(numbers)) for n in touch.files])
        for touch in touches
    ]
    return Window([names[number] for number in numbers], set(), kept)


def freeze(window: Window) -> list[Any]:
    """A window as plain data."""
    rows = [[one.order, one.sha, one.size, *one.files] for one in window.touches]
    return [window.names, sorted(window.dead), rows]


def thaw(data: list[Any]) -> Window:
    """`freeze` backwards."""
    names, dead, rows = data
    return Window(names, set(dead), [Touch(row[0], row[1], row[2], row[3:]) for row in rows])
