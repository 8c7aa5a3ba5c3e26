"""What validation says about a library."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pattern_ci.model.finding import Finding, Severity

NOT_A_FILE = "this is no file."
MISSING = "there is no such file."
NOT_UTF8 = "this byte is not UTF-8; save the file as UTF-8."
EMPTY = "the file is empty."
NOT_A_SCHEMA = "a schema of variables must be a mapping."
SYMLINK = "this is a symlink; put the file itself here."
DOES_NOTHING = "the pattern does nothing: it has no slots, no rewrite and no executor of its own."
LONE_RETURN = "a carriage return stands alone here; end lines with LF."
MIXED_NEWLINES = "the newline style changes here; end lines with LF, the slot says what is written."
CRLF_TEMPLATE = "lines end with CRLF; end them with LF, the slot says what is written."
NOT_A_SPEC_NAME = "the name does not end with .pattern.yaml, so this is never read."
NAME_A_LIBRARY = "name the folder that holds specs/."
NAME_AN_INSTANCE = "name a JSON or YAML file with pattern_id and variables."
NOBODYS = "no spec names this file."
STALE = "this is not what the specs say; run `pattern-ci validate --fix`."
FOREIGN = (
    "this is not what the specs say, and somebody else wrote it; move it away, then run "
    "`pattern-ci validate --fix`."
)
_FIELDS = {"pattern_id": "pattern id", "name": "name", "identity": "identity"}


def too_large(limit: int) -> str:
    """A file above the limit."""
    return f"the file is larger than {limit} bytes."


def missing_file(name: str) -> str:
    """A spec or registry names a file that is not there."""
    return f"there is no file {name}."


def pattern_not_found(wanted: str, root: Path) -> str:
    """Nothing answers to this id, name or path."""
    return f"there is no pattern {wanted!r} in {root}."


def broken_spec(finding: Finding) -> str:
    """Its spec is there but cannot be used."""
    return f"Its files cannot be used: {finding.line_text}"


def nearest(wanted: str, names: list[str]) -> str:
    """The names that look most like the one asked for."""
    if not names:
        return "`pattern-ci train --apply` drafts patterns from the history."
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5) or sorted(names)[:3]
    hidden = len(names) - len(near)
    more = f" (of {len(names)})" if hidden else ""
    return f"name one of {', '.join(near)}{more}."


def is_not(wanted: str) -> str:
    """A field that another one decides."""
    return f"this must be {wanted}."


def is_not_file_name(stem: str) -> str:
    """Name and file name differ."""
    return f"the name and the file name must be the same, and the file is called {stem!r}."


def wrong_folder(status: str, folder: str) -> str:
    """A status that belongs in another folder."""
    home = f"{folder}/specs/" if folder else "specs/"
    return f"a spec with the status {status!r} belongs in {home}."


def wrong_total(total: float) -> str:
    """A confidence that is not the sum of its parts."""
    return f"the four parts give a total of {total:g}."


def version_not_in_history(version: str) -> str:
    """A version that the history does not list."""
    return f"the history does not list the version {version}."


def twice(what: str, name: str) -> str:
    """Something that may stand once."""
    return f"{what} {name!r} stands here twice."


def no_path(role: str, missing: list[str]) -> str:
    """A role that cannot be filled."""
    return f"{role!r} needs a value for {', '.join(missing)}."


def unsafe_path(path: str, problem: str) -> str:
    """A path that could leave the repository."""
    return f"{path!r} is refused: {problem}."


def not_in_role(path: str, role: str) -> str:
    """A path that its own role does not match."""
    return f"{path!r} is refused: it is no path of the form {role}."


NO_EDIT = "the slot edits a file; record in `edit` where the entry goes."
NO_ENTRY = "the slot writes a whole file; `edit` belongs to slots that edit."
NO_ANCHOR = "a slot that edits needs an anchor: it says where the entry goes."
ANCHOR_UNUSED = "only a slot of mode edit has an anchor."
ALL_WILD = "every line looks like this; name what siblings have in common."
SAYS_NOTHING = "no line with a letter or a digit looks like this."
NO_WILD = "nothing varies in it; siblings that are all alike cannot be sorted."
ENDS_SEPARATED = "it ends with the separator, which is left out of it."
NOTHING_TO_SORT_BY = "the key is what {*} stands for, and there is none in `like`."
SUITE_BROKEN = "the pattern or the example cannot be read; `pattern-ci validate` shows the place."
EXAMPLES_ALONE = "--examples goes with --repo, --patterns and --fix alone."
NAME_A_PATTERN = "name a pattern of this library by its id or its name."
NOT_ONE_LIST = "it needs one {*}, for the list, and something beside it by which to know the line."
LIST_HAS_NO_LINES = "an element of a list on one line has neither `lines` nor `blank`."
TRIGGER_WRITTEN = "a slot adds this file; a trigger is a file that people write."
ANCHOR_STEP = "give the slot an anchor with place and like."


def no_anchor(slot: str) -> str:
    """A slot that edits and does not say where."""
    return f"the slot {slot} edits a file and has no anchor."


def hole_not_required(name: str, schema: str) -> str:
    """A role whose path needs a value that may be missing."""
    return f"{schema} must declare and require {name!r}: the path is made from it."


def guard_not_boolean(name: str, schema: str) -> str:
    """A guard that is not yes or no."""
    return f"{schema} must declare {name!r} as a boolean: it decides whether the slot is written."


def no_such_slot(name: str) -> str:
    """A check of a slot that is not there."""
    return f"the pattern has no slot {name!r}."


GROUND_TRUTH_ALONE = "--ground-truth goes with --instance and --format text or json, nothing else."


def unknown_kind(kind: str, known: list[str]) -> str:
    """An operation kind that no registry lists."""
    near = difflib.get_close_matches(kind, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "list it in OPERATION_KIND_REGISTRY.yaml."
    return f"the operation kind {kind} is not registered; {hint}"


def unknown_executor(name: str, known: tuple[str, ...]) -> str:
    """A built-in executor that does not exist."""
    return f"there is no {name}; built in: {', '.join(known)}."


def no_page(page: str) -> str:
    """A pattern that nobody explained."""
    return f"the pattern has no page {page}."


def no_example(folder: str) -> str:
    """A folder of examples that is empty or missing."""
    return f"{folder}/ holds no example (*.json)."


def not_recorded(slot: str) -> str:
    """A slot that is written but not recorded."""
    return f"the slot {slot!r} is written too; record its path and sha256."


def renders_otherwise(part: str, value: str) -> str:
    """A recorded output that the templates no longer give."""
    return f"the pattern gives another {part}: {value}."


def not_rendered(slot: str) -> str:
    """A recorded slot that is not written."""
    return f"the slot {slot!r} is not written with these variables."


def accepted(reason: str) -> str:
    """A negative example that passes."""
    return f"the pattern accepts this, though it must be refused: {reason}"


def not_active(pattern_id: str) -> str:
    """A route to a pattern that must not run."""
    return f"{pattern_id} is not active."


def no_pattern(pattern_id: str) -> str:
    """A reference to a pattern that is not there."""
    return f"there is no pattern {pattern_id} here."


def clash(field: str, value: str, path: str) -> str:
    """Two patterns with the same id, name or identity."""
    return f"the {_FIELDS[field]} {value} is taken by {path}."


def cycle(way: list[str]) -> str:
    """Patterns that need each other."""
    return f"patterns need each other: {' → '.join(way)}."


def unusable_schema(path: str) -> str:
    """An instance of a pattern whose schema is broken."""
    return f"the schema of this pattern ({path}) has problems of its own; `validate` lists them."


def no_library(path: str) -> str:
    """Nothing to validate."""
    return f"There is no folder {path}: nothing to validate. `pattern-ci train` finds patterns."


def counts(errors: int, warnings: int) -> str:
    """How many of each, in words."""
    return f"{_many(errors, 'error')}, {_many(warnings, 'warning')}"


def checked(patterns: int, errors: int, warnings: int) -> str:
    """The last line of a run."""
    found = counts(errors, warnings) if errors or warnings else "no problems"
    return f"{_many(patterns, 'pattern')} checked: {found}."


def not_shown(left: Mapping[Severity, int]) -> str:
    """The line about findings that have no annotation."""
    listed = ", ".join(_many(number, level.value) for level, number in left.items() if number)
    return f"Not annotated: {listed} more; the summary of the job lists all of them."


def rewrote(path: str) -> str:
    """A derived file that was written."""
    return f"Rewrote {path}."


def instance_checked(path: str, errors: int, warnings: int) -> str:
    """The last line of a run over one instance."""
    found = counts(errors, warnings) if errors or warnings else "no problems"
    return f"{path} checked: {found}."


def no_folder(path: str) -> str:
    """The folder that --patterns names is not there."""
    return f"{path} is no folder."


def no_instance(path: str) -> str:
    """The file that --instance names is not there."""
    return f"there is no instance file {path}."


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def no_such_pattern(wanted: str, library: str) -> str:
    """`--examples` of something that is not there, or that cannot be read."""
    return f"there is no pattern {wanted!r} that can be read in {library}."


def example_left(path: str, reason: str) -> str:
    """An example that a person has to mend."""
    return f"Left alone: {path}: {reason}"


def examples_refreshed(pattern: str, count: int, *, written: bool) -> str:
    """How many examples come to something else now, and what to do."""
    if not count:
        return f"{pattern}: its templates change no example."
    number = "1 example" if count == 1 else f"{count} examples"
    if written:
        return (
            f"{pattern}: {number} rewritten.\n"
            "Next: raise its version, look the examples over, run `pattern-ci validate`."
        )
    return (
        f"{pattern}: {number} would be rewritten.\n"
        f"Next: `pattern-ci validate --examples {pattern} --fix` writes this."
    )
