"""Ask ast-grep about a rule, where the extra `ast-grep` is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# What its Python binding parses. It aborts with a trace of its own for any other name, and the
# program may know more languages than the binding: of those nothing is said.
LANGUAGES = frozenset(
    {"bash", "c", "cpp", "csharp", "css", "elixir", "go", "haskell", "html", "java", "javascript"}
    | {"json", "kotlin", "lua", "nix", "php", "python", "ruby", "rust", "scala", "solidity"}
    | {"swift", "tsx", "typescript", "yaml"}
)


def problem(section: Mapping[str, Any]) -> str | None:
    """What ast-grep does not accept of a rule (`language`, `rule`); None when it is content.

    Without the extra nothing is known and nothing is said.
    """
    try:
        from ast_grep_py import SgRoot
    except ImportError:
        return None
    language, rule = str(section.get("language", "")).lower(), section["rule"]
    if language not in LANGUAGES:
        return None
    config: Any = {"rule": rule if isinstance(rule, dict) else {"pattern": rule}}
    try:
        SgRoot("", language).root().find_all(config)
    except Exception as error:  # noqa: BLE001  # the binding raises Exception itself
        return str(error).partition("\n")[0]
    return None
