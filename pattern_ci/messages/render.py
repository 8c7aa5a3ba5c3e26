"""What rendering and writing say: templates outside the language, files in the way, recovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.model.cases import CASES

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 5

ATTRIBUTE = "a template names variables; it reads attributes of the item of a loop alone."
FIELD = "a field of an item is called by a plain word of small letters, digits and _."
SUBSCRIPT = "a template names variables; it does not look inside them with brackets."
CALL = "a template calls nothing."
ARITHMETIC = "a template does not compute; give the result a variable of its own."
CHOICE = "a choice inside an expression is not in the language; use {% if %} … {% else %}."
LITERAL = "only text in quotes may be printed besides variables."
COLLECTION = "lists and mappings come from variables; a template does not write them."
TEST = "there are no tests (`is …`); {% if name %} says whether a variable holds something."
COMPARISON = "a variable may be compared with == or != to one constant, and no further."
CONDITION = "a condition is made of variables, not, and, or, and comparisons to constants."
FILTER_ARGUMENTS = "filters take no arguments."
LOOP_PLAIN = "a loop is {% for item in items %} … {% endfor %}, without else, if or recursive."
LOOP_OVER = "a loop goes over a variable that holds a list, and over nothing else."
LOOP_NESTED = "a loop does not go over the item of another loop."
LONG_NUMBER = "a number in it is too long to be read."
TOO_DEEP = "blocks and conditions are nested too deeply."


def no_filter(name: str) -> str:
    """A filter that is not one of ours."""
    return f"there is no filter {name!r}; there are {', '.join(CASES)}."


def no_statement(keyword: str) -> str:
    """A block that is not part of the language."""
    return f"{{% {keyword} %}} is not in the language; there are if and for."


def no_expression(kind: str) -> str:
    """An expression that no other sentence explains."""
    return f"this kind of expression ({kind}) is not in the language."


def reserved(name: str) -> str:
    """A variable whose name the template engine keeps for itself."""
    return f"{name!r} cannot be the name of a variable."


def not_a_template(problem: str) -> str:
    """The engine cannot parse it."""
    return f"this is not a valid template: {problem.rstrip('.')}."


def too_large(limit: int) -> str:
    """More characters than any source file has."""
    return f"the template is longer than {limit} characters."


def output_too_large(limit: int) -> str:
    """What is rendered grows without end."""
    return f"the template renders to more than {limit} characters."


def too_many_rounds(limit: int) -> str:
    """Loops that run on."""
    return f"the loops of the template run more than {limit} rounds in all."


def unusable(line: int, column: int, problem: str, further: int) -> str:
    """Why a template is not rendered: its first problem, and how many follow."""
    more = f" ({further} more)" if further else ""
    return f"the template cannot be used, line {line}, column {column}: {problem}{more}"


def wrong_value(name: str, problem: str) -> str:
    """A variable that holds what no template can take."""
    return f"the variable {name} {problem}."


IS_A_LIST = "holds a list, and the template prints it without a loop"
IS_NO_LIST = "is looped over, and holds no list"
IS_NO_TEXT = "holds something that is neither text, number, true, false nor a list of these"
IS_ENTRIES = "holds entries with fields, and the template prints each as a whole"
IS_NO_ENTRIES = "holds an entry without the fields that the template prints"


def listed(names: Sequence[str]) -> str:
    """Names in a row; a long row is cut and counted."""
    shown = ", ".join(names[:SHOWN])
    more = len(names) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def in_the_way(paths: Sequence[str]) -> str:
    """Files that would be overwritten without consent."""
    verb = "is" if len(paths) == 1 else "are"
    return f"{listed(paths)} {verb} there already, and would be overwritten."


def blocked(path: str, blocker: str) -> str:
    """A folder where a file is to be, or the other way round; no option changes that."""
    what = "something that is no plain file" if path == blocker else f"the file {blocker}"
    return f"{path} cannot be written: {what} is in the way."


def same_place(first: str, second: str) -> str:
    """Two files of one change that cannot both exist everywhere."""
    return f"{first} and {second} cannot both be written: on some systems they are one path."


def changed_meanwhile(path: str) -> str:
    """Somebody else wrote the file between looking and writing."""
    return f"{path} was changed by someone else meanwhile; nothing was written."


def locked(pid: str) -> str:
    """Another process of ours is writing."""
    return f"another pattern-ci{f' (process {pid})' if pid else ''} is writing here."


def finished(paths: Sequence[str], left: Sequence[str]) -> str:
    """Recovery went forward."""
    return f"An interrupted change was finished: {listed(paths)}.{_left(left)}"


def undone(paths: Sequence[str], left: Sequence[str], kept: Sequence[str]) -> str:
    """Recovery went back."""
    saved = f" What stood there before is in {listed(kept)}." if kept else ""
    return f"An interrupted change was undone: {listed(paths)}.{_left(left)}{saved}"


def _left(paths: Sequence[str]) -> str:
    return f" Changed since, and left as it is: {listed(paths)}." if paths else ""


NOTHING_WRITTEN = "An interrupted change was undone: nothing of it had been written yet."
FORCE_STEP = "compare them, then repeat this with --force."
BLOCKED_STEP = "move it away, or choose other values."
AGAIN_STEP = "look at the file, then run this again."
WAIT_STEP = "wait until it is done, then run this again."


def journal_unreadable(path: str, problem: str) -> str:
    """The journal is not what we write."""
    return f"an earlier change was interrupted, and its journal {path} cannot be read: {problem}."


JOURNAL_STEP = "look at `git status`, put right what is wrong, then delete that journal."


def not_undone(path: str, problem: str) -> str:
    """Undoing failed half-way; the journal is still there."""
    return f"a change was interrupted and cannot be undone at {path}: {problem}."


UNDO_STEP = "make room or fix the permissions, then run this again: it goes on from there."
NO_BACKUP = "what stood there before is gone from the staging folder"
