"""What `apply` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping.lines import log
from pattern_ci.messages.gaps import mark
from pattern_ci.messages.schemas import missing as is_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["is_missing"]

LONGEST = 60
SHOWN_GAPS = 12

BARE = "this repository is bare: there is no work tree to write to."
BARE_NEXT = "run this in a clone with a work tree."
NO_FOLDER_NEXT = "name a folder laid out like patterns/, as `pattern-ci mine --output` makes it."
NOT_PAIRED_NEXT = 'write --var name=value; a list is JSON: --var \'names=["a", "b"]\'.'
NO_FILE_NEXT = "name a JSON file that holds one mapping of names to values."
IN_FORCE_NEXT = "`pattern-ci suggest PATH` says which pattern is in force for a path."
VALIDATE_NEXT = "`pattern-ci validate` shows every such place."
NOTHING_TO_DO = "Everything is there already; none of these files was written."
NOT_UPDATING = "--members is for --update: it says which files to update."
NOT_UPDATING_NEXT = "add --update, or leave --members out."
ONE_PATH = "a pattern that writes files is applied to one --path at a time."
ONE_PATH_NEXT = "repeat the command for each of them; only a rewrite takes several."
UPDATE_KEEPS = "--keep means nothing for --update: it never overwrites what people changed."
UPDATE_KEEPS_NEXT = "leave it out; --plan shows what would change."
NEXT_WRITTEN = "Next: look the files over, run the checks, commit."
NEXT_PLANNED = "Next: the same command without --plan writes this."
NEXT_FORCED = "Next: the same command with --force and without --plan writes this."
DAMAGED_NEXT = "mend this record of an earlier use, or delete it; nothing was written."


def no_folder(path: str) -> str:
    """`--patterns` names something else."""
    return f"{path} is not a folder."


def not_paired(text: str) -> str:
    """`--var` without an equals sign."""
    return f"--var {_short(text)} is not of the form name=value."


def bad_file(path: str, problem: str) -> str:
    """`--vars-file` that is no mapping."""
    return f"{path}: {problem}"


NO_SUCH_FILE = "there is no such file."
STDIN = "standard input"
NO_MAPPING = "this is no mapping of names to values."


def withdrawn(pattern_id: str, status: str) -> str:
    """A pattern that may not be used; no option changes that."""
    return f"{pattern_id} is {status} and is not applied."


def draft(pattern_id: str) -> str:
    """A pattern that nobody has approved."""
    return f"{pattern_id} is a draft: nobody has approved it yet."


def deprecated(pattern_id: str) -> str:
    """A pattern that is on its way out."""
    return f"{pattern_id} is deprecated: a newer pattern may fit better."


def other_executor(pattern_id: str, executor: str) -> str:
    """A pattern that does more than rendering."""
    return f"{pattern_id} does not only render files: its executor is {executor}."


def trigger_missing(path: str) -> str:
    """The file that people write by hand, and that calls for the pattern."""
    return f"{log(path)} is not there yet; this pattern does not write it."


IN_THE_WAY_NEXT = (
    "compare them, then repeat this with --keep, which leaves them alone, or with --force."
)
KEPT = "kept"
OTHER_EXECUTOR_NEXT = "follow the steps of its docs page."


def bad_schema(path: str, problem: str) -> str:
    """The schema of the variables cannot be used."""
    return f"{path}: {problem}"


def bad_template(path: str, line: int, column: int, problem: str) -> str:
    """A template outside of the language, at its place."""
    return f"{path}:{line}:{column}: {problem}"


def given_twice(name: str) -> str:
    """`--var` that says two things."""
    return f"{name} is given twice"


def not_of_kind(name: str, text: str, kinds: Sequence[str]) -> str:
    """Text that is no value of the type asked for."""
    return f"{name}: {_short(text)} is not of type {' or '.join(kinds)}"


def contradicts(name: str, path: str) -> str:
    """A value that does not lead to the path that is named as well."""
    return f"{name}: the value given does not lead to the path {_short(path)}"


def of_variable(name: str, message: str) -> str:
    """A sentence about one variable, as part of a longer one."""
    text = message.rstrip(".?")
    return text if not name or text.startswith("the variable ") else f"{name}: {text}"


def not_text(name: str) -> str:
    """A value with bytes that are no characters."""
    return f"{name}: holds bytes that are not UTF-8"


def fits_no_role(path: str, roles: Sequence[str]) -> str:
    """`--path` that the pattern does not write."""
    return f"the path {_short(path)} is none of {', '.join(roles)}"


def missing(names: Sequence[str]) -> str:
    """Variables without a value."""
    return f"missing: {', '.join(names)}"


def refused(pattern_id: str, problems: Sequence[str]) -> str:
    """Everything that is wrong with the variables, on one line."""
    return f"{pattern_id} cannot be applied with these variables: {'; '.join(problems)}."


def variables_next(names: Sequence[str], schema: str) -> str:
    """How to give what is missing, and where to read what is wanted."""
    wanted = " ".join(f"--var {name}=VALUE" for name in names) or "correct them"
    return f"{wanted}; {schema} says what each may hold."


def outside(path: str) -> str:
    """`--path` that leads out of the repository."""
    return f"{_short(path)} is refused: it is outside the repository."


OUTSIDE_NEXT = "name a path inside the repository."


def report(
    pattern: str,
    notices: Sequence[str],
    rows: Sequence[tuple[str, str, int | None]],
    *,
    changing: int,
    unfilled: Sequence[str],
    gaps: Sequence[tuple[str, int, str]] = (),
    planned: bool,
    in_the_way: bool,
) -> str:
    """For people: the files and what happens to them, what was left empty, the next step.

    `gaps` are path, number and text of the lines to fill in.
    """
    lines = [f"Note: {text}" for text in notices]
    files = "1 file" if changing == 1 else f"{changing} files"
    lines.append(f"{pattern} {'would write' if planned else 'wrote'} {files}:")
    lines += [f"  {action:<9}  {log(path)}{_at(line)}" for action, path, line in rows]
    if unfilled:
        names = ", ".join(unfilled)
        lines.append(f"Left empty: {names}. Fill them in there, or give --var NAME=VALUE.")
        lines += _gaps(gaps)
    if not changing:
        lines.append(NOTHING_TO_DO)
    elif planned:
        lines.append(NEXT_FORCED if in_the_way else NEXT_PLANNED)
    else:
        lines.append(NEXT_WRITTEN)
    return "".join(f"{line}\n" for line in lines)


def _gaps(gaps: Sequence[tuple[str, int, str]]) -> list[str]:
    """The lines to fill in, with what a mark means."""
    if not gaps:
        return []
    lines = [f"{mark('…')} marks what is left empty; it is not written:"]
    lines += [f"  {log(path)}:{number}: {log(text.strip())}" for path, number, text in gaps]
    more = len(gaps) - SHOWN_GAPS
    if more <= 0:
        return lines
    return [*lines[: SHOWN_GAPS + 1], f"  … {plural(more, 'more line')}"]


def _at(line: int | None) -> str:
    return "" if line is None else f", line {line}"


def _short(text: str) -> str:
    return repr(text if len(text) <= LONGEST else text[:LONGEST] + "…")
