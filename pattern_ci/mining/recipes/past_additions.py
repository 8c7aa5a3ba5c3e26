"""What was added up to one revision, as `habits` asks for it: pure, over events.

Only the kinds that are asked about are looked up: a question costs little in a long history.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, islice
from typing import TYPE_CHECKING

from pattern_ci.mining.association import MAX_ADDED
from pattern_ci.mining.recipes.habits import LOOKED_AT, Trial, causes, names, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from pattern_ci.mining.recipes.habits import Cause

    Step = tuple[int, str, str, bool]


class PastAdditions:
    """Every addition that a revision can see (`habits.History`).

    `steps` are (place in time, commit, path, whether it came or went) of paths that people write;
    `small` answers those of some commits, by id, that
    teach (`habits.teaches`); `known` whether a path is there at the revision, or nobody writes it.
    """

    def __init__(
        self,
        steps: Iterable[Step],
        small: Callable[[Collection[str]], Collection[str]],
        known: Callable[[str], bool],
    ) -> None:
        self._small, self._known = small, known
        self._shas: list[str] = []
        self._added: list[list[str]] = []
        self._lives: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        self._teaches: dict[int, bool] = {}
        self._first: dict[str, int] = {}
        self._trials: dict[Cause, list[Trial]] = {}
        for _, sha, path, added in sorted(steps):
            self._enter(sha, path, added=added)

    def _enter(self, sha: str, path: str, *, added: bool) -> None:
        if not self._shas or self._shas[-1] != sha:
            self._shas.append(sha)
            self._added.append([])
        if added:
            self._added[-1].append(path)
        self._lives[path].append((len(self._shas) - 1, added))

    @property
    def now(self) -> int:
        """The number of the commit that is yet to come."""
        return len(self._shas)

    def trials(self, cause: Cause) -> Sequence[Trial]:
        """As `habits.History` asks for."""
        if cause not in self._trials:
            self._trials[cause] = list(islice(self._taught(cause), LOOKED_AT))
        return self._trials[cause]

    def _taught(self, cause: Cause) -> Iterator[Trial]:
        found = self._of_kind(cause)
        while part := list(islice(found, LOOKED_AT)):
            self._learn({one.number for one in part})
            yield from (one for one in part if self._teaches[one.number])

    def _of_kind(self, cause: Cause) -> Iterator[Trial]:
        start, end = _frame(cause)
        for number in reversed(range(len(self._added))):
            added = self._added[number]
            if len(added) > MAX_ADDED:
                continue
            for path in reversed(added):
                if path.startswith(start) and path.endswith(end):
                    said = (name for own, name in causes(path) if own == cause)
                    yield from (Trial(number, path, name) for name in said)

    def _learn(self, numbers: Iterable[int]) -> None:
        new = {self._shas[number]: number for number in numbers if number not in self._teaches}
        small = self._small(new) if new else ()
        self._teaches.update((number, sha in small) for sha, number in new.items())

    def added(self, number: int) -> Sequence[str]:
        """As `habits.History` asks for."""
        self._learn([number])
        return self._added[number] if self._teaches[number] else ()

    def there(self, path: str, number: int) -> bool:
        """As `habits.History` asks for; at the commit that is yet to come, the tree is known."""
        if number >= self.now:
            return self._known(path)
        before = [added for at, added in self._lives.get(path, ()) if at < number]
        return bool(before) and before[-1]

    def is_new(self, name: str, number: int) -> bool:
        """As `habits.History` asks for."""
        if not self._first:
            numbers = (at for at, added in enumerate(self._added) for _ in added)
            for at, found in zip(numbers, names(chain.from_iterable(self._added)), strict=True):
                for one in found:
                    self._first.setdefault(one, at)
        return self._first.get(plain(name), number) >= number


def _frame(cause: Cause) -> tuple[str, str]:
    """How every path of a kind begins and ends."""
    if cause.kind == "role":
        return cause.root.partition("{name}")[0], cause.root.rpartition("{name}")[2]
    return f"{cause.root}/", cause.end
