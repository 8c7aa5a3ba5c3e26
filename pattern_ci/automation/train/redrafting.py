"""Drafts whose pattern is committed as a draft already get its next version."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from pattern_ci import git, git_objects, git_trees, yaml
from pattern_ci.errors import FatalError
from pattern_ci.mining.drafting import files_for
from pattern_ci.model.pattern import STATUS_FOLDER, Spec, Status
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import MAX_BYTES
from pattern_ci.registry.redrafting import Drafted, raised
from pattern_ci.registry.shape import problems
from pattern_ci.registry.suites import SPEC_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.model.candidate import Draft

_DRAFTS = STATUS_FOLDER[Status.DRAFT]


def redrafted(
    repo: git.Repo, rev: str, drafts: Sequence[Draft], *, library: str
) -> tuple[Draft, ...]:
    """The drafts with versions above those that the library has at `rev`, where they differ.

    A committed spec that cannot be read says nothing.
    """
    known = {one.spec.identity: one for one in _committed(repo, rev, library)} if drafts else {}
    return tuple(
        _above(known[draft.spec.identity], draft) if draft.spec.identity in known else draft
        for draft in drafts
    )


def _above(old: Drafted, draft: Draft) -> Draft:
    spec = draft.spec
    schema = json.loads(draft.files[f"{_DRAFTS}/{spec.inputs}"])
    new = replace(draft, spec=raised(old, Drafted(spec, schema)))
    return draft if new.spec == spec else replace(new, files=files_for(new, Status.DRAFT))


def _committed(repo: git.Repo, rev: str, library: str) -> Iterator[Drafted]:
    """The drafts of a library at a commit."""
    base = f"{library}/{_DRAFTS}"
    blobs = {
        one.path: one.blob for one in git_trees.tree(repo, rev, f"{base}/specs", f"{base}/schemas")
    }
    contents = git_objects.blobs(repo, list(blobs.values()), max_bytes=MAX_BYTES)
    texts = {path: git.decode(contents[blob]) for path, blob in blobs.items() if blob in contents}
    for path, text in texts.items():
        if path.endswith(SPEC_SUFFIX):
            found = _read(text, path, base, texts)
            if found is not None:
                yield found


def _read(text: str, path: str, base: str, texts: Mapping[str, str]) -> Drafted | None:
    try:
        data = yaml.load(text, source=path).data
        if any(problems(data, published("spec"))):
            return None
        spec = Spec.from_dict(data)
        schema = json.loads(texts[f"{base}/{spec.inputs}"])
    except (FatalError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Drafted(spec, schema) if isinstance(schema, dict) else None
