"""What a step of a refactoring makes of the files: unified diffs, rewrite rules, ast-grep rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci import files
from pattern_ci.errors import SpecError, UsageError
from pattern_ci.messages import executors as messages
from pattern_ci.model.change import Change
from pattern_ci.model.rewrite import Rewrite
from pattern_ci.render import rewriting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pattern_ci.model.execution import Context

MAX_FILE_BYTES = 1 << 20
_NO_FILE = "/dev/null"


def changes(context: Context, step: Mapping[str, Any]) -> list[Change]:
    """Every file that the step changes, as it is to be.

    Raises SpecError for a patch that does not apply as it is, UsageError where a library is
    missing, UnsafePathError for a path that leaves the repository.
    """
    if "patch" in step:
        return patched(context, str(step["patch"]))
    if "rule" in step:
        rule = Rewrite.from_dict(step["rule"])
        paths = [path for path in tracked(context) if rule.wants(path)]
        return list(_rewritten(context, rule, paths))
    wanted = step["ast_grep"]
    return list(_searched(context, wanted, tracked(context, wanted.get("files"))))


def tracked(context: Context, pathspecs: Iterable[str] | None = None) -> list[str]:
    """Files that git knows, those of some globs only if any are given."""
    words = ["git", "ls-files", "-z", "--", *(f":(glob){one}" for one in pathspecs or ())]
    ran = context.run(words, reads=True)
    if not ran.ok or ran.cut:
        raise SpecError(messages.git_failed("ls-files", ran))
    return [path for path in ran.stdout.decode("utf-8", "surrogateescape").split("\0") if path]


def patched(context: Context, patch: str) -> list[Change]:
    """The files of a unified diff after it, made by git itself in a folder of its own."""
    text = patch if patch.endswith("\n") else patch + "\n"
    paths = list(dict.fromkeys(_named(text)))
    if not paths:
        raise SpecError(messages.NO_PATCH)
    before = {path: context.read(path) for path in paths}
    with files.scratch_folder({}) as folder:
        for path, data in before.items():
            if data is not None:
                files.write_atomic(files.inside(folder, path), data)
        # Outside of a repository: neither attributes nor an index of this one take part.
        ceiling = {"GIT_CEILING_DIRECTORIES": str(folder.parent), "GIT_DIR": None}
        words = ["git", "-C", str(folder), "apply", "--whitespace=nowarn", "-"]
        ran = context.run(words, reads=True, stdin=text.encode(), env=ceiling)
        if not ran.ok:
            raise SpecError(messages.patch_refused(ran))
        after = {path: files.read_bytes(files.inside(folder, path)) for path in paths}
        modes = {path: _mode(folder / path) for path in paths}
    return [
        Change(path, data, modes[path] if before[path] is None else None)
        for path, data in after.items()
        if data != before[path]
    ]


def _mode(path: Path) -> int | None:
    return 0o755 if path.exists() and path.stat().st_mode & 0o100 else None


def _named(patch: str) -> Iterator[str]:
    """The paths that a unified diff names, in files that it changes, adds, removes or renames."""
    for line in patch.split("\n"):
        for prefix in ("--- ", "+++ ", "rename from ", "rename to ", "copy from ", "copy to "):
            if line.startswith(prefix):
                path = line.removeprefix(prefix).partition("\t")[0].rstrip("\r")
                if prefix in ("--- ", "+++ "):
                    path = path if path == _NO_FILE else path.removeprefix("a/").removeprefix("b/")
                if path != _NO_FILE:
                    yield path


def _rewritten(context: Context, rule: Rewrite, paths: Iterable[str]) -> Iterator[Change]:
    for path, text in _texts(context, paths):
        done = rewriting.rewrite(text, rule)
        if done.edits and rewriting.stable(done, rule):
            yield Change(path, done.text.encode())


def _texts(context: Context, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Files of text that a person could have written."""
    for path in paths:
        data = context.read(path)
        if data is None or len(data) > MAX_FILE_BYTES or b"\0" in data:
            continue
        try:
            yield path, data.decode("utf-8")
        except UnicodeDecodeError:
            continue


def _searched(
    context: Context, wanted: Mapping[str, Any], paths: Iterable[str]
) -> Iterator[Change]:
    """Files after an ast-grep rule: `{language, pattern, fix, files}`."""
    try:
        from ast_grep_py import SgRoot
    except ImportError as error:
        raise UsageError(messages.NO_AST_GREP, next_step=messages.NO_AST_GREP_NEXT) from error
    for path, text in _texts(context, paths):
        root = SgRoot(text, wanted["language"]).root()
        edits = [
            node.replace(_filled(wanted["fix"], node))
            for node in root.find_all(pattern=wanted["pattern"])
        ]
        after = root.commit_edits(edits) if edits else text
        if after != text:
            yield Change(path, after.encode())


def _filled(fix: str, node: Any) -> str:
    """The replacement with each `$NAME` as the match has it."""
    import re

    def value(found: re.Match[str]) -> str:
        match = node.get_match(found.group(1))
        return found.group() if match is None else str(match.text())

    return re.sub(r"\$([A-Z][A-Z0-9_]*)", value, fix)
