"""What executors say: problems with what they are given, and what came of the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.escaping.lines import short, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Protocol

    from pattern_ci.model.diagnosis import Diagnosis
    from pattern_ci.model.execution import CheckResult, Ran

    class Counts(Protocol):
        """What a report of a test suite counts."""

        @property
        def passed(self) -> int: ...
        @property
        def failed(self) -> int: ...
        @property
        def skipped(self) -> int: ...
        @property
        def failures(self) -> Sequence[Any]: ...


SHOWN = 3
LINE = 300

RED_BEFORE = "the tests were red before the first step."
LEFT = "left, because a step before it was taken back."
NO_CHANGE = "it changes nothing."
FINDS_NOTHING = "it finds nothing to change (`allow_no_change` lets that pass)."
DID_NOT_HELP = "it did not help and was taken back."
TAKEN_BACK = "taken back with all other steps."
NOT_AS_WRITTEN = "the file does not hold what was written."
NO_TESTS = "no command for the tests was given."
NO_PATCH = "the patch names no file."
NO_AST_GREP = "ast-grep rules need the library ast-grep-py."
NO_AST_GREP_NEXT = "install pattern-ci[ast-grep]."
NO_BRANCH = "`branch` is missing."
UNCOMMITTED_HERE = "there is uncommitted work here; commit or stash it first."
NOTHING_FITS = "no rule fits"

OTHER_INDEX = "what this commit takes is not in the index: `staged` would look at something else."
OTHER_INDEX_NEXT = "stage it and commit without -a and without paths, or verify HEAD afterwards."


def no_file(path: str) -> str:
    """A file that has to be there."""
    return f"{visible(path)} is not there."


def not_text(path: str) -> str:
    """A file that has to be text."""
    return f"{visible(path)} is not UTF-8."


def no_folder(path: str) -> str:
    """A folder that has to be there."""
    return f"{visible(path)} is no folder here."


def there_already(path: str) -> str:
    """A path that has to be free."""
    return f"{visible(path)} is there already."


def no_program(name: str) -> str:
    """A program that is needed."""
    return f"{visible(name)} is not on PATH."


def no_module(name: str) -> str:
    """A Python module that is needed."""
    return f"Python finds no module {visible(name)}."


def no_utf8(path: str, code: int) -> str:
    """A name or a text with half of a character."""
    return f"{visible(path)}: U+{code:04X} is half of a character; UTF-8 has no form for it."


def long_name(path: str, most: int) -> str:
    """A name that file systems refuse."""
    return f"{visible(short(path, 60))}: a name may have {most} bytes at most."


def named_twice(path: str) -> str:
    """Two files that would be one."""
    return f"{visible(path)} is named more than once."


def placeholder(path: str, line: int, text: str) -> str:
    """Something that was left to be filled in."""
    return f"{visible(path)}:{line}: {visible(short(text, 60))} was left to be filled in."


def does_not_parse(path: str, line: int, column: int, message: str) -> str:
    """Text that is not valid for its type."""
    return f"{visible(path)}:{line}:{column}: {visible(message)}."


def template_place(name: str, line: int, column: int, message: str) -> str:
    """A template outside the language."""
    return f"{visible(name)}:{line}:{column}: {message}"


def no_builtin(name: str, there: Sequence[str]) -> str:
    """A built-in template that there is not."""
    return f"there is no built-in template {visible(name)!r}; there are {', '.join(there)}."


def same_name(name: str) -> str:
    """Two values that a template could not tell apart."""
    return f"two values are named {visible(name)}."


def no_value(name: str) -> str:
    """A variable that a template prints and nobody gave."""
    return f"{visible(name)} has no value."


def of_file(path: str, problems: Sequence[str]) -> str:
    """Everything that is wrong with one file."""
    return f"{visible(path)}: {' '.join(problems)}"


def of_item(number: int, problems: Sequence[str]) -> str:
    """Everything that is wrong with one item of a batch."""
    return f"item {number}: {' '.join(problems)}"


def no_path(number: int) -> str:
    """An item that says not where it goes."""
    return f"item {number}: neither it nor the template names a path."


def no_identifier(name: str) -> str:
    """A name that Python cannot use."""
    return f"{visible(name)!r} is no name that Python can use."


def of_the_library(name: str) -> str:
    """A package that would hide one of Python's own."""
    return f"{visible(name)} is a module of Python's standard library, which it would hide."


def more_than_functions(module: str) -> str:
    """Texts that do more than to be the arguments or the type of a function."""
    return f"{visible(module)}: what a function takes and returns holds statements of its own."


def wrote(count: int) -> str:
    """Progress of a batch."""
    return f"wrote {count} file{'' if count == 1 else 's'}."


def not_verified(failed: Sequence[CheckResult]) -> str:
    """Checks that failed after the work, in one line."""
    return "; ".join(f"{one.name} failed: {one.detail or 'no detail'}" for one in failed[:SHOWN])


def not_started(command: Sequence[str]) -> str:
    """A plan tells which program it would start."""
    return f"a plan starts no program; this would be {short(visible(' '.join(command)), LINE)}"


def program(ran: Ran) -> str:
    """How a program ended: its exit code, and the last line it printed when that was not 0."""
    if ran.planned:
        return not_started(ran.command)
    if ran.ok:
        return ""
    ended = "took too long" if ran.returncode is None else f"exit code {ran.returncode}"
    last = _last(ran.stderr) or _last(ran.stdout)
    return f"{ended}: {last}" if last else ended


def _last(raw: bytes) -> str:
    lines = [line for line in raw.decode("utf-8", "replace").splitlines() if line.strip()]
    return visible(short(lines[-1].strip(), LINE)) if lines else ""


