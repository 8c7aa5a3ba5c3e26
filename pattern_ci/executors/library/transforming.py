"""What one step of a refactoring makes of the files: a diff, a rewrite rule, an ast-grep rule."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pattern_ci.errors import SpecError, UsageError
from pattern_ci.executors.library.patching import patched
from pattern_ci.messages import executors as messages
from pattern_ci.messages.rewrites import FAULTS
from pattern_ci.mining.rewrites.astgrep import LANGUAGES as BY_SUFFIX
from pattern_ci.model.change import Change
from pattern_ci.model.rewrite import Rewrite, fault
from pattern_ci.render import rewriting
from pattern_ci.render.astgrep import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pattern_ci.model.execution import Context

# Larger files were made by a program: their source is what wants a change.
MAX_FILE_BYTES: Final = 1 << 20
_HOLE = re.compile(r"\$([A-Z][A-Z0-9_]*)")
_HOLE_OR_MANY = re.compile(r"\$+_?[A-Z_][A-Z0-9_]*|\$\$\$")


def changes(context: Context, step: Mapping[str, Any]) -> list[Change]:
    """Every file that the step changes, as it is to be.

    Raises SpecError for a patch that does not apply as it is and for a pattern that is none,
    UsageError where a library is missing, UnsafePathError for a path that leaves the repository.
    """
    if "patch" in step:
        return patched(context, str(step["patch"]))
    if "rule" in step:
        rule = rule_of(step["rule"])
        paths = [path for path in tracked(context) if rule.wants(path)]
        return list(_rewritten(context, rule, paths))
    wanted = step["ast_grep"]
    return list(_searched(context, wanted, tracked(context, _globs(wanted))))


def rule_of(data: Mapping[str, Any]) -> Rewrite:
    """A rewrite rule from data. Raises SpecError with the first thing that is wrong with it."""
    found = fault({"kind": None, "rule": None, **data})
    if found is not None:
        raise SpecError(FAULTS[found])
    return Rewrite.from_dict(data)


def tracked(context: Context, globs: Iterable[str] = ()) -> list[str]:
    """Files that git knows, those of some globs only if any are given."""
    words = ["git", "ls-files", "-z", "--", *(f":(glob){one}" for one in globs)]
    ran = context.run(words, reads=True)
    if not ran.ok or ran.cut:
        raise SpecError(messages.git_failed("ls-files", ran))
    return [path for path in ran.stdout.decode("utf-8", "surrogateescape").split("\0") if path]


def text_of(context: Context, path: str) -> str | None:
    """A file that a person could have written, as text; None for any other."""
    data = context.read(path)
    if data is None or len(data) > MAX_FILE_BYTES or b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _texts(context: Context, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    for path in paths:
        text = None if (context.root / path).is_symlink() else text_of(context, path)
        if text is not None:
            yield path, text


def _rewritten(context: Context, rule: Rewrite, paths: Iterable[str]) -> Iterator[Change]:
    for path, text in _texts(context, paths):
        done = rewriting.rewrite(text, rule)
        if done.edits and rewriting.stable(done, rule):
            yield Change(path, done.text.encode())


def _globs(wanted: Mapping[str, Any]) -> list[str]:
    """The files that a rule is for: as it says, else those of its language.

    Raises UsageError for a language that the library does not know: it would end the process.
    """
    language = str(wanted["language"]).lower()
    if language not in LANGUAGES:
        raise UsageError(messages.no_language(language, sorted(LANGUAGES)))
    suffixes = [suffix for suffix, name in BY_SUFFIX.items() if name == language]
    globs = wanted.get("files") or [f"**/*{suffix}" for suffix in suffixes or [f".{language}"]]
    return list(globs)


def done_before(context: Context, step: Mapping[str, Any]) -> bool:
    """Whether a step that changes nothing was done: what it makes is there.

    A patch that changes nothing is one that the files hold already. A rule has to find its own
    result somewhere: without it, it has never matched.
    """
    if "patch" in step:
        return True
    if "rule" in step:
        rule = rule_of(step["rule"])
        paths = [path for path in tracked(context) if rule.wants(path)]
        return any(_holds(text, rule) for _, text in _texts(context, paths))
    wanted = step["ast_grep"]
    found = _nodes(context, {**wanted, "pattern": wanted["fix"]}, tracked(context, _globs(wanted)))
    return _says_something(wanted["fix"]) and any(nodes for _, _, _, nodes in found)


def _says_something(made: str) -> bool:
    """Whether what a rule makes has text of its own: variables alone are found everywhere."""
    return re.search(r"\w", _HOLE_OR_MANY.sub("", made)) is not None


def _holds(text: str, rule: Rewrite) -> bool:
    """Whether the result of a rule stands in a text."""
    result = replace(rule, before=rule.after, after="")
    return _says_something(rule.after) and bool(rewriting.rewrite(text, result).edits)


def _searched(
    context: Context, wanted: Mapping[str, Any], paths: Iterable[str]
) -> Iterator[Change]:
    """Files after an ast-grep rule: `{language, pattern, fix, files}`."""
    matched = False
    for path, text, root, nodes in _nodes(context, wanted, paths):
        matched = matched or bool(nodes)
        edits = [node.replace(_filled(wanted["fix"], node)) for node in nodes]
        after = root.commit_edits(edits) if edits else text
        if after != text:
            yield Change(path, after.encode())
    if not matched and _broken(wanted):
        raise SpecError(messages.no_pattern(wanted["pattern"], wanted["language"]))


def _nodes(
    context: Context, wanted: Mapping[str, Any], paths: Iterable[str]
) -> Iterator[tuple[str, str, Any, list[Any]]]:
    """Each file, its text and tree, and what the pattern finds in it.

    Raises SpecError for a pattern that ast-grep refuses, UsageError where the library is missing.
    """
    language = str(wanted["language"]).lower()
    root_of = _library()
    for path, text in _texts(context, paths):
        root = root_of(text, language).root()
        try:
            nodes = root.find_all(pattern=wanted["pattern"])
        except RuntimeError as error:
            why = _reason(str(error))
            raise SpecError(messages.no_pattern(wanted["pattern"], language, why)) from error
        yield path, text, root, nodes


def _library() -> Any:
    try:
        from ast_grep_py import SgRoot
    except ImportError as error:
        raise UsageError(messages.NO_AST_GREP, next_step=messages.NO_AST_GREP_NEXT) from error
    return SgRoot


def _reason(said: str) -> str:
    """The innermost cause of those that ast-grep numbers."""
    causes = re.findall(r"^ *\d+: (.*)$", said.partition("Stack backtrace")[0], re.MULTILINE)
    return str(causes[-1]).strip().rstrip(".") if causes else ""


def _broken(wanted: Mapping[str, Any]) -> bool:
    """Whether a pattern does not parse, neither as it is nor with names for its variables.

    ast-grep takes such a pattern, and finds nothing.
    """
    written = str(wanted["pattern"])
    return all(
        _has_errors(_library()(text, str(wanted["language"]).lower()).root())
        for text in (written, _HOLE_OR_MANY.sub("name", written))
    )


def _has_errors(node: Any) -> bool:
    return node.kind() == "ERROR" or any(map(_has_errors, node.children()))


def _filled(fix: str, node: Any) -> str:
    """The replacement with each `$NAME` as the match has it."""

    def value(found: re.Match[str]) -> str:
        match = node.get_match(found[1])
        return found.group() if match is None else str(match.text())

    return _HOLE.sub(value, fix)
