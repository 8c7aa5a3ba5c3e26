"""Asks the tree whether an operation did its work: the checks that a spec or a plan names."""

from __future__ import annotations

import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.errors import FatalError, SpecError, UnsafePathError
from pattern_ci.executors.library import syntax
from pattern_ci.messages import engine as messages
from pattern_ci.model.execution import CheckResult
from pattern_ci.model.role import Role, RoleSyntaxError
from pattern_ci.registry.instances import slot_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pattern_ci.model.execution import Context
    from pattern_ci.model.pattern import Slot
    from pattern_ci.registry.library import Pattern

_IMPORT = "import importlib, sys; importlib.import_module(sys.argv[1])"
_IMPORT_S = 60.0


class World(NamedTuple):
    """What checks are asked about: a context, and the pattern and values that were executed.

    `again` says for a slot whether the file is what rendering it would leave.
    """

    context: Context
    pattern: Pattern | None = None
    values: Mapping[str, Any] = {}
    again: Callable[[Slot], bool | None] = lambda _: None


def evaluate(truths: Iterable[Mapping[str, Any]], world: World) -> tuple[CheckResult, ...]:
    """Every check that applies, in order; one about a slot that is not written does not."""
    return tuple(check(truth, world) for truth in truths if _applies(truth, world))


def check(truth: Mapping[str, Any], world: World) -> CheckResult:
    """One check. What cannot be asked has `passed` None, and the detail says why."""
    name = _title(truth)
    ask = CHECKS.get(truth["check"])
    if ask is None:
        return CheckResult(name, None, messages.cannot_ask(str(truth["check"])))
    try:
        seen, detail = ask(truth, world)
    except FatalError as error:
        return CheckResult(name, False, error.line)
    if seen is None:
        return CheckResult(name, None, detail)
    expected = True if truth["check"] == "contains" else truth["expected"]
    passed = seen == expected and isinstance(seen, bool) == isinstance(expected, bool)
    return CheckResult(name, passed, detail or ("" if passed else messages.seen(seen, expected)))


def _title(truth: Mapping[str, Any]) -> str:
    about = truth.get("slot") or truth.get("path") or " ".join(truth.get("command", ()))
    return f"{truth['check']} {about}".strip()


def _slot(truth: Mapping[str, Any], world: World) -> Slot | None:
    slots = world.pattern.spec.slots if world.pattern else ()
    return next((slot for slot in slots if slot.id == truth.get("slot")), None)


def _applies(truth: Mapping[str, Any], world: World) -> bool:
    slot = _slot(truth, world)
    return slot is None or slot.when is None or bool(world.values.get(slot.when))


def _path(truth: Mapping[str, Any], world: World) -> str:
    """The path that a check is about. Raises UnsafePathError, SpecError."""
    slot = _slot(truth, world)
    if slot is not None:
        return slot_path(slot, world.values)
    path: str | None = truth.get("path")
    if path is None:
        raise SpecError(messages.names_nothing(str(truth["check"])))
    if "{" not in path:
        return path
    try:
        return Role(path).path({name: str(value) for name, value in world.values.items()})
    except (RoleSyntaxError, KeyError) as error:
        raise UnsafePathError(messages.no_such_place(path)) from error


_Seen = tuple[bool | int | None, str]


def _file_exists(truth: Mapping[str, Any], world: World) -> _Seen:
    return world.context.read(_path(truth, world)) is not None, ""


def _renders(truth: Mapping[str, Any], world: World) -> _Seen:
    slot = _slot(truth, world)
    return (None, messages.NO_SLOT) if slot is None else (world.again(slot), "")


def _contains(truth: Mapping[str, Any], world: World) -> _Seen:
    text = world.context.read(_path(truth, world))
    return text is not None and str(truth["expected"]).encode() in text, ""


def _parses(truth: Mapping[str, Any], world: World) -> _Seen:
    path = _path(truth, world)
    data = world.context.read(path)
    if data is None:
        return False, messages.not_there(path)
    if not syntax.known(path):
        return None, messages.no_parser(path)
    found = syntax.problem(path, data)
    if found is None:
        return True, ""
    return False, messages.does_not_parse(path, f"{found.line}:{found.column}: {found.message}")


def _imports(truth: Mapping[str, Any], world: World) -> _Seen:
    path = _path(truth, world)
    # Asking must leave nothing behind; and `src/` is where packages are looked for, not one.
    env = {"PYTHONDONTWRITEBYTECODE": "1"} | ({"PYTHONPATH": "src"} if path[:4] == "src/" else {})
    command = [sys.executable, "-c", _IMPORT, _module(path)]
    ran = world.context.run(command, reads=True, timeout_s=_IMPORT_S, env=env)
    return ran.ok, "" if ran.ok else messages.last_line(ran.stderr)


def _module(path: str) -> str:
    """`pkg/mod.py`, `src/pkg/__init__.py` and `pkg.mod` as names of modules."""
    if not path.endswith(".py") and "/" not in path:
        return path
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__").removeprefix("src.")


def _command_exits(truth: Mapping[str, Any], world: World) -> _Seen:
    ran = world.context.run(truth["command"], reads=True)
    if ran.returncode is None:
        return -1, messages.TIMED_OUT
    return ran.returncode, "" if ran.ok else messages.last_line(ran.stderr or ran.stdout)


def _tests_pass(truth: Mapping[str, Any], world: World) -> _Seen:
    code, detail = _command_exits(truth, world)
    return code == 0, detail


CHECKS: dict[str, Callable[[Mapping[str, Any], World], _Seen]] = {
    "file_exists": _file_exists,
    "renders": _renders,
    "parses": _parses,
    "imports": _imports,
    "contains": _contains,
    "command_exits": _command_exits,
    "tests_pass": _tests_pass,
}
