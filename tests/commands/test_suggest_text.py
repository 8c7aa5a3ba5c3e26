"""What `pattern-ci suggest` says to people, and how it fails."""

from __future__ import annotations

import json
import subprocess  # noqa: TID251  # runs the command that is shown to people
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import yaml
from pattern_ci.messages.gaps import bare
from tests.mining.worlds import (
    NAMES,
    PROGRAM,
    Ran,
    checker,
    cli,
    imported,
    mined,
    one_line_error,
    program,
    workshop,
    workshop_library,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """Plugins with tests and docs, and a family of checks that is drafted."""
    return workshop(repo_path)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """What `mine` wrote for it."""
    return workshop_library(tmp_path / "library")


def answer(repo: Path, library: Path, path: str) -> dict[str, Any]:
    """The answer for one path as data."""
    ran = cli("suggest", "--repo", repo, "--patterns", library, "--format", "json", path)
    assert (ran.code, ran.err) == (0, ""), ran.err
    (found,) = ran.lines
    return dict(found)


def text(repo: Path, library: Path, *paths: str) -> Ran:
    """The answer for people."""
    return cli("suggest", "--repo", repo, "--patterns", library, "--", *paths)


def test_people_read_what_why_and_how(repo: Path, library: Path) -> None:
    """The pattern, the first lines, what is left to them, what comes along, the command."""
    ran = text(repo, library, "checks/new_thing.py", "plugins/new_thing.py", "x")

    assert (ran.code, ran.err) == (0, "")
    assert "checks/new_thing.py\n  PAT-CHECKS-PY-001 1.0.0, confidence 0." in ran.out
    assert '  | """Checks new_thing before new_thing is stored."""' in ran.out
    assert "⟨" in ran.out.split("would write:")[1].split("left to you")[0]
    assert "  left to you, marked ⟨…⟩: " in ran.out
    assert "  write it: pattern-ci apply PAT-CHECKS-PY-001 " in ran.out
    assert (
        "usually comes with:\n    add  docs/plugins/new_thing.md  (100%: was added with" in ran.out
    )
    assert ran.out.endswith("x\n  no pattern writes this path\n")


def test_a_file_that_exists_is_not_to_be_written(repo: Path, library: Path) -> None:
    """It is shown what the pattern holds, without a command that would overwrite it."""
    out = text(repo, library, "checks/eta.py").out

    assert "PAT-CHECKS-PY-001" in out
    assert "write it" not in out


def test_without_patterns_the_next_step_is_named(repo: Path) -> None:
    """On standard error; the answer itself is still given."""
    ran = cli("suggest", "--repo", repo, "checks/new_thing.py")

    assert ran.code == 0
    assert "pattern-ci train" in ran.err
    assert ran.err.count("\n") == 1
    assert "no pattern writes this path" in ran.out


def test_bad_words_are_usage_errors(repo: Path, library: Path, tmp_path: Path) -> None:
    """No path, a library that is none, an unknown revision, no repository."""
    one_line_error(cli("suggest", "--repo", repo), 2, "no path was named")
    one_line_error(
        cli("suggest", "--repo", repo, "--patterns", tmp_path / "none", "x"), 2, "not a folder"
    )
    one_line_error(cli("suggest", "--repo", repo, "--rev=--all", "x"), 11)
    one_line_error(cli("suggest", "--repo", library, "x"), 10)


def test_a_broken_spec_leaves_the_others(repo: Path, library: Path) -> None:
    """One line says what was left out; the other patterns answer."""
    (library / "drafts/specs/checks_py.pattern.yaml").write_text("pattern_id: [\n")
    words = ("suggest", "--repo", repo, "--patterns", library, "--format", "json")

    ran = cli(*words, "checks/new_thing.py", "docs/plugins/new_thing.md")

    assert ran.code == 0
    assert "checks_py.pattern.yaml:" in ran.err
    assert "pattern-ci validate" in ran.err
    assert ran.err.count("\n") == 1
    broken, other = (one["pattern_id"] for one in ran.lines)
    assert broken is None
    assert other is not None


def test_a_pattern_that_edits_writes_no_file(repo: Path, library: Path) -> None:
    """Its text would be an edit, not what the file would hold."""
    spec = library / "drafts/specs/checks_py.pattern.yaml"
    data = yaml.load(spec.read_text(), source="spec").data
    data["slots"][0] |= {"mode": "edit", "anchor": {"place": "last", "like": "- {*}"}}
    spec.write_text(yaml.dump(data))

    one = answer(repo, library, "checks/new_thing.py")

    assert (one["pattern_id"], one["text"]) == (None, None)


def test_a_template_outside_the_language_is_an_error(repo: Path, library: Path) -> None:
    """It is never rendered; what it would call is not called."""
    (library / "drafts/templates/checks_py/file.j2").write_text("{{ name.__class__ }}\n")

    one_line_error(text(repo, library, "checks/new_thing.py"), 25)


@pytest.mark.parametrize("data", ["[]", "[" * 5000, "{", '{"rules": 7}', '{"rules": [7]}', '"x"'])
def test_rules_that_cannot_be_read_are_an_error(repo: Path, library: Path, data: str) -> None:
    """With the file and the command that writes it anew."""
    (library / "companions.json").write_text(data)

    ran = text(repo, library, "checks/new_thing.py")

    one_line_error(ran, 24, "companions.json", "pattern-ci train --apply")


def test_a_rule_that_lacks_something_is_passed_over(repo: Path, library: Path) -> None:
    """The schema allows rules without figures; nothing can be said about those."""
    rules = {"schema_version": 1, "rev": "x", "rules": [
        {"kind": "constant", "when": "checks/{name}.py", "then": "base.py"}
    ]}  # fmt: skip
    (library / "companions.json").write_text(json.dumps(rules))

    one = answer(repo, library, "checks/new_thing.py")

    assert one["companions"] == []


def test_the_text_is_what_apply_writes(repo: Path, library: Path, tmp_path: Path) -> None:
    """The same bytes, when the command that is shown to people is run as it is."""
    words = ["suggest", "--repo", str(repo), "--patterns", str(library), "checks/new_thing.py"]
    shown = cli(*words).out
    (command,) = (line for line in shown.splitlines() if "write it: " in line)
    shell = command.split("write it: ")[1].replace("pattern-ci", " ".join(PROGRAM), 1)

    subprocess.run(shell, shell=True, check=True, capture_output=True, cwd=tmp_path)

    one = answer(repo, library, "checks/new_thing.py")
    assert (repo / "checks/new_thing.py").read_text() == one["text"]


def test_a_preview_and_a_plan_leave_the_same_open(repo: Path, library: Path) -> None:
    """A frame that nobody filled in is written, marked where it begins, and named by both."""
    schema = library / "drafts/schemas/checks_py.schema.json"
    data = json.loads(schema.read_text())
    data["properties"]["closing"] = {"type": "string", "default": "# (\n# )", "x-frame": True}
    schema.write_text(json.dumps(data))
    template = library / "drafts/templates/checks_py/file.j2"
    template.write_text(f"{template.read_text()}{{{{ closing }}}}\n")
    words = ("PAT-CHECKS-PY-001", "--repo", repo, "--patterns", library, "--plan")
    path = ("--path", "checks/new_thing.py")

    said = answer(repo, library, "checks/new_thing.py")
    plan = cli("apply", *words, *path, "--format", "json").json
    shown = cli("suggest", "--full", "--repo", repo, "--patterns", library, path[1]).out

    assert said["unfilled"] == plan["unfilled"]
    assert "closing" in said["unfilled"]
    assert said["text"].endswith("# (\n# )\n")
    rows = [row.removeprefix("  | ") for row in shown.splitlines() if row.startswith("  | ")]
    assert rows[-2:] == ["⟨closing⟩# (", "# )"]
    assert bare("\n".join(rows)) + "\n" == said["text"]


def test_a_plan_names_the_lines_to_fill_in(repo: Path, library: Path) -> None:
    """Its patch holds what is written, so the marks stand below it."""
    words = ("PAT-CHECKS-PY-001", "--repo", repo, "--patterns", library, "--plan")

    out = cli("apply", *words, "--path", "checks/new_thing.py").out

    patch, _, rest = out.partition("⟨…⟩ marks what is left empty; it is not written:\n")
    assert "⟨" not in patch
    assert rest.startswith("  checks/new_thing.py:")


def test_the_part_that_says_most_is_shown(repo: Path, library: Path) -> None:
    """Not a licence that is the same everywhere; --full shows that as well."""
    template = library / "drafts/templates/checks_py/file.j2"
    licence = "".join(f"# Terms, part {number}\n" for number in range(30))
    template.write_text(f"{licence}{template.read_text()}")

    out = text(repo, library, "checks/new_thing.py").out
    words = ("suggest", "--full", "--repo", repo, "--patterns", library)
    full = cli(*words, "checks/new_thing.py").out

    assert "  | … 30 lines before (--full)\n" in out
    assert "# Terms" not in out
    assert '  | """Checks new_thing before' in out
    assert "  | # Terms, part 0\n" in full
    assert "(--full)" not in full


def test_marks_can_be_read_in_any_encoding(repo: Path, library: Path) -> None:
    """A terminal without the brackets gets marks of ASCII."""
    words = ("suggest", "--repo", repo, "--patterns", library, "checks/new_thing.py")

    out = program(*words, env={"PYTHONIOENCODING": "ascii"}).out

    assert "left to you, marked ??…??: " in out
    assert "⟨" not in out


@pytest.mark.parametrize("name", ["-x.py", "a b.py", "it's.py", "new\nline.py", "é.py", "$(id).py"])
def test_the_command_is_one_that_a_shell_understands(
    repo_path: Path, tmp_path: Path, name: str
) -> None:
    """Leading dashes, blanks, quotes, line ends: one line, and the path arrives as it is."""
    imported(repo_path, *({f"odd/{n} x.py": checker(n)} for n in NAMES), bare=False)
    mined(repo_path, "--output", tmp_path / "library")
    out = cli(
        "suggest", "--repo", repo_path, "--patterns", tmp_path / "library", "--", f"odd/{name}"
    ).out

    (command,) = (line for line in out.splitlines() if "write it: " in line)
    script = 'shift 2; printf "%s" "$@"; :'
    arguments = command.split("write it: pattern-ci")[1]
    done = subprocess.run(
        ["bash", "-c", f"set -- {arguments}; {script}"], capture_output=True, check=True
    )

    assert done.stdout.decode().endswith(f"--path=odd/{name}")
    assert all(c.isprintable() for c in command)
