"""Real git repositories drawn as literals."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251  # tests build repositories with the real program
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Tree = dict[str, str | bytes | None]

_IDENTITY = {
    "GIT_AUTHOR_NAME": "A Maintainer",
    "GIT_AUTHOR_EMAIL": "maintainer@example.invalid",
    "GIT_COMMITTER_NAME": "A Maintainer",
    "GIT_COMMITTER_EMAIL": "maintainer@example.invalid",
}
FIRST_DAY = 1_700_000_000
DAY = 86_400


def git(repo: Path, *words: str, day: int | None = None, stdin: str | None = None) -> str:
    """Run git in `repo` and return its output; `day` sets both dates, counted from FIRST_DAY."""
    env = dict(os.environ) | _IDENTITY
    if day is not None:
        stamp = f"{FIRST_DAY + day * DAY} +0000"
        env |= {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
    done = subprocess.run(
        ["git", "-C", str(repo), *words],
        env=env, input=stdin, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def write_tree(root: Path, tree: Tree) -> None:
    """Write files; text is dedented, None deletes, bytes are written as they are."""
    for name, content in tree.items():
        path = root / name
        if content is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else dedent(content).lstrip("\n").encode()
        path.write_bytes(data)


def commit(repo: Path, tree: Tree, message: str = "change", *, day: int | None = None) -> str:
    """Write `tree`, commit everything, return the commit id; one day after the last by default."""
    write_tree(repo, tree)
    git(repo, "add", "--all")
    if day is None:
        count = subprocess.run(
            ["git", "-C", str(repo), "rev-list", "--count", "HEAD"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        day = int(count.stdout or 0)
    git(repo, "commit", "--quiet", "--allow-empty", "-m", message, day=day)
    return git(repo, "rev-parse", "HEAD").strip()


def build_repo(path: Path, *trees: Tree) -> Path:
    """A repository with one commit a tree, on branch `main`."""
    path.mkdir(parents=True, exist_ok=True)
    git(path, "init", "--quiet", "--initial-branch=main")
    for number, tree in enumerate(trees):
        commit(path, tree, f"commit {number}", day=number)
    return path


def plugin_tree(name: str) -> Tree:
    """A plugin, its test and its docs page: three files that one operation adds."""
    pascal = "".join(part.capitalize() for part in name.split("_"))
    return {
        f"plugins/{name}.py": f'''
            """Plugin that handles {name}."""

            from __future__ import annotations

            from base import Plugin, register


            @register("{name}")
            class {pascal}Plugin(Plugin):
                """Handles {name}."""

                name = "{name}"
                limit = {len(name)}

                def run(self, payload: dict) -> dict:
                    self.log("running {name}")
                    return self.wrap(payload, source="{name}")
            ''',
        f"tests/test_{name}.py": f'''
            """Tests of the {name} plugin."""

            from plugins.{name} import {pascal}Plugin


            def test_{name}_runs() -> None:
                plugin = {pascal}Plugin()

                assert plugin.run({{"a": {len(name)}}})["source"] == "{name}"
            ''',
        f"docs/plugins/{name}.md": f"""
            # {name}

            The `{name}` plugin is enabled with:

            ```yaml
            plugins: [{name}]
            ```

            Its limit is {len(name)}.
            """,
    }


def plugin_repo(path: Path, names: tuple[str, ...] = ()) -> Path:
    """A repository in which a plugin with test and docs is added again and again."""
    chosen = names or (
        "alpha", "beta_ray", "gamma", "delta_wave", "epsilon",
        "zeta_function", "eta", "theta_role", "iota", "kappa_max",
    )  # fmt: skip
    index: Tree = {"README.md": "# demo\n", "base.py": "class Plugin: ...\n"}
    build_repo(path, index)
    for number, name in enumerate(chosen, 1):
        registry = "".join(f"- {done}\n" for done in sorted(chosen[:number]))
        commit(path, {**plugin_tree(name), "plugins.txt": registry}, f"add {name}", day=number * 3)
    return path
