"""Each check of a spec's ground truth can be asked: known, about something, of values there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.files import unsafe
from pattern_ci.messages import truths as messages
from pattern_ci.messages.validate import unsafe_path
from pattern_ci.model.reference import filled_with, names, stray
from pattern_ci.model.truth import BY_NAME, COMMON, ITEM, NAMES, PYTHON, RESULT, Gives, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pattern_ci.model.finding import Finding
    from pattern_ci.model.pattern import Spec
    from pattern_ci.model.truth import Truth
    from pattern_ci.registry.reading import DataFile
    from pattern_ci.registry.suites import Suite
    from pattern_ci.yaml import Key

RULE = "spec-truth"
_TYPES: dict[Gives, tuple[type, ...]] = {
    Gives.FLAG: (bool,),
    Gives.CODE: (int, bool),  # true and false stand for exit codes in older specs
    Gives.TEXT: (str,),
    Gives.VALUE: (str, int, float, bool, type(None)),
}


class _Problem(NamedTuple):
    """What is wrong at a key below the check."""

    key: Key
    message: str


def check(suite: Suite, spec: Spec) -> Iterator[Finding]:
    """Every rule about the checks of one spec."""
    for index, truth in enumerate(spec.ground_truth):
        for problem in _problems(truth, suite, spec):
            yield suite.file.at(("ground_truth", index, *problem.key), RULE, problem.message)


def of_example(file: DataFile, suite: Suite) -> Iterator[Finding]:
    """Every rule about the checks that a positive example has of its own."""
    assert suite.spec is not None
    for index, truth in enumerate(file.data.get("ground_truth", ())):
        for problem in _problems(truth, suite, suite.spec):
            yield file.at(("ground_truth", index, *problem.key), RULE, problem.message)


def faults_of_tree_check(truth: Mapping[str, Any]) -> list[str]:
    """What is wrong with a check that a tree alone is to answer, without any pattern."""
    name = str(truth["check"])
    known = BY_NAME.get(name)
    plain = [one.name for one in BY_NAME.values() if not one.execution and one.name != "value"]
    if known is None or name not in plain:
        return [messages.unknown_check(name, plain)]
    if "expected" not in truth:
        return [messages.expects(name, known.gives.value)]
    bound = [key for key in ("slot", "each", "given", "when") if key in truth]
    bound += [name for _, text in texts(truth) for name in names(text)]
    found = [messages.does_not_take(name, key) for key in bound]
    return [*found, *(problem.message for problem in (*_keys(truth, known), *_paths(truth)))]


def _problems(truth: Mapping[str, Any], suite: Suite, spec: Spec) -> Iterator[_Problem]:
    known = BY_NAME.get(truth["check"])
    if known is None:
        yield _Problem(("check",), messages.unknown_check(truth["check"], NAMES))
        return
    yield from _keys(truth, known)
    yield from _paths(truth)
    schema = suite.schema.data if suite.schema else None
    if isinstance(schema, dict) and isinstance(schema.get("properties", {}), dict):
        yield from _references(truth, schema.get("properties", {}), spec.inputs)


def _keys(truth: Mapping[str, Any], known: Truth) -> Iterator[_Problem]:
    if known.needs and not any(key in truth for key in known.needs):
        yield _Problem(("check",), messages.needs(known.name, known.needs))
    for key in truth:
        if key not in (*COMMON, *known.needs, *known.takes):
            yield _Problem((key,), messages.does_not_take(known.name, key))
    if type(truth["expected"]) not in _TYPES[known.gives]:
        yield _Problem(("expected",), messages.expects(known.name, known.gives.value))


def _paths(truth: Mapping[str, Any]) -> Iterator[_Problem]:
    for key in ("path", "root"):
        text = truth.get(key)
        if text is None:
            continue
        # Any value of a reference is checked again when it is known; this is about the fixed parts.
        problem = unsafe(filled_with("x", text))
        if stray(text):
            yield _Problem((key,), messages.stray_brace(text))
        elif problem and text != ".":
            yield _Problem((key,), unsafe_path(text, problem))


def _references(
    truth: Mapping[str, Any], declared: Mapping[str, Any], inputs: str
) -> Iterator[_Problem]:
    bound: dict[Key, str] = {("each",): truth.get("each", ""), ("given",): truth.get("given", "")}
    bound |= {("when", name): name for name in truth.get("when", {})}
    for key, name in bound.items():
        if name:
            yield from _declared(key, name, truth, declared, inputs)
    for key, text in texts(truth):
        for name in names(text):
            yield from _declared(key, name, truth, declared, inputs)
    listed = declared.get(truth.get("each", ""))
    if isinstance(listed, dict) and listed.get("type", "array") != "array":
        yield _Problem(("each",), messages.is_no_list(truth["each"], inputs))


def _declared(
    key: Key, name: str, truth: Mapping[str, Any], declared: Mapping[str, Any], inputs: str
) -> Iterator[_Problem]:
    first, _, rest = name.partition(".")
    if first == ITEM and ITEM not in declared:
        if "each" not in truth or key == ("each",):
            yield _Problem(key, messages.item_without_each(name))
        else:
            yield from _part(key, name, rest, _items(truth["each"], declared), inputs)
    elif first in declared:
        yield from _part(key, name, rest, declared[first], inputs)
    elif first not in (RESULT, PYTHON):
        yield _Problem(key, messages.no_such_input(name, inputs))


def _items(each: str, declared: Mapping[str, Any]) -> Any:
    listed = declared.get(each)
    return listed.get("items") if isinstance(listed, dict) else None


def _part(key: Key, name: str, rest: str, schema: Any, inputs: str) -> Iterator[_Problem]:
    """A part of a value that its schema lists; what the schema leaves open may have any."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    part = rest.partition(".")[0]
    if part and isinstance(properties, dict) and part not in properties:
        yield _Problem(key, messages.no_such_input(name, inputs))