def git_failed(what: str, ran: Ran) -> str:
    """Git that did not do what was asked."""
    return f"git {what} failed: {program(ran) or 'its answer was cut'}."


def suite(ran: Ran, report: Counts | None) -> str:
    """What a test suite said."""
    if report is None:
        return program(ran)
    counts = f"{report.passed} passed, {report.failed} failed, {report.skipped} skipped"
    if not report.failures:
        return counts
    first = report.failures[0]
    return f"{counts}; first: {visible(short(f'{first.test}: {first.message}', LINE))}"


def lint(words: Sequence[str]) -> str:
    """The name of a check that a program makes."""
    return visible(short("lint: " + " ".join(words[:3]), 60))


def command(words: Sequence[str]) -> str:
    """A program by the first of its words."""
    return visible(short(" ".join(words[:3]), 60))


def first_of(found: Sequence[str], of: int) -> str:
    """The first findings and how many more there are; without any, how much was looked at."""
    if not found:
        return f"{of} looked at" if of else ""
    shown = "; ".join(visible(short(one, LINE)) for one in found[:SHOWN])
    return f"{shown} and {len(found) - SHOWN} more" if len(found) > SHOWN else shown


def no_coverage(path: str, *, there: bool = True) -> str:
    """A report that is missing or cannot be read."""
    if not there:
        return no_file(path)
    return f"{visible(path)} is no coverage report (Cobertura XML or the JSON of coverage.py)."


def in_a_checkout(what: str, differs: str) -> str:
    """Where programs ran that were asked about something that the work tree is not."""
    return f"in a checkout of {visible(what)}, as {visible(differs)} differs in the work tree"


def unread(path: str) -> str:
    """A file of a change that nobody could look into."""
    return f"{visible(path)} was not looked at: it is too large, or git does not have it"


def parsed(found: Sequence[str], looked: int, templates: Sequence[str]) -> str:
    """What a check of syntax saw; a template was not asked."""
    said = [first_of(found, looked)] if found or looked else []
    if templates:
        said.append(f"not asked of templates: {first_of(templates, 0)}")
    return "; ".join(said)


def coverage(share: float, minimum: float) -> str:
    """Covered lines against what is wanted, in percent."""
    return f"{share:.1f} % of the lines, {minimum:g} % wanted"


def no_commit(name: str) -> str:
    """A revision that is not there."""
    return f"there is no commit {visible(name)!r} here."


def no_language(name: str, known: Sequence[str]) -> str:
    """A language that ast-grep does not parse."""
    return f"ast-grep knows no language {visible(name)!r}; it knows {', '.join(known)}."


def no_pattern(pattern: str, language: str, why: str = "") -> str:
    """A pattern that ast-grep cannot search for."""
    more = f": {visible(short(why, LINE))}" if why else ""
    return f"{visible(short(pattern, 60))!r} is no pattern in {visible(language)}{more}."


def patch_refused(ran: Ran) -> str:
    """A patch that does not apply as it is."""
    lines = [line for line in ran.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return f"the patch does not apply: {visible(short(lines[0] if lines else '', LINE))}."


def step(number: int, what: Mapping[str, Any]) -> str:
    """The name of a step of a refactoring."""
    kind = next((name for name in ("patch", "rule", "ast_grep") if name in what), "step")
    title = what.get("name") or kind.replace("_", "-")
    return visible(f"{number} {title}")


def failed_step(one: Any) -> str:
    """A step that was not taken, and why."""
    return f"step {one.name}: {one.detail}"


def no_branch_name(branch: str) -> str:
    """A name that git does not take for a branch."""
    return f"{visible(branch)!r} is no name for a branch."


def branch_there(branch: str) -> str:
    """A branch that would be made anew."""
    return f"there is a branch {visible(branch)} already."


def worktree_there(branch: str) -> str:
    """A worktree that would be made anew."""
    return f"{visible(branch)} has a worktree already."


def no_worktree(branch: str) -> str:
    """A worktree that is not there, or that we did not make."""
    return f"{visible(branch)} has no worktree below .worktrees/."


def unmerged(branch: str, count: str) -> str:
    """Commits that exist on the branch only."""
    return f"{visible(branch)} has {count} commit(s) that no other branch or remote has."


def conflict(branch: str, paths: Sequence[str]) -> str:
    """A merge that needs a person."""
    named = [visible(path) for path in paths if path and not path.startswith(("Auto", "CONFLICT"))]
    return f"{visible(branch)} conflicts with what is here in {', '.join(named[:SHOWN])}."


def rescued(branch: str) -> str:
    """The message of a commit that keeps what a dropped worktree held."""
    return f"Work of {branch} at the time its worktree was dropped"


def merged(branch: str) -> str:
    """The message of a merge."""
    return f"Merge branch {branch!r}"


def fix(rule: str, place: str, number: int) -> str:
    """The name of one attempt to mend something."""
    which = f" ({number})" if number > 1 else ""
    return visible(f"{rule} at {place}{which}")


def left_over(left: Sequence[Diagnosis]) -> str:
    """The errors that are left, the first of them in full."""
    if not left:
        return ""
    more = f" and {len(left) - 1} more" if len(left) > 1 else ""
    place = f"{left[0].place}: " if left[0].place else ""
    return visible(short(f"{place}{left[0].message}", LINE)) + more


def escalated(attempts: int, left: Sequence[Diagnosis]) -> str:
    """What a person has to look at."""
    tried = f"after {attempts} attempt{'' if attempts == 1 else 's'}" if attempts else NOTHING_FITS
    return f"this needs a person, {tried}: {left_over(left)}"
