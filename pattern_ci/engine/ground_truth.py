"""Asks the tree whether an operation did its work: the checks that a spec or a plan names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.engine.execution_checks import CHECKS as OF_EXECUTIONS
from pattern_ci.engine.file_checks import CHECKS as OF_FILES
from pattern_ci.engine.git_checks import CHECKS as OF_GIT
from pattern_ci.errors import FatalError, SpecError
from pattern_ci.messages import truths as messages
from pattern_ci.model.execution import CheckResult
from pattern_ci.model.reference import NoValueError, filled, given, value_of, whole
from pattern_ci.model.truth import BY_NAME, ITEM, Gives, of_execution

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pattern_ci.engine.truth_world import Ask, Truth, World


# `expected` is what a file is searched for here, and the file either holds it or not.
_SEARCHED = ("contains", "content", "points_at")
_AS_THEY_ARE = ("check", "slot", "each", "when", "given")


def evaluate(truths: Iterable[Truth], world: World) -> tuple[CheckResult, ...]:
    """Every check that applies, in order: for each item of its list, while its conditions hold."""
    return tuple(result for truth in truths for result in _results(truth, world))


def check(truth: Truth, world: World) -> CheckResult:
    """One check, without list or conditions; `passed` is None where it cannot be asked."""
    return _result(truth, world, world.scope)


def sufficient(truths: Iterable[Truth], results: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """What results say about a step that was under way when its run was cut off.

    Where some checks were about the execution, which is gone, the others hold before the work as
    well as after it: that they hold proves nothing, that one does not proves enough.
    """
    if any(of_execution(truth) for truth in truths):
        return tuple(result for result in results if result.passed is False)
    return tuple(results)


def _results(truth: Truth, world: World) -> Iterator[CheckResult]:
    if world.done is None and of_execution(truth):
        yield CheckResult(_title(truth), None, messages.NOTHING_EXECUTED)
        return
    try:
        # What does not speak of an item decides first: a list may be there only when it holds.
        if not _applies(truth, world, world.scope, of_item=False):
            return
        for scope in _scopes(truth, world.scope):
            if _applies(truth, world, scope, of_item=True):
                yield _result(truth, world, scope)
    except FatalError as error:  # a list that is none
        yield CheckResult(_title(truth), False, error.line)


def _result(truth: Truth, world: World, scope: Mapping[str, Any]) -> CheckResult:
    known = BY_NAME.get(truth["check"])
    if known is None:
        return CheckResult(_title(truth), None, messages.cannot_ask(str(truth["check"])))
    if known.execution and world.done is None:
        return CheckResult(_title(truth), None, messages.NOTHING_EXECUTED)
    name = _title(truth)
    try:
        literal = _filled(truth, scope)
        name = _title({**literal, "value": truth.get("value")})
        seen, detail = CHECKS[known.name](literal, world)
    except FatalError as error:
        return CheckResult(name, False, error.line)
    if seen is None and known.gives is not Gives.VALUE:
        return CheckResult(name, None, detail)
    expected = True if known.name in _SEARCHED else literal["expected"]
    passed = seen == expected and isinstance(seen, bool) == isinstance(expected, bool)
    return CheckResult(name, passed, detail or ("" if passed else messages.seen(seen, expected)))


def _scopes(truth: Truth, scope: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The scope of each item of the list that a check names; without a list, the one there is."""
    name = truth.get("each")
    if name is None:
        yield scope
        return
    if not given(name, scope):
        return
    items = value_of(name, scope)
    if not isinstance(items, list | tuple):
        raise SpecError(messages.no_list(name))
    for item in items:
        yield {**scope, ITEM: item}


def _applies(truth: Truth, world: World, scope: Mapping[str, Any], *, of_item: bool) -> bool:
    """Whether everything holds on which a check depends: its slot is written, its conditions."""
    slot = world.slot(truth.get("slot"))
    if slot is not None and slot.when is not None and not world.values.get(slot.when):
        return False
    name = truth.get("given")
    if name and _of_item(name) == of_item and not given(name, scope):
        return False
    conditions = truth.get("when", {}).items()
    return all(_is(name, wanted, scope) for name, wanted in conditions if _of_item(name) == of_item)


def _of_item(name: str) -> bool:
    return name.partition(".")[0] == ITEM


def _is(name: str, wanted: Any, scope: Mapping[str, Any]) -> bool:
    """Whether a value is the wanted one, or one of them; a value that is not there is null."""
    value = value_of(name, scope) if given(name, scope) else None
    among = wanted if isinstance(wanted, list) else [wanted]
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in among)


def _filled(truth: Truth, scope: Mapping[str, Any]) -> dict[str, Any]:
    """A check with values in place of references. Raises SpecError for one that leads nowhere."""
    made = dict(truth)
    try:
        for key in truth.keys() - set(_AS_THEY_ARE):
            made[key] = _value(key, truth[key], scope)
    except NoValueError as error:
        raise SpecError(messages.no_value(str(truth["check"]), str(error.args[0]))) from error
    return made


def _value(key: str, value: Any, scope: Mapping[str, Any]) -> Any:
    if isinstance(value, str):  # what is expected of a file may well have braces
        return value if key == "expected" and not whole(value) else filled(value, scope)
    if key == "values" and isinstance(value, list):  # those that are not given say nothing
        return [filled(one, scope) for one in value if given(one[1:-1], scope)]
    if key == "command" and isinstance(value, list):
        return [filled(one, scope) if isinstance(one, str) else one for one in value]
    return value


def _title(truth: Truth) -> str:
    about = next((truth[key] for key in _ABOUT if truth.get(key)), "")
    words = " ".join(map(str, about)) if isinstance(about, list | tuple) else about
    return f"{truth['check']} {words if isinstance(words, str) else ''}".strip()


_ABOUT = ("slot", "path", "module", "branch", "command", "value")
CHECKS: dict[str, Ask] = {**OF_FILES, **OF_GIT, **OF_EXECUTIONS}
