"""Which class an error is of, as tables: by the name of its rule, by its tool, by its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pattern_ci.model.diagnosis import ErrorClass as Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

# Types of exceptions, in whichever language they mean the same.
_EXCEPTIONS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(
        ("SyntaxError", "IndentationError", "TabError", "JSONDecodeError"), Kind.SYNTAX
    ),
    **dict.fromkeys(("ParserError", "ScannerError", "TOMLDecodeError", "ParseError"), Kind.SYNTAX),
    **dict.fromkeys(("ImportError", "ModuleNotFoundError"), Kind.IMPORT),
    **dict.fromkeys(
        ("NameError", "AttributeError", "UnboundLocalError", "ReferenceError"), Kind.NAME
    ),
    "fixture": Kind.NAME,
    "TypeError": Kind.TYPE,
    **dict.fromkeys(("AssertionError", "Failed", "ComparisonFailure"), Kind.TEST),
    **dict.fromkeys(("FileNotFoundError", "FileExistsError", "IsADirectoryError"), Kind.FILE),
    **dict.fromkeys(("NotADirectoryError", "PermissionError"), Kind.FILE),
    **dict.fromkeys(
        ("TimeoutError", "TimeoutExpired", "ReadTimeout", "ConnectTimeout"), Kind.TIMEOUT
    ),
    **dict.fromkeys(
        ("ConnectionError", "ConnectionRefusedError", "ConnectionResetError"), Kind.NETWORK
    ),
    **dict.fromkeys(("gaierror", "SSLError", "URLError", "HTTPError"), Kind.NETWORK),
    **dict.fromkeys(("MemoryError", "RecursionError"), Kind.RESOURCE),
}
# Rules of a tool, by their start; the longest that fits decides.
_RULES: Final[Mapping[str, Mapping[str, Kind]]] = {
    "ruff": {
        "": Kind.STYLE, "invalid-syntax": Kind.SYNTAX, "E9": Kind.SYNTAX,
        "unformatted": Kind.FORMAT,
        "F821": Kind.NAME, "F822": Kind.NAME, "F405": Kind.NAME, "S": Kind.SECURITY,
        "SIM": Kind.STYLE, "SLF": Kind.STYLE, "SLOT": Kind.STYLE,
    },
    "mypy": {
        "": Kind.TYPE, "import": Kind.IMPORT, "name-defined": Kind.NAME,
        "attr-defined": Kind.NAME, "syntax": Kind.SYNTAX,
    },
    "tsc": {
        "TS2614": Kind.IMPORT, "TS2724": Kind.IMPORT,
        "": Kind.TYPE, "TS1": Kind.SYNTAX, "TS2304": Kind.NAME, "TS2305": Kind.IMPORT,
        "TS2306": Kind.IMPORT, "TS2307": Kind.IMPORT, "TS2339": Kind.NAME, "TS2550": Kind.NAME,
        "TS2551": Kind.NAME, "TS2552": Kind.NAME, "TS6133": Kind.STYLE, "TS6192": Kind.STYLE,
        "TS18": Kind.TYPE, "TS18003": Kind.CONFIG, "TS5": Kind.CONFIG,
    },
    "eslint": {"no-undef": Kind.NAME, "import/": Kind.IMPORT, "prettier/": Kind.FORMAT},
    "cargo": {
        "E0425": Kind.NAME, "E0412": Kind.NAME, "E0433": Kind.NAME, "E0432": Kind.IMPORT,
        "E0463": Kind.IMPORT, "E0583": Kind.FILE, "E0599": Kind.NAME, "E0609": Kind.NAME,
        "E0560": Kind.NAME, "E": Kind.TYPE,
    },
    "gcc": {
        "-Wunused": Kind.STYLE, "-Wimplicit-function": Kind.NAME, "-Wint-conversion": Kind.TYPE,
        "-Wincompatible": Kind.TYPE, "-Wreturn": Kind.TYPE, "-Wformat": Kind.TYPE,
        "-Wbuiltin": Kind.TYPE, "-W": Kind.STYLE,
    },
    "npm": {
        "E404": Kind.DEPENDENCY, "ETARGET": Kind.DEPENDENCY, "ERESOLVE": Kind.DEPENDENCY,
        "EBADENGINE": Kind.DEPENDENCY, "EINTEGRITY": Kind.DEPENDENCY, "EUSAGE": Kind.CONFIG,
        "ENOENT": Kind.FILE, "EACCES": Kind.FILE, "EPERM": Kind.FILE, "ENOSPC": Kind.RESOURCE,
        "EJSONPARSE": Kind.SYNTAX, "ELIFECYCLE": Kind.BUILD, "ETIMEDOUT": Kind.TIMEOUT,
        "ECONN": Kind.NETWORK, "ENOTFOUND": Kind.NETWORK, "E401": Kind.CONFIG, "E403": Kind.CONFIG,
    },
    "yamllint": {"syntax": Kind.SYNTAX},
    "pip": {"metadata-generation-failed": Kind.BUILD, "ResolutionImpossible": Kind.DEPENDENCY},
    "jest": {"to": Kind.TEST},
}  # fmt: skip
# Words of a message, the first that is found decides: what says more stands first.
_WORDS: Final = (
    (("syntax error", "parse error", "parsing error", "parsing failed", "unexpected token",
      "unexpected end of", "unexpected eof", "expected expression", "expected ‘", "invalid syntax",
      "unclosed", "unterminated", "was never closed", "missing ending", "mapping values",
      "octal constant", "parse failed", "' expected", "failed to parse", "did not find expected",
      "in json at position"), Kind.SYNTAX),
    (("cannot find module", "no module named", "unresolved import", "can't locate ",
      "cannot find package", "package does not exist", "could not resolve import",
      "unable to import"), Kind.IMPORT),
    (("no matching package", "no matching distribution", "no matching version",
      "no required module", "module providing package", "satisfies the requirement",
      "conflicting dependencies", "supported wheel", "package configuration file",
      "unmet dependency", "could not find a version", "unmet peer"), Kind.DEPENDENCY),
    (("timed out", "exceeded timeout", "deadline exceeded", "timeout of", "time limit"),
     Kind.TIMEOUT),
    (("could not resolve host", "connection refused", "connection reset", "network is unreach",
      "name or service not known", "temporary failure in name", "tls handshake",
      "certificate verify failed"), Kind.NETWORK),
    (("out of memory", "cannot allocate memory", "no space left", "killed", "heap limit",
      "too many open files", "stack overflow"), Kind.RESOURCE),
    (("no such file", "enoent", "command not found", ": not found", "permission denied",
      "not a directory", "is a directory", "cannot open", "file not found", "not an existing",
      "could not find requested file", "read-only file system", "cannot stat", "does not exist"),
     Kind.FILE),
    (("undefined reference", "linker", "cannot find -l", "recipe for target", "no rule to make",
      "compilation terminated", "build failed"), Kind.BUILD),
    (("undeclared", "undefined:", "not defined", "undefined name", "undefined variable",
      "undefined sub", "cannot find symbol", "cannot find name", "cannot find value",
      "unknown identifier", "no member named", "has no attribute", "has no member",
      "requires explicit package name", "unresolved reference", "undefined method", "unknown name",
      "not declared", "implicit declaration", "already defined", "object method",
      "unknown cmake command"), Kind.NAME),
    (("incompatible type", "invalid input syntax for type", "cannot use", "type mismatch",
      "mismatched types", "cannot convert",
      "cannot be converted", "wrong type", "is not assignable", "not a function",
      "too many arguments", "too few arguments", "not enough arguments", "makes integer from",
      "cannot read propert", "missing return"), Kind.TYPE),
    (("would reformat", "would be reformatted", "not formatted", "code style issues",
      "files were modified"), Kind.FORMAT),
    (("untrusted", "injection", "vulnerab", "insecure", "credential", "unpinned"), Kind.SECURITY),
    (("merge conflict", "not a git repository", "pathspec"), Kind.VCS),
    (("unused", "never used", "declared but not", "declared and not", "imported and not",
      "unreachable",
      "too long", "trailing", "whitespace", "blank line", "deprecated", "indentation"), Kind.STYLE),
    (("usage:", "unknown option", "unknown command", "unrecognized argument", "invalid option",
      "missing script", "configuration", "invalid requirement", "is required",
      "unknown flag", "unexpected argument", "is not a git command", "could not find config"),
     Kind.CONFIG),
    (("assert", "expected:", "to equal", "to be ", "test failed", " want ",
      "must contain at least"), Kind.TEST),
    (("panic", "exception", "segmentation fault", "core dumped", "division by zero",
      "out of range", "out of bounds", "uninitialized", "unwrap()`"), Kind.RUNTIME),
)  # fmt: skip
# What a tool says is of this class unless its words tell otherwise; `False`: whatever they say.
_TOOLS: Final[Mapping[str, tuple[Kind, bool]]] = {
    "git": (Kind.VCS, False),
    "pytest": (Kind.RUNTIME, False),
    **dict.fromkeys(("vitest", "psql"), (Kind.RUNTIME, True)),
    "python": (Kind.RUNTIME, False),
    "node": (Kind.RUNTIME, True),
    "jest": (Kind.TEST, True),
    "go": (Kind.BUILD, True),
    "cargo": (Kind.BUILD, True),
    "make": (Kind.BUILD, True),
    "gcc": (Kind.BUILD, True),
    "ld": (Kind.BUILD, False),
    "eslint": (Kind.STYLE, True),
    "pip": (Kind.CONFIG, True),
    "npm": (Kind.CONFIG, True),
    # Tools of which only the general forms are read: what they are for.
    **dict.fromkeys(("flake8", "pylint", "yamllint", "shellcheck"), (Kind.STYLE, True)),
    **dict.fromkeys(("stylelint", "rubocop", "golangci-lint", "clippy"), (Kind.STYLE, True)),
    **dict.fromkeys(("black", "isort", "prettier", "gofmt", "rustfmt"), (Kind.FORMAT, True)),
    **dict.fromkeys(("bandit", "semgrep", "zizmor", "gitleaks", "trivy"), (Kind.SECURITY, True)),
    **dict.fromkeys(("javac", "kotlinc", "swiftc"), (Kind.TYPE, True)),
    **dict.fromkeys(("actionlint", "cmake", "terraform", "kubectl", "helm"), (Kind.CONFIG, True)),
    **dict.fromkeys(("perl", "ruby", "php"), (Kind.RUNTIME, True)),
}


def kind_of(tool: str, rule: str, message: str) -> Kind:
    """The class of an error, from the surest sign to the weakest."""
    named = _EXCEPTIONS.get(rule.rpartition(".")[2])
    if named is not None:
        return named
    of_rule = _by_prefix(_RULES.get(tool, {}), rule) if rule else None
    if of_rule is not None:
        return of_rule
    usual, ask_words = _TOOLS.get(tool, (Kind.UNKNOWN, True))
    usual = Kind.RUNTIME if rule == "panic" else usual
    said = _by_words(message) if ask_words else None
    return said or usual


def _by_prefix(table: Mapping[str, Kind], rule: str) -> Kind | None:
    fitting = [prefix for prefix in table if rule.startswith(prefix)]
    return table[max(fitting, key=len)] if fitting else None


def _by_words(message: str) -> Kind | None:
    text = message.lower()
    return next((kind for signs, kind in _WORDS if any(sign in text for sign in signs)), None)
