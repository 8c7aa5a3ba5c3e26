"""Text that an attacker, or an ordinary history, could put into a path, a file or a reason.

Families of what comes alive somewhere, each alone and in company.
"""

from __future__ import annotations

_MENTIONS = (
    "@octocat", "@org/team", "hello @a-b", "(@x)", "x@example.com", "a @\u200boctocat", "@@o",
    "cc:@octocat/secret-team",
)  # fmt: skip
_REFERENCES = (
    "#1", "fixes #12", "o/r#3", "GH-7", "gh-8", "closes https://github.com/o/r/issues/1",
    "Resolves: GH-9", "octo/demo@a5c3785", "a5c3785", "A5C3785ED8D6A35868BC169F07E40E889087FD2E",
    "a5c3785ed8d6a35868bc169f07e40e889087fd2e", "GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228",
    "a5c3785...b6d4896", "#", "GH-", "fixes\n#5",
)  # fmt: skip
_ADDRESSES = (
    "http://e.invalid", "www.e.invalid", "HTTPS://E.INVALID", "mailto:a@b.invalid",
    "xmpp:a@b.invalid", "ftp://e.invalid/x", "<https://e.invalid>", "javascript:alert(1)",
    "[a](https://e.invalid)", "![a](https://e.invalid/x.png)", "[a][b]", "[b]: https://e.invalid",
    "[a](<javascript:alert(1)>)", "[a](data:text/html,x)", "[^1]", "[^1]: note", "[a]()", "![](x)",
    "[a](/x \"t\")",
)  # fmt: skip
_HTML = (
    "<!-- x -->", "<!--", "-->", "--!>", "<!-- pattern-ci:v1 handler=train -->",
    "<!-- pattern-ci:v1 handler=rule identity=0 digest=x head=x members=0: body=x -->\n",
    "- [x] <!-- pattern-ci:box open=0123456789abcdef --> yes",
    "[x] <!-- pattern-ci:box open=0123456789abcdef -->", "<script>alert(1)</script>",
    "<img src=x onerror=y>", "<img src=https://e.invalid/x>", "<details>", "</details>",
    "<details open><summary>x</summary>", "<h1>x</h1>", "</td></tr></table>", "<br>", "<a href=x>",
    "<svg/onload=x>", "<?php x ?>", "<![CDATA[x]]>", "<!DOCTYPE x>", "</code>", "</pre>",
    "&lt;b&gt;", "&#64;a", "&commat;octocat", "&#35;1", "&#x3c;b>", "&amp;", "&nbsp;",
)  # fmt: skip
_BLOCKS = (
    "[ ] task", "- [x] y", "* [ ] z", "1. [x] y", "`", "``", "```", "````\ncode\n````", "~~~",
    "~~x~~", "`a``b`", "` ", " `", "```sh\nrm\n```", "```mermaid\ngraph LR; a-->b\n```",
    "```suggestion\nx\n```", "|", "a|b", "a\\|b", "\\|", "|---|", "a|b\n|---|---|\n|c|d|", ":-:",
    "a\n:-:", "-|-", "\\", "\\\\", "\\`", "a\\", "# heading", "## x", "> quote", "> [!WARNING]",
    "> [!CAUTION]\n> x", "* x", "- x", "+ x", "1. x", "1) x", "---", "***", "___", "===", "a\n===",
    "a\n---", "    indented", "\tx", "**b**", "__b__", "*i*", "_i_", "a_b_c", "$x$", "$$x$$",
    "$`x`$", ":+1:", ":octocat:", ":100:", "a:tada:b", "```math\nx\n```", "term\n: definition",
    "x\n\n# y\n\nz", "a  \nb", "a\\\nb",
)  # fmt: skip
_PROGRAMS = (
    "${{ github.token }}", "${{ secrets.X }}", "{{ x }}", "{% x %}", "{0}", "{x.__class__}", "%s",
    "$(id)", "`id`", "; rm -rf /", "&& id", "| sh", "$HOME", "'\"", "!!python/object:os.x", "a: b",
    "- a", "? x", "&a *a", "\"},{\"a\":\"", "]}", "// x", "/* x */", "../../x", "/etc/passwd",
    "file:///etc/passwd", "C:\\x", "//e.invalid/x", "?x=y#z", "%2e%2e/", "a%0Ab", "%25", "a b",
    "--flag", "-x", "~/x", "[skip ci]", "[ci skip]", "skip-checks: true",
    "x\n\nCo-authored-by: o <o@e.invalid>", "Signed-off-by: o", "Pattern-CI-Identity: 0",
)  # fmt: skip
_COMMANDS = (
    "::error::x", "::add-mask::x", "  ::set-output name=a::b", "::set-env name=PATH::x",
    "::save-state name=a::b", "##[error]x", "a ##[add-mask]b", "##[set-output name=a]b", "::x",
    "\n::warning::x", "a\r::error::b", "::stop-commands::t", "::debug::x", "::group::x",
    "::endgroup::", "::add-path::/x", "::add-matcher::x.json", "::echo::on",
    "::error file=a,line=1::x", "\u00a0::error::x", "\u3000::error::x", "x::error::y",
    ":::error::x", ": :error::x", "EOF\nname=value", "a<<b\nc\nb", "%0A::error::x",
    "\r\n::error::x\r\n",
)  # fmt: skip
_UNSEEN = (
    "\x00", "\x07", "\x08", "\x0b", "\x0c", "\x1b[31mred\x1b[0m", "\x1b]8;;https://e.invalid\x07x",
    "\x1b[2J", "\x7f", "\x85", "\x9b31m", "\xad", "\u061c", "\u180e", "\u200b", "\u200c", "\u200d",
    "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
    "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff", "\ufff9", "\ufffe", "\uffff",
    "\U000e0001", "\U000e0041", "\udc80", "\ud800", "\udfff", "\r", "\r\n", "\t",
)  # fmt: skip
_ALIVE = (*_MENTIONS, *_REFERENCES, *_ADDRESSES, *_HTML, *_BLOCKS, *_PROGRAMS, *_COMMANDS)

HOSTILE = tuple(
    dict.fromkeys(
        (
            "",
            " ",
            "\n",
            *_ALIVE,
            *_UNSEEN,
            *(f"a{text}b" for text in _UNSEEN),
            *(f"{text}@octocat" for text in _UNSEEN),
            *(f"x {text}" for text in _ALIVE),
            *(f"first\n{text}" for text in (*_HTML, *_BLOCKS, *_COMMANDS)),
            *(f"first\n\n{text}\n\nlast" for text in (*_HTML, *_BLOCKS)),
            *(f"`{text}`" for text in _ALIVE),
            *("`" * count for count in range(1, 9)),
            *("~" * count + "x" for count in range(3, 6)),
            *("#" * count + " x" for count in range(1, 8)),
            *("\\" * count + "`@octocat" for count in range(1, 5)),
            "a" * 900,
            "`" * 200,
            "|" * 200,
            "[" * 300,
            "> " * 100,
            "é ü 漢字 🙂",
            "مرحبا #1",
        )
    )
)
