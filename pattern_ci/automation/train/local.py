"""Which drafts are written into the tree: what a person has touched there is left alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files
from pattern_ci.automation.train.known import LIBRARY
from pattern_ci.automation.train.policy import Policy
from pattern_ci.model.digests import text_digest
from pattern_ci.model.proposal import Action, Reason, Verdict
from pattern_ci.registry.library import unusable
from pattern_ci.registry.reading import spec_field
from pattern_ci.registry.suites import SPEC_SUFFIX, load_suites

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pattern_ci.model.candidate import Draft

    Record = Mapping[str, Mapping[str, str]]

RECORD_VERSION = 1
RECORD_NAME = "train.json"
ANYTHING = Policy()

Texts = dict[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What is on disk: `texts` by path (None where nothing is), `drafts` as spec path by identity.

    `digests` holds the content digest of each draft there, `broken` why one cannot be read, by the
    path of its spec; `record` the digest of every file that an earlier run wrote, by identity and
    path.
    """

    texts: Mapping[str, str | None]
    drafts: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    record: Record = field(default_factory=dict)


class Step(NamedTuple):
    """A verdict about a draft with the files that it writes (or deletes, where None)."""

    action: Action
    changes: Texts


def paths(draft: Draft) -> dict[str, str]:
    """The files of a draft by path in the repository."""
    return {f"{LIBRARY}/{path}": text for path, text in draft.files.items()}


def decide_local(
    drafts: Sequence[Draft],
    shelf: Shelf,
    *,
    known: Mapping[str, str],
    invalid: Mapping[str, str],
    policy: Policy = ANYTHING,
) -> list[Step]:
    """One step a draft, highest confidence first.

    A draft that is there already is kept up to date, however weak it is.
    """
    steps: list[Step] = []
    taken: set[str] = set()
    order = sorted(drafts, key=lambda one: (-one.spec.confidence.total, one.spec.pattern_id))
    for draft in order:
        identity = draft.spec.identity
        if identity in taken:
            steps.append(_step(draft, Verdict.SKIP, Reason.DUPLICATE))
        elif identity in known:
            steps.append(_step(draft, Verdict.NONE, Reason.KNOWN, detail=known[identity]))
        elif policy.refuses(draft.spec):
            steps.append(_step(draft, Verdict.SKIP, Reason.REFUSED))
        elif identity not in shelf.drafts and (little := policy.too_little(draft.spec)):
            steps.append(_step(draft, Verdict.SKIP, Reason.TOO_LITTLE, detail=little))
        elif identity in invalid:
            steps.append(_step(draft, Verdict.SKIP, Reason.INVALID, detail=invalid[identity]))
        else:
            steps.append(_place(draft, shelf))
        taken.add(identity)
    return steps


def _place(draft: Draft, shelf: Shelf) -> Step:
    identity, wanted = draft.spec.identity, paths(draft)
    there = shelf.drafts.get(identity)
    record = shelf.record.get(identity, {})
    broken = next((shelf.broken[path] for path in wanted if path in shelf.broken), None)
    if broken is not None:
        return _step(draft, Verdict.SKIP, Reason.UNREADABLE, detail=broken)
    same = shelf.digests.get(identity) == draft.spec.content_digest
    # Of a draft that this clone did not write nobody can tell whether it was edited.
    if there is not None and same and (not record or _untouched(record, shelf)):
        return _step(draft, Verdict.NONE, Reason.UP_TO_DATE)
    if there is not None and not (there in record and _untouched(record, shelf)):
        return _step(draft, Verdict.SKIP, Reason.EDITED)
    for path, text in sorted(wanted.items()):
        found = shelf.texts.get(path)
        if found not in (None, text) and not _is_recorded(path, found, record):
            return _step(draft, Verdict.SKIP, Reason.IN_THE_WAY, detail=path)
    stale: Texts = {path: None for path in record if path not in wanted}
    if there is None:
        return _step(draft, Verdict.DRAFT, Reason.NEW, changes={**wanted})
    return _step(draft, Verdict.UPDATE, Reason.CHANGED, changes={**stale, **wanted})


