"""Checks of ground truth about files and programs: what the tree holds, parses, imports, exits."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pattern_ci import files
from pattern_ci.errors import SpecError
from pattern_ci.executors.library import scanning, syntax, templates, validation
from pattern_ci.messages import engine as messages
from pattern_ci.messages import executors
from pattern_ci.messages import truths as said
from pattern_ci.model.truth import PYTHON
from pattern_ci.registry.instances import slot_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.engine.truth_world import Ask, Seen, Truth, World
    from pattern_ci.model.execution import Ran

# The file of the module is told too: one of the same name that is installed is not the work.
_IMPORT = (
    "import importlib, sys; found = importlib.import_module(sys.argv[1]);"
    " print(getattr(found, '__file__', None) or '')"
)
_IMPORT_S = 60.0
_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def path_of(truth: Truth, world: World) -> str:
    """The path that a check is about. Raises SpecError for a check that names none."""
    slot = world.slot(truth.get("slot"))
    if slot is not None:
        return slot_path(slot, world.values)
    if truth.get("path") is None:
        raise SpecError(messages.names_nothing(str(truth["check"])))
    return _plain(text_of(truth, "path"))


def _plain(path: str) -> str:
    """Without parts that are a mere `.`; whether it stays inside is asked by whoever reads it."""
    return path if ".." in path or path.startswith("/") else PurePosixPath(path).as_posix()


def text_of(truth: Truth, key: str) -> str:
    """The text of a check. Raises SpecError for a reference that led to something else."""
    value = truth.get(key)
    if not isinstance(value, str) or not value:
        raise SpecError(said.wrong_type(str(truth["check"]), key, "a text"))
    return value


def command_of(truth: Truth) -> list[str]:
    """The command of a check. Raises SpecError for what is no list of words."""
    words = truth.get("command")
    if not isinstance(words, list) or not words or not all(isinstance(one, str) for one in words):
        raise SpecError(said.wrong_type(str(truth["check"]), "command", "a list of words"))
    return words


def _file_exists(truth: Truth, world: World) -> Seen:
    return world.context.read(path_of(truth, world)) is not None, ""


def _renders(truth: Truth, world: World) -> Seen:
    if "template" in truth:
        return _renders_template(truth, world)
    slot = world.slot(truth.get("slot"))
    return (None, messages.NO_SLOT) if slot is None else (world.again(slot), "")


def _renders_template(truth: Truth, world: World) -> Seen:
    """Whether a file is what a template gives with some values, later ones over earlier ones."""
    values: dict[str, Any] = {}
    for part in truth.get("values", ()):
        values.update(templates.flat(_mapping(truth, part)))
    template = templates.load(world.context, _mapping(truth, truth["template"]))
    if truth.get("path"):
        path = path_of(truth, world)
    elif template.path:
        path = templates.render(template.path, values).text
    else:
        raise SpecError(said.NO_TEMPLATE_PATH)
    made = templates.render(template.source, values)
    if made.problems:
        return False, made.problems[0]
    there = world.context.read(path)
    return there == made.text.encode(), "" if there is not None else messages.not_there(path)


def _mapping(truth: Truth, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise SpecError(said.wrong_type(str(truth["check"]), "values", "a mapping"))
    return value


def _contains(truth: Truth, world: World) -> Seen:
    text = world.context.read(path_of(truth, world))
    return text is not None and str(truth["expected"]).encode() in text, ""


def _content(truth: Truth, world: World) -> Seen:
    text = world.context.read(path_of(truth, world))
    return text is not None and str(truth["expected"]).encode() == text, ""


def _complete(truth: Truth, world: World) -> Seen:
    path = path_of(truth, world)
    data = world.context.read(path)
    if data is None:
        return False, messages.not_there(path)
    found = validation.placeholders(path, data)
    return not found, said.left_in(found)


def _parses(truth: Truth, world: World) -> Seen:
    path = path_of(truth, world)
    data = world.context.read(path)
    if data is None:
        return False, messages.not_there(path)
    if not syntax.known(path, data):
        return None, messages.no_parser(path)
    found = syntax.problem(path, data)
    if found is None:
        return True, ""
    return False, messages.does_not_parse(path, f"{found.line}:{found.column}: {found.message}")


def _imports(truth: Truth, world: World) -> Seen:
    named = truth.get("module")
    path = "" if named else path_of(truth, world)
    module = text_of(truth, "module") if named else _module(path)
    if not _MODULE.fullmatch(module):
        return False, said.NO_MODULE
    # `src/` is where packages are looked for, and is none itself.
    env = _search(truth, world) if path[:4] != "src/" else {"PYTHONPATH": "src"}
    command = [str(world.scope[PYTHON]), "-c", _IMPORT, module]
    ran = world.context.run(command, reads=True, timeout_s=_IMPORT_S, env=env)
    if not ran.ok:
        return False, messages.last_line(ran.stderr)
    ours = not named or _is_ours(ran, world)
    return ours, "" if ours else said.NO_FILE_OF_ITS_OWN


def _is_ours(ran: Ran, world: World) -> bool:
    """Whether the module that was imported is a file below the top of the repository."""
    lines = ran.stdout.decode("utf-8", "surrogateescape").splitlines()
    top = world.context.root.resolve().as_posix()
    return bool(lines) and lines[-1].startswith(f"{top}/")


def _module(path: str) -> str:
    """`pkg/mod.py`, `src/pkg/__init__.py` and `pkg.mod` as names of modules."""
    if not path.endswith(".py") and "/" not in path:
        return path
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__").removeprefix("src.")


def _search(truth: Truth, world: World) -> dict[str, str | None]:
    """Where Python looks for modules when a check names a folder for them."""
    if not truth.get("root"):
        return {}
    folder = _plain(text_of(truth, "root"))
    top = world.context.root
    return {"PYTHONPATH": str(top if folder == "." else files.inside(top, folder))}


def _command_exits(truth: Truth, world: World) -> Seen:
    env = _search(truth, world)
    ran = world.context.run(command_of(truth), reads=True, env=env)
    if ran.returncode is None:
        return -1, messages.TIMED_OUT
    return ran.returncode, "" if ran.ok else messages.last_line(ran.stderr or ran.stdout)


def _tests_pass(truth: Truth, world: World) -> Seen:
    code, detail = _command_exits(truth, world)
    return code == 0, detail


def _covered(truth: Truth, world: World) -> Seen:
    path = path_of(truth, world)
    report = world.context.read(path)
    share = None if report is None else scanning.line_rate(report)
    if share is None:
        return False, executors.no_coverage(path, there=report is not None)
    least = truth.get("minimum")
    if not isinstance(least, int | float):
        raise SpecError(said.wrong_type("covered", "minimum", "a number"))
    return share >= least, executors.coverage(share, least)


def _change_parses(truth: Truth, world: World) -> Seen:
    scope = text_of(truth, "scope")
    change = scanning.scope(world.context, scope, reads=syntax.known, lines=False)
    found = [path for path, data in change.contents.items() if syntax.problem(path, data)]
    found += change.unread
    return not found, said.broken(found)


def _change_free_of(truth: Truth, world: World) -> Seen:
    scope, words = text_of(truth, "scope"), truth.get("words") or ()
    change = scanning.scope(world.context, scope, reads=lambda _: False, lines=bool(words))
    found = [*scanning.forbidden(change.added, words), *map(executors.unread, change.unseen)]
    return not found, executors.first_of(found, len(change.added))


CHECKS: dict[str, Ask] = {
    "file_exists": _file_exists,
    "renders": _renders,
    "parses": _parses,
    "complete": _complete,
    "imports": _imports,
    "contains": _contains,
    "content": _content,
    "covered": _covered,
    "change_parses": _change_parses,
    "change_free_of": _change_free_of,
    "command_exits": _command_exits,
    "tests_pass": _tests_pass,
}
