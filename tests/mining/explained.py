"""A history to explain: handlers alike, notes that share nothing, and a registry that comes along.

Eight handlers are added one by one; the sixth lacks the retry line that all others have.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.mining.worlds import cli, imported, own_words

if TYPE_CHECKING:
    from tests.mining.worlds import Tree

NAMES = ("mail", "web_hook", "queue", "file_drop", "pager", "chat_room", "print_out", "sms_gate")
WITHOUT_RETRY = "chat_room"
HANDLERS = "PAT-HANDLERS-PY-001"


def handler(name: str) -> str:
    """Names of its path, a level to choose, a body of its own, and most often a retry line."""
    pascal = "".join(part.capitalize() for part in name.split("_"))
    level = "high" if len(name) % 2 else "low"
    first, second, *rest = own_words(name)
    retry = "" if name == WITHOUT_RETRY else "    retry = RetryPolicy(attempts=3, wait=2.0)\n"
    return (
        f'"""Delivers messages by {name}."""\n\n'
        f"from handlers.base import Handler, RetryPolicy, register\n\n\n"
        f'@register("{name}", level="{level}")\n'
        f"class {pascal}Handler(Handler):\n"
        f"{retry}"
        f"    def deliver(self, message, *, dry_run=False):\n"
        f"        {first} = self.{second}(message)  # {' '.join(rest[:3])}\n"
        f"        if dry_run:\n"
        f'            return self.skipped("{name}", message)\n'
        f'        return self.delivered("{name}", message)\n'
    )


def _trees() -> list[Tree]:
    made: list[Tree] = [{"handlers.txt": "\n", ".gitignore": "*.tmp\n"}]
    for number, name in enumerate(NAMES, 1):
        listed = "".join(f"{one}\n" for one in NAMES[:number])
        made.append({f"handlers/{name}.py": handler(name), "handlers.txt": listed})
    made += [{f"notes/{name}.md": " ".join(own_words(name, 30)) + "\n"} for name in NAMES[:5]]
    return [*made, {"tool/run.sh": "run\n", "web/logo_one.svg": "<svg/>\n"}]


@cache
def _world() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="explained-")) / "repo"
    return imported(folder, *_trees(), bare=False)


def world(path: Path) -> Path:
    """A copy of the history, checked out."""
    shutil.copytree(_world(), path)
    return path


def explained(repo: Path, target: str, *words: str | Path) -> dict[str, Any]:
    """What `explain --format json` prints."""
    ran = cli("explain", target, "--repo", repo, "--format", "json", *words)
    assert (ran.code, ran.err) == (0, ""), ran.err
    found: dict[str, Any] = ran.json
    return found
