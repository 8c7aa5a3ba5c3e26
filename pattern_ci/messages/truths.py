"""What checks of ground truth say, and what is wrong with one that cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.engine import LONGEST, cannot_ask, last_line, seen
from pattern_ci.messages.escaping.lines import one_line, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["cannot_ask", "last_line", "seen"]

NOTHING_EXECUTED = "nothing was executed just now"
IN_COMPANY = "other steps ran at the same time"
WAS_ACCEPTED = "it was executed"
NOT_RUN = "the executor ran no such program"
NO_FILE_OF_ITS_OWN = "it is no file of this repository"
NO_MODULE = "the name of a module has letters, digits, underscores and dots"
NO_TEMPLATE_PATH = "neither the check nor the template names a path"
NO_BRANCH_BEFORE = "there was no such branch before"
NOTHING_AT_STAKE = "there was nothing that could be lost"


def not_here(names: Sequence[str]) -> str:
    """Programs and modules that an example needs."""
    return f"needs {', '.join(names)}, which is not here"


def no_list(name: str) -> str:
    """`each` of a check names something that is no list."""
    return f"{name} is no list."


def no_value(check: str, name: str) -> str:
    """A reference of a check leads nowhere."""
    return f"the check {check} speaks of {{{name}}}, which is not there."


def wrong_type(check: str, key: str, wanted: str) -> str:
    """A value that a reference led to is of no use to its check."""
    return f"the check {check} needs {wanted} as its {key}."


def left_in(lines: Sequence[str]) -> str:
    """The first placeholder that was left in a file."""
    return _first(lines)


def not_as_told(paths: Sequence[str]) -> str:
    """Files that are not as they were said to have been written."""
    return _of_files(paths, "not as told")


def never_written(paths: Sequence[str]) -> str:
    """Files that the executor says it wrote, and that were not written through the engine."""
    return _of_files(paths, "not written")


def changed_too(paths: Sequence[str]) -> str:
    """Files that changed and that nobody told of."""
    return _of_files(paths, "changed and not told")


def was_there(paths: Sequence[str]) -> str:
    """Uncommitted work that was there before."""
    return _of_files(paths, "uncommitted work")


def broken(paths: Sequence[str]) -> str:
    """Files of a change that are not valid for their types."""
    return _of_files(paths, "not valid for its type")


def ends_otherwise(paths: Sequence[str]) -> str:
    """Files that are not what the steps make of them."""
    return _of_files(paths, "not what the steps make")


def lost(things: Sequence[str]) -> str:
    """Commits or uncommitted files that are nowhere any more."""
    return _of_files(things, "nowhere any more")


def is_at(found: str, wanted: str) -> str:
    """A branch that is at another commit."""
    return f"it is at {found[:12] or 'no commit'}, not at {wanted[:12] or 'one that is there'}"


def _of_files(paths: Sequence[str], what: str) -> str:
    return _first([f"{path} is {what}" for path in paths])


def _first(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    return short(one_line(f"{lines[0]}{more}"), LONGEST)


def unknown_check(name: str, known: Sequence[str]) -> str:
    """A check of ground truth that does not exist."""
    import difflib  # most libraries have no such check

    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
    return f"there is no check {name}; {hint}"


def needs(check: str, keys: Iterable[str]) -> str:
    """A check that names nothing it could be about."""
    return f"the check {check} needs {' or '.join(keys)}."


def does_not_take(check: str, key: str) -> str:
    """A key that belongs to other checks."""
    return f"the check {check} does not know {key}."


def expects(check: str, type_: str) -> str:
    """A value that a check can never see."""
    return f"the check {check} sees {type_}: anything else is never what it expects."


def no_such_input(name: str, inputs: str) -> str:
    """A reference to a variable that the schema does not declare."""
    return f"{{{name}}} is no variable of {inputs}."


def stray_brace(text: str) -> str:
    """A brace in a text with references that belongs to none."""
    return f"{text!r} has a brace that belongs to no reference such as {{name}} or {{item.path}}."


def item_without_each(name: str) -> str:
    """A reference to an item where there is no list."""
    return f"{{{name}}} stands for an item of a list: name the list with `each`."


def is_no_list(name: str, inputs: str) -> str:
    """`each` names a variable that is no list."""
    return f"{name} of {inputs} is no list."
