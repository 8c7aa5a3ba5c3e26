"""The template protocol: each added file predicted by patterns, fresh and stale, and by copying."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import __version__, git, git_objects, process
from pattern_ci.mining import places
from pattern_ci.mining.backtest import protocol
from pattern_ci.mining.backtest.baselines import NEAREST_OF, Given, Sibling, outcomes
from pattern_ci.mining.backtest.bound import new_share
from pattern_ci.mining.backtest.drafts import MAX_COPIES, Mined, Studies, written
from pattern_ci.mining.backtest.scoring import Outcome, compare
from pattern_ci.mining.engine import MAX_BLOB_BYTES
from pattern_ci.mining.tokens import tokenize
from pattern_ci.model.backtest import Method
from pattern_ci.model.digests import content_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pattern_ci.database import Cache
    from pattern_ci.mining.backtest.past import Past
    from pattern_ci.mining.backtest.protocol import Candidate, Target

    Tell = Callable[[str, int, int], None]

# Raised with every change of baselines, bound or scores: cached ones are then unused.
SCORES_VERSION = 1
# Contents of so many candidates are looked at in one go.
_AT_ONCE = 200
# So many groups wait before they are studied: each holds all of its members.
_STUDY_AT = 200


class Cut(NamedTuple):
    """A point of the history at which patterns are mined once."""

    share: float
    number: int


class Stale(NamedTuple):
    """What a pattern that was mined once made of a target.

    `known`: enough files of its family were there when it was mined.
    """

    known: bool
    made: tuple[Mined, Outcome] | None


class Row(NamedTuple):
    """One target: what each way made of it; `stale` by share of the history."""

    target: Target
    mined: Mined | None
    predicted: str
    ours: Outcome | None
    stale: dict[float, Stale]
    baselines: dict[Method, Outcome]
    new_share: float


class _Asked(NamedTuple):
    """A target with what was there just before its commit."""

    target: Target
    siblings: list[tuple[str, str]]
    other: str | None
    studies: list[str]
    stale: dict[float, _Then]


class _Then(NamedTuple):
    """Whether a family was known at a point of the history, and what was studied of it."""

    known: bool
    studies: list[str]


class Templates:
    """One run of the protocol: `rows` answers what came of each target."""

    def __init__(self, repo: git.Repo, past: Past, store: Cache, *, min_members: int) -> None:
        self._repo, self._past, self._store = repo, past, store
        self._min_members = min_members
        self.studies = Studies(repo, store, min_members=min_members)

    def choose(self, found: Sequence[Candidate], *, limit: int) -> tuple[list[Target], bool]:
        """The newest candidates that count, oldest first, and whether older ones were left out."""
        chosen: list[Target] = []
        for stop in range(len(found), 0, -_AT_ONCE):
            part = found[max(0, stop - _AT_ONCE) : stop]
            texts = self._contents([one.blob for one in part])
            for one in reversed(part):
                target = self._target(one, texts.get(one.blob))
                if target is not None and len(chosen) == limit:
                    return chosen[::-1], True
                chosen += [target] if target else []
        return chosen[::-1], False

    def _target(self, one: Candidate, raw: bytes | None) -> Target | None:
        text = protocol.readable(raw)
        if text is None:
            return None
        self._past.tree.move(self._past.timeline.commits[one.parent].sha)
        key = protocol.family_of(one.path, self._past.tree.families)
        return protocol.Target(one, key, text) if key else None

    def _contents(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Contents by blob id; those that are not here are noted."""
        found = git_objects.blobs(self._repo, ids, max_bytes=MAX_BLOB_BYTES)
        self.studies.missing |= git_objects.missing(self._repo, [b for b in ids if b not in found])
        return found

    def rows(self, targets: Sequence[Target], cuts: Sequence[Cut], tell: Tell) -> list[Row]:
        """Every target under every method, oldest first."""
        tell("new files", 0, len(targets))
        stale = {cut.share: self._at_cut(cut, targets) for cut in cuts}
        asked = []
        for done, target in enumerate(targets):
            asked.append(self._ask(target, {s: k[done] for s, k in stale.items() if done in k}))
            if self.studies.waiting >= _STUDY_AT:
                self.studies.work()
            tell("new files", done, len(targets))
        self.studies.work()
        tell("new files", len(targets), len(targets))
        return self._score(asked, tell)

    def _at_cut(self, cut: Cut, targets: Sequence[Target]) -> dict[int, _Then]:
        """Studies at a point of the history, for each target (by number) that came after it."""
        self._past.move(cut.number)
        later = {
            number: target.candidate.path
            for number, target in enumerate(targets)
            if not any(self._past.seen([target.candidate.number]))
        }
        families = self._past.tree.families
        return {
            number: _Then(bool(protocol.family_of(path, families)), self._studies_for(path))
            for number, path in later.items()
        }

    def _studies_for(self, path: str) -> list[str]:
        """What mining at the commit where `past` stands has for a path."""
        found = []
        for key in places.of(path):
            group = self._past.group(key, min_members=self._min_members)
            if group is not None and group.role.match(path) is not None:
                found.append(self.studies.ask(group))
        return found

    def _ask(self, target: Target, stale: dict[float, _Then]) -> _Asked:
        one = target.candidate
        past = self._past
        past.move(one.parent)
        base = one.path.rpartition("/")[2]
        extension = base[base.rfind(".") :] if "." in base else ""
        alike = [path for path in past.tree.live if extension and path.endswith(extension)]
        other = protocol.any_of(alike, past.timeline.commits[one.number].sha + one.path)
        return _Asked(
            target=target,
            siblings=past.siblings(target.key)[-NEAREST_OF:],
            other=past.tree.live[other] if other else None,
            studies=self._studies_for(one.path),
            stale=stale,
        )

    def _score(self, asked: Sequence[_Asked], tell: Tell) -> list[Row]:
        keys = [_key(one) for one in asked]
        known = self._store.results(keys)
        todo = [number for number, key in enumerate(keys) if key not in known]
        for start in range(0, len(todo), _AT_ONCE):
            known |= self._score_part([asked[n] for n in todo[start : start + _AT_ONCE]])
            tell("copying", start, len(todo))
        tell("copying", len(todo), len(todo))
        return [self._row(one, known[key]) for one, key in zip(asked, keys, strict=True)]

    def _score_part(self, asked: Sequence[_Asked]) -> dict[str, str]:
        """Baselines and bound of some targets, by their keys."""
        wanted = [[blob for _, blob in one.siblings] + [one.other or ""] for one in asked]
        ids = [blob for blob in dict.fromkeys(chain(*wanted)) if blob]
        contents = self._contents(ids)

        def work(number: int) -> str:
            return _scores(asked[number], contents)

        copies = max(1, min(process.cores(), MAX_COPIES, len(asked)))
        found = dict(process.spread(work, len(asked), copies=copies))
        made = {_key(asked[number]): found[number] for number in range(len(asked))}
        complete = {
            _key(one): made[_key(one)]
            for one, blobs in zip(asked, wanted, strict=True)
            if self.studies.missing.isdisjoint(blobs)
        }
        self._store.add_results(complete)
        return made

    def _row(self, one: _Asked, scores: str) -> Row:
        baselines, share = json.loads(scores)
        path, tokens = one.target.candidate.path, tokenize(one.target.text)
        mined = self.studies.best(path, one.studies)
        text = written(mined.offer, path) if mined else ""
        return Row(
            target=one.target,
            mined=mined,
            predicted=text,
            ours=compare(tokenize(text), tokens) if mined else None,
            stale={
                at: Stale(then.known, self._made(path, then.studies, tokens))
                for at, then in one.stale.items()
            },
            baselines={Method(name): Outcome(*row) for name, row in baselines.items()},
            new_share=share,
        )

    def _made(
        self, path: str, studies: Sequence[str], tokens: Sequence[str]
    ) -> tuple[Mined, Outcome] | None:
        found = self.studies.best(path, studies)
        return found and (found, compare(tokenize(written(found.offer, path)), tokens))


def _key(one: _Asked) -> str:
    whole = [__version__, SCORES_VERSION, *one.target, one.siblings, one.other]
    return "backtest-scores:" + content_digest(whole)


def _scores(one: _Asked, contents: dict[str, bytes]) -> str:
    """Baselines and bound of a target, as text for the cache."""
    raw = [(path, contents[blob]) for path, blob in one.siblings if blob in contents]
    plain = [(path, data) for path, data in raw if b"\0" not in data]
    other = contents.get(one.other or "", b"")
    given = Given(
        path=one.target.candidate.path,
        key=one.target.key,
        siblings=[Sibling(path, _text(data)) for path, data in plain],
        other=_text(other) if b"\0" not in other else "",
    )
    made = outcomes(given, tokenize(one.target.text))
    share = new_share(one.target.text.encode(), [data for _, data in plain])
    return json.dumps([made, round(share, 4)])


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def cuts(repo: git.Repo, past: Past, rev: str, shares: Iterable[float]) -> list[Cut]:
    """Commits of the main line at these shares of it."""
    line = git.first_parents(repo, rev)
    number = past.timeline.number
    return [Cut(share, number[line[int(share * len(line))]]) for share in shares]
