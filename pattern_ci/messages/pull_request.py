"""The pull request that proposes a pattern: its title and its text."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci.messages import markdown as md
from pattern_ci.messages.pattern_page import holdout_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pattern_ci.model.candidate import Draft, HeldOut
    from pattern_ci.model.pattern import Confidence, Spec

# GitHub takes 65,536 characters; the marker needs up to 5,000 of them.
TEXT_LIMIT: Final = 55_000
_LISTED = 12
_ROWS = 40
_NAME_LENGTH = 200
_VALUE_LENGTH = 80
_DIFF_INPUT = 400
_DIFF_LINES = 160
_DIFF_CHARS = 12_000
_ACTIONS_LOGIN = "github-actions[bot]"

_PARTS: Final = (
    ("similarity", "0.4", "how close held-out files are to what it would have written"),
    ("success_rate", "0.3", "members that were not reverted and still stood 90 days later"),
    ("test_coverage", "0.2", "held-out files on which it beat copying and passed its checks"),
    ("schema_completeness", "0.1", "values in held-out files that its schema derives or accepts"),
)
_FATE = """\
| if you | then |
| --- | --- |
| **merge** | the pattern is approved and in force: `pattern-ci suggest` and `apply` use it |
| **close** | it is rejected for good and not proposed again, also when more files like these come |
| **edit** (push to the branch, change this text or the target) | it is yours: pattern-ci does \
not write to it again |"""

_WAITING_CHECKS: Final = (
    "> This pull request was opened with the token of a workflow, so its checks wait until "
    "somebody with write access clicks **Approve workflows to run**."
)


class Web(NamedTuple):
    """Where the repository can be looked at: `https://github.com` and `owner/name`."""

    server: str
    slug: str

    def commit(self, sha: str) -> str:
        """A link to a commit."""
        url = f"{self.server}/{md.quoted(self.slug)}/commit/{md.quoted(sha)}"
        return md.link(md.code(sha[:10]), url)


def title(spec: Spec) -> str:
    """One line; pattern ids and names are ours, nothing mined is in it."""
    return md.plain(f"Add pattern {spec.pattern_id}: {spec.name.replace('_', ' ')}", 120)


def text(draft: Draft, files: Mapping[str, str], *, web: Web, login: str) -> str:
    """The text below the marker; `files` are those of the pull request, by path."""
    spec = draft.spec
    sections = [
        md.text(spec.summary),
        _FATE,
        *_checks(login),
        _evidence(draft, web),
        f"### Confidence {spec.confidence.total:.2f}\n\n{confidence_table(spec.confidence)}",
        *([holdout_sentence(spec.evidence.holdout)] if spec.evidence.holdout else []),
        *([_held_out(draft.held_out, web)] if draft.held_out else []),
        f"### Variables\n\n{variables_table(_schema(draft))}",
        _files(files),
    ]
    notice = "_The rest is left out here; the files of this pull request hold all of it._"
    return md.fit(sections, TEXT_LIMIT, notice)


def _checks(login: str) -> list[str]:
    if login != _ACTIONS_LOGIN:
        return []
    return [_WAITING_CHECKS]


def _evidence(draft: Draft, web: Web) -> str:
    evidence = draft.spec.evidence
    commits = ", ".join(web.commit(sha) for sha in evidence.commits[-_LISTED:])
    lines = [
        "### Evidence",
        "",
        f"{len(draft.members)} files were made this way:",
        "",
        *_listed(draft.members),
    ]
    if commits:
        more = _more(len(evidence.commits) - _LISTED)
        lines += ["", f"They came with {commits}{more}."]
    return "\n".join(lines)


def _listed(paths: Iterable[str]) -> list[str]:
    """The newest paths as a list; the oldest come first in `paths`."""
    every = list(paths)
    shown = [f"- {md.code(md.short(path, _NAME_LENGTH))}" for path in every[-_LISTED:]]
    hidden = len(every) - _LISTED
    return [*shown, f"- and {hidden} earlier ones"] if hidden > 0 else shown


def _more(count: int) -> str:
    return f" and {count} earlier commits" if count > 0 else ""


def confidence_table(confidence: Confidence) -> str:
    """The four parts with their weights and what each one measures."""
    values = confidence.to_dict()
    rows = [
        [name.replace("_", " "), f"{values[name]:.2f}", weight, means]
        for name, weight, means in _PARTS
    ]
    return md.table(["part", "value", "weight", "share of"], rows)


def _held_out(held_out: HeldOut, web: Web) -> str:
    diff, cut = md.clip(_difference(held_out), lines=_DIFF_LINES, chars=_DIFF_CHARS)
    cut = cut or max(held_out.actual.count("\n"), held_out.predicted.count("\n")) > _DIFF_INPUT
    notice = "\n\n_Cut here; the whole file is in the commit._" if cut else ""
    return (
        "### A file that it had not seen\n\n"
        f"{md.code(md.short(held_out.path, _NAME_LENGTH))} of {web.commit(held_out.commit)}: "
        "lines without a mark are what the pattern would have written and what is there, `+` is "
        "there and would have been typed, `-` would have been written and deleted again.\n\n"
        f"{md.fence(diff, 'diff')}{notice}"
    )


def _difference(held_out: HeldOut) -> str:
    """The whole file as a diff from the prediction, without the header."""
    written = held_out.predicted.splitlines()[:_DIFF_INPUT]
    there = held_out.actual.splitlines()[:_DIFF_INPUT]
    whole = max(len(written), len(there))
    lines = list(difflib.unified_diff(written, there, n=whole, lineterm=""))
    if not lines:
        return "\n".join(f" {line}" for line in there)
    return "\n".join(lines[3:])


def _schema(draft: Draft) -> dict[str, Any]:
    """The schema of the variables; a draft of ours always carries it."""
    for path, content in draft.files.items():
        if path == draft.spec.inputs or path.endswith("/" + draft.spec.inputs):
            data = json.loads(content)
            return data if isinstance(data, dict) else {}
    return {}


def variables_table(schema: Mapping[str, Any]) -> str:
    """Each variable, whether it must be given, and what it is otherwise."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    required = schema.get("required", ())
    rows = [
        _variable(name, properties[name], name in required) for name in list(properties)[:_ROWS]
    ]
    if not rows:
        return "None: every file comes out the same."
    hidden = len(properties) - _ROWS
    more = f"\n\nand {hidden} more, in the schema" if hidden > 0 else ""
    return md.table(["variable", "without it", "what it is"], rows) + more


def _variable(name: str, about: Mapping[str, Any], is_required: bool) -> list[str]:
    default = "must be given" if is_required else "stays empty"
    if "default" in about:
        shown = json.dumps(about["default"], ensure_ascii=False)
        default = md.code_cell(md.short(shown, _VALUE_LENGTH))
    description = md.short(str(about.get("description", "")), _NAME_LENGTH)
    return [md.code_cell(md.short(name, _VALUE_LENGTH)), default, md.cell(description)]


def _files(files: Mapping[str, str]) -> str:
    rows = [
        f"- {md.code(md.short(path, _NAME_LENGTH))} ({content.count(chr(10))} lines)"
        for path, content in sorted(files.items())
    ]
    hidden = len(rows) - _ROWS
    more = [f"- and {hidden} more"] if hidden > 0 else []
    return "\n".join(["### Files in this pull request", "", *rows[:_ROWS], *more])