def _untouched(record: Mapping[str, str], shelf: Shelf) -> bool:
    return all(_is_recorded(path, shelf.texts.get(path), record) for path in record)


def _is_recorded(path: str, text: str | None, record: Mapping[str, str]) -> bool:
    return text is not None and record.get(path) == text_digest(text)


def _step(
    draft: Draft,
    verdict: Verdict,
    reason: Reason,
    *,
    detail: str = "",
    changes: Texts | None = None,
) -> Step:
    action = Action(
        identity=draft.spec.identity,
        name=draft.spec.pattern_id,
        verdict=verdict,
        reason=reason,
        detail=detail,
    )
    return Step(action, changes or {})


def read_shelf(
    root: Path, state_dir: Path, drafts: Sequence[Draft], specs: Mapping[str, str]
) -> Shelf:
    """Look at what is on disk; `specs` are the drafts there, as spec path by identity."""
    record = read_record(state_dir)
    wanted = {path for draft in drafts for path in paths(draft)}
    wanted.update(path for made in record.values() for path in made)
    wanted.update(specs.values())
    texts = {path: text_at(root, path) for path in sorted(wanted)}
    digests = {
        identity: spec_field(texts[path] or "", "content_digest") or ""
        for identity, path in specs.items()
    }
    return Shelf(texts=texts, drafts=specs, digests=digests, record=record)


def unreadable(root: Path, shelf: Shelf) -> dict[str, str]:
    """Why drafts cannot be read, by the path of the spec; what nobody touched is not looked at."""
    sound = {
        path for record in shelf.record.values() if _untouched(record, shelf) for path in record
    }
    specs = {path for path, text in shelf.texts.items() if text and path.endswith(SPEC_SUFFIX)}
    if specs <= sound:
        return {}
    found = {}
    for suite in load_suites(root / LIBRARY, shown=LIBRARY):
        path = suite.path.relative_to(root).as_posix()
        problems = unusable(suite) if path in specs - sound else []
        if problems:
            found[path] = problems[0].line_text
    return found


def text_at(root: Path, path: str) -> str | None:
    """The text of a file below `root`. Raises UnsafePathError where a symlink is in the way."""
    return files.read_text(files.inside(root, path))


def same_rules(text: str | None, wanted: str) -> bool:
    """Whether two `companions.json` differ in nothing but the revision they were made at."""
    try:
        there, made = json.loads(text or "null"), json.loads(wanted)
    except ValueError:
        return False
    return isinstance(there, dict) and {**there, "rev": ""} == {**made, "rev": ""}


def read_record(state_dir: Path) -> dict[str, dict[str, str]]:
    """What earlier runs wrote; a record that cannot be read counts as none, which is cautious."""
    try:
        data = json.loads(files.read_text(state_dir / RECORD_NAME) or "{}")
    except ValueError:
        return {}
    drafts = data.get("drafts") if isinstance(data, dict) else None
    if not isinstance(drafts, dict) or data.get("schema_version") != RECORD_VERSION:
        return {}
    return {name: dict(made) for name, made in drafts.items() if isinstance(made, dict)}


def write_record(state_dir: Path, record: Record, steps: Sequence[Step]) -> None:
    """Remember the digests of what was written, so that a later run can tell it from an edit."""
    kept = {name: dict(made) for name, made in record.items()}
    for step in steps:
        made = {path: text_digest(text) for path, text in step.changes.items() if text is not None}
        if made:
            kept[step.action.identity] = made
    if kept != record:
        data = {"schema_version": RECORD_VERSION, "drafts": kept}
        files.write_if_changed(state_dir / RECORD_NAME, json.dumps(data, sort_keys=True) + "\n")
