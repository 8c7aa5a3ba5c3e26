"""A rewrite rule in the form of ast-grep, where it is an expression of a language it knows.

It says the same of syntax, not of text, and is an offer: what is applied, checked and replayed is
the line rule. So a draft is the same whether ast-grep is there or not.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pattern_ci.mining.rewrites.changes import TOKEN
from pattern_ci.mining.rewrites.lifting import paired

if TYPE_CHECKING:
    from pattern_ci.model.rewrite import Rewrite

# By suffix, as ast-grep names them.
LANGUAGES = {
    ".c": "c", ".cc": "cpp", ".cpp": "cpp", ".cs": "csharp", ".go": "go", ".java": "java",
    ".js": "javascript", ".jsx": "javascript", ".kt": "kotlin", ".php": "php", ".py": "python",
    ".pyi": "python", ".rb": "ruby", ".rs": "rust", ".scala": "scala", ".swift": "swift",
    ".ts": "typescript", ".tsx": "tsx",
}  # fmt: skip
# Names joined by dots, and calls of them: what is an expression in all of these languages.
_NAME = r"(?:[A-Za-z_]\w*|\$[A-Z]+)"
_DOTTED = rf"{_NAME}(?:\.{_NAME})*"
_ARGUMENT = rf"(?:{_DOTTED}|\d+|\"[^\"'\\$]*\"|'[^\"'\\$]*')"
_CALL = re.compile(rf"{_DOTTED}(?:\((?:{_ARGUMENT}(?:, {_ARGUMENT})*)?\))?")
_KEYWORDS = frozenset(
    {"break", "continue", "else", "false", "nil", "none", "null", "pass", "return", "self", "super"}
    | {"this", "true", "yield"}
)


def rule(pattern_id: str, of: Rewrite, message: str) -> dict[str, Any] | None:
    """The rule as plain data of ast-grep's YAML; None where it is no expression."""
    languages = {LANGUAGES.get(PurePosixPath(glob).suffix) for glob in of.files}
    language = languages.pop() if len(languages) == 1 else None
    before, after = _trimmed(of.before, of.after)
    if language is None or not (_expression(before) and _expression(after)):
        return None
    return {
        "id": pattern_id.lower(),
        "language": language,
        "message": message,
        "severity": "info",
        "files": [glob.removeprefix("/") for glob in of.files],
        "rule": {"pattern": before},
        "fix": after,
    }


def _trimmed(before: str, after: str) -> tuple[str, str]:
    """Without what both end with and is opened only, and with an object before a method."""
    while before and before[-1:] == after[-1:] and before[-1] in "([{,\"'` ":
        if _paired(before) and _paired(after):
            break
        before, after = before[:-1], after[:-1]
    if before.startswith(".") and after.startswith("."):
        return f"$OBJECT{before}", f"$OBJECT{after}"
    return before, after


def _paired(text: str) -> bool:
    return paired(TOKEN.findall(text))


def _expression(text: str) -> bool:
    plain = re.sub(r"\$[A-Z]+", "x", text)
    words = re.findall(r"[A-Za-z_]\w*", re.sub(r"\"[^\"]*\"|'[^']*'", "", plain))
    return (
        _CALL.fullmatch(text) is not None
        and _paired(plain)
        and not (len(words) == 1 and words[0].lower() in _KEYWORDS)
    )
