"""What one step of a refactoring makes of the files: a diff, a rewrite rule, an ast-grep rule."""

from __future__ import annotations

import re
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


def changes(context: Context, step: Mapping[str, Any]) -> list[Change]:
    """Every file that the step changes, as it is to be.

    Raises SpecError for a patch that does not apply as it is, UsageError where a library is
    missing, UnsafePathError for a path that leaves the repository.
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


def _searched(
    context: Context, wanted: Mapping[str, Any], paths: Iterable[str]
) -> Iterator[Change]:
    """Files after an ast-grep rule: `{language, pattern, fix, files}`."""
    try:
        from ast_grep_py import SgRoot
    except ImportError as error:
        raise UsageError(messages.NO_AST_GREP, next_step=messages.NO_AST_GREP_NEXT) from error
    for path, text in _texts(context, paths):
        root = SgRoot(text, str(wanted["language"]).lower()).root()
        edits = [
            node.replace(_filled(wanted["fix"], node))
            for node in root.find_all(pattern=wanted["pattern"])
        ]
        after = root.commit_edits(edits) if edits else text
        if after != text:
            yield Change(path, after.encode())


def _filled(fix: str, node: Any) -> str:
    """The replacement with each `$NAME` as the match has it."""

    def value(found: re.Match[str]) -> str:
        match = node.get_match(found[1])
        return found.group() if match is None else str(match.text())

    return _HOLE.sub(value, fix)
