"""Items 12 to 23: what callers and auditors of the workflows rely on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pattern_ci import yaml
from pattern_ci.catalog import RELEASE, WORKFLOWS
from pattern_ci.messages.init import workflow_text
from pattern_ci.process import run
from tests.checklist.workflows import FOLDER, ROOT, load, steps, texts

HERE = Path(__file__).parent
BAD = """\
name: bad
on: push
permissions: {}
jobs:
  bad:
    name: Bad
    runs-on: self-hosted
    steps:
      - run: deploy
        env:
          KEY: ${{ secrets.DEPLOY_KEY }}
"""


def _audit(*places: str) -> list[dict[str, Any]]:
    """What zizmor finds in its strictest mode: (rule, file, the place in it)."""
    done = run(
        ["zizmor", "--offline", "--persona=auditor", "--format=json", "--no-ignores", *places],
        cwd=ROOT,
    )
    return [
        {
            "rule": finding["ident"],
            "file": location["symbolic"]["key"]["Local"]["verbatim_path"].removeprefix("./"),
            "route": [next(iter(part.values())) for part in location["symbolic"]["route"]["route"]],
        }
        for finding in json.loads(done.stdout)
        for location in finding["locations"]
        if location["symbolic"]["kind"] == "Primary"
    ]


def test_12_every_reusable_workflow_is_run_from_another_repository() -> None:
    """Some test of `tests/e2e` names each of them."""
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / "e2e").glob("*.py"))

    assert [flow.file for flow in WORKFLOWS if flow.file not in pages] == []


def test_15_uploads_name_hidden_folders_and_fail_when_nothing_is_there() -> None:
    """An upload leaves hidden files out unless told, and says nothing when it finds none."""
    uploads = list(steps("actions/upload-artifact@"))

    assert uploads
    for name, step in uploads:
        given = step["with"]
        assert given["if-no-files-found"] in ("error", "warn"), name
        hidden = any(part.startswith(".") for part in str(given["path"]).split("/"))
        assert not hidden or given.get("include-hidden-files") is True, name


def test_16_what_is_silenced_is_one_known_thing() -> None:
    """No exception hides in a workflow; those in the settings are known, with their reason."""
    assert [str(path) for path, text in texts() if "zizmor: ignore" in text] == []
    text = (ROOT / ".github" / "zizmor.yml").read_text("utf-8")
    rules = yaml.load(text, source="zizmor").data["rules"]

    assert rules == {"dangerous-triggers": {"ignore": ["comments.yml"]}}
    assert re.search(r"#.*\n\s+- comments\.yml", text)


def test_17_what_an_auditor_would_be_shown_is_known() -> None:
    """The findings of the strictest mode are those that were reviewed; a new one is a red test."""
    known = json.loads((HERE / "auditor.json").read_text("utf-8"))

    assert all(len(finding.pop("reviewed")) > 40 for finding in known)
    assert _audit(".") == known


def test_17_the_strictest_mode_finds_something_at_all(tmp_path: Path) -> None:
    """A stored secret outside an environment is seen, so that an empty list means something."""
    bad = tmp_path / ".github" / "workflows" / "bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text(BAD)

    found = {finding["rule"] for finding in _audit(str(tmp_path))}

    assert {"secrets-outside-env", "self-hosted-runner"} <= found


def test_22_nothing_is_pushed_by_a_workflow() -> None:
    """Branches are written by the program, through the API; no step has credentials for git."""
    runs = [step.get("run", "") for _, step in steps()]

    assert len(runs) > 5
    assert not any(re.search(r"git\s+push|git\s+config.*extraheader", text) for text in runs)


def test_23_examples_hand_over_secrets_by_name() -> None:
    """No page and no generated workflow passes all secrets on."""
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    shown = {str(path): path.read_text("utf-8") for path in pages}

    assert not [path for path, text in shown.items() if "secrets: inherit" in text]
    assert "inherit" not in workflow_text(RELEASE, 1)


def test_23_tokens_of_an_app_are_narrowed() -> None:
    """Wherever one is asked for, it names the permissions that it is for."""
    asked = list(steps("actions/create-github-app-token@"))

    assert asked
    for name, step in asked:
        given = step["with"]
        assert any(key.startswith("permission-") for key in given), name
        assert "owner" not in given, name


def test_our_own_schedule_grants_what_the_workflow_asks_for() -> None:
    """The job that calls the training workflow here is an example of a caller."""
    job = load("patterns.yml")["jobs"]["train"]
    wanted = {grant.scope: grant.access for grant in WORKFLOWS[0].permissions}

    assert job["uses"] == f"$/.github/workflows/{WORKFLOWS[0].file}"
    assert job["permissions"] == wanted
    assert (FOLDER / WORKFLOWS[0].file).is_file()
