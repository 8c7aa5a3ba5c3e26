"""What the suggest hook says once something may be said: facts from git, then pure rules."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files, git, output
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, FatalError
from pattern_ci.messages import suggest as messages
from pattern_ci.mining.companions import Companions, over
from pattern_ci.model.globs import ignored
from pattern_ci.model.role import Role, RoleSyntaxError
from pattern_ci.registry import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.mining.companions import Prediction


class Staged(NamedTuple):
    """What the commit under way holds: new files and all changed files; `known` is the index."""

    added: frozenset[str]
    changed: frozenset[str]
    known: frozenset[str]


class Missing(NamedTuple):
    """A companion that is not part of the change; `warned`: such a finding is usually right."""

    path: str
    because: str
    action: str
    prediction: Prediction
    warned: bool


def compile_library(root: str, path: str) -> dict[str, Any] | None:
    """Compile and store; None when the library cannot be read (the validate hook says why)."""
    import json

    try:
        data = compiled.build(root)
    except FatalError:
        return None
    with suppress(FatalError):  # what cannot be stored is made again at the next commit
        files.write_atomic(Path(path), json.dumps(data, separators=(",", ":")).encode())
    return data


def advise(library: dict[str, Any], paths: Sequence[str], options: Mapping[str, str]) -> int:
    """Print advice for the staged files; 1 only when companions are missing and that is asked."""
    try:
        repo = git.open_repo(Path.cwd(), keep_index=True)
        if (repo.git_dir / "MERGE_HEAD").exists():
            return EXIT_OK  # what a merge brings was advised about when it was written
        staged = read_staged(repo)
    except FatalError:
        return EXIT_OK
    known = [path for path in paths if not ignored(path, library["ignore"])]
    threshold = float(options.get("--min-confidence", library["min_confidence"]))
    fitting = written_by(library["patterns"], known, staged, threshold)
    missing = missing_companions(_companions(library), known, staged, threshold)
    for line in messages.advice(fitting, missing):
        output.line(line)
    strict = options.get("--fail-on", library["fail_on"]) == "missing"
    return EXIT_FINDINGS if strict and any(one.warned for one in missing) else EXIT_OK


def _companions(library: Mapping[str, Any]) -> Companions:
    rules = [row for rows in library["rules"].values() for row in rows]
    return Companions({"rules": rules, "warn_at": library["warn_at"]})


def read_staged(repo: git.Repo) -> Staged:
    """The index against HEAD (or against nothing, before the first commit).

    Raises HistoryUnreadableError.
    """
    words = ("diff", "--cached", "--name-status", "-z", "--no-renames", "--no-ext-diff")
    fields = git.text(repo.path, *words, keep_index=True).split("\0")
    pairs = list(zip(fields[::2], fields[1::2], strict=False))
    index = git.text(repo.path, "ls-files", "-z", "--full-name", keep_index=True)
    return Staged(
        added=frozenset(path for status, path in pairs if status == "A"),
        changed=frozenset(path for _, path in pairs),
        known=frozenset(index.split("\0")),
    )


def written_by(
    patterns: Sequence[dict[str, Any]], paths: Sequence[str], staged: Staged, threshold: float
) -> list[tuple[str, str]]:
    """(path, pattern id) of each new file that a pattern in force writes."""
    found = []
    for path in paths:
        if path not in staged.added:
            continue
        fitting = [
            (pattern["confidence"], pattern["id"])
            for pattern in patterns
            if pattern["confidence"] >= threshold and _matches(pattern["role"], path)
        ]
        if fitting:
            found.append((path, max(fitting)[1]))
    return found


def _matches(role: str, path: str) -> bool:
    try:
        return Role(role).match(path) is not None
    except RoleSyntaxError:
        return False


def missing_companions(
    companions: Companions,
    paths: Sequence[str],
    staged: Staged,
    threshold: float,
) -> list[Missing]:
    """Companions that usually come along and are not in the change, each named once.

    Whether one is worth a warning is asked of the whole change, not of `paths` alone: a host may
    pass these in parts.
    """
    written = (path for path in staged.changed if path in staged.known)
    warned = companions.warned({path: path not in staged.added for path in written})
    before = staged.known.difference(staged.added)
    found: dict[str, Missing] = {}
    for path in paths:
        if path not in staged.changed:
            continue
        for one in companions.predict(path, exists=path not in staged.added):
            there = one.path in staged.known
            # One that would be added and is there, or edited and is gone, needs nothing.
            idle = there if one.rule["kind"] == "role" else not there
            satisfied = one.path in staged.changed or idle
            if satisfied or one.confidence < threshold or over(one.rule, before):
                continue
            better = found.get(one.path)
            if better is None or better.prediction.confidence < one.confidence:
                action = "edit" if there else "add"
                found[one.path] = Missing(one.path, path, action, one, one.path in warned)
    return sorted(found.values(), key=lambda one: (-one.prediction.confidence, one.path))
