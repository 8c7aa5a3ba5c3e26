"""Which paths come along: the rules of `companions.json`, ready to be asked."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages.suggest import HABIT
from pattern_ci.model.digests import content_digest
from pattern_ci.model.lifting import all_texts
from pattern_ci.model.role import Role, RoleSyntaxError
from pattern_ci.registry.companions import threshold, usable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

# A sweeping change says nothing about what belongs together.
SWEEPING = 30


class Prediction(NamedTuple):
    """A path that usually comes along, and the rule that says so."""

    path: str
    confidence: float
    rule: dict[str, Any]


class Chance:
    """The chance that a path comes along, from what single paths say as if independent."""

    def __init__(self) -> None:
        self._best: dict[str, Prediction] = {}
        self._wrong: dict[str, float] = {}

    def add(self, said: Iterable[Prediction]) -> None:
        """Take in what one path says; of what it says twice only the surer counts."""
        surest: dict[str, Prediction] = {}
        for one in said:
            surest[one.path] = _surer(one, surest.get(one.path))
        for path, one in surest.items():
            self._wrong[path] = self._wrong.get(path, 1.0) * (1 - one.confidence)
            self._best[path] = _surer(one, self._best.get(path))

    def ranked(self) -> list[Prediction]:
        """Every path named, the likeliest first, each with the rule that says it most surely."""
        made = [
            one._replace(confidence=round(1 - self._wrong[path], 9))
            for path, one in self._best.items()
        ]
        return sorted(made, key=lambda one: (-one.confidence, one.path))


def _surer(one: Prediction, other: Prediction | None) -> Prediction:
    """The surer of two; of equals always the same one, in whatever order they came."""
    return one if other is None else min(one, other, key=_rank)


def _rank(one: Prediction) -> tuple[float, bool, str, str, str]:
    kind = one.rule["kind"]
    return -one.confidence, kind == HABIT, one.rule["when"], kind, one.rule["then"]


class Companions:
    """Rules ready to be asked; made from the data of `companions.json`."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.warn_at = threshold(data)
        self._by_when: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in data.get("rules", ()):
            if usable(row):
                self._by_when[row["when"]].append(row)

    def __bool__(self) -> bool:
        """Whether there is any rule."""
        return bool(self._by_when)

    def predict(self, path: str, *, exists: bool) -> list[Prediction]:
        """What usually comes along with a new file, or with a change of one that exists."""
        found: dict[str, Prediction] = {}
        for named, row in self._named(path, exists=exists):
            known = found.get(named)
            if known is None or known.confidence < row["confidence"]:
                found[named] = Prediction(named, row["confidence"], row)
        return sorted(found.values(), key=lambda one: (-one.confidence, one.path))

    def surely(self, path: str, *, exists: bool) -> Iterator[Prediction]:
        """The same with the lower bound of each rule as its confidence; 0 where a rule has none."""
        for named, row in self._named(path, exists=exists):
            yield Prediction(named, row.get("bound", 0.0), row)

    def warned(self, changed: Mapping[str, bool]) -> dict[str, float]:
        """Companions of a change that are worth a warning when they are not in it, with the chance.

        `changed` tells of each path whether it was there before. A change that sweeps warns of
        nothing, as none did when the threshold was found.
        """
        if self.warn_at is None or len(changed) > SWEEPING:
            return {}
        chance = Chance()
        for path in sorted(changed):
            chance.add(self.surely(path, exists=changed[path]))
        found = {one.path: one.confidence for one in chance.ranked() if one.path not in changed}
        return {path: sure for path, sure in found.items() if sure >= self.warn_at}

    def _named(self, path: str, *, exists: bool) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each path that a rule names, with the rule; never the path itself."""
        if exists:
            rows = self._by_when.get(path, ())
            pairs = [(row["then"], row) for row in rows if row["kind"] == "file"]
        else:
            pairs = [
                (named, row)
                for role, name in all_texts(path)
                for row in self._by_when.get(role, ())
                if (named := target(row, name)) is not None
            ]
        return (pair for pair in pairs if pair[0] and pair[0] != path)


def target(row: Mapping[str, Any], name: str) -> str | None:
    """The path that a rule about a role names, with the name filled in; None when it cannot."""
    if row["kind"] in ("constant", "touched"):
        return str(row["then"])
    if row["kind"] not in ("role", "beside"):
        return None
    try:
        return Role(row["then"]).path({"name": name})
    except (RoleSyntaxError, KeyError):
        return None


def over(row: Mapping[str, Any], paths: Collection[str]) -> bool:
    """Whether a habit is over: of these paths some fill the role that it starts from, and none the
    role that it names, as when all tests were given another extension.
    """
    if row["kind"] not in ("role", "beside"):
        return False
    return _fills(row["when"], paths) and not _fills(row["then"], paths)


def _fills(text: str, paths: Iterable[str]) -> bool:
    try:
        role = Role(text)
    except RoleSyntaxError:
        return False
    start = text.partition("{")[0]
    return any(path.startswith(start) and role.match(path) is not None for path in paths)


def digest(data: dict[str, Any]) -> str:
    """Content digest of the rules alone, without the revision they were read at."""
    return content_digest(data.get("rules", []))
