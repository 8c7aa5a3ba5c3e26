"""The frame of like entries: what all of them say, and where each says something of its own."""

from __future__ import annotations

import re
from itertools import accumulate, chain
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.tokens import tokenize
from pattern_ci.mining.variables import WORD
from pattern_ci.model.cases import CASES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.mining.variables import Listed

# So many members must have two entries or more: one alone may repeat itself by chance.
MIN_REPEATING = 2
# Longer stretches of marks and words between two places of an entry are not looked for.
MAX_BETWEEN = 9
MAX_TOKENS = 40
# Stands for a gap; no text that is learned from holds it.
GAP = "\0"
_EATEN = rf"|[^\n]*[^\s{GAP}][^\n]*\n"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WORD_BEFORE = re.compile(r"\w+\Z")
_WORD_BEHIND = re.compile(r"\A\w+")
_ONE_WORD = re.compile(r"[\w.~@/+-]+")


class Place(NamedTuple):
    """Where an entry says something of its own: the number of its column, and in which case."""

    column: int
    case: str = ""


class Frame(NamedTuple):
    """Texts that every entry has, and the places between them (one fewer than texts).

    Between two entries, but not behind the last, stands the separator; `closing` follows it.
    """

    texts: tuple[str, ...]
    places: tuple[Place, ...]
    separator: str = ""
    closing: str = ""

    @property
    def columns(self) -> int:
        """How many values an entry has."""
        return 1 + max(place.column for place in self.places)

    def read(self, text: str) -> Listed:
        """The entries that stand in a text, in order; of those that gaps have eaten into, nothing.

        What is no entry is passed over.
        """
        height = "".join((*self.texts, self.separator, self.closing)).count("\n")
        pattern = f"(?m:^)(?:{self._pattern()}{_EATEN if height == 1 else ''})"
        found = [one.groups(GAP) for one in re.finditer(pattern, text)]
        found += [(GAP,) * self.columns] * (text.count("\n") // height - len(found))
        return tuple(tuple(map(_told, one)) for one in found)

    def _pattern(self) -> str:
        made = re.escape(self.texts[0])
        seen = 0
        for place, behind in zip(self.places, self.texts[1:], strict=True):
            new = place.column == seen
            seen += new
            made += (r"([^\n]*?)" if new else r"[^\n]*?") + re.escape(behind)
        if self.separator:
            made += f"(?:{re.escape(self.separator)})?{re.escape(self.closing)}"
        return made


class Entries(NamedTuple):
    """A frame with the values of each entry of each member."""

    frame: Frame
    values: tuple[tuple[tuple[str, ...], ...], ...]


class _Row(NamedTuple):
    """Texts and, for each entry, the values between them."""

    texts: tuple[str, ...]
    values: list[tuple[str, ...]]


def _told(value: str) -> str:
    """What is left of a value between gaps; marks alone say nothing."""
    left = value.replace(GAP, "")
    return left if any(map(str.isalnum, left)) else ""


def lines(text: str) -> list[str]:
    """The lines of a text with their ends."""
    return _LINE.findall(text)


def start_of(texts: Sequence[str]) -> str:
    """What all texts begin with; nothing for none."""
    first, last = min(texts, default=""), max(texts, default="")
    pairs = enumerate(zip(first, last, strict=False))
    return first[: next((at for at, (a, b) in pairs if a != b), min(len(first), len(last)))]


def end_of(texts: Sequence[str]) -> str:
    """What all texts end with; nothing for none."""
    return start_of([text[::-1] for text in texts])[::-1]


def entries(members: Sequence[Sequence[str]], height: int) -> Iterator[Entries]:
    """What entries of `height` lines each may be, from each member's lines.

    The last of a member may lack what stands between two: a comma, or the line end.
    """
    counts = [len(one) // height for one in members]
    if not repeats(counts) or any(len(one) % height for one in members):
        return
    every = list(chain.from_iterable(members))
    rows = [_row(every[number::height]) for number in range(height - 1)]
    last = every[height - 1 :: height]
    ways = [(last, "", "")] if all(text.endswith("\n") for text in last) else []
    for texts, separator, closing in (*ways, *_separated(last, counts)):
        end = _row(texts)
        if end is None or not end.texts[-1].endswith(separator + closing or "\n"):
            continue
        cut = len(end.texts[-1]) - len(separator + closing)
        end = end._replace(texts=(*end.texts[:-1], end.texts[-1][:cut]))
        found = [row for row in (*rows, end) if row is not None]
        made = _entries(found, (separator, closing), counts) if len(found) == height else None
        if made is not None:
            yield made


def repeats(counts: Sequence[int]) -> bool:
    """Whether so many entries are a list: their number differs, and several have many."""
    return len(set(counts)) > 1 and sum(count > 1 for count in counts) >= MIN_REPEATING


def _entries(rows: Sequence[_Row], end: tuple[str, str], counts: Sequence[int]) -> Entries | None:
    texts = list(rows[0].texts)
    for row in rows[1:]:
        texts[-1:] = [texts[-1] + row.texts[0], *row.texts[1:]]
    values = [
        tuple(chain.from_iterable(parts)) for parts in zip(*(r.values for r in rows), strict=True)
    ]
    if not values[0] or not _alike(texts, values):
        return None
    # Marks in several lines are a layout, such as a comment with empty lines, and no entry.
    if len(rows) > 1 and not any(map(WORD.search, texts)):
        return None
    places, kept = _places(values)
    own = iter([tuple(one[number] for number in kept) for one in values])
    members = tuple(tuple(next(own) for _ in range(count)) for count in counts)
    return Entries(Frame(tuple(texts), places, *end), members)


def _alike(texts: Sequence[str], values: Sequence[tuple[str, ...]]) -> bool:
    """Whether the entries begin alike to the eye, or hold nothing but a word each."""
    return bool(texts[0].strip()) or all(map(_ONE_WORD.fullmatch, chain.from_iterable(values)))


def _places(values: Sequence[tuple[str, ...]]) -> tuple[tuple[Place, ...], list[int]]:
    """A place for each value; a value that follows from an earlier one has no column of its own."""
    kept: list[int] = []
    places = []
    columns = list(zip(*values, strict=True))
    for number, column in enumerate(columns):
        told = (
            Place(at, case)
            for at, other in enumerate(kept)
            for case in ("", *CASES)
            if _follows(columns[other], column, case)
        )
        place = next(told, None)
        if place is None:
            place = Place(len(kept))
            kept.append(number)
        places.append(place)
    return tuple(places), kept


def _follows(first: Sequence[str], second: Sequence[str], case: str) -> bool:
    convert = CASES[case] if case else str
    return len(set(first)) > 1 and all(convert(a) == b for a, b in zip(first, second, strict=True))


def _row(texts: Sequence[str], *, within: bool = False) -> _Row | None:
    """What these texts share and what each says itself; None when one of them says nothing.

    A place `within` a line, between others, may be empty.
    """
    if len(set(texts)) == 1:
        return _Row((texts[0],), [()] * len(texts))
    first = _at_word(start_of(texts), texts)
    rest = [text[len(first) :] for text in texts]
    last = _at_word(end_of(rest), rest, behind=True)
    values = [one[: len(one) - len(last)] for one in rest]
    if any(value != value.strip() or not (value or within) for value in values):
        return None
    inner = _split(values) or _Row(("", ""), [(value,) for value in values])
    joined = (first + inner.texts[0], *inner.texts[1:-1], inner.texts[-1] + last)
    return _Row(joined, inner.values)


def _at_word(shared: str, texts: Sequence[str], *, behind: bool = False) -> str:
    """A shared start (or end) that cuts no word in two."""
    if behind:
        found = _WORD_BEHIND.search(shared)
        cut = len(shared)
        if found and any(_WORD_BEFORE.search(text[:-cut]) for text in texts):
            return shared[found.end() :]
        return shared
    found = _WORD_BEFORE.search(shared)
    if found and any(_WORD_BEHIND.search(text[len(shared) :]) for text in texts):
        return shared[: found.start()]
    return shared


def _split(values: Sequence[str]) -> _Row | None:
    """Cut values where all of them say the same between two places, longest such text first."""
    for between in _betweens(min(values, key=lambda value: (len(value), value))):
        count = values[0].count(between)
        if any(value.count(between) != count for value in values):
            continue
        columns = list(zip(*(value.split(between) for value in values), strict=True))
        rows = [_row(column, within=True) for column in columns]
        found = [row for row in rows if row is not None]
        if len(found) < len(rows):
            continue
        texts = list(found[0].texts)
        for row in found[1:]:
            texts[-1:] = [texts[-1] + between + row.texts[0], *row.texts[1:]]
        parts = zip(*(row.values for row in found), strict=True)
        return _Row(tuple(texts), [tuple(chain.from_iterable(one)) for one in parts])
    return None


def _betweens(value: str) -> list[str]:
    """Stretches that may stand between two values, longest first: marks or words with a blank."""
    tokens = tokenize(value)
    if len(tokens) > MAX_TOKENS:
        return []
    found = {
        text
        for start in range(1, len(tokens))
        for stop in range(start + 2, min(start + MAX_BETWEEN, len(tokens)))
        if _between(text := "".join(tokens[start:stop]))
    }
    return sorted(found, key=lambda text: (-len(text), text))


def _between(text: str) -> bool:
    ends = text[0] + text[-1]
    return any(map(str.isspace, text)) and not any(one.isalnum() or one == "_" for one in ends)


def _separated(texts: Sequence[str], counts: Sequence[int]) -> Iterator[tuple[list[str], str, str]]:
    """Last lines of entries, with the separator that the last entry of a member lacks put in."""
    ends = {at - 1 for at, count in zip(accumulate(counts), counts, strict=True) if count}
    behind = end_of([text for number, text in enumerate(texts) if number not in ends])
    closed = end_of([text for number, text in enumerate(texts) if number in ends])
    closing = end_of([behind, closed])
    left, right = (one[: len(one) - len(closing)] for one in (behind, closed))
    keep = next(size for size in range(len(left), -1, -1) if right.endswith(left[:size]))
    separator = left[keep:]
    if separator and not any(map(str.isalnum, separator)):
        cut = len(closing)
        made = [
            text[: len(text) - cut] + separator + closing if number in ends else text
            for number, text in enumerate(texts)
        ]
        yield made, separator, closing
