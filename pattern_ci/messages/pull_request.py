"""The pull request that proposes a pattern: its title and its text."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci.catalog import REPOSITORY_URL
from pattern_ci.messages import rewrites
from pattern_ci.messages.escaping import markdown as md
from pattern_ci.messages.escaping.lines import clip, short
from pattern_ci.messages.escaping.lines import title as title_line
from pattern_ci.messages.pattern_page import holdout_sentence
from pattern_ci.model.rewrite import Rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pattern_ci.model.candidate import Draft, HeldOut
    from pattern_ci.model.pattern import Spec
    from pattern_ci.model.safe import Cell, Markdown, Title

# GitHub takes 65,536 characters; the marker needs up to 5,000 of them.
TEXT_LIMIT: Final = 55_000
_LISTED = 12
_ROWS = 40
_NAME_LENGTH = 200
_VALUE_LENGTH = 80
_DIFF_INPUT = 400
_DIFF_LINES = 160
_DIFF_CHARS = 12_000

_PARTS: Final = (
    ("similarity", "0.4", "how close held-out files are to what it would have written"),
    ("success_rate", "0.3", "members that were not reverted and still stood 90 days later"),
    ("test_coverage", "0.2", "held-out files on which it beat copying and passed its checks"),
    ("schema_completeness", "0.1", "values in held-out files that its schema derives or accepts"),
)
_FATE = md.ours(
    """\
| if you | then |
| --- | --- |
| **merge** | the pattern is approved and in force: `pattern-ci suggest` and `apply` use it |
| **close** | it is rejected for good and not proposed again, also when more files like these come |
| **edit** (push to the branch, change this text or the target) | it is yours: pattern-ci does \
not write to it again |
| **comment** `/pattern explain`, `approve`, `reject` or `rename NAME` | it is done, where the \
repository answers {} |""",
    md.link(md.text("commands in comments"), f"{REPOSITORY_URL}/blob/main/docs/comments.md"),
)
_NOTICE = md.ours("_The rest is left out here; the files of this pull request hold all of it._")
_CUT = md.ours("_Cut here; the whole file is in the commit._")
_HELD_OUT = """\
### A file that it had not seen

{path} of {commit}: lines without a mark are what the pattern would have written and what is \
there, `+` is there and would have been typed, `-` would have been written and deleted again.

