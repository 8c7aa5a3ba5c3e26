"""What templates save against copying and consensus: `python -m bench.templates CLONES`."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.protocol import NEAREST_OF, Target, World, load, stem
from pattern_ci import git
from pattern_ci.mining import roles
from pattern_ci.mining.drafting import Naming
from pattern_ci.mining.engine import mine
from pattern_ci.mining.family import material, study
from pattern_ci.mining.holdout import Memory
from pattern_ci.mining.stems import lift, settle
from pattern_ci.mining.suggesting import Offer, best, known_values
from pattern_ci.mining.tokens import Score, common_blocks, score, tokenize
from pattern_ci.model.candidate import Abstention, Draft
from pattern_ci.model.role import Role
from pattern_ci.render.language import render

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CONSENSUS_WINDOW = 8
# Precision is also told of the surest drafts that make up this share of all files.
SUREST = 0.25
# A hold-out of few files says little: it counts as if two more had gone as most do.
PRIOR_FILES, PRIOR_PRECISION = 2, 0.75
LAST_QUARTER = 0.75
FOLDS = ("selection", "last_quarter")
METHODS = ("pattern-ci", "copy newest", "oracle of 20", "consensus .5", "consensus .8")


class Row(NamedTuple):
    """One target under one method; `surety` ranks our drafts by their own hold-out."""

    method: str
    path: str
    role: str
    position: float
    size: int
    score: Score
    surety: float = 0.0


class _Cache(NamedTuple):
    studies: dict[str, Draft | Abstention]
    memory: Memory


class Measured(NamedTuple):
    """All rows of one clone, and its targets after the last quarter began with their drafts."""

    name: str
    rev: str
    eligible: int
    rows: list[Row]
    stale: list[Row]
    selected: list[tuple[float, float]]


def measure(clone: Path) -> Measured:
    """Every target with the siblings as they were then, and with drafts mined once at 75 %."""
    world = load(clone)
    cache = _Cache({}, Memory())
    rows = [row for target in world.targets for row in _rows(world, target, cache)]
    stale, selected = _last_quarter(world)
    name = clone.name.removesuffix(".git")
    return Measured(name, world.rev, len(world.targets), rows, stale, selected)


def _last_quarter(world: World) -> tuple[list[Row], list[tuple[float, float]]]:
    """Drafts of one mining run at three quarters of the history, used for what came after.

    Also the net saving of each draft and of copying on its own hold-out: the selection fold.
    """
    line = git.first_parents(world.repo, world.rev)
    rev = line[int(LAST_QUARTER * len(line))]
    seen = git.reachable(world.repo, rev)
    drafts = mine(world.repo, rev, cache=False).drafts
    offers = [offer_of(draft) for draft in drafts]
    folds = [draft.spec.evidence.holdout for draft in drafts]
    selected = [(fold.net_saving, fold.copy_newest) for fold in folds if fold]
    rows = []
    for target in world.targets:
        if target.commit in seen:
            continue
        position = target.position / len(world.commits)
        offer = best(target.path, offers)
        siblings = _siblings(world, target)
        for method, text, role in (
            ("copy newest", siblings[-1][1] if siblings else "", ""),
            ("pattern-ci", _written(offer, target.path) if offer else "", _role(offer)),
        ):
            if text:
                made = score(tokenize(text), target.tokens)
                rows.append(Row(method, target.path, role, position, len(target.text), made))
    return rows, selected


def _role(offer: Offer | None) -> str:
    return offer.role.text if offer else ""


def _written(offer: Offer, path: str) -> str:
    return render(offer.source, known_values(offer, path), newline=offer.newline).text


def _rows(world: World, target: Target, cache: _Cache) -> Iterable[Row]:
    position = target.position / len(world.commits)

    def row(method: str, text: str | list[str], role: str = "") -> Row:
        tokens = tokenize(text) if isinstance(text, str) else text
        made = score(tokens, target.tokens)
        return Row(method, target.path, role, position, len(target.text), made)

    yield from (row(name, text) for name, text in _baselines(world, target))
    offer, surety = _offer(world, target, cache)
    if offer is not None:
        made = row("pattern-ci", _written(offer, target.path), offer.role.text)
        yield made._replace(surety=surety)


def _siblings(world: World, target: Target) -> list[tuple[str, str]]:
    from bench.protocol import keys

    orders = {one.path: one.order for one in target.additions}
    found = []
    for path in sorted(target.live, key=lambda one: (orders[one], one)):
        raw = world.contents.get(target.live[path])
        if target.key in keys(path) and raw is not None and b"\0" not in raw:
            found.append((path, raw.decode("utf-8", "replace")))
    return found[-NEAREST_OF:]


def _baselines(world: World, target: Target) -> Iterable[tuple[str, str]]:
    siblings = _siblings(world, target)
    if not siblings:
        return
    name = stem(target.path, target.key)
    yield "copy newest", siblings[-1][1]
    lifted = [lift(text, (stem(path, target.key),)) for path, text in siblings]
    renamed = [settle(text, (name,)) for text in lifted]
    nearest = max(renamed, key=lambda text: score(tokenize(text), target.tokens).saved)
    yield "oracle of 20", nearest
    for threshold in (0.5, 0.8):
        kept = _consensus([tokenize(text) for text in lifted[-CONSENSUS_WINDOW:]], threshold)
        yield f"consensus {threshold:g}".replace("0.", "."), settle("".join(kept), (name,))


def _consensus(texts: list[list[str]], threshold: float) -> list[str]:
    """Tokens of the medoid that enough siblings share: star alignment, no other rule."""
    counts = [Counter(tokens) for tokens in texts]

    def closeness(one: int) -> float:
        return sum(
            2
            * sum((counts[one] & counts[other]).values())
            / (len(texts[one]) + len(texts[other]) + 1)
            for other in range(len(texts))
        )

    middle = texts[max(range(len(texts)), key=lambda one: (closeness(one), -one))]
    support = [0] * len(middle)
    for tokens in texts:
        for block in common_blocks(middle, tokens):
            for index in range(block.a, block.a + block.size):
                support[index] += 1
    return [
        token
        for token, count in zip(middle, support, strict=True)
        if count >= threshold * len(texts)
    ]


def _offer(world: World, target: Target, cache: _Cache) -> tuple[Offer | None, float]:
    groups = roles.group(target.live, target.additions, min_members=4)
    offers, sureties = [], {}
    for group in groups:
        if group.role.match(target.path) is None:
            continue
        key = repr((group.role.text, [(m.path, m.blob) for m in group.members[-24:]]))
        if key not in cache.studies:
            naming = Naming("x", "PAT-X-001", "")
            cache.studies[key] = study(material(group, world.contents), naming, cache.memory)
        outcome = cache.studies[key]
        if isinstance(outcome, Draft):
            offers.append(offer_of(outcome))
            sureties[group.role.text] = _surety(outcome)
    chosen = best(target.path, offers)
    return chosen, sureties[_role(chosen)] if chosen else 0.0


def _surety(draft: Draft) -> float:
    """Precision on the draft's own hold-out, drawn towards the usual where that is small."""
    fold = draft.spec.evidence.holdout
    n, precision = (fold.n, fold.draft_precision) if fold else (0, 0.0)
    return (n * precision + PRIOR_FILES * PRIOR_PRECISION) / (n + PRIOR_FILES)


