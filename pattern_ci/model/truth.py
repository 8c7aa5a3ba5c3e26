"""The checks of ground truth by name: what proves that an operation did its work."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci.model.reference import names, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@unique
class Gives(StrEnum):
    """The type of what a check sees, and so of what is expected of it."""

    FLAG = "true or false"
    CODE = "an integer"
    TEXT = "a text"
    VALUE = "any value"


class Truth(NamedTuple):
    """A check: its name, what it asks, and what its spec has to say.

    One of `needs` is what it asks about; `takes` are further keys that it knows. `execution` says
    that only the engine that has just executed can answer, and nobody who sees the tree alone.
    """

    name: str
    needs: tuple[str, ...]
    asks: str
    takes: tuple[str, ...] = ()
    gives: Gives = Gives.FLAG
    execution: bool = False


_FILE: Final = ("path", "slot")
TRUTHS: Final = (
    Truth("file_exists", _FILE, "whether the file is there"),
    Truth(
        "renders",
        ("slot", "template"),
        "whether the file is what the slot, or the template with `values`, renders to",
        takes=("path", "values"),
    ),
    Truth("parses", _FILE, "whether the file is valid for its type"),
    Truth("complete", _FILE, "whether no placeholder is left in the file"),
    Truth(
        "imports",
        (*_FILE, "module"),
        "whether Python can import the module; by name, from a file below `root`",
        takes=("root",),
    ),
    Truth("contains", _FILE, "whether the text `expected` stands in the file", gives=Gives.TEXT),
    Truth("content", _FILE, "whether the file is the text `expected`", gives=Gives.TEXT),
    Truth(
        "command_exits", ("command",), "the exit code of a command", ("root",), gives=Gives.CODE
    ),
    Truth("tests_pass", ("command",), "whether the command that runs the tests exits with 0",
          ("root",)),
    Truth("covered", ("path",), "whether a report of coverage says at least `minimum` percent",
          ("minimum",)),
    Truth("change_parses", ("scope",), "whether every file that `scope` changes is valid"),
    Truth("change_free_of", ("scope",), "whether no line that `scope` adds holds one of `words`",
          ("words",)),
    Truth("value", ("value",), "what a reference leads to", gives=Gives.VALUE),
    Truth("worktree", ("branch",), "whether the branch has a worktree, and its folder is there"),
    Truth("branch_exists", ("branch",), "whether there is the branch"),
    Truth("points_at", ("branch",), "whether the branch is at the commit `expected`",
          gives=Gives.TEXT),
    Truth("ran", ("command",), "the exit code of the last such program that the executor ran",
          gives=Gives.CODE, execution=True),
    Truth("changes_stand", (), "whether every change that is told is what the tree holds",
          takes=("told",), execution=True),
    Truth("nothing_else", (), "whether no other file was changed meanwhile", execution=True),
    Truth("was_clean", (), "whether there was no uncommitted work before", execution=True),
    Truth("replays", ("steps",), "whether the steps, taken again from the start, end in the same",
          ("taken",), execution=True),
    Truth("merged", ("branch",), "whether the commit that the branch was at is in HEAD",
          execution=True),
    Truth("nothing_lost", (), "whether every commit and all uncommitted work is kept; with "
          "`ignored: drop` not what is ignored", takes=("ignored",), execution=True),
)  # fmt: skip
BY_NAME: Final = {truth.name: truth for truth in TRUTHS}
NAMES: Final = tuple(BY_NAME)
# Keys that every check knows: for each item of a list, and only when something holds.
COMMON: Final = ("check", "expected", "each", "when", "given")
# What stands for more than the inputs: the item of `each`, what the executor answered, our Python.
ITEM: Final = "item"
RESULT: Final = "result"
PYTHON: Final = "python"
# These can be answered from a pattern and its examples alone, without running anything.
STATIC: Final = ("renders", "file_exists")


def texts(truth: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of a check that may hold references, with the key where it stands."""
    for key, value in truth.items():
        if key in ("check", "slot", "each", "when", "given"):
            continue
        if key == "expected" and not (isinstance(value, str) and whole(value)):
            continue  # what a file holds may well have braces
        if isinstance(value, str):
            yield (key,), value
        elif isinstance(value, list | tuple):
            yield from (((key, n), one) for n, one in enumerate(value) if isinstance(one, str))


def is_static(truth: Mapping[str, Any]) -> bool:
    """Whether a check can be answered without values, and without running anything."""
    bound = any(names(text) for _, text in texts(truth)) or {"each", "when", "given"} & truth.keys()
    return truth["check"] in STATIC and not bound


def of_execution(truth: Mapping[str, Any]) -> bool:
    """Whether a check is about an execution rather than about the tree."""
    known = BY_NAME.get(str(truth["check"]))
    named = [str(truth.get("each", "")), str(truth.get("given", "")), *truth.get("when", {})]
    told = [name for _, text in texts(truth) for name in names(text)]
    result = any(name.partition(".")[0] == RESULT for name in (*named, *told))
    return result or bool(known and known.execution)
