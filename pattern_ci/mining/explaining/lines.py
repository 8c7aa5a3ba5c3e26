"""The lines of a template, each with how many members have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages.gaps import mark
from pattern_ci.mining.align import Star, align, prepare, runs
from pattern_ci.mining.stems import FIRST_PLACEHOLDER, liftable, meaning, placeholder
from pattern_ci.mining.tokens import tokenize
from pattern_ci.model.cases import CASES
from pattern_ci.model.explanation import Line
from pattern_ci.render.outline import outline

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from pattern_ci.mining.holdout import Sample
    from pattern_ci.render.outline import Piece

GAP = "…"


class Measured(NamedTuple):
    """Lines with their support, and the share of the fixed text that each member has, by path."""

    lines: tuple[Line, ...]
    has: dict[str, float]


class _Fragment(NamedTuple):
    """Fixed text of one line without a variable in it: its tokens from `start` up to `stop`."""

    row: int
    start: int
    stop: int


class _Page:
    """Lines that grow token by token, and the fragments of fixed text in them."""

    def __init__(self, holes: Sequence[str]) -> None:
        self.rows = [""]
        self.variables: list[dict[str, None]] = [{}]
        self.guards: list[dict[str, None]] = [{}]
        self.tokens: list[str] = []
        self.fragments: list[_Fragment] = []
        self._holes = holes
        self._first = self._last = -1
        self._row = 0
        self._fresh = False

    def fixed(self, tokens: Iterable[str], guards: Iterable[str] = ()) -> None:
        """Add fixed text; a fragment ends where its line ends."""
        for token in tokens:
            if token.strip():
                if self._first < 0:
                    self._first, self._row = len(self.tokens), len(self.rows) - 1
                    self.guards[-1].update(dict.fromkeys(guards))
                self._last = len(self.tokens)
            self.tokens.append(token)
            self._show(token)
            if "\n" in token:
                self.close()

    def variable(self, name: str, guards: Iterable[str], shown: str = "") -> None:
        """Add a place that is left to a variable, `shown` by another name where it is a part."""
        self.close()
        self.rows[-1] += mark(shown or name)
        self.variables[-1][name] = None
        self.guards[-1].update(dict.fromkeys(guards))

    def gap(self) -> None:
        """Add a place where text that is not shared was left out."""
        self.close()
        self.line()
        self.rows[-1] = GAP
        self.line()

    def line(self) -> None:
        """Go on in a line of its own, because what came last may be many lines."""
        self._fresh = True
        if self.rows[-1]:
            self._break("")

    def close(self) -> None:
        """End the fragment at hand."""
        if self._first >= 0:
            self.fragments.append(_Fragment(self._row, self._first, self._last + 1))
        self._first = -1

    def _show(self, token: str) -> None:
        found = meaning(token) if token >= FIRST_PLACEHOLDER else None
        if found is not None:
            name = self._holes[found[0]]
            self.variables[-1][name] = None
            self.rows[-1] += mark(f"{name}.{found[1]}" if found[1] else name)
            return
        if self._fresh:
            token = token.removeprefix("\n")
            self._fresh = False
        first, *rest = token.split("\n")
        self.rows[-1] += first
        for row in rest:
            self._break(row)

    def _break(self, row: str) -> None:
        self.rows.append(row)
        self.variables.append({})
        self.guards.append({})

    def lines(self, counts: dict[int, int], of: int) -> tuple[Line, ...]:
        """The lines, with the counts of those that have one."""
        made = [
            Line(
                text=text.rstrip(),
                variables=tuple(self.variables[row]),
                guards=tuple(self.guards[row]),
                have=counts.get(row),
                of=of if row in counts else None,
            )
            for row, text in enumerate(self.rows)
        ]
        return tuple(made if made[-1].text else made[:-1])


def measure(
    source: str, holes: Sequence[str], blocks: Container[str], samples: Sequence[Sample]
) -> Measured:
    """The lines of a template, looked for in these members. Raises TemplateError.

    `blocks` are variables that may hold several lines: each stands in a line of its own.
    """
    page = _Page(holes)
    text: list[str] = []
    guards: tuple[str, ...] = ()
    for piece in outline(source):
        lifted = _lifted(piece, holes)
        if text and (lifted is None or piece.guards != guards):
            page.fixed(tokenize("".join(text)), guards)
            page.close()
            text = []
        guards = piece.guards
        if lifted is None:
            name = str(piece.name)
            if name in blocks:
                page.line()
            page.variable(name, guards, _shown(piece, name))
            if name in blocks:
                page.line()
        else:
            text.append(lifted)
    page.fixed(tokenize("".join(text)), guards)
    page.close()
    return _looked_for(page, samples)


def _shown(piece: Piece, name: str) -> str:
    """An item of a loop by its list, with a sign that there are more of it."""
    return f"{name}{GAP}{f'.{piece.field}' if piece.field else ''}" if piece.repeated else name


def _lifted(piece: Piece, holes: Sequence[str]) -> str | None:
    """Fixed text with names of the path as placeholders; None for any other variable."""
    if piece.name is None:
        # A sign of ours in a template of others: no member that is learned from holds it.
        return "".join(char if liftable(char) else "\ufffd" for char in piece.text)
    case = piece.filters[-1] if piece.filters else ""
    if piece.name not in holes or (case and case not in CASES):
        return None
    return placeholder(holes.index(piece.name), case)


def _looked_for(page: _Page, samples: Sequence[Sample]) -> Measured:
    ours = prepare(page.tokens)
    size = sum(_size(page, one) for one in page.fragments)
    lacking: dict[int, set[int]] = {one.row: set() for one in page.fragments}
    has = {}
    for number, sample in enumerate(samples):
        blocks = align(ours, sample.prepared)
        found = 0
        for one in page.fragments:
            if any(block.a <= one.start and block.a + block.size >= one.stop for block in blocks):
                found += _size(page, one)
            else:
                lacking[one.row].add(number)
        has[sample.path] = found / size if size else 0.0
    counts = {row: len(samples) - len(gone) for row, gone in lacking.items()} if samples else {}
    return Measured(page.lines(counts, len(samples)), has)


def _size(page: _Page, fragment: _Fragment) -> int:
    return sum(map(len, page.tokens[fragment.start : fragment.stop]))


def shared(aligned: Star, threshold: float, holes: Sequence[str]) -> tuple[Line, ...]:
    """What so many of the aligned members share, as lines, with the fewest that have each."""
    page = _Page(holes)
    counts: dict[int, int] = {}
    end = 0
    for start, stop in runs(aligned, threshold):
        if start > end:
            page.gap()
        for index in range(start, stop):
            token = aligned.medoid.tokens[index]
            if token.strip():
                row = len(page.rows) - 1
                counts[row] = min(counts.get(row, aligned.size), aligned.support[index])
            page.fixed([token])
        end = stop
    if 0 < end < len(aligned.medoid.tokens):
        page.gap()
    return page.lines(counts, aligned.size)