def offer_of(draft: Draft) -> Offer:
    """A draft as `suggest` sees it."""
    import json

    slot = draft.spec.slots[0]
    schema = next(text for path, text in draft.files.items() if path.endswith(".schema.json"))
    return Offer(
        pattern_id=draft.spec.pattern_id,
        version=draft.spec.version,
        status=draft.spec.status,
        confidence=draft.spec.confidence.total,
        role=Role(slot.role),
        newline=slot.newline,
        source=next(text for path, text in draft.files.items() if path.endswith(".j2")),
        schema=json.loads(schema),
    )


def summarise(measured: Measured) -> dict[str, Any]:
    """Net saving and draft precision by method; abstained targets count as 0."""
    rows, eligible = measured.rows, measured.eligible
    sizes = {row.path: row.size for row in rows if row.method == "copy newest"}
    total = sum(row.size for row in rows if row.method == "copy newest")
    by_method: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_method[row.method].append(row)
    made: dict[str, Any] = {"eligible": eligible, "files": len(sizes)}
    for method in METHODS:
        scores = [row.score for row in by_method[method]]
        kept = sum(one.kept for one in scores)
        drafted = kept + sum(one.deleted for one in scores)
        made[method] = {
            "net_saving": round(sum(one.saved for one in scores) / total, 4) if total else 0.0,
            "draft_precision": round(kept / drafted, 4) if drafted else 0.0,
            "share": round(len(scores) / eligible, 4) if eligible else 0.0,
        }
    made["surest"] = _surest(by_method["pattern-ci"], math.ceil(SUREST * eligible))
    made["selection"] = {
        "drafts": len(measured.selected),
        "below": sum(drafted < copied for drafted, copied in measured.selected),
    }
    made["last_quarter"] = _below(measured.stale)
    return made


def _surest(rows: list[Row], count: int) -> dict[str, float]:
    """Precision of so many drafts, those first whose own hold-out was best."""
    top = sorted(rows, key=lambda row: (-row.surety, row.path))[:count]
    kept = sum(row.score.kept for row in top)
    drafted = kept + sum(row.score.deleted for row in top)
    return {
        "files": len(top),
        "draft_precision": round(kept / drafted, 4) if drafted else 0.0,
    }


def _below(rows: list[Row]) -> dict[str, int]:
    """Drafts that were used in the last quarter, and those that saved less than copying."""
    copies = {(r.path, r.position): r.score.saved for r in rows if r.method == "copy newest"}
    gains: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.method == "pattern-ci":
            gains[row.role].append(row.score.saved - copies[row.path, row.position])
    return {"drafts": len(gains), "below": sum(sum(gain) < 0 for gain in gains.values())}


def run(clones: list[Path], *, workers: int = 2) -> dict[str, Any]:
    """The protocol on every clone: figures by clone, and the mean over clones."""
    results: dict[str, Any] = {}
    with ProcessPoolExecutor(workers) as pool:
        for measured in pool.map(measure, clones):
            results[measured.name] = {"rev": measured.rev, **summarise(measured)}
    return results
