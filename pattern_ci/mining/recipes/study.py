"""One registry of one role: learn its entries from earlier additions, judge them by later ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.mining.recipes import gaps
from pattern_ci.mining.recipes.entries import Found, filled, found, template
from pattern_ci.mining.recipes.places import Edit, candidates, of_elements, outcome
from pattern_ci.render.excerpts import Excerpt, disagreement, excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pattern_ci.model.anchor import Anchor

Key = tuple[str, ...]
Seen = Sequence[tuple[int, Found]]

# An entry is learned from so many additions that wrote it, and no fewer.
MIN_LEARNED = 2
# Stands where nobody said what.
UNSAID = "…"


class Addition(NamedTuple):
    """A commit that added a member, and what it did to the registry."""

    sha: str
    name: str
    edit: Edit
    found: tuple[Found, ...]


class Entry(NamedTuple):
    """What an addition writes into the registry: lifted lines, and where they go."""

    lines: tuple[str, ...]
    anchor: Anchor


class Judged(NamedTuple):
    """An entry as all additions teach it, and how such entries did on what they had not learned.

    `tried` holds for each commit that was predicted from earlier ones whether that was right,
    `learned` counts the additions that wrote such an entry, and `again` has, by commit, where those
    stood that this one gives back exactly, `values` what its gaps hold there.
    """

    entry: Entry
    tried: tuple[tuple[str, bool], ...]
    learned: int
    again: dict[str, dict[str, Any]]
    values: dict[str, tuple[str, ...]]


class Foretold(NamedTuple):
    """Whether the lines of an entry are what an addition wrote, and where; None for no place."""

    right: bool
    placed: bool | None


class Tried(NamedTuple):
    """What entries did on additions to one registry, by commit, name and entry.

    It is the same whatever else was added: kept by who asks about many windows of one history.
    """

    placed: dict[tuple[str, str, Entry], bool | None]
    shown: dict[tuple[str, str, Entry], dict[str, Any] | None]


def addition(sha: str, name: str, edit: Edit) -> Addition:
    """Work out what an edit says about a name."""
    hunks = sorted(edit.hunks)
    return Addition(sha, name, edit, tuple(found(edit.before, hunks, name)))


class Study:
    """The additions to one registry in order, and everything that was tried with them.

    What is learned from the first n of them is the same however many follow.
    """

    def __init__(self, additions: Sequence[Addition], tried: Tried | None = None) -> None:
        self._all = additions
        self._by_key: dict[Key, list[tuple[int, Found]]] = defaultdict(list)
        for number, one in enumerate(additions):
            seen: set[Key] = set()
            for key, entry in _keyed(one.found):
                if key not in seen:
                    seen.add(key)
                    self._by_key[key].append((number, entry))
        self._tried = tried or Tried({}, {})
        self._learned: dict[tuple[Key, int], Entry | None] = {}

    def kinds(self, least: int) -> list[Key]:
        """Kinds of entries that at least so many additions wrote."""
        return sorted(key for key, seen in self._by_key.items() if len(seen) >= least)

    def learn(self, key: Key, count: int) -> Entry | None:
        """The entry of a kind as the first `count` additions teach it; None for too few."""
        seen = [(number, one) for number, one in self._by_key[key] if number < count]
        if len(seen) < MIN_LEARNED:
            return None
        asked = key, len(seen)
        if asked not in self._learned:
            before = self._learned.get((key, len(seen) - 1))
            self._learned[asked] = self._learn(key, seen, before)
        return self._learned[asked]

    def _learn(self, key: Key, seen: Seen, before: Entry | None) -> Entry | None:
        """The simplest entry that most of these have; `before` is what all but the last taught."""
        made = [gaps.Entered(self._all[number].name, one.lines) for number, one in seen]
        lines = gaps.template(made) if key[0] == gaps.KIND else template(made)
        if lines is None:
            return None
        if before and before.lines == lines and self._right(before, seen) == len(seen):
            return before  # no simpler one was right on all of the others
        best: tuple[int, Entry | None] = (MIN_LEARNED - 1, None)
        where = [(self._all[number].edit, one.hunk.start) for number, one in seen]
        newest = seen[-1][0]
        anchors = list(_anchors(lines, seen[-1][1], where))
        if before and gaps.has(lines):
            # What the others taught first: nothing simpler was right on all of them.
            known = replace(before.anchor, like="")
            anchors.sort(key=lambda one: replace(one, like="") != known)
        for anchor in anchors:
            entry = Entry(lines, anchor)
            # Where the whole file has one place, a part of it has no other.
            whole = Entry(lines, replace(anchor, section=None))
            if anchor.section and self.outcome(newest, whole) is not None:
                continue
            # What explains neither of the newest is no habit of today.
            if not self._right(entry, seen[-MIN_LEARNED:]):
                continue
            right = self._right(entry, seen)
            if right > best[0]:
                best = right, entry
            if right == len(seen):
                break
        return best[1]

    def _right(self, entry: Entry, seen: Seen) -> int:
        return sum(self.outcome(number, entry) is True for number, _ in seen)

    def outcome(self, number: int, entry: Entry) -> bool | None:
        """Whether an entry is what an addition wrote, where it wrote it; None for no answer."""
        one, known = self._all[number], self._tried.placed
        asked = one.sha, one.name, entry
        if asked not in known:
            known[asked] = foretold(entry, one).placed
        return known[asked]

    def _shown(self, one: Addition, entry: Entry, held: Sequence[str]) -> dict[str, Any] | None:
        known = self._tried.shown
        asked = one.sha, one.name, entry
        if asked not in known:
            known[asked] = _where(one, entry, held)
        return known[asked]

    def judged(self, key: Key, most_wrong: int | None = None) -> Judged | None:
        """The entry of a kind with its record; None when the additions teach none.

        After more than `most_wrong` wrong ones no more is tried, and nothing given back.
        """
        tried: list[tuple[str, bool]] = []
        numbers = [number for number, _ in self._by_key[key]]
        for number in range(MIN_LEARNED, len(self._all)):
            entry = self.learn(key, number)
            right = self.outcome(number, entry) if entry else None
            if entry is not None and right is not None:
                tried.append((self._all[number].sha, right))
                if most_wrong is not None and not right and _wrong(tried) > most_wrong:
                    return Judged(entry, tuple(tried), len(numbers), {}, {})
        entry = self.learn(key, len(self._all))
        if entry is None:
            return None
        again = [number for number in numbers if self.outcome(number, entry)]
        shown = {}
        said = {}
        for number in again:
            one = self._all[number]
            held = _held(entry, one)
            where = self._shown(one, entry, held)
            if where is not None:
                shown[one.sha], said[one.sha] = where, held
        return Judged(entry, tuple(tried), len(numbers), shown, said)


def _keyed(found: Sequence[Found]) -> Iterator[tuple[Key, Found]]:
    """Each entry by its own kind, and by that of those that begin like it."""
    for one in found:
        yield one.key, one
        key = gaps.kind(one)
        if key is not None:
            yield key, one


def _anchors(
    lines: Sequence[str], newest: Found, where: Sequence[tuple[Edit, int]]
) -> Iterator[Anchor]:
    if newest.row is not None:
        return of_elements(lines[0], newest.row, where)
    return candidates(lines, _blank(newest), where)


def foretold(entry: Entry, one: Addition) -> Foretold:
    """Hold what an entry says against an addition; in its gaps stands what the author wrote."""
    text = filled(entry.lines, one.name, _held(entry, one))
    right = any(each.lines == text for each in one.found)
    return Foretold(right, outcome(one.edit, entry.anchor, text))


def _held(entry: Entry, one: Addition) -> tuple[str, ...]:
    """What the gaps of an entry hold in what an addition wrote, or could hold."""
    size = gaps.count(entry.lines)
    found = (gaps.values(entry.lines, one.name, each.lines) for each in one.found) if size else ()
    return next((each for each in found if each is not None), (UNSAID,) * size)


def _wrong(tried: Sequence[tuple[str, bool]]) -> int:
    return sum(not right for _, right in tried)


def judge(
    additions: Sequence[Addition],
    least: int = MIN_LEARNED,
    most_wrong: Callable[[Key], int | None] = lambda _: None,
    tried: Tried | None = None,
) -> list[Judged]:
    """Every kind of entry that at least so many additions wrote, with its record."""
    study = Study(additions, tried)
    found = (study.judged(key, most_wrong(key)) for key in study.kinds(least))
    return [one for one in found if one is not None]


def _where(one: Addition, entry: Entry, held: Sequence[str]) -> dict[str, Any] | None:
    """What stood around an entry; None where its neighbours do not show its place."""
    text, lines = "\n".join(one.edit.before), "\n".join(filled(entry.lines, one.name, held))
    found = excerpt(text, entry.anchor, lines)
    if not isinstance(found, Excerpt):
        return None
    unlike = disagreement(entry.anchor, lines, above=found.above, below=found.below)
    return None if unlike else found.to_dict()


def _blank(newest: Found) -> int:
    """How many empty lines part an entry from the next."""
    return len(newest.hunk.lines) - len(newest.lines)
