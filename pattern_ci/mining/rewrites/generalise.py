"""Anti-unify changes of one shape: the most specific rule that covers all of them."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.rewrites.changes import TOKEN
from pattern_ci.model.rewrite import Piece, Rewrite, Value, fault, joined
from pattern_ci.render.rewriting import rewrite, stable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.mining.rewrites.lifting import Lifted, Side

_NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Specs are UTF-8 and could not hold such a text.
_UNDECODED = re.compile("[\udc80-\udcff]")
_GLOB_SIGNS = re.compile(r"([\\*?\[\]!#])")
# Fewer fixed characters than this would stand anywhere.
MIN_FIXED = 3
MAX_SUFFIXES = 4


class _Context(NamedTuple):
    text: str
    whole: bool


def generalise(members: Sequence[Lifted]) -> Rewrite | None:
    """The rule for members of one shape; None when nothing says where it applies.

    What all members have around the change belongs to the rule, a value that never varies does,
    and values that always agree are one metavariable.
    """
    head = _head([one.change.head for one in members])
    tail = _tail([one.change.tail for one in members])
    names, kinds = _variables(members)
    before = [Piece(head.text, variable=False), *_pieces(members[0].left, names)]
    before.append(Piece(tail.text, variable=False))
    after = [Piece(head.text, variable=False), *_pieces(members[0].right, names)]
    after.append(Piece(tail.text, variable=False))
    rule = Rewrite(
        files=files([one.change.path for one in members]),
        before=joined(before),
        after=joined(after),
        variables=kinds,
        line_start=head.whole,
        line_end=tail.whole,
    )
    fixed = sum(not char.isspace() for part in before if not part.variable for char in part.text)
    usable = fixed >= MIN_FIXED and not _UNDECODED.search(rule.before + rule.after)
    sound = usable and fault(rule.to_dict()) is None and complete(rule.before, rule.after)
    return rule if sound and _settles(rule, members) else None


def complete(before: str, after: str) -> bool:
    """Whether a rule opens and closes afterwards what it did before: else it is half a change."""
    if any(_open(before, pair) != _open(after, pair) for pair in ("()", "[]", "{}")):
        return False
    quotes = [(before.count(mark), after.count(mark)) for mark in "'\"`"]
    return not any(old != new and (old % 2 or new % 2) for old, new in quotes)


def _open(text: str, pair: str) -> int:
    return text.count(pair[0]) - text.count(pair[1])


def _settles(rule: Rewrite, members: Sequence[Lifted]) -> bool:
    """Whether the rule is done once it was applied, in every member."""
    return all(
        stable(done, rule)
        for done in (rewrite(one.change.before, rule) for one in members)
        if done.edits
    )


def _head(heads: Sequence[str]) -> _Context:
    """What all heads end with, by tokens."""
    if all(head == heads[0] for head in heads):
        return _Context(heads[0], whole=True)
    tokens = [TOKEN.findall(head)[::-1] for head in heads]
    shared = "".join(_shared(tokens)[::-1])
    return _Context(shared.lstrip(), whole=False)


def _tail(tails: Sequence[str]) -> _Context:
    if all(tail == tails[0] for tail in tails):
        return _Context(tails[0], whole=True)
    return _Context("".join(_shared([TOKEN.findall(tail) for tail in tails])).rstrip(), whole=False)


def _shared(rows: Sequence[Sequence[str]]) -> list[str]:
    columns = zip(*rows, strict=False)
    return [column[0] for column in takewhile(lambda column: len(set(column)) == 1, columns)]


def _variables(members: Sequence[Lifted]) -> tuple[list[str | Piece], dict[str, Value]]:
    """For each value its fixed text or its metavariable, and what metavariables may be."""
    made: list[str | Piece] = []
    known: dict[tuple[str, ...], str] = {}
    kinds: dict[str, Value] = {}
    for column in zip(*(one.values for one in members), strict=True):
        if len(set(column)) == 1:
            made.append(column[0])
            continue
        if column not in known:
            known[column] = _NAMES[len(known)]
            words = all(re.fullmatch(r"\w+", value) for value in column)
            kinds[known[column]] = Value.WORD if words else Value.TEXT
        made.append(Piece(known[column], variable=True))
    return made, kinds


def _pieces(side: Side, names: Sequence[str | Piece]) -> list[Piece]:
    made = []
    for part in side:
        named = names[part] if isinstance(part, int) else part
        made.append(Piece(named, variable=False) if isinstance(named, str) else named)
    return made


def files(paths: Sequence[str]) -> tuple[str, ...]:
    """Globs for files like these: below the folder that all share, with the suffixes they have."""
    unique = sorted(set(paths))
    if len(unique) == 1:
        return (f"/{_plain(unique[0])}",)
    shared = "/".join(_shared([PurePosixPath(path).parts[:-1] for path in unique]))
    start = f"/{_plain(shared)}/**/" if shared else "**/"
    endings = sorted({_ending(path) for path in unique})
    # A name of the project stands in files of every kind.
    return (
        tuple(f"{start}{one}" for one in endings)
        if len(endings) <= MAX_SUFFIXES
        else (f"{start}*",)
    )


def _ending(path: str) -> str:
    pure = PurePosixPath(path)
    return f"*{_plain(pure.suffix)}" if pure.suffix else _plain(pure.name)


def _plain(text: str) -> str:
    return _GLOB_SIGNS.sub(r"\\\1", text)
