"""Text that an attacker, or an ordinary history, could put into a path, a file or a reason."""

from __future__ import annotations

_STARTS = (
    "@octocat", "@org/team", "hello @a-b", "(@x)", "x@example.com", "#1", "fixes #12", "o/r#3",
    "GH-7", "gh-8", "closes https://github.com/o/r/issues/1", "http://e.invalid", "www.e.invalid",
    "mailto:a@b.invalid", "xmpp:a@b.invalid", "ftp://e.invalid/x", "<!-- x -->", "<!--", "-->",
    "<!-- pattern-ci:v1 handler=train -->", "<script>alert(1)</script>", "<img src=x onerror=y>",
    "<details>", "</details>", "<https://e.invalid>", "&lt;b&gt;", "&#64;a",
    "[a](https://e.invalid)", "![a](https://e.invalid/x.png)", "[a][b]", "[^1]", "[ ] task",
    "- [x] y", "`", "``", "```", "````\ncode\n````", "~~~", "~~x~~", "`a``b`", "` ", " `",
    "```sh\nrm\n```", "|", "a|b", "a\\|b", "\\|", "|---|", "a|b\n|---|---|\n|c|d|", "\\", "\\\\",
    "\\`", "a\\", "# heading", "## x", "> quote", "> [!WARNING]", "* x", "- x", "+ x", "1. x",
    "1) x", "---", "***", "===", "a\n===", "    indented", "\tx", "**b**", "__b__", "*i*", "_i_",
    "a_b_c", "$x$", "$$x$$", "$`x`$", ":+1:", "${{ github.token }}", "{{ x }}", "{% x %}",
    "::error::x", "::add-mask::x", "  ::set-output name=a::b", "##[error]x", "a ##[add-mask]b",
    "::x", "\n::warning::x", "a\r::error::b", "::stop-commands::t",
)  # fmt: skip
_UNSEEN = (
    "\x00", "\x07", "\x08", "\x0b", "\x0c", "\x1b[31mred\x1b[0m", "\x1b]8;;https://e.invalid\x07x",
    "\x7f", "\x85", "\x9b31m", "\xad", "\u061c", "\u180e", "\u200b", "\u200c", "\u200d", "\u200e",
    "\u200f", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2060",
    "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff", "\ufff9", "\ufffe", "\uffff", "\U000e0001",
    "\U000e0041", "\udc80", "\ud800", "\r", "\r\n", "\t",
)  # fmt: skip

HOSTILE = (
    "",
    " ",
    "\n",
    *_STARTS,
    *_UNSEEN,
    *(f"a{text}b" for text in _UNSEEN),
    *(f"{text}@octocat" for text in _UNSEEN),
    *(f"x {text}" for text in _STARTS),
    "a" * 5000,
    "`" * 200,
    "|" * 200,
    "é ü 漢字 🙂",
)
