"""How tools say that something is wrong, one row a form.

Groups of a pattern: `file`, `line`, `column`, `rule`, `message`, `severity`. Patterns are anchored, and no
repetition holds another, so that a hostile line costs no more than a long one.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pattern_ci.messages import diagnosis as messages
from pattern_ci.model.diagnosis import ErrorClass as Kind


class Row(NamedTuple):
    """One form of one tool.

    `needle` must be in the line before the pattern is tried. `own`: the form is not the tool's
    alone, so it counts only where no other tool is known to speak; `told`: only where this one is.
    `precise`: the rule tells all.
    `template` is made from the groups; `says` is the message where the tool gives none. `attach`: adds to the error before. `below`: the message is
    on the next line. `skip`: sums up or repeats, and is no error of its own.
    """

    tool: str
    needle: str
    pattern: re.Pattern[str]
    rule: str = ""
    own: bool = False
    told: bool = False
    precise: bool = False
    template: str | None = None
    says: str = ""
    kind: Kind | None = None
    consequence: bool = False
    attach: bool = False
    below: bool = False
    skip: bool = False


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_PATH = r"(?P<file>[^\s:(][^:(\"']{0,300})"
_AT = _PATH + r":(?P<line>\d{1,9}):(?P<column>\d{1,9})"
_C = r"(?P<file>[^\s:][^:]{0,300}\.(?:c|cc|cpp|cxx|h|hh|hpp|m|mm|s|S|f90)):(?P<line>\d{1,9}):(?:\d{1,9}:)?"
_NPM = r"^npm (?:error|ERR!) "
_MAKE = r"^g?make(?:\[\d+\])?: "
_MAKEFILE = r"^(?P<file>[^\s:][^:]{0,300}):(?P<line>\d{1,9}): "
_MAKES_OWN = (
    r"^(?P<file>(?:[^\s:]{0,300}/)?(?:GNUm|[Mm])akefile|[^\s:]{1,300}\.ma?k):(?P<line>\d{1,9}): "
)
# What GNU make says of a makefile that it cannot read.
_UNREADABLE = (
    r"missing '\w{1,20}'|extraneous '\w{1,20}'|recipe commences before first target"
    r"|unterminated [a-z ]{1,30}|empty variable name|multiple target patterns|missing target pattern"
    r"|mixed implicit and \w{1,20} rules|invalid syntax in conditional|only one 'else' per conditional"
    r"|target pattern contains no '%'|missing rule before recipe"
)
_RUFF_RULE = r"(?P<rule>[A-Z]{1,5}\d{3,4}|invalid-syntax|unformatted)"
_MISSING = r"(?:command not found|not found|No such file or directory|Permission denied)"

# What a PostgreSQL server says of a name that is not there, or there already.
_NAMED = (
    r"(?P<name>relation|column|table|view|schema|type|role|database|extension|operator|index"
    r"|sequence|constraint|trigger|procedure|function) .{0,1000}"
    r"(?P<what>does not exist|already exists)"
)
_HELM = r"^(?:Error: |\[ERROR\] (?:[^\s:]{1,300}: )?)(?:[A-Z]{4,20} FAILED: )?"

ROWS: Final[tuple[Row, ...]] = (
    # ruff
    Row("ruff", "::", _re(r"^::(?P<severity>\w+) title=[Rr]uff \((?P<rule>[^)]+)\),file=(?P<file>[^,]+),line=(?P<line>\d+)[^:]*::[^:]*:\d+:\d+: \S+ (?P<message>.*)$"), precise=True),
    Row("ruff", ": ", _re(rf"^{_AT}: {_RUFF_RULE}:? (?:\[\*\] )?(?P<message>.*)$"), own=True, precise=True),
    Row("ruff", " ", _re(rf"^{_RUFF_RULE}:? (?:\[\*\] )?(?P<message>.*)$"), own=True, precise=True),
    Row("ruff", "Would reformat: ", _re(r"^Would reformat: (?P<file>.+)$"), rule="unformatted", precise=True, says=messages.NOT_FORMATTED, kind=Kind.FORMAT),
    Row("ruff", " ", _re(rf"^ +(?P<line>\d{{1,9}}):(?P<column>\d{{1,9}}) +{_RUFF_RULE}:? (?:\[\*\] )?(?P<message>.*)$"), own=True, precise=True),
    # mypy
    Row("mypy", ": ", _re(r"^(?P<file>[^\s:][^:]{0,300}\.pyi?):(?P<line>\d+):(?:\d+:)? (?P<severity>error|warning): (?P<message>.*?)(?:  \[(?P<rule>[\w-]+)\])?$"), precise=True),
    Row("mypy", " note: ", _re(r"^[^\s:][^:]{0,300}\.pyi?:\d+:(?:\d+:)? note: "), skip=True),
    # tsc
    Row("tsc", " TS", _re(r"^(?P<file>[^\s(][^(]{0,300})\((?P<line>\d+),\d+\): (?P<severity>error|warning) (?P<rule>TS\d+): (?P<message>.*)$"), precise=True),
    Row("tsc", " TS", _re(r"^(?P<file>[^\s:]{1,300}):(?P<line>\d+):\d+ - (?P<severity>error|warning) (?P<rule>TS\d+): (?P<message>.*)$"), precise=True),
    Row("tsc", " TS", _re(r"^(?P<severity>error) (?P<rule>TS\d+): (?P<message>.*)$"), precise=True),
    Row("tsc", "Errors  Files", _re(r"^Errors  Files$"), skip=True),
    # gcc, clang, ld
    Row("gcc", ": ", _re(rf"^{_C} (?P<severity>fatal error|error|warning): (?P<message>.*?)(?: \[(?P<rule>-W[\w=+-]+)\])?$"), precise=True),
    Row("gcc", " note: ", _re(rf"^{_C} note: "), skip=True),
    Row("ld", "undefined reference", _re(r"(?P<file>[\w./+-]{1,200}):\([^)]*\): (?P<message>undefined reference to .*)$")),
    Row("ld", "ld: cannot", _re(r"ld: (?P<message>cannot find .*)$")),
    Row("ld", "collect2: ", _re(r"^collect2: error: (?P<message>.*)$"), consequence=True, kind=Kind.BUILD),
    # make
    Row("make", "*** [", _re(_MAKE + r"\*\*\* \[(?:(?P<file>[^:\]]+):(?P<line>\d+): )?[^\]]*\] (?P<message>\w+ \d+.*)$"), template="recipe failed", consequence=True, kind=Kind.BUILD),
    Row("make", "***", _re(_MAKE + r"\*\*\* (?P<message>No rule to make target .*?, needed by .*?)(?:  Stop\.)?$"), kind=Kind.BUILD),
    Row("make", "***", _re(_MAKE + r"\*\*\* (?P<message>.*?)(?:  Stop\.)?$")),
    Row("make", "make", _re(_MAKE + rf"(?P<message>(?P<name>[^\s:]+): {_MISSING})$"), kind=Kind.FILE),
    Row("make", "*** missing sep", _re(_MAKEFILE + r"\*\*\* (?P<message>missing separator.*?)(?:  Stop\.)?$"), template="missing separator", kind=Kind.SYNTAX),
    Row("make", "*** ", _re(_MAKEFILE + rf"\*\*\* (?P<message>(?P<what>{_UNREADABLE}).*?)(?:  Stop\.)?$"), template="{what}", kind=Kind.SYNTAX),
    Row("make", "*** ", _re(_MAKEFILE + r"\*\*\* (?P<message>.*?)(?:  Stop\.)?$"), kind=Kind.BUILD),
    Row("make", ": ", _re(_MAKES_OWN + r"(?P<message>[^:]+: No such file or directory)$"), template="<*>: No such file or directory", kind=Kind.FILE),
    Row("make", " warning: ", _re(_MAKES_OWN + r"(?P<severity>warning): (?P<message>.*)$")),
    Row("make", " option", _re(_MAKE + r"(?P<message>(?:unrecognized|invalid) option .*)$"), kind=Kind.CONFIG),
    Row("make", "not remade", _re(_MAKE + r"Target .* not remade because of errors"), skip=True),
    # shells
    Row("sh", ": ", _re(rf"^(?:/[\w/.-]*/)?(?:ba|da|z|k)?sh: (?:line )?\d+: (?P<message>[^:]+: {_MISSING})$"), template="<*>: not found", kind=Kind.FILE),
    Row("sh", ": line ", _re(rf"^(?P<file>[^\s:]+): line (?P<line>\d+): (?P<message>[^:]+: {_MISSING})$"), template="<*>: not found", kind=Kind.FILE),
    # git
    Row("git", "CONFLICT (content)", _re(r"^CONFLICT \(content\): (?P<message>Merge conflict in (?P<file>.+))$"), rule="conflict"),
    Row("git", "CONFLICT (", _re(r"^CONFLICT \((?P<name>[^)]+)\): (?P<message>(?P<file>\S+) .*)$"), rule="conflict", template="({name})"),
    Row("git", "rejected]", _re(r"^ ! \[(?P<rule>(?:remote )?rejected)\] .* \((?P<message>[^()]*)\)$")),
    Row("git", "is not a git command", _re(r"^git: (?P<message>.* is not a git command)"), kind=Kind.CONFIG),
    Row("git", "patch failed: ", _re(r"^error: (?P<message>patch failed: (?P<file>[^:]+):(?P<line>\d+))$")),
    Row("git", "does not apply", _re(r"^error: (?P<message>(?P<file>[^:]+): patch does not apply)$")),
    Row("git", "Unable to create", _re(r"^fatal: (?P<message>Unable to create '(?P<file>[^']+)': .*)$")),
    Row("git", "could not apply ", _re(r"^error: (?P<message>could not apply .*)$"), template="could not apply <*>"),
    Row("git", "is not possible because", _re(r"^error: (?P<message>(?P<what>[\w-]{1,30}) is not possible because you have unmerged files\.)$"), template="{what} is not possible: unmerged files"),
    Row("git", "error: ", _re(r"^error: (?P<message>(?P<what>cannot [a-z -]{1,40}): (?:You have|Your index contains) .*)$"), template="{what}: uncommitted changes"),
    Row("git", "commit or stash them", _re(r"^error: (?:additionally, )?[Pp]lease commit or stash them\.$"), skip=True),
    Row("git", "hint: ", _re(r"^hint: "), skip=True),
    Row("git", "Automatic merge failed", _re(r"^Automatic merge failed; "), skip=True),
    Row("git", "Could not apply ", _re(r"^Could not apply [0-9a-f]{7,64}\.\.\. "), skip=True),
    Row("git", ": needs merge", _re(r"^(?P<file>\S.{0,300}): (?P<message>needs merge)$"), template="needs merge"),
    Row("git", "You must edit all", _re(r"^You must edit all merge conflicts and then$"), skip=True),
    Row("git", "No stash entries", _re(r"^(?P<message>No stash entries found\.)$")),
    Row("git", " can merge", _re(r"^merge: (?P<message>.* - not something we can merge)$")),
    Row("git", "no tracking information", _re(r"^(?P<message>There is no tracking information for the current branch\.)$")),
    Row("git", "git bisect start", _re(r"^(?P<message>You need to start by \"git bisect start\")$")),
    Row("git", " patch '", _re(r"^error: (?P<message>can't open patch '(?P<file>[^']+)': .*)$")),
    Row("git", "current index first", _re(r"^error: (?P<message>you need to resolve your current index first)$")),
    Row("git", "fatal: ", _re(r"^fatal: (?P<message>early EOF|the remote end hung up unexpectedly|index-pack failed|fetch-pack: invalid index-pack output|unable to checkout working tree)$"), consequence=True),
    Row("git", "failed to push", _re(r"^error: (?P<message>failed to push some refs to .*)$"), consequence=True),
    Row("git", "Exiting because of an", _re(r"^fatal: Exiting because of an unresolved conflict"), skip=True),
    Row("git", "Could not read from", _re(r"^fatal: Could not read from remote repository"), skip=True),
    Row("git", "error: ", _re(r"^error: (?P<message>(?:pathspec|Your local changes|The branch|Committing is not|cannot parse expected|unable to|The following untracked|src refspec|The last gpg|insufficient permission).*)$")),
    Row("git", "error: ", _re(r"^error: (?P<message>.*)$"), told=True),
    Row("git", "fatal: ", _re(r"^(?:remote: )?fatal: (?P<message>.*)$")),
    # npm
    Row("npm", " code ", _re(_NPM + r"code (?P<rule>E\w+)$"), precise=True),
    Row("npm", "Missing script", _re(_NPM + r"(?P<message>Missing script: .*)$"), kind=Kind.CONFIG),
    Row("npm", " path ", _re(_NPM + r"path (?P<file>.+)$"), attach=True),
    Row("npm", "npm ", _re(_NPM + r"(?:syscall|errno|signal|command|Log files|A complete log|dest|file) ?"), skip=True),
    Row("npm", "npm ", _re(_NPM + r"(?:\w+(?:\.\w+)? )??(?P<message>[A-Z`\"].*|request to .*)$"), attach=True),
    Row("npm", "npm ", _re(r"^npm (?:error|ERR!|warn)"), skip=True),
    # pip
    Row("pip", "Could not find a version", _re(r"^ERROR: (?P<message>Could not find a version that satisfies the requirement .*)$"), template="Could not find a version that satisfies the requirement <*>"),
    Row("pip", "No matching distribution", _re(r"^ERROR: (?P<message>No matching distribution found for .*)$"), template="No matching distribution found for <*>", consequence=True),
    Row("pip", "Could not open req", _re(r"^ERROR: (?P<message>Could not open requirements file: .*'(?P<file>[^']+)')$"), kind=Kind.FILE),
    Row("pip", "conflicting dep", _re(r"^ERROR: (?P<message>Cannot install .* because these package versions have conflicting dependencies\.)$"), template="Cannot install <*>: conflicting dependencies"),
    Row("pip", "Invalid requirement: ", _re(r"^ERROR: (?P<message>Invalid requirement: .*) \(from line (?P<line>\d+) of (?P<file>[^)]+)\)"), template="Invalid requirement: <*> in <*>"),
    Row("pip", "Invalid requirement: ", _re(r"^ERROR: (?P<message>Invalid requirement: .*)$"), template="Invalid requirement: <*>"),
    Row("pip", "ResolutionImpossible", _re(r"^ERROR: (?P<rule>ResolutionImpossible): (?P<message>.*)$"), precise=True, consequence=True),
    Row("pip", "wheel", _re(r"^ERROR: (?P<message>.*(?:supported wheel|Failed building wheel|Could not build wheels|Failed to build).*)$")),
    Row("pip", "unknown command", _re(r"^ERROR: (?P<message>unknown command .*)$"), kind=Kind.CONFIG),
    Row("pip", "error: subprocess", _re(r"^\s*error: subprocess-exited-with-error$"), skip=True),
    Row("pip", "error: ", _re(r"^error: (?P<message>(?P<rule>[a-z]+-[a-z]+-[a-z-]+))$"), precise=True),
    Row("pip", "ERROR: ", _re(r"^ERROR: (?P<message>.*)$"), told=True),
    # cargo, rustc
    Row("cargo", "]: ", _re(r"^(?P<severity>error|warning)\[(?P<rule>E\d{4})\]: (?P<message>.*)$"), precise=True),
    Row("cargo", ".rs:", _re(r"^(?P<file>[^\s:][^:]{0,300}\.rs):(?P<line>\d{1,9}):(?P<column>\d{1,9}): (?P<severity>error|warning)\[(?P<rule>E\d{4})\]: (?P<message>.*)$"), precise=True),
    Row("cargo", ".rs:", _re(r"^(?P<file>[^\s:][^:]{0,300}\.rs):(?P<line>\d{1,9}):(?P<column>\d{1,9}): (?P<severity>error|warning): (?P<message>.*)$")),
    Row("cargo", " panicked at ", _re(r"^thread '[^']*'(?: \(\d+\))? panicked at (?P<file>[^:']+):(?P<line>\d+):\d+:$"), rule="panic", below=True),
    Row("cargo", " panicked at ", _re(r"^thread '[^']*' panicked at '(?P<message>.*)', (?P<file>[^:']+):(?P<line>\d+)"), rule="panic"),
    Row("cargo", "error: could not compile", _re(r"^error: (?P<message>could not compile .*)$"), consequence=True),
    Row("cargo", " generated ", _re(r"^warning: .* generated \d+ warning"), skip=True),
    Row("cargo", "error: ", _re(r"^error: (?:(?:doc)?test failed, to rerun|aborting due to|\d+ targets? failed)"), skip=True),
    Row("cargo", "error: ", _re(r"^error: (?P<message>(?:no matching package|failed to (?:select|parse|load|get)|package collision).*)$")),
    Row("cargo", ": ", _re(r"^(?P<severity>error|warning): (?P<message>.*)$"), told=True),
    Row("cargo", "--> ", _re(r"^ *--> (?P<file>[^:]*(?:\.rs|Cargo\.toml)):(?P<line>\d+):\d+$"), attach=True),
    Row("cargo", "", _re(r"^(?:For more information about (?:this|an) error|Some errors have detailed)"), skip=True),
    Row("cargo", "did not panic", _re(r"^note: (?P<message>test did not panic as expected)(?: at (?P<file>[^\s:]{1,300}):(?P<line>\d{1,9}):\d{1,9})?$"), kind=Kind.TEST),
    Row("cargo", "Test executable failed", _re(r"^Test executable failed \(exit "), skip=True),
    Row("cargo", "test result: ", _re(r"^test result: FAILED\."), skip=True),
    Row("cargo", " ... FAILED", _re(r"^(?P<message>test \S.{0,300}?) \.\.\. FAILED$"), template="<*>: test failed", consequence=True, kind=Kind.TEST),
    # go
    Row("go", "providing package ", _re(rf"^(?:{_AT}: )?(?:go: )?(?P<message>(?:cannot find module|no required module).*)$"), kind=Kind.DEPENDENCY),
    Row("go", " is not in ", _re(rf"^{_AT}: (?P<message>package \S{{1,300}} is not in (?:GOROOT|std)\b.*)$"), kind=Kind.DEPENDENCY),
    Row("go", ", found ", _re(r"^(?P<file>[^\s:][^:]{0,300}\.go):(?P<line>\d{1,9}):(?P<column>\d{1,9}): (?P<message>expected [^,]{1,100}, found .*)$"), kind=Kind.SYNTAX),
    Row("go", ".go:", _re(r"^(?:vet: )?(?P<file>[^\s:][^:]{0,300}\.go):(?P<line>\d+):\d+: (?P<message>.*)$")),
    Row("go", "_test.go:", _re(r"^\s+(?P<file>[\w./-]+_test\.go):(?P<line>\d+): (?P<message>.*)$"), kind=Kind.TEST),
    Row("go", "panic: ", _re(r"^panic: (?P<message>.*?)(?: \[recovered\])?$"), rule="panic", kind=Kind.RUNTIME),
    Row("go", "\tpanic: ", _re(r"^\tpanic: "), skip=True),
    Row("go", ".go:", _re(r"^\t(?P<file>/\S+\.go):(?P<line>\d+)"), attach=True),
    Row("go", "FAIL", _re(r"^(?:\s*--- FAIL: |FAIL(?:$|\t))"), skip=True),
    Row("go", "go: ", _re(r"^go: (?!finding|downloading)(?P<message>.*(?:cannot|not found|no required|missing|unknown|invalid|errors? ).*)$")),
    # yamllint, before eslint: the rule stands in brackets
    Row("yamllint", ": [", _re(rf"^{_AT}: \[(?P<severity>error|warning)\] (?P<message>\S.*?) \((?P<rule>[a-z][a-z-]{{1,40}})\)$"), precise=True),
    Row("yamllint", " (", _re(r"^ +(?P<line>\d{1,9}):(?P<column>\d{1,9}) +(?P<severity>error|warning) +(?P<message>\S.*?) {1,2}\((?P<rule>[a-z][a-z-]{1,40})\)$"), own=True, precise=True),
    # javac, by itself and below Maven
    Row("javac", ".java:", _re(r"^(?P<file>[^\s:][^:]{0,300}\.java):(?P<line>\d{1,9}): (?P<severity>error|warning): (?:\[(?P<rule>[\w-]{1,40})\] )?(?P<message>.*)$")),
    Row("javac", ".java:[", _re(r"^\[(?P<severity>ERROR|WARNING)\] (?P<file>[^\s:][^:]{0,300}\.java):\[(?P<line>\d{1,9}),(?P<column>\d{1,9})\] (?:error: )?(?P<message>.*)$")),
    # psql and what else prints the messages of a PostgreSQL server
    Row("psql", "psql:", _re(rf"^psql:(?P<file>[^:]{{1,300}}):(?P<line>\d{{1,9}}): (?P<severity>ERROR|FATAL|WARNING): +(?P<message>{_NAMED})$"), template="{name} <*> {what}", kind=Kind.NAME),
    Row("psql", "psql:", _re(r"^psql:(?P<file>[^:]{1,300}):(?P<line>\d{1,9}): (?P<severity>ERROR|FATAL|WARNING|error|fatal|warning): +(?P<message>.*)$")),
    Row("psql", "psql:", _re(r"^psql:[^:]{1,300}:\d{1,9}: (?:NOTICE|INFO|DETAIL|HINT|CONTEXT): "), skip=True),
    Row("psql", "ERROR:  ", _re(rf"^ERROR:  (?P<message>{_NAMED})$"), template="{name} <*> {what}", kind=Kind.NAME),
    Row("psql", ":  ", _re(r"^(?:ERROR|FATAL|PANIC):  (?P<message>.*)$")),
    Row("psql", "psql: error: ", _re(r"^psql: error: (?P<message>.*)$")),
    Row("psql", ": ", _re(r"^(?:LINE \d{1,9}: |(?:DETAIL|HINT|CONTEXT):  )"), skip=True),
    # helm: what the templates of Go say
    Row("helm", "template: ", _re(rf"{_HELM}template: (?P<file>[^\s:]{{1,300}}):(?P<line>\d{{1,9}})(?::(?P<column>\d{{1,9}}))?: (?P<message>.*)$")),
    Row("helm", "parse error at (", _re(rf"{_HELM}parse error at \((?P<file>[^\s:)]{{1,300}}):(?P<line>\d{{1,9}})\): (?P<message>.*)$"), kind=Kind.SYNTAX),
    Row("helm", "parse error on ", _re(rf"{_HELM}(?:YAML )?parse error on (?P<file>[^\s:]{{1,300}}): (?P<message>.*)$"), kind=Kind.SYNTAX),
    Row("helm", "linted, ", _re(r"^Error: \d{1,9} chart\(s\) linted, \d{1,9} chart\(s\) failed"), skip=True),
    # eslint: the file stands above
    Row("eslint", ":", _re(r"^ +(?P<line>\d+):\d+ +(?P<severity>error|warning) +(?P<message>Parsing error: .*)$"), kind=Kind.SYNTAX),
    Row("eslint", ":", _re(r"^ +(?P<line>\d+):\d+ +(?P<severity>error|warning) +(?P<message>\S.*?)  +(?P<rule>[@\w/-]+)$"), own=True, precise=True),
    # formatters: one error a file; diffs and bare names of files are read by `FormatLog`
    Row("black", "would reformat ", _re(r"^would reformat (?P<file>\S.*)$"), template="unformatted", says=messages.NOT_FORMATTED, kind=Kind.FORMAT),
    Row("black", "cannot parse", _re(r"^error: (?P<message>cannot parse): (?P<file>\S.{0,300}):(?P<line>\d{1,9}):(?P<column>\d{1,9})$"), kind=Kind.SYNTAX),
    Row("black", "cannot format ", _re(r"^error: (?P<message>cannot format) (?P<file>[^\s:][^:]{0,300}): Cannot parse[^:]{0,100}: (?P<line>\d{1,9}):(?P<column>\d{1,9}): "), kind=Kind.SYNTAX),
    Row("black", "ParseError: bad input", _re(r"^ParseError: bad input$"), skip=True),
    Row("isort", "incorrectly sorted", _re(r"^ERROR: (?P<file>\S.*) (?P<message>Imports are incorrectly sorted and/or formatted\.)$"), template="unsorted", kind=Kind.FORMAT),
    Row("prettier", "[warn] ", _re(r"^\[warn\] (?P<file>[^\s:./]*[./][^\s:]*)$"), template="unformatted", says=messages.NOT_FORMATTED, kind=Kind.FORMAT),
    Row("prettier", "SyntaxError: ", _re(r"^\[error\] (?P<file>[^\s:]{1,300}): (?P<rule>SyntaxError): (?P<message>.*) \((?P<line>\d{1,9}):(?P<column>\d{1,9})\)$"), kind=Kind.SYNTAX),
    Row("prettier", "[error] ", _re(r"^\[error\] +>? *\d* *\|"), skip=True),
    Row("prettier", "ode style ", _re(r"^(?:\[warn\] Code style issues |Error occurred when checking code style )"), skip=True),
    # pre-commit
    Row("pre-commit", "...Failed", _re(r"^(?P<message>[^.].{0,200}?)\.{3,200}Failed$"), precise=True, kind=Kind.STYLE),
    Row("pre-commit", "- hook id: ", _re(r"^- hook id: (?P<rule>\S+)$"), attach=True),
    Row("pre-commit", "- files were modified", _re(r"^- files were modified by this hook$"), attach=True, kind=Kind.FORMAT),
    Row("pre-commit", "- ", _re(r"^- (?:exit code|duration): "), skip=True),
    # totals, and source that is quoted
    Row("jest", ": ", _re(r"^(?:Tests|Snapshots|Time): +\S"), skip=True),
    Row("pytest", "or directory not found", _re(r"^ERROR: (?P<message>file or directory not found: (?P<file>.+))$"), kind=Kind.FILE),
    Row("tox", ": exit ", _re(r"^[\w.-]{1,80}: exit \d{1,9} \("), skip=True),
    Row("tox", ": FAIL", _re(r"^ {0,2}[\w.-]{1,80}: FAIL "), skip=True),
    Row("tox", "evaluation failed", _re(r"^  evaluation failed :\("), skip=True),
    Row("pytest", "collected ", _re(r"^collected \d+ items?"), skip=True),
    Row("", "|", _re(r"^\s*>? *\d* *\|"), skip=True),
    # places below an error, whoever said it
    Row("", "--> ", _re(r"^ *--> (?P<file>[^\s:]+):(?P<line>\d+):\d+$"), attach=True),
)  # fmt: skip

# How most messages of a tool begin whose form others share: without this a log is not taken for its.
HABITS: Final = {"ruff": _re(r"[A-Z`]")}
