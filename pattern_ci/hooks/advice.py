"""What the suggest hook says once something may be said: facts from git, then pure rules."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files, git, output
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, FatalError
from pattern_ci.messages import hooks as told
from pattern_ci.messages import suggest as messages
from pattern_ci.mining.companions import SWEEPING, Companions, over
from pattern_ci.model.globs import ignored
from pattern_ci.model.own_layout import is_ours
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


def compile_library(root: str, path: str, options: Mapping[str, str]) -> dict[str, Any] | int:
    """Compile and store; the exit code where the configuration cannot be read, which is said."""
    import json

    try:
        data = compiled.build(root)
    except FatalError as error:
        return _off(error.line, error.return_code, strict=_enforces(root, options))
    with suppress(FatalError):  # what cannot be stored is made again at the next commit
        files.write_atomic(Path(path), json.dumps(data, separators=(",", ":")).encode())
    return data


def _enforces(root: str, options: Mapping[str, str]) -> bool:
    """Whether missing companions are to fail, as far as a broken configuration still says it."""
    from pattern_ci.registry.config import salvage

    asked = options.get("--fail-on")
    return (salvage(Path(root)).suggest.fail_on.value if asked is None else asked) == "missing"


def _off(line: str, code: int, *, strict: bool) -> int:
    """Say why nothing is checked. A check that somebody relies on fails when it cannot be made."""
    if strict:
        output.failure(told.not_checked(line))
        return code
    output.error(told.not_checked(line))
    return EXIT_OK


def advise(library: dict[str, Any], paths: Sequence[str], options: Mapping[str, str]) -> int:
    """Print advice for the staged files.

    1 only when companions are missing and that is asked; what keeps it from being checked is said,
    and is then the exit code.
    """
    strict = options.get("--fail-on", library["fail_on"]) == "missing"
    broken = library["broken"]
    code = EXIT_OK if broken is None else _off(*broken, strict=strict)
    try:
        repo = git.open_repo(Path.cwd(), keep_index=True)
        if (repo.git_dir / "MERGE_HEAD").exists():
            return code  # what a merge brings was advised about when it was written
        staged = read_staged(repo)
    except FatalError as error:
        return code or _off(error.line, error.return_code, strict=strict)
    said = _say(library, paths, options, staged=staged)
    return code or said


def _say(
    library: dict[str, Any], paths: Sequence[str], options: Mapping[str, str], *, staged: Staged
) -> int:
    known = [path for path in paths if not ignored(path, library["ignore"])]
    threshold = float(options.get("--min-confidence", library["min_confidence"]))
    fitting = written_by(library["patterns"], known, staged, threshold)
    missing = missing_companions(_companions(library), known, staged, threshold)
    for line in messages.advice(fitting, missing):
        output.line(line)
    count = len(_of_people(staged))
    if missing and count > SWEEPING and library["warn_at"] is not None:
        output.error(told.sweeping(count, SWEEPING))
    strict = options.get("--fail-on", library["fail_on"]) == "missing"
    return EXIT_FINDINGS if strict and any(one.warned for one in missing) else EXIT_OK


def _of_people(staged: Staged) -> list[str]:
    """Files that are written, without what `train` writes: no habit says anything about those."""
    return [p for p in staged.changed if p in staged.known and not is_ours(p)]


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
    warned = companions.warned({path: path not in staged.added for path in _of_people(staged)})
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
