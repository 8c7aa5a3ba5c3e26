"""Secrets in the inputs of executors and in what failing programs print stay out of telemetry."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.executors.command import KEPT, last_lines
from pattern_ci.main import main
from testing.repos import build_repo
from tests.telemetry.planted import planted

if TYPE_CHECKING:
    from pathlib import Path

SECRETS = planted(3, seed=5)
LINES = "".join(f"error: deploy with {secret.text} failed\n" for secret in SECRETS)
SAYS = "import sys\nsys.stderr.write(open('said.txt').read())\nraise SystemExit(1)\n"
FAILS = [sys.executable, "-B", "says.py"]
INPUTS: dict[str, dict[str, Any]] = {
    "atomic_create": {"files": [{"path": "made.txt", "content": LINES}]},
    "batch_create": {
        "template": {"source": "{{ text }}\n"},
        "items": [
            {"path": f"{n}.txt", "variables": {"text": s.text}} for n, s in enumerate(SECRETS)
        ],
    },
    "self_heal": {"command": FAILS, "learned": []},
    "verify_commit": {"scope": "tree", "tests": FAILS, "lint": [FAILS], "forbid": [LINES[:60]]},
    "refactor_patch": {"steps": [{"name": LINES[:80], "patch": LINES}], "tests": FAILS},
    "worktree_lifecycle": {"action": "run", "branch": "topic", "command": [*FAILS, LINES]},
}


@pytest.mark.parametrize("name", INPUTS)
def test_no_secret_is_recorded(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each execution is recorded all the same, with as much as may be known."""
    monkeypatch.delenv("DISABLE_PATTERN_AUTOMATION", raising=False)
    config = "version: 1\ntelemetry:\n  enabled: true\n"
    tree: dict[str, str | bytes | None] = {".github/pattern-ci.yml": config, "says.py": SAYS}
    root = build_repo(tmp_path / "repo", {**tree, "said.txt": LINES.encode()})
    pattern_id = f"PAT-{name.upper().replace('_', '-')}-001"
    data = {"schema_version": 1, "pattern_id": pattern_id, "variables": INPUTS[name]}
    instance = tmp_path / "instance.json"
    instance.write_text(json.dumps(data), "utf-8")

    main(["exec", name, "--instance", str(instance), "--repo", str(root)])

    spool = (root / ".git/pattern-ci/spool").rglob("*.jsonl")
    written = "".join(shard.read_text("utf-8") for shard in spool)
    assert pattern_id in written
    assert [secret.kind for secret in SECRETS if secret.core in written] == []


def test_what_is_kept_of_an_output_begins_with_a_line() -> None:
    """Half of a line is kept only where one line is longer than what is kept."""
    short, lines = "short\n", "token=abcdef\n" * KEPT

    assert last_lines(short) == short
    assert last_lines(lines).startswith("token=abcdef\n")
    assert KEPT - 13 < len(last_lines(lines)) <= KEPT
    assert last_lines("x" * (KEPT + 1) + "\n") == "x" * (KEPT - 1) + "\n"
