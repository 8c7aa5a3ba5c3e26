"""What `apply --update` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages.escaping.lines import log, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

YOURS = "yours"
UP_TO_DATE = "Everything that is recorded is up to date; nothing was written."
CONFLICT_NEXT = "edit what stands between <<<<<<< and >>>>>>>, then `git add` and commit."
NEXT_WRITTEN = "Next: look the files over, run the checks, commit them with patterns/applied/."
NEXT_PLANNED = "Next: the same command without --plan writes this."
PATH_NEXT = "name a file of a record below patterns/applied/, or leave --path out to update all."
HOLES_NEXT = "leave it out; `pattern-ci apply` with the other name writes another file."


class Row(NamedTuple):
    """What becomes of a file; `elsewhere` is where the pattern writes it by now, or nothing."""

    fate: str
    path: str
    elsewhere: str | None


def theirs(version: str) -> str:
    """What a conflict marker calls the pattern's side."""
    return f"pattern {version}"


def in_the_way(path: str) -> str:
    """A slot is new, and its place is taken."""
    return f"{log(path)} is there already, with other content."


def no_base(path: str, version: str) -> str:
    """Nothing gives the text that was once rendered."""
    return (
        f"{log(path)} was edited, and nothing in the history renders it as version {version} did."
    )


def no_text(path: str) -> str:
    """A binary file."""
    return f"{log(path)} is no text and was edited."


def unmerged(path: str) -> str:
    """Git waits for a person."""
    return f"{log(path)} is in the middle of a merge."


def uncommitted(path: str) -> str:
    """Work that git does not have."""
    return f"{log(path)} was edited and not committed; commit it, or give --force."


def ahead(path: str, applied: str, version: str) -> str:
    """The pattern went back to an older version."""
    return f"{log(path)} is of version {applied}, which is newer than {version}."


def claimed_twice(path: str, record: str) -> str:
    """Two records speak of one file."""
    return f"{visible(path)} belongs to {visible(record)} already; remove one of the records."


def no_entry(path: str, reason: str) -> str:
    """The new text of an entry would not be known as one."""
    return f"{log(path)}: {visible(reason)}"


def redrafted(version: str, uses: int) -> str:
    """The pattern changed and its version did not."""
    found = "1 use is" if uses == 1 else f"{uses} uses are"
    return f"{found} of version {version} with other content; a higher version updates them."


def unreadable(path: str, line: int, column: int, problem: str) -> str:
    """A record that is none."""
    return f"{log(path)}:{line}:{column}: {visible(problem)}"


def nothing_recorded(pattern: str) -> str:
    """The pattern has not been applied here, as far as is known."""
    return f"{pattern}: no record says that it was applied here; nothing was written."


def not_written(path: str) -> str:
    """`--path` names a file that is nobody's."""
    return f"no record says that this pattern wrote {path!r}."


def moves(name: str) -> str:
    """`--var` would lead to another file."""
    return f"--var {name} would move what was applied: {name} is part of a path."


def of_use(path: str, problem: str) -> str:
    """A problem with the values of one use among several."""
    return f"{log(path)}: {problem}"


def conflicts(paths: Sequence[str]) -> str:
    """Somebody has to decide."""
    files = "1 file has" if len(paths) == 1 else f"{len(paths)} files have"
    return f"{files} conflicts: {', '.join(map(log, paths))}."


def report(
    pattern: str,
    notices: Sequence[str],
    rows: Sequence[Row],
    left: Sequence[str],
    *,
    changing: int,
    written: bool,
    conflicts: bool,
    planned: bool,
    records: int,
) -> str:
    """For people: what becomes of each file, what was left alone and why, the next step."""
    lines = [f"Note: {text}" for text in notices]
    if rows:
        files = "1 file" if changing == 1 else f"{changing} files"
        lines.append(f"{pattern} {'would update' if planned else 'updated'} {files}:")
    lines += [_row(row) for row in rows]
    lines += [f"Left alone: {reason}" for reason in left]
    if written and (planned or not conflicts):
        lines.append(NEXT_PLANNED if planned else NEXT_WRITTEN)
    elif not written and not left:
        lines.append(UP_TO_DATE if records else nothing_recorded(pattern))
    return "".join(f"{line}\n" for line in lines)


def _row(row: Row) -> str:
    more = f" (the pattern writes {log(row.elsewhere)})" if row.elsewhere else ""
    return f"  {row.fate:<9}  {log(row.path)}{more}"
