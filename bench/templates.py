"""What templates save against copying and consensus: `python -m bench.templates CLONES`."""

from __future__ import annotations

from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.protocol import NEAREST_OF, Target, World, load, stem
from pattern_ci.mining import roles
from pattern_ci.mining.drafting import Naming
from pattern_ci.mining.family import study
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
LAST_QUARTER = 0.75
METHODS = ("pattern-ci", "copy newest", "oracle of 20", "consensus .5", "consensus .8")


class Row(NamedTuple):
    """One target under one method."""

    method: str
    path: str
    role: str
    position: float
    size: int
    score: Score


class _Cache(NamedTuple):
    studies: dict[str, Draft | Abstention]


def measure(clone: Path) -> tuple[str, str, list[Row], int]:
    """All rows of one clone: name, revision, rows, number of eligible targets."""
    world = load(clone)
    rows: list[Row] = []
    cache = _Cache({})
    for target in world.targets:
        rows += _rows(world, target, cache)
    return clone.name.removesuffix(".git"), world.rev, rows, len(world.targets)


def _rows(world: World, target: Target, cache: _Cache) -> Iterable[Row]:
    position = target.position / len(world.commits)

    def row(method: str, text: str | list[str], role: str = "") -> Row:
        tokens = tokenize(text) if isinstance(text, str) else text
        made = score(tokens, target.tokens)
        return Row(method, target.path, role, position, len(target.text), made)

    yield from (row(name, text) for name, text in _baselines(world, target))
    offer = _offer(world, target, cache)
    if offer is not None:
        made = render(offer.source, known_values(offer, target.path), newline=offer.newline)
        yield row("pattern-ci", made.text, offer.role.text)


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
            2 * sum((counts[one] & counts[other]).values()) / (len(texts[one]) + len(texts[other]) + 1)
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


def _offer(world: World, target: Target, cache: _Cache) -> Offer | None:
    groups = roles.group(target.live, target.additions, min_members=4)
    offers = []
    for group in groups:
        if group.role.match(target.path) is None:
            continue
        key = repr((group.role.text, [(m.path, m.blob) for m in group.members[-24:]]))
        if key not in cache.studies:
            naming = Naming("x", "PAT-X-001", "")
            cache.studies[key] = study(group, world.contents, naming)
        outcome = cache.studies[key]
        if isinstance(outcome, Draft):
            offers.append(offer_of(outcome))
    return best(target.path, offers)


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


def summarise(rows: list[Row], eligible: int) -> dict[str, Any]:
    """Net saving and draft precision by method; abstained targets count as 0."""
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
    made["below_copy"] = _below(by_method)
    return made


def _below(by_method: dict[str, list[Row]]) -> dict[str, int]:
    """Roles drafted in the last quarter, and those of them that saved less than copying."""
    copies = {(r.path, r.position): r.score.saved for r in by_method["copy newest"]}
    gains: dict[str, list[int]] = defaultdict(list)
    for row in by_method["pattern-ci"]:
        if row.position >= LAST_QUARTER:
            gains[row.role].append(row.score.saved - copies[row.path, row.position])
    return {"roles": len(gains), "below": sum(sum(gain) < 0 for gain in gains.values())}


def run(clones: list[Path], *, workers: int = 2) -> dict[str, Any]:
    """The protocol on every clone: figures by clone, and the mean over clones."""
    results: dict[str, Any] = {}
    with ProcessPoolExecutor(workers) as pool:
        for name, rev, rows, eligible in pool.map(measure, clones):
            results[name] = {"rev": rev, **summarise(rows, eligible)}
    return results
