"""What is not written by people is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import git, git_trees
from pattern_ci.mining.exclude import Excluded, attributed, built_in
from tests.mining.worlds import cli, family, imported, mined

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/x/index.js", "a/node_modules/x.js", "vendor/x.go", "go/vendor/x.go",
        "third_party/x.c", "third-party/x.c", "dist/app.js", "a/__pycache__/x.pyc",
        "app.min.js", "css/site.min.css", "app.js.map", "api.pb.go", "api_pb2.py",
        "api_pb2_grpc.pyi", "yarn.lock", "Cargo.lock", "sub/package-lock.json", "go.sum",
        "pnpm-lock.yaml", "gradlew", "gradlew.bat", "bun.lockb", "patterns/specs/x.pattern.yaml",
        "patterns/drafts/templates/x/main.j2", "patterns/drafts/docs/x.md",
        "patterns/companions.json",
        "patterns/examples/x/positive/1.json", "patterns/registry/PATTERN_INDEX.yaml",
        "patterns/quarantined/schemas/x.schema.json", "patterns/reports/weekly/2026-01.md",
        "patterns/applied/x/0123456789ab.json", "patterns/telemetry/2026-01/ci.jsonl",
        "patterns/.state/x.json", ".github/pattern-ci.yml",
    ],
)  # fmt: skip
def test_tools_wrote_these(path: str) -> None:
    """Vendored, generated and lock files by their names, and what we write ourselves."""
    assert built_in(path)


@pytest.mark.parametrize(
    "path",
    [
        "src/vendors.py", "vendor.py", "distance/x.py", "block.py", "app.js", "src/lockfile.py",
        "docs/patterns/x.md", "my_pb2_helper.py", "locks/one.py", "redistribute/x",
        ".github/workflows/pattern-ci.yml", "go.summary",
        "patterns/creational/builder.py", "patterns/__init__.py", "patterns/specs/builder.py",
        "patterns/templates/page.html", "patterns/examples/one.py", "patterns/docs/a/b.md",
        "a/patterns/specs/x.pattern.yaml",
    ],
)  # fmt: skip
def test_people_wrote_these(path: str) -> None:
    """Names that only look a little like those are kept."""
    assert not built_in(path)


def test_attributes_name_generated_and_vendored_files() -> None:
    """Only these two, only when they are set, below the folder of the file."""
    text = (
        "# *.c linguist-generated\n"
        "*.gen.py linguist-generated\n"
        "lib/** linguist-vendored=true\n"
        "/top.txt linguist-generated=true eol=lf\n"
        '"with space.txt" text linguist-generated\n'
        "own.py -linguist-generated\n"
        "other.py linguist-generated=false\n"
        "doc.md linguist-documentation\n"
    )

    assert attributed(text, "") == ["*.gen.py", "lib/**", "/top.txt", "with space.txt"]
    assert attributed("*.x linguist-generated\n/y linguist-vendored\n", "a[1]/") == [
        "a\\[1]/**/*.x", "a\\[1]/y",
    ]  # fmt: skip


def excluded(path: Path, *ignore: str) -> Excluded:
    """The answer for a real repository."""
    repo = git.open_repo(path)
    return Excluded.at(repo, git_trees.tree(repo, "HEAD"), ignore)


def test_attributes_of_every_folder_count(repo_path: Path) -> None:
    """A `.gitattributes` speaks for its own folder."""
    imported(
        repo_path,
        {
            ".gitattributes": "*.gen linguist-generated\n/only.txt linguist-generated\n",
            "sub/.gitattributes": "*.py linguist-vendored\n",
            "twin/.gitattributes": "*.py linguist-vendored\n",
            "x": "1\n",
        },
    )
    asks = excluded(repo_path)

    assert asks("a/b.gen")
    assert asks("only.txt")
    assert asks("sub/deep/x.py")
    assert asks("twin/x.py")
    assert not asks("x.py")
    assert not asks("a/only.txt")


def test_ignore_globs_and_undecodable_names_are_left_out(repo_path: Path) -> None:
    """What the user ignores, and names that no spec in UTF-8 could hold."""
    asks = excluded(imported(repo_path, {"x": "1\n"}), "legacy/")

    assert asks("legacy/x.py")
    assert asks("src/n\udcff.py")
    assert not asks("src/é.py")


@pytest.mark.parametrize(
    ("extra", "pattern"),
    [
        ({}, "vendor/{}.py"),
        ({}, "checks/{}.lock"),
        ({".gitattributes": "checks/** linguist-generated\n"}, "checks/{}.py"),
        ({"checks/.gitattributes": "*.py linguist-vendored=true\n"}, "checks/{}.py"),
        ({}, "patterns/docs/{}.md"),
    ],
)
def test_a_family_that_tools_wrote_is_not_mined(
    repo_path: Path, extra: dict[str, str], pattern: str
) -> None:
    """Neither drafted nor named among what came near, and no companions are learned from it."""
    imported(repo_path, *([extra] if extra else []), *family(pattern))

    found = mined(repo_path)

    assert found["candidates"] == []
    assert found["abstained"] == []


def test_a_folder_patterns_of_the_repository_is_mined(repo_path: Path) -> None:
    """Our files may lie among its own; `explain` says which of the two a path is."""
    imported(repo_path, *family("patterns/creational/{}.py"))

    found = mined(repo_path)

    assert [one["slots"][0]["role"] for one in found["candidates"]] == [
        "patterns/creational/{name.snake}.py"
    ]
    assert "left out" not in cli("explain", "patterns/creational/x.py", "--repo", repo_path).out
    said = cli("explain", "patterns/specs/x.pattern.yaml", "--repo", repo_path).out
    assert "one of pattern-ci's own files" in said


def test_the_ignore_globs_of_the_configuration_count(repo_path: Path) -> None:
    """`ignore` in `.github/pattern-ci.yml` of the work tree, and only what it names."""
    imported(repo_path, *family(), *family("other/{}.py"), bare=False)
    (repo_path / ".github").mkdir()
    (repo_path / ".github/pattern-ci.yml").write_text("version: 1\nignore: [checks/]\n")

    found = mined(repo_path)

    assert [one["slots"][0]["role"] for one in found["candidates"]] == ["other/{name.snake}.py"]
    assert found["abstained"] == []