{diff}"""


class Web(NamedTuple):
    """Where the repository can be looked at: `https://github.com` and `owner/name`."""

    server: str
    slug: str

    @property
    def home(self) -> str:
        """The address of the repository."""
        return f"{self.server}/{md.quoted(self.slug)}"

    def commit(self, sha: str) -> Markdown:
        """A link to a commit."""
        return md.link(md.code(sha[:10]), f"{self.home}/commit/{md.quoted(sha)}")


def title(spec: Spec) -> Title:
    """One line: the pattern, and the files that it writes."""
    more = f" and {len(spec.slots) - 1} more" if len(spec.slots) > 1 else ""
    role = spec.slots[0].role if spec.slots else spec.name
    return title_line(f"Add pattern {spec.pattern_id}: {role}{more}", 120)


def text(draft: Draft, files: Mapping[str, str], *, web: Web) -> Markdown:
    """The text below the marker; `files` are those of the pull request, by path."""
    spec = draft.spec
    sections = [
        md.text(spec.summary),
        _FATE,
        _evidence(draft, web),
        md.ours(
            "### Confidence {:.2f}\n\n{}",
            spec.confidence.total,
            confidence_table(spec),
        ),
        *([md.text(holdout_sentence(spec))] if spec.evidence.holdout else []),
        *([_held_out(draft.held_out, web)] if draft.held_out else []),
        _what(draft),
        _files(files),
    ]
    return md.fit(sections, TEXT_LIMIT, _NOTICE)


def _what(draft: Draft) -> Markdown:
    """What a reviewer has to judge: the variables of a template, the texts of a rewrite."""
    if draft.spec.rewrite is None:
        return md.ours("### Variables\n\n{}", variables_table(_schema(draft)))
    return rewrites.section(draft.spec, Rewrite.from_dict(draft.spec.rewrite))


def _evidence(draft: Draft, web: Web) -> Markdown:
    spec = draft.spec
    commits = spec.evidence.commits
    parts = [
        md.ours("### Evidence"),
        md.ours(
            "{} files were changed this way:" if spec.rewrite else "{} files were made this way:",
            len(draft.members),
        ),
        _listed(draft.members),
    ]
    if commits:
        links = md.listed(web.commit(sha) for sha in commits[-_LISTED:])
        parts.append(md.ours("They came with {}{}.", links, _more(len(commits) - _LISTED)))
    return md.paragraphs(parts)


def _listed(paths: Iterable[str]) -> Markdown:
    """The newest paths as a list; the oldest come first in `paths`."""
    every = list(paths)
    shown = [md.ours("- {}", md.code(short(path, _NAME_LENGTH))) for path in every[-_LISTED:]]
    hidden = len(every) - _LISTED
    more = [md.ours("- and {} earlier ones", hidden)] if hidden > 0 else []
    return md.lines([*shown, *more])


def _more(count: int) -> Markdown:
    return md.ours(" and {} earlier commits", count) if count > 0 else md.ours("")


def confidence_table(spec: Spec) -> Markdown:
    """The four parts with their weights and what each one measures."""
    values = spec.confidence.to_dict()
    rows = [
        [md.text(name.replace("_", " ")), md.text(f"{values[name]:.2f}"), *map(md.text, said)]
        for name, *said in (rewrites.PARTS if spec.rewrite else _PARTS)
    ]
    return md.table(["part", "value", "weight", "share of"], rows)


def _held_out(held_out: HeldOut, web: Web) -> Markdown:
    diff, cut = clip(_difference(held_out), lines=_DIFF_LINES, chars=_DIFF_CHARS)
    cut = cut or max(held_out.actual.count("\n"), held_out.predicted.count("\n")) > _DIFF_INPUT
    shown = md.ours(
        _HELD_OUT,
        path=md.code(short(held_out.path, _NAME_LENGTH)),
        commit=web.commit(held_out.commit),
        diff=md.fence(diff, "diff"),
    )
    return md.paragraphs([shown, _CUT]) if cut else shown


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


def variables_table(schema: Mapping[str, Any]) -> Markdown:
    """Each variable, whether it must be given, and what it is otherwise."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    required = schema.get("required", ())
    rows = [
        _variable(name, properties[name], name in required) for name in list(properties)[:_ROWS]
    ]
    if not rows:
        return md.ours("None: every file comes out the same.")
    whole = md.table(["variable", "without it", "what it is"], rows)
    hidden = len(properties) - _ROWS
    return md.ours("{}\n\nand {} more, in the schema", whole, hidden) if hidden > 0 else whole


def _variable(name: str, about: Mapping[str, Any], is_required: bool) -> list[Cell]:
    default = md.text("must be given" if is_required else "stays empty")
    if "default" in about:
        shown = json.dumps(about["default"], ensure_ascii=False)
        default = md.code_cell(short(shown, _VALUE_LENGTH))
    description = short(str(about.get("description", "")), _NAME_LENGTH)
    return [md.code_cell(short(name, _VALUE_LENGTH)), default, md.text(description)]


def _files(files: Mapping[str, str]) -> Markdown:
    shown = [
        md.ours("- {} ({} lines)", md.code(short(path, _NAME_LENGTH)), content.count("\n"))
        for path, content in sorted(files.items())[:_ROWS]
    ]
    hidden = len(files) - _ROWS
    more = [md.ours("- and {} more", hidden)] if hidden > 0 else []
    return md.ours("### Files in this pull request\n\n{}", md.lines([*shown, *more]))
