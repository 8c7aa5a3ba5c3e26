"""What the guard says about a change of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTHING_IN_COMMON = "the two have no commit in common here."
FETCH_MORE = "fetch the whole history (`git fetch --unshallow`), then run this again."
NOT_ALL_HERE = "fetch what is missing; a clone without `--filter` has it."
NEEDS_SINCE = "--rev says which commit is compared; --since says with which."
ADD_SINCE = "add --since with a branch or commit."
NOT_WITH = "--since cannot be combined with --fix, --instance or --registry."
RUN_TWICE = "run the two one after the other."
OUTSIDE = "--since compares commits, and {folder} is not inside of the repository."
INSIDE = "name a folder of the repository, or leave --patterns out."
NO_EXPECTATION = "`expected` of a command must be its exit code (a number), or true or false."
NO_PROGRAM = "a command starts with the name of its program."
CONTROL = "a word of a command holds a control character."
SHELL = "a command must not hand text to a shell; name the program and its arguments."
OUTSIDE_PROGRAM = "the program must be found by its name, or stand inside of the repository."


def missing_objects(count: int, rev: str) -> str:
    """Files of the library are not in this clone."""
    return f"{count} files of the library at {rev[:10]} are not in this clone."


def outside(folder: str) -> str:
    """The library is in no commit."""
    return OUTSIDE.format(folder=folder)


def not_raised(version: str, since: str) -> str:
    """The same version with other content."""
    return (
        f"the pattern does something else than {version} at {since}; raise the version and add an "
        "entry to `history`."
    )


def lowered(version: str, earlier: str, since: str) -> str:
    """An older version than before."""
    return f"{version} is lower than {earlier} at {since}; every change is a higher version."


def no_entry(version: str) -> str:
    """A new version that the history does not know."""
    return f"add an entry for {version} that says what changed."


def not_compared(since: str) -> str:
    """The earlier spec is damaged."""
    return f"the spec cannot be read at {since}, so that nothing was compared with it."


def id_reused(pattern_id: str, identity: str, since: str) -> str:
    """An id that meant something else."""
    return (
        f"{pattern_id} is the pattern with the identity {identity} at {since}; a new pattern needs "
        "an id of its own."
    )


def identity_reused(identity: str, owner: str, since: str) -> str:
    """One pattern under two ids."""
    return f"the identity {identity} belongs to {owner} at {since}; a pattern keeps its id."


def still_routed(pattern_id: str, since: str) -> str:
    """A route to what is gone."""
    return (
        f"{pattern_id} was active at {since} and is gone, but is routed here; run "
        "`pattern-ci validate --fix`, or keep it with the status `retired`."
    )


def two_routes(kind: str, role: str, other: str) -> str:
    """Two active patterns for one thing."""
    what = f"{kind} at {role}" if role else kind
    return f"{what} leads to {other} as well; one active pattern must be responsible."


def differs(example: str, commit: str, difference: str) -> str:
    """A committed file is no longer what comes out."""
    return (
        f"{example} no longer renders to what was committed (in {commit[:10]} or later): "
        f"{difference}. Undo this, or change the example with it."
    )


def new_differs(example: str, commit: str, difference: str) -> str:
    """The evidence of a new pattern is not true."""
    return (
        f"{example} does not render to what was committed (in {commit[:10]} or later): "
        f"{difference}."
    )


def differs_on_purpose(commit: str, difference: str) -> str:
    """Known and accepted."""
    return (
        f"this no longer renders to what was committed (in {commit[:10]} or later): {difference}. "
        "The example was changed with the pattern."
    )


def differed_before(commit: str, difference: str, since: str) -> str:
    """Not the doing of this change."""
    return (
        f"this does not render to what was committed (in {commit[:10]} or later), as at {since}: "
        f"{difference}."
    )


def no_such_file(path: str) -> str:
    """The commit does not have it."""
    return f"{path} is not in that commit"


def of_entry(path: str, reason: str) -> str:
    """An entry that does not stand where its anchor puts it."""
    return f"in {path} {reason.rstrip('.')}"


def first_difference(path: str, line: int, committed: str, rendered: str) -> str:
    """Where two texts part."""
    return f"line {line} of {path} is {_short(committed)} there and {_short(rendered)} here"


def _short(line: str) -> str:
    text = repr(line)
    return text if len(text) <= 60 else f"{text[:56]}…{text[0]}"


def member_differs(path: str) -> str:
    """A file of the evidence is no longer reproduced from its name."""
    return (
        f"{path} was rendered byte for byte from its name alone before, and no longer is. Undo "
        "this, or change the examples with it."
    )


def member_on_purpose(count: int) -> str:
    """The same, accepted."""
    return (
        f"{count} files of the evidence are no longer rendered from their names; the examples were "
        "changed with the pattern."
    )


def not_replayed(replayed: int, without: Iterable[str], lost: Iterable[str]) -> str:
    """Examples that prove nothing here."""
    reasons = []
    if names := sorted(without):
        reasons.append(f"{', '.join(names)} without a commit")
    if commits := sorted({commit[:10] for commit in lost}):
        reasons.append(f"{', '.join(commits)} not in this clone's history")
    done = f"{replayed} examples were replayed; these" if replayed else "nothing was replayed: they"
    return f"{done} could not be: {'; '.join(reasons)}."


def no_examples() -> str:
    """Nothing to replay."""
    return "nothing was replayed: there is no positive example that can be used."


def truth_differs(check: str, example: str, result: bool) -> str:
    """A check of the ground truth does not hold."""
    return f"{check} is {str(result).lower()} for {example}."


def truth_unknown(check: str, known: Iterable[str]) -> str:
    """A check that only another program can make."""
    return (
        f"{check!r} is not checked here; known are {', '.join(known)}, and commands, which are not "
        "run."
    )


def guarded(changed: int, replayed: int, since: str) -> str:
    """What was looked at."""
    patterns = "1 pattern" if changed == 1 else f"{changed} patterns"
    examples = "1 example" if replayed == 1 else f"{replayed} examples"
    return f"Compared with {since}: {patterns} changed, {examples} replayed."


def to_quarantine(ids: Iterable[str]) -> str:
    """What `registry.on_break: quarantine` makes of it."""
    return f"To be quarantined: {', '.join(ids)}."


# -- the label -----------------------------------------------------------------------------------

DISABLED = "DISABLE_PATTERN_AUTOMATION is set, so that no label is changed."
DISABLED_NEXT = "unset it (a variable of the repository or of the shell) to let labels be set."
DOING = "read and set labels"
MAY_NOT = "The token may not set labels, as in a run for a fork; the findings stand without one."


def labelled(number: int, label: str, *, wanted: bool, changed: bool) -> str:
    """What became of the label."""
    if not changed:
        return f"#{number} {'has' if wanted else 'does not have'} the label {label}, as it should."
    return f"#{number}: the label {label} was {'set' if wanted else 'taken off'}."


def planned(line: str) -> str:
    """The same, not done."""
    return f"Plan: {line}"


def not_open(number: int) -> str:
    """Nothing to label."""
    return f"#{number} is not open; its labels stay."
