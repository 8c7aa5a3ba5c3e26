"""What is said of rewrite rules: the docs page, the sentences of a draft, what applying says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.escaping import lines
from pattern_ci.messages.escaping import markdown as md
from pattern_ci.messages.escaping.lines import log
from pattern_ci.model.rewrite import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from pattern_ci.model.pattern import Spec
    from pattern_ci.model.rewrite import Rewrite
    from pattern_ci.model.safe import Markdown

SHOWN = 10
LONGEST = 60
_PAGE = """\
# {head}

In {files} this

{before}

becomes

{after}

{variables}

{figures}

## Use

{use}

`--path` names files or globs; without it every tracked file that the pattern is for is
rewritten, except ignored, generated and binary ones. A second run changes nothing.

## Made from

{members}
"""

PARTS = (
    ("similarity", "0.4", "later commits foretold byte for byte (lower bound)"),
    ("success_rate", "0.3", "changes that no later commit took back"),
    ("test_coverage", "0.2", "later commits that met the old text and did so (lower bound)"),
    ("schema_completeness", "0.1", "changes it was learned from that it makes byte for byte"),
)
FAULTS = {
    Fault.NOT_LINE: "only rules of kind line can be applied; an ast-grep rule is for ast-grep.",
    Fault.NO_FILES: "a rule names the files that it is for (files).",
    Fault.SHAPE: "a line rule holds before and after (texts), variables (word or text), line_start "
    "and line_end.",
    Fault.LONG: "a text of a rule is too long.",
    Fault.SAME: "before is empty, or the same as after.",
    Fault.UNKNOWN_VARIABLE: "the metavariables of the texts are not those of variables.",
    Fault.UNBOUND: "after has a metavariable that before does not have.",
    Fault.TOUCHING: "nothing fixed stands beside a metavariable of before.",
}
REPEATS = "applied to its own result, the rule would change it again."
NO_VARIABLES = "a rewrite rule takes no variables: its metavariables are found in the text."
NO_VARIABLES_NEXT = "leave --var and --vars-file out; --path names files."
NO_OPTION_NEXT = "leave it out; --path names files, and --plan shows what would change."
NOT_SOUND_NEXT = "`pattern-ci validate` shows the place."
NO_MATCH_NEXT = "the rule stands on the docs page of the pattern."
NEXT_WRITTEN = "Next: look the diff over, run the checks, commit."
NEXT_PLANNED = "Next: the same command without --plan writes this."
NOTHING = "has nothing to rewrite: no file holds what it replaces."
PATH_NEXT = "name tracked files, or a glob such as 'src/**/*.py'."


def summary(rule: Rewrite) -> str:
    """One sentence for the spec."""
    return f"Replaces {_brief(rule.before)} by {_brief(rule.after) or 'nothing'}."


def _brief(text: str) -> str:
    return lines.short(lines.one_line(" ".join(text.split())), LONGEST)


def intent(rule: Rewrite, *, commits: int) -> str:
    """What the pattern is for."""
    where = ", ".join(rule.files)
    return (
        f"The same small change was made in {commits} commits to files at {lines.one_line(where)}; "
        "this makes it everywhere else."
    )


def figures(
    *, commits: int, tested: int, reproduced: int, met: int, right: int, waiting: int
) -> str:
    """How sure a rule is, in words."""
    return (
        f"The change was made in {commits} commits. Learned from the commits before each, the rule "
        f"made {reproduced} of the {tested} later ones byte for byte. Of {met} later "
        f"commit{'' if met == 1 else 's'} that met what it replaces, {right} did as it says. "
        f"When this was drafted, {waiting or 'no'} file{'' if waiting == 1 else 's'} held it still."
    )


def section(spec: Spec, rule: Rewrite) -> Markdown:
    """The rule in the text of a pull request."""
    return md.ours(
        "### Rule\n\nIn {} this\n\n{}\n\nbecomes\n\n{}\n\n{}",
        md.listed(md.code(glob) for glob in rule.files),
        md.fence(_placed(rule, rule.before)),
        md.fence(_placed(rule, rule.after)),
        md.text(spec.intent),
    )


def page(spec: Spec, rule: Rewrite, told: str, shown: Sequence[Mapping[str, Any]]) -> Markdown:
    """The docs page beside a spec; `shown` are instances with commit, path, before and after."""
    kinds = [
        md.ours("- {}: {}", md.code(f"${name}"), md.text(f"the same {kind.value} on both sides"))
        for name, kind in rule.variables.items()
    ]
    rows = [
        md.ours("- {} in {}", md.code(one["path"]), md.code(one["commit"][:10]))
        for one in shown[:SHOWN]
    ]
    return md.ours(
        _PAGE,
        head=md.text(spec.pattern_id),
        files=md.listed(md.code(glob) for glob in rule.files),
        before=md.fence(_placed(rule, rule.before)),
        after=md.fence(_placed(rule, rule.after)),
        variables=md.lines(kinds) if kinds else md.text("There is no metavariable."),
        figures=md.text(told),
        use=md.fence(f"pattern-ci apply {spec.pattern_id} --plan", "console"),
        members=md.lines(rows),
    )


def _placed(rule: Rewrite, text: str) -> str:
    """The text with dots where a line may go on."""
    start = "" if rule.line_start else "…"
    end = "" if rule.line_end else "…"
    return f"{start}{text}{end}"


def not_sound(pattern_id: str, fault: Fault) -> str:
    """A rule that cannot be applied."""
    return f"the rewrite rule of {pattern_id} cannot be applied: {FAULTS[fault]}"


def not_parsed(said: str) -> str:
    """A rule that ast-grep does not take."""
    return f"ast-grep does not take this rule: {log(said)}"


def no_match(path: str) -> str:
    """An example in which the rule finds nothing."""
    return f"the rule replaces nothing in the text given for {log(path)}."


def not_committed(path: str, commit: str) -> str:
    """A rewritten example that its commit does not hold."""
    return f"commit {commit[:12]} holds other lines in {log(path)} than the rule makes of these."


def not_for(path: str, globs: Sequence[str]) -> str:
    """A file that the rule is not for."""
    return f"{log(path)} is none of the files that the rule is for ({', '.join(map(log, globs))})."


def otherwise(path: str) -> str:
    """An example whose `after` is not what the rule makes."""
    return f"the rule does not make of before what after says for {log(path)}."


def none_named(path: str) -> str:
    """`--path` that names no tracked file."""
    return f"--path {log(path)} names no tracked file."


def repeats(path: str) -> str:
    """A file that the rule would change again and again."""
    return f"{log(path)} was left alone: a second run would change it again."


def report(
    title: str, notes: Sequence[str], rows: Sequence[tuple[str, int]], *, planned: bool
) -> str:
    """What was rewritten: path and number of places each."""
    said = [f"Note: {note}" for note in notes]
    if not rows:
        return "\n".join([*said, f"{title} {NOTHING}"]) + "\n"
    count = sum(places for _, places in rows)
    verb = "would rewrite" if planned else "rewrote"
    files = f"{len(rows)} file{'' if len(rows) == 1 else 's'}"
    said.append(f"{title} {verb} {_places(count)} in {files}:")
    said += [f"  {log(path)}: {_places(places)}" for path, places in rows]
    return "\n".join([*said, NEXT_PLANNED if planned else NEXT_WRITTEN]) + "\n"


def _places(count: int) -> str:
    return f"{count} place{'' if count == 1 else 's'}"


def no_option(option: str) -> str:
    """An option that is about files in the way of others."""
    return f"{option} means nothing for a pattern that rewrites: it writes no files of its own."
