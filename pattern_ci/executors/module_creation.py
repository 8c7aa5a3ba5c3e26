"""`module_creation`: a Python package that imports, with tests that pass (VEV and TGB)."""

from __future__ import annotations

import ast
import keyword
import sys
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.executors.flows import validate_execute_verify
from pattern_ci.executors.library import templates, testing, validation
from pattern_ci.executors.library.validation import Structure
from pattern_ci.messages import executors as messages
from pattern_ci.model.cases import snake
from pattern_ci.model.change import Change
from pattern_ci.model.execution import CheckResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pattern_ci.model.execution import Context, ExecutionResult


class _Module(NamedTuple):
    """One module of the package and its test."""

    name: str
    summary: str
    functions: tuple[Mapping[str, Any], ...]


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Create package `name` below `root` with `modules`, and a test of each below `tests`.

    Each module has a `name`, a `summary` and `functions` (`name`, `arguments`, `returns`,
    `summary`, `body`). `run_tests: false` leaves it at the import.
    """
    name, root = str(inputs["name"]), str(inputs.get("root", "."))
    modules = [
        _Module(one["name"], one["summary"], tuple(one.get("functions", ())))
        for one in inputs.get("modules", ())
    ]
    changes = _files(name, root, modules, inputs)

    def validate() -> list[str]:
        # What is there as it is to be was made by a run that was cut off.
        there = [one.path for one in changes if context.read(one.path) not in (None, one.data)]
        return [
            *_bad_names(name, modules),
            *(problem for one in modules for problem in _functions_alone(one)),
            *_missing(context, root, modules, inputs),
            *(messages.there_already(path) for path in there),
            *validation.names([change.path for change in changes]),
            *validation.contents(changes),
        ]

    def act() -> dict[str, Any]:
        made = context.write(changes)
        return {"package": name, "files": [one.path for one in made]}

    def verify() -> list[CheckResult]:
        return [
            *validation.written(context, changes),
            *_proofs(context, name, root, modules, inputs),
        ]

    return validate_execute_verify(validate=validate, execute=act, verify=verify)


def _bad_names(package: str, modules: list[_Module]) -> list[str]:
    names = [*package.split("."), *(one.name for one in modules)]
    names += [function["name"] for one in modules for function in one.functions]
    known = package.partition(".")[0]
    taken = [messages.of_the_library(known)] if known in sys.stdlib_module_names else []
    return taken + [
        messages.no_identifier(name)
        for name in names
        if not name.isidentifier() or keyword.iskeyword(name)
    ]


def _functions_alone(module: _Module) -> Iterator[str]:
    """Whether a module is to hold its functions, each once, and nothing beside them.

    Arguments and what is returned are texts, and could hold any statement.
    """
    # Python reads a name in this form (reference, 2.3).
    names = [unicodedata.normalize("NFKC", str(one["name"])) for one in module.functions]
    yield from (messages.named_twice(f"{module.name}.{one}") for one in _more_than_once(names))
    try:
        _, *made = ast.parse(_module(module)).body
    except SyntaxError:
        return  # whoever looks at the files says where
    if [one.name if isinstance(one, ast.FunctionDef) else "" for one in made] != names:
        yield messages.more_than_functions(module.name)


def _more_than_once(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _missing(
    context: Context, root: str, modules: list[_Module], inputs: Mapping[str, Any]
) -> list[str]:
    """What the package and its tests need and do not have here."""
    # A Python that is named has modules of its own; it says so itself when the tests are run.
    tested = modules and inputs.get("run_tests", True) and not inputs.get("python")
    there = [root] if (context.root / root).exists() else []
    return [
        *validation.structure(context, Structure(folders=there)),
        *validation.dependencies(modules=("pytest",) if tested else ()),
    ]


def _files(
    package: str, root: str, modules: list[_Module], inputs: Mapping[str, Any]
) -> list[Change]:
    folder = _join(root, package.replace(".", "/"))
    tests = str(inputs.get("tests", "tests"))
    made = [Change(f"{folder}/__init__.py", _docstring(inputs["summary"]).encode())]
    for one in modules:
        made.append(Change(f"{folder}/{one.name}.py", _module(one).encode()))
        test = _test(f"{package}.{one.name}", one)
        made.append(Change(_join(tests, f"test_{snake(one.name)}.py"), test.encode()))
    return made


def _join(folder: str, name: str) -> str:
    return name if folder in ("", ".") else f"{folder}/{name}"


def _docstring(text: str) -> str:
    """A docstring that holds any text."""
    held = " ".join(text.split("\n")).replace("\\", "\\\\")
    if '"""' in held or held.endswith('"'):
        held = held.replace('"', '\\"')
    return f'"""{held}"""\n'


_FUNCTION = """

def {{ name }}({{ arguments }}) -> {{ returns }}:
    {{ summary }}
    {{ body }}
"""
_TEST = """import {{ module }} as module

{% for name in functions %}
def test_{{ name }}_can_be_called() -> None:
    assert callable(module.{{ name }})

{% endfor %}
def test_the_module_says_what_it_is_for() -> None:
    assert module.__doc__ == {{ summary }}
"""


def _module(module: _Module) -> str:
    parts = [_docstring(module.summary)]
    for one in module.functions:
        values = {
            "name": one["name"],
            "arguments": one.get("arguments", ""),
            "returns": one.get("returns", "None"),
            "summary": _docstring(one["summary"]).rstrip("\n"),
            "body": one.get("body") or "return None",
        }
        parts.append(templates.render(_FUNCTION, values, optional=("arguments",)).text)
    return "".join(parts)


def _test(path: str, module: _Module) -> str:
    names = [one["name"] for one in module.functions]
    summary = repr(module.summary.replace("\n", " "))
    values = {"module": path, "functions": names, "summary": summary}
    return templates.render(_TEST, values, optional=("functions",)).text


def _proofs(
    context: Context, package: str, root: str, modules: list[_Module], inputs: Mapping[str, Any]
) -> list[CheckResult]:
    """That every module imports, and that the new tests pass."""
    python = str(inputs.get("python") or sys.executable)
    names = [package, *(f"{package}.{one.name}" for one in modules)]
    seen = []
    path = str(context.root / root)
    for name in names:
        words = [python, "-c", f"import {name}"]
        ran = context.run(words, env={"PYTHONPATH": path})
        passed = None if ran.planned else ran.ok
        seen.append(CheckResult(f"imports {name}", passed, messages.program(ran)))
    if modules and inputs.get("run_tests", True):
        tests = [
            _join(str(inputs.get("tests", "tests")), f"test_{snake(one.name)}.py")
            for one in modules
        ]
        words = [python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
        seen.append(testing.check(context, words, env={"PYTHONPATH": path}))
    return seen
