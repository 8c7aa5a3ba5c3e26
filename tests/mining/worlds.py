"""Histories as literals, made in one go, and the command line as a function."""

from __future__ import annotations

import atexit
import hashlib
import io
import json
import os
import shutil
import subprocess  # noqa: TID251  # tests feed git and start fresh interpreters
import sys
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.commands.mine import companions_text
from pattern_ci.git import open_repo
from pattern_ci.main import main
from pattern_ci.mining.drafting import files_for
from pattern_ci.mining.engine import mine
from pattern_ci.model.pattern import Status
from testing.repos import DAY, FIRST_DAY, commit, git, plugin_repo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    # By path: contents, a mode and contents (`120000` for a symlink), or None for a deletion.
    File = str | bytes | tuple[str, bytes] | None
    # Names are text or bytes; a mapping of either is not one of both to a type checker.
    Tree = Mapping[Any, File]

PROGRAM = (sys.executable, "-m", "pattern_ci")


class Ran(NamedTuple):
    """What a run left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON value."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output as one JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def cli(*words: str | Path, stdin: bytes = b"") -> Ran:
    """Run one command in this process."""
    before = sys.stdin, sys.stdout, sys.stderr
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin)), out, err
    try:
        code = main([str(word) for word in words])
        out.flush()
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    raw = out.buffer.getvalue()
    return Ran(code, raw.decode("utf-8", "surrogateescape"), err.getvalue())


def program(*words: str | Path, **options: Any) -> Ran:
    """Run one command in an interpreter of its own; `env` adds to the environment."""
    env = dict(os.environ) | options.pop("env", {})
    command = options.pop("command", [*PROGRAM[1:], *map(str, words)])
    done = subprocess.run(
        [sys.executable, *command], env=env, capture_output=True, check=False, **options
    )
    return Ran(
        done.returncode,
        done.stdout.decode("utf-8", "surrogateescape"),
        done.stderr.decode("utf-8", "backslashreplace"),
    )


def mined(repo: Path, *words: str | Path) -> dict[str, Any]:
    """What `mine --format json` prints, without the one figure that is never the same."""
    ran = cli("mine", repo, "--format", "json", *words)
    assert (ran.code, ran.err) == (0, ""), ran.err
    data: dict[str, Any] = ran.json
    data.pop("elapsed_s")
    return data


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def one_line_error(ran: Ran, code: int, *said: str) -> None:
    """The run failed with this code and one line for people, and printed nothing else."""
    assert ran.code == code, ran
    assert ran.out == ""
    assert ran.err.startswith("pattern-ci: ")
    assert ran.err.count("\n") == 1, ran.err
    assert "Traceback" not in ran.err
    assert "Next: " in ran.err
    for part in said:
        assert part in ran.err, ran.err


def _kept() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="worlds-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _plugins() -> Path:
    return plugin_repo(_kept() / "plugins")


def plugins(path: Path) -> Path:
    """A copy of `plugin_repo`: a plugin with test and docs, added ten times."""
    shutil.copytree(_plugins(), path)
    return path


@cache
def _workshop() -> Path:
    folder = _kept()
    repo = plugins(folder / "repo")
    feed(repo, family(), first=60)
    git(repo, "reset", "--quiet", "--hard")
    mined(repo, "--no-cache", "--output", folder / "library")
    return folder


def workshop(path: Path) -> Path:
    """Plugins with tests and docs, and a family of checks that is drafted."""
    shutil.copytree(_workshop() / "repo", path)
    return path


def workshop_library(path: Path) -> Path:
    """What `mine --output` writes for the workshop."""
    shutil.copytree(_workshop() / "library", path)
    return path


WARN_AT = 0.7
IN_FORCE = ("PAT-CHECKS-PY-001", "PAT-DOCS-PLUGINS-MD-001")


@cache
def _in_force() -> Path:
    repo = workshop(_kept() / "repo")
    opened = open_repo(repo)
    found = mine(opened, "HEAD", cache=False)
    tree: dict[str, str | bytes | None] = {
        f"patterns/{path}": text.encode()
        for draft in found.drafts
        if draft.spec.pattern_id in IN_FORCE
        for path, text in files_for(draft, Status.ACTIVE).items()
    }
    # Ten plugins are too few a past to find the threshold in.
    warning = replace(found, companions={**found.companions, "warn_at": WARN_AT})
    commit(repo, {**tree, "patterns/companions.json": companions_text(warning).encode()}, day=90)
    return repo


def in_force(path: Path) -> Path:
    """The workshop with two of its patterns approved, and its rules, committed."""
    shutil.copytree(_in_force(), path)
    return path


def imported(path: Path, *trees: Tree, bare: bool = True, branch: str = "main") -> Path:
    """A repository with one commit a tree, a day apart, made by one `git fast-import`.

    Names may hold any bytes; text is dedented, bytes are taken as they are.
    """
    path.mkdir(parents=True, exist_ok=True)
    git(path, "init", "--quiet", f"--initial-branch={branch}", *(["--bare"] if bare else []))
    feed(path, trees, branch=branch)
    if not bare:
        git(path, "reset", "--quiet", "--hard")
    return path


def feed(path: Path, trees: Sequence[Tree], *, branch: str = "main", first: int = 0) -> None:
    """Add one commit a tree to a branch, the first on day `first`."""
    stream = [
        part
        for number, tree in enumerate(trees)
        for part in _commit(tree, branch, first + number, resume=first > 0 and number == 0)
    ]
    subprocess.run(
        ["git", "-C", str(path), "fast-import", "--quiet", "--force"],
        input=b"".join(stream), check=True, capture_output=True,
    )  # fmt: skip


def _commit(tree: Tree, branch: str, day: int, *, resume: bool) -> list[bytes]:
    ref = b"refs/heads/" + branch.encode()
    who = b"committer A Maintainer <maintainer@example.invalid> %d +0000" % (FIRST_DAY + day * DAY)
    parts = [b"commit " + ref + b"\n" + who + b"\ndata 6\nchange\n"]
    if resume:
        parts.append(b"from " + ref + b"^0\n")
    for name, content in tree.items():
        parts.append(_change(name.encode() if isinstance(name, str) else name, content))
    return [*parts, b"\n"]


def _change(name: bytes, content: File) -> bytes:
    quoted = b'"' + b"".join(b"\\%03o" % byte for byte in name) + b'"'
    if content is None:
        return b"D " + quoted + b"\n"
    mode, data = content if isinstance(content, tuple) else ("100644", content)
    if isinstance(data, str):
        data = dedent(data).lstrip("\n").encode()
    return b"M %s inline %s\ndata %d\n%s\n" % (mode.encode(), quoted, len(data), data)


NAMES = ("alpha", "beta_ray", "gamma", "delta_wave", "epsilon", "zeta_fn", "eta", "theta_role")


def own_words(name: str, count: int = 12) -> list[str]:
    """Words that belong to one name and to no other."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return [f"{digest[at : at + 4]}".translate(_LETTERS) for at in range(0, 4 * count, 4)]


_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def checker(name: str) -> str:
    """A text that a family is made of: its name all over it, and a body of its own.

    A copy of a sibling needs so many edits that a draft is clearly worth more.
    """
    pascal = "".join(part.capitalize() for part in name.split("_"))
    one, two, *rest = own_words(name)
    return (
        f'"""Checks {name} before {name} is stored."""\n\n'
        f"from checks.{name} import {pascal}Base, {pascal}Error\n\n\n"
        f'@register("{name.replace("_", "-")}", title="{" ".join(name.split("_"))}")\n'
        f"class {pascal}Check({pascal}Base):\n"
        f'    """The {name} check."""\n\n'
        f"    def verify_{name}(self, {name}: {pascal}) -> bool:\n"
        f"        {one} = self.{two}({name})  # {' '.join(rest[:4])}\n"
        f'        log.debug("verified {name}: %s", {name})\n'
        f"        if not {name}:\n"
        f'            raise {pascal}Error("{name} is missing")\n'
        f'        return self.compare({name}, "{name}")\n'
    )


def family(pattern: str = "checks/{}.py", names: Sequence[str] = NAMES) -> list[Tree]:
    """One commit a name, each adding one checker."""
    return [{pattern.format(name): checker(name)} for name in names]
