"""Our lines in `.pre-commit-config.yaml`, edited as text so that everything else stays as it is."""

from __future__ import annotations

from typing import Any

from pattern_ci import yaml
from pattern_ci.catalog import HOOK_MODULES, OFFERED_HOOKS, REPOSITORY_URL
from pattern_ci.errors import SpecError

CONFIG = ".pre-commit-config.yaml"


def entry(ref: str) -> dict[str, Any]:
    """Our entry of `repos:` as plain data."""
    hooks = [{"id": hook.id} for hook in OFFERED_HOOKS]
    return {"repo": REPOSITORY_URL, "rev": ref, "hooks": hooks}


def entry_lines(ref: str) -> list[str]:
    """Our entry as lines, without indentation."""
    hooks = [f"      - id: {hook.id}" for hook in OFFERED_HOOKS]
    return [f"  - repo: {REPOSITORY_URL}", f"    rev: {_scalar(ref)}", "    hooks:", *hooks]


def _scalar(ref: str) -> str:
    """The ref, in quotes where YAML would read a number (`1.0`, a commit id of digits)."""
    return ref if yaml.load(ref, source="ref").data == ref else f'"{ref}"'


def new_file(ref: str) -> str:
    """A whole file that holds nothing but our entry."""
    return "\n".join(["repos:", *entry_lines(ref)]) + "\n"


def hooks_named(text: str) -> frozenset[str]:
    """Ids of our hooks that a file names, from whichever repository. Raises SpecError."""
    return frozenset(
        hook["id"]
        for repo in _repos(yaml.load(text, source=CONFIG).data)
        for hook in _hooks(repo)
        if hook["id"] in HOOK_MODULES
    )


def sources(text: str) -> list[tuple[str, str]]:
    """Repository and `rev` of each entry that names hooks of ours. Raises SpecError.

    Entries that the host does not clone (`local`, `meta`) have no `rev`.
    """
    return [
        (repo["repo"], repo["rev"])
        for repo in _repos(yaml.load(text, source=CONFIG).data)
        if isinstance(repo.get("repo"), str) and isinstance(repo.get("rev"), str)
        if any(hook["id"] in HOOK_MODULES for hook in _hooks(repo))
    ]


def _repos(data: Any) -> list[dict[str, Any]]:
    repos = data.get("repos") if isinstance(data, dict) else None
    return [repo for repo in repos if isinstance(repo, dict)] if isinstance(repos, list) else []


def _hooks(repo: dict[str, Any]) -> list[dict[str, Any]]:
    hooks = repo.get("hooks")
    return [
        hook
        for hook in (hooks if isinstance(hooks, list) else [])
        if isinstance(hook, dict) and isinstance(hook.get("id"), str)
    ]


def our_repos(data: Any) -> list[dict[str, Any]]:
    """The entries of `repos:` that are ours."""
    return [repo for repo in _repos(data) if repo.get("repo") == REPOSITORY_URL]


def with_entry(text: str, ref: str) -> str | None:
    """The file with our entry at the end of `repos:`; None when that cannot be done safely.

    The result is read again: it differs from the file by our entry and by nothing else.
    """
    document = yaml.load(text, source=CONFIG)
    data = document.data
    repos = data.get("repos") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not (repos is None or isinstance(repos, list)):
        return None
    if "repos" not in data:
        edited = _after(text, _line_count(text), ["repos:", *entry_lines(ref)])
    elif repos:
        place = document.position(("repos", len(repos) - 1))
        dash = _dash(text, document.position(("repos", 0)))
        if dash is None:
            return None
        lines = [" " * dash + line[2:] for line in entry_lines(ref)]
        edited = _after(text, _end_of_item(text, place.line, dash), lines)
    else:
        edited = _fill_empty(text, document.key_position(("repos",)).line, ref)
    wanted = {**data, "repos": [*(repos or []), entry(ref)]}
    return edited if _data(edited) == wanted else None


def without_entry(text: str) -> str | None:
    """The file without our entries; the same text when there are none, None when unsafe."""
    document = yaml.load(text, source=CONFIG)
    repos = document.data.get("repos") if isinstance(document.data, dict) else None
    ours = [
        index
        for index, repo in enumerate(repos if isinstance(repos, list) else [])
        if isinstance(repo, dict) and repo.get("repo") == REPOSITORY_URL
    ]
    if not ours or not isinstance(repos, list):
        return text
    edited = text
    dash = _dash(text, document.position(("repos", 0)))
    if dash is None:
        return None
    for index in reversed(ours):
        start = document.position(("repos", index)).line
        edited = _cut(edited, start, _end_of_item(edited, start, dash))
    kept = [repo for index, repo in enumerate(repos) if index not in ours]
    if not kept:
        edited = _cut_name(edited, document.key_position(("repos",)).line)
    return edited if _data(edited) == {**document.data, "repos": kept} else None


def _data(text: str) -> Any:
    try:
        return yaml.load(text, source=CONFIG).data
    except SpecError:
        return None


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _line_count(text: str) -> int:
    return len(text.splitlines())


def _dash(text: str, item: yaml.Position) -> int | None:
    """Column (from 0) of the dash before a list's first item; None in flow style."""
    line = text.splitlines()[item.line - 1]
    before = line[: item.column - 1]
    return len(before) - len(before.lstrip()) if before.strip() == "-" else None


def _end_of_item(text: str, start: int, dash: int) -> int:
    """Number of the last line of the item that starts in line `start`; comments below are out."""
    lines = text.splitlines()
    end = start
    for number in range(start, len(lines)):
        line = lines[number]
        if not line.strip():
            continue
        if len(line) - len(line.lstrip()) <= dash:
            break
        end = number + 1
    return end


def _after(text: str, line: int, new: list[str]) -> str:
    newline = _newline(text)
    lines = text.splitlines(keepends=True)
    if lines[:line] and not lines[line - 1].endswith(("\n", "\r")):
        lines[line - 1] += newline
    added = [f"{entry}{newline}" for entry in new]
    return "".join([*lines[:line], *added, *lines[line:]])


def _cut(text: str, first: int, last: int) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: first - 1], *lines[last:]])


def _cut_name(text: str, line: int) -> str:
    """`repos:` that has lost its last item is an empty list, not nothing."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: line - 1], lines[line - 1].replace(":", ": []", 1), *lines[line:]])


def _fill_empty(text: str, line: int, ref: str) -> str:
    """`repos: []` or `repos:` becomes a block."""
    lines = text.splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace("[]", "", 1).replace(": ", ":", 1)
    return _after("".join(lines), line, entry_lines(ref))
