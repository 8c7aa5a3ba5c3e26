"""Rules that mend an error: which diagnosis each fits, and what it makes of the files.

A rule proposes whole files and never writes. What it proposes parses, or at least further than it
did; whether it helps is for whoever asked to find out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci.executors.library import commands_that_fix, imports, repairs, syntax
from pattern_ci.executors.library.transforming import rule_of, text_of
from pattern_ci.model.change import Change
from pattern_ci.model.diagnosis import ErrorClass
from pattern_ci.render import rewriting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pattern_ci.model.diagnosis import Diagnosis
    from pattern_ci.model.execution import Context


class Rule(NamedTuple):
    """A way to mend errors: its id, what it does, which errors it fits, and the files it wants."""

    id: str
    does: str
    fits: Callable[[Diagnosis], bool]
    propose: Callable[[Context, Diagnosis], Iterator[list[Change]]]


def rules_for(
    found: Diagnosis, rules: Sequence[Rule], allowed: Iterable[str] | None = None
) -> Iterator[Rule]:
    """The rules that fit an error, in the order of the registry; only those `allowed`, if given."""
    wanted = None if allowed is None else set(allowed)
    return (rule for rule in rules if (wanted is None or rule.id in wanted) and rule.fits(found))


def learned(data: Mapping[str, Any]) -> Rule:
    """A rule from data: `{id, match: {tool, rule, signature}, rewrite: {…}}`.

    Every name under `match` has to be equal; the rewrite is that of a pattern (docs/rewrites.md).
    Raises SpecError for a rewrite that cannot be applied.
    """
    wanted, rewrite = data["match"], rule_of(data["rewrite"])

    def fits(found: Diagnosis) -> bool:
        there = {"tool": found.tool, "rule": found.rule, "signature": found.signature}
        return bool(wanted) and all(there.get(name) == value for name, value in wanted.items())

    def propose(context: Context, found: Diagnosis) -> Iterator[list[Change]]:
        text = _text(context, found)
        if text is None or found.file is None or not rewrite.wants(found.file):
            return
        done = rewriting.rewrite(text, rewrite)
        if done.edits and rewriting.stable(done, rewrite):
            yield from _if_better(found.file, text, done.text)

    return Rule(data["id"], "replaces text as it was replaced before", fits, propose)


def _text(context: Context, found: Diagnosis) -> str | None:
    """The file that an error is in; None where there is none, or no person wrote it."""
    return text_of(context, found.file) if found.file else None


def _if_better(path: str, before: str, after: str) -> Iterator[list[Change]]:
    """The new text when it parses, or when the parser gets further in it than it did before.

    An error on the very next line is the same one in another guise.
    """
    data = after.encode()
    left, was = syntax.problem(path, data), syntax.problem(path, before.encode())
    if left is None or (was is not None and left.line > was.line + 1):
        yield [Change(path, data)]


def _in_text(
    repair: Callable[[str, str, Diagnosis], Iterator[str]],
) -> Callable[[Context, Diagnosis], Iterator[list[Change]]]:
    """A rule that looks at the text of the one file that the error is in."""

    def propose(context: Context, found: Diagnosis) -> Iterator[list[Change]]:
        text = _text(context, found)
        if text is None or found.file is None:
            return
        for made in repair(found.file, text, found):
            if made != text:
                yield from _if_better(found.file, text, made)

    return propose


def _import(context: Context, found: Diagnosis) -> Iterator[list[Change]]:
    text = _text(context, found)
    name = imports.missing_name(found.message)
    if text is None or found.file is None or name is None:
        return
    for line in imports.statements(context, name, found.file):
        made = imports.insert(text, line)
        if made is not None:
            yield from _if_better(found.file, text, made)


def _moved(context: Context, found: Diagnosis) -> Iterator[list[Change]]:
    text = _text(context, found)
    wanted = imports.moved_name(found.message)
    if text is None or found.file is None or wanted is None:
        return
    for module in imports.defined_in(context, wanted.name):
        made = imports.redirect(text, wanted, module)
        if made is not None and module != wanted.module:
            yield from _if_better(found.file, text, made)


def _is_python(found: Diagnosis) -> bool:
    return bool(found.file) and str(found.file).endswith((".py", ".pyi"))


BUILTIN: Final[tuple[Rule, ...]] = (
    Rule(
        "missing-import",
        "adds the import of a name that is not defined",
        lambda found: _is_python(found) and imports.missing_name(found.message) is not None,
        _import,
    ),
    Rule(
        "moved-import",
        "imports a name from the module that defines it now",
        lambda found: _is_python(found) and imports.moved_name(found.message) is not None,
        _moved,
    ),
    Rule(
        "indentation",
        "indents a line as the lines around it ask for",
        lambda found: found.kind is ErrorClass.SYNTAX and repairs.about_indentation(found),
        _in_text(repairs.indentation),
    ),
    Rule(
        "syntax",
        "adds or removes one mark (colon, comma, bracket, quote)",
        lambda found: found.kind is ErrorClass.SYNTAX and not repairs.about_indentation(found),
        _in_text(repairs.marks),
    ),
    Rule(
        "whitespace",
        "removes blanks at the ends of lines and ends the file with one newline",
        repairs.about_whitespace,
        _in_text(lambda _path, text, _found: repairs.whitespace(text)),
    ),
    Rule(
        "formatter",
        "runs the tool that complained in the mode in which it mends",
        commands_that_fix.fits,
        commands_that_fix.propose,
    ),
)
