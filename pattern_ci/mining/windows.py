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


class Moved(NamedTuple):
    """The window after more commits, and the files of which more than new commits was counted anew.

    `stale` are all files whose counts changed, `loose` those of them that older commits count
    otherwise as well: commits left the window, or a file beside them came or went.
    """

    window: Window
    stale: set[str]
    loose: set[str]


def move(
    old: Window,
    commits: Collection[Commit],
    excluded: Callable[[str], bool],
    turned: Collection[str] = (),
) -> Moved:
    """The window after more commits, of whatever time; which files are dead is left as it was.

    `turned` are files that were there and are not, or the other way round.
    """
    newest = sorted(commits, key=lambda one: (one.order, one.sha))[-RECENT:]
    numbers = {name: number for number, name in enumerate(old.names)}
    changed = {numbers[path] for path in turned if path in numbers}
    came = []
    for one in newest:
        files = [
            numbers.setdefault(change.path, len(numbers))
            for change in one.changes
            if not excluded(change.path)
        ]
        came.append(Touch(one.order, one.sha, len(one.changes), files))
    touches = sorted([*old.touches, *came], key=lambda touch: touch[:2])
    names = list(numbers)
    went, touches = touches[:-RECENT], touches[-RECENT:]
    loose = changed.union(*(one.files for one in went))
    if changed:
        loose.update(*(one.files for one in old.touches if not changed.isdisjoint(one.files)))
    stale = loose.union(*(one.files for one in came))
    after = Window(names, old.dead, touches)
    named = ({names[number] for number in one} for one in (stale, loose))
    return Moved(_used(after) if went else after, *named)


def _used(window: Window) -> Window:
    """Without the names that no commit touches any more."""
    names, dead, touches = window
    numbers: dict[int, int] = {}
    kept = [
        touch._replace(files=[numbers.setdefault(n, len(numbers)) for n in touch.files])
        for touch in touches
    ]
    left = {numbers[number] for number in dead if number in numbers}
    return Window([names[number] for number in numbers], left, kept)


def freeze(window: Window) -> list[Any]:
    """A window as plain data."""
    rows = [[one.order, one.sha, one.size, *one.files] for one in window.touches]
    return [window.names, sorted(window.dead), rows]


def thaw(data: list[Any]) -> Window:
    """`freeze` backwards."""
    names, dead, rows = data
    return Window(names, set(dead), [Touch(row[0], row[1], row[2], row[3:]) for row in rows])
