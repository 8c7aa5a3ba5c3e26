"""The catalogue, and every file that is made from it."""

from __future__ import annotations

import argparse
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from pattern_ci import yaml
from pattern_ci.catalog import COMMANDS, HOOKS, WORKFLOWS, Command
from pattern_ci.errors import FatalError
from pattern_ci.process import run
from scripts import generate

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = yaml.load((ROOT / ".pre-commit-hooks.yaml").read_text(), source="manifest").data


@pytest.mark.parametrize("path", sorted(generate.generated()), ids=lambda path: path.name)
def test_a_generated_file_agrees_with_its_source(path: Path) -> None:
    """What is committed is what the generator makes."""
    made = generate.generated()[path]

    assert path.read_text("utf-8") == made, f"{path.name} is stale; run: {generate.FIX}"


def test_the_check_names_a_stale_file_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` ends with 1 and leaves the file; without it the file is written, once."""
    for name in generate.PAGES:
        page = tmp_path / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(
            (ROOT / name).read_text("utf-8").replace("`pattern-ci ", "`pattern "), "utf-8"
        )
    (tmp_path / "pattern_ci/model/schemas").mkdir(parents=True)
    monkeypatch.setattr(generate, "ROOT", tmp_path)

    assert generate.main(["--check"]) == 1
    assert "stale docs/commands.md" in capsys.readouterr().out
    assert not (tmp_path / ".pre-commit-hooks.yaml").exists()
    assert generate.main([]) == 0
    assert "wrote .pre-commit-hooks.yaml" in capsys.readouterr().out
    assert generate.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_page_without_markers_is_refused() -> None:
    """A marker that is missing or doubled is an error, not a page that is silently left."""
    with pytest.raises(SystemExit, match="exactly once, not 0 times"):
        generate.marked("no markers\n", "commands", "x")


def test_names_are_unique_and_in_order() -> None:
    """No id occurs twice; hooks stand in alphabetical order."""
    for names in (
        [command.name for command in COMMANDS],
        [hook.id for hook in HOOKS],
        [flow.file for flow in WORKFLOWS],
    ):
        assert len(set(names)) == len(names) > 0
    assert [hook.id for hook in HOOKS] == sorted(hook.id for hook in HOOKS)


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_command_has_its_module(name: str) -> None:
    """A verb of the catalogue is a file of `commands/`."""
    assert find_spec(f"pattern_ci.commands.{name.replace('-', '_')}") is not None


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_usage_names_options_that_exist(command: Command) -> None:
    """What the table shows is what the parser takes, and every command prints JSON on demand."""
    module = import_module(f"pattern_ci.commands.{command.name.replace('-', '_')}")
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    options = {flag for action in parser._actions for flag in action.option_strings}
    places = {str(action.metavar) for action in parser._actions if not action.option_strings}

    assert set(re.findall(r"-{1,2}[a-z][a-z-]*", command.usage)) <= options
    assert set(re.findall(r"^\[?([A-Z]+)", command.usage)) <= places
    assert "--format" in options


def test_every_file_of_commands_is_in_the_catalogue() -> None:
    """No verb is forgotten: each module of `commands/` that declares arguments has its row."""
    files = {
        path.stem.replace("_", "-")
        for path in (ROOT / "pattern_ci/commands").glob("[!_]*.py")
        if "def add_arguments" in path.read_text("utf-8")
    }

    assert files == {command.name for command in COMMANDS}


@pytest.mark.parametrize("module", [hook.module for hook in HOOKS])
def test_every_hook_has_its_module(module: str) -> None:
    """A hook of the catalogue is a file of `hooks/`."""
    assert find_spec(module) is not None


def test_every_hook_says_what_pre_commit_should_not_guess() -> None:
    """Stages, description and oldest version are set; checks of the whole run once."""
    for hook in MANIFEST:
        assert hook["description"].endswith(".")
        assert hook["stages"] in (
            ["pre-commit", "pre-merge-commit", "manual"], ["pre-commit"], ["post-commit"],
        )  # fmt: skip
        assert hook["minimum_pre_commit_version"] == "3.2.0"
        assert hook["language"] == "python"
        assert hook["require_serial"]
        assert hook["pass_filenames"] or hook.get("files") or hook["always_run"]


@pytest.mark.parametrize("program", ["pre-commit", "prek"])
def test_the_manifest_is_valid(program: str) -> None:
    """Both programs accept the manifest and our own configuration."""
    for what, name in (
        ("manifest", ".pre-commit-hooks.yaml"),
        ("config", ".pre-commit-config.yaml"),
    ):
        done = run([program, f"validate-{what}", name], cwd=ROOT)

        assert done.returncode == 0, (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("patterns/specs/a.pattern.yaml", True),
        (".github/pattern-ci.yml", True),
        ("src/patterns/a.py", False),
        (".github/pattern-ci.yml.bak", False),
        ("README.md", False),
    ],
)
def test_validate_runs_for_these_files(path: str, wanted: bool) -> None:
    """The hook's `files` names the library and the configuration, and nothing else."""
    files = next(hook.files for hook in HOOKS if hook.id == "pattern-validate")

    assert bool(re.search(files, path)) is wanted


def test_our_own_configuration_runs_our_hooks_as_the_manifest_does() -> None:
    """What our contributors run is what users get, but from the working tree."""
    config = yaml.load((ROOT / ".pre-commit-config.yaml").read_text(), source="config").data
    own = {hook["id"]: hook for repo in config["repos"] for hook in repo["hooks"]}

    for shipped in MANIFEST:
        mine = own[shipped["id"]]
        for key in ("name", "entry", "require_serial", "files"):
            assert mine.get(key) == shipped.get(key)
        assert mine.get("pass_filenames", True) == shipped["pass_filenames"]


def test_exit_codes_are_unique() -> None:
    """Each category of error has a code of its own, outside the fixed ones."""
    codes = [error.return_code for error in generate.error_classes()]

    assert len(set(codes)) == len(codes)
    assert not {0, 1, 3, 130} & set(codes)
    assert all(issubclass(error, FatalError) for error in generate.error_classes())
