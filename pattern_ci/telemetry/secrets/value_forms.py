"""How a value is written down behind its name, and which values are no secrets."""

from __future__ import annotations

import re

TYPES = r"str|string|bytes|bytearray|optional|any|final|text|secretstr|int|bool|number|boolean"
VALUE = re.compile(
    # What YAML says of a value before it; colours of a terminal.
    r"(?:[!&](?!str\b)[\w!./-]{0,60}[ \t]++){0,2}(?:\x1b\[[\d;]{0,8}m){0,3}(?:"
    r"[|>][+\-\d]{0,2}[ \t]*(?:\r?\n[ \t]+[^\r\n]*+)++"
    r"|\[\s?(?=\\{0,8}[\"'])[^\]\r\n]{1,1000}\]?"
    r"|(?P<sign>&quot;|&#34;|\\{1,8}(?:u00|x)2[27])(?:(?!(?P=sign))[^\r\n])++(?:(?P=sign))?"
    r"|(?:[A-Za-z_\[][\w.:\[\]]{0,60}\(\s?)?[bBrRuUfF]{0,2}(?:"
    r"(?P<three>\"\"\"|''')(?:(?!(?P=three)).){1,4000}+(?:(?P=three))?"
    r"|(?P<slashes>\\{1,8})(?P<quote>[\"'])(?:(?!(?<!\\)(?P=slashes)(?P=quote))[^\r\n])++"
    r"(?:(?P=slashes)(?P=quote))?"
    r"|\"(?:[^\"\\\r\n]|\\.|\"\")++\"?|'(?:[^'\\\r\n]|\\.|'')++'?|`[^`\r\n]++`?)"
    r"|[^\s,;'\"&]++"
    r"(?:(?<=\w)['\"](?=\w)[^\s,;'\"&]++|,(?![A-Za-z_][\w.-]{0,60} ?[=:])[^\s,;'\"&]++)*+)",
    re.DOTALL,
)
PERCENT = re.compile(r"(?:(?!%26)[^\s&'\";])++")
LINE = re.compile(r"[^\r\n]++")
_END = r"(?=[\s'\"`,;)\]}&|/:@\\]|\Z)"
# Values that say where a secret comes from, or that there is none.
NONE = re.compile(
    r"(?:[bBrRuUfF]{0,2}\\{0,8}[\"'`])?(?:"
    r"\$\{|\$\(|\{\{|\*{3}|\[redacted|\.{3}(?=\W|\Z)|<[A-Za-z_ .:/|-]{1,60}>"
    rf"|\$(?:env:)?(?:[A-Z_][A-Z0-9_]*|[a-z_]+(?:[A-Z][a-z]+)*){_END}"
    rf"|(?:(?i:none|null|nil|true|false|undefined|read|write|inherit)|%(?:\(\w+\))?[a-z]|%[A-Z_]+%|\{{(?:\d|[A-Za-z_.!:]*)\}}){_END})"
)
# The same in source code: types, calls, look-ups and the beginnings of lists.
CODE = re.compile(
    rf"(?:{TYPES}|String|Optional|Any|SecretStr|Vec|List|list|dict|Dict)(?:[\[<?|]|(?!:){_END})"
    r"|[{(\[](?=[\s\"'}\\]|\Z)"
    r"|(?:[A-Za-z_]+\.)*[A-Za-z_]+\((?=[){\s]|\Z)"
    r"|[A-Za-z_.]*(?i:get|env|read|load|find|fetch|prompt|input|look|join|format|compile|code|strip|split)[A-Za-z_.]*"
    r"\((?=['\"])"
    r"|[A-Za-z]+(?:[._][A-Za-z_]+)+\((?=[\[*]|[a-z_]+[,)=.(])"
    rf"|[A-Za-z_]+\[[A-Za-z_]+\]{_END}"
    r"|(?:os\.environ|process\.env|ENV|environ|config|settings|secrets|kwargs|data)\["
    r"|(?:self|cls|this|args|config|cfg|settings|options|opts|request|env|secrets|process|ctx"
    rf"|context|params|vars|var|local|inputs|steps|github)\.[A-Za-z_.]+(?:[(\[]|{_END})"
)
